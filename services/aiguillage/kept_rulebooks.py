"""The rulebooks a journal keeps, as the core reads them: found by digest, each read once."""

from dataclasses import dataclass, field

from chassis.failure import Failure
from chassis.journal import Journal
from chassis.rulebook import Rulebook
from orientation.rulebook import BookView


@dataclass(slots=True)
class KeptRulebooks:
    """Finds the rulebooks of `journal`; each one found is kept in `copied_to` as well, when there is one."""

    journal: Journal
    copied_to: Journal | None = None
    _found: dict[str, BookView] = field(default_factory=dict)

    async def of(self, digest: str) -> BookView:
        """The rulebook of a digest; `Failure` when the journal does not have it."""
        found = self._found.get(digest)
        if found is None:
            content = await self.journal.bundle(digest)
            if content is None:
                raise Failure(f"Le journal n'a pas le recueil {digest} : restaurez une sauvegarde.")
            found = self._found[digest] = await self._kept(content)
        return found

    async def in_force(self) -> BookView | None:
        """The rulebook last in force, in force in `copied_to` as well; None when none ever was."""
        content = await self.journal.bundle_in_force()
        if content is None:
            return None
        found = await self._kept(content)
        if self.copied_to is not None:
            await self.copied_to.put_in_force(found.rules.digest, found.loaded.bundle())
        return found

    async def _kept(self, content: bytes) -> BookView:
        found = BookView(Rulebook.from_bundle(content))
        if self.copied_to is not None:
            await self.copied_to.store_bundle(found.rules.digest, found.loaded.bundle())
        return found
