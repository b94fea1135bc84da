"""Brings together what a bilan is made of: from compliance's own journal, or from the stream itself."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chassis.clock import WallClock
from chassis.containment import Quarantine, ScopeBrokeError
from chassis.journal import Journal, walk_contents
from compliance.bilan.counting import StreamCount
from compliance.bilan.parties import Watched
from compliance.domain.projection import Projection, apply
from compliance.items import Item
from compliance.projections import Projections
from compliance.streams import is_of_items

Concerns = Callable[[str], bool]
"""Whether a scope is asked about."""


class MissingItemsError(ValueError):
    """The stream has a hole: what it says of a scope is not whole."""


class ScopeSetAsideError(ValueError):
    """What a scope recorded cannot be folded: no official document is made without it."""


async def gather_from_journal(journal: Journal, concerns: Concerns) -> list[Watched]:
    """The projections as the service keeps them; every row is counted again, straight, beside them.

    Raises `ScopeSetAsideError` when one of the scopes asked about cannot be folded or counted.
    """
    quarantine = Quarantine(WallClock(), is_logged=False)
    projections, found = Projections(journal, quarantine=quarantine), list[Watched]()
    for scope in filter(concerns, filter(is_of_items, await journal.scopes())):
        with _whole(scope, quarantine):
            projection = await projections.of(scope)
            found.append(Watched(projection, await _counted(journal, scope)))
    return found


async def projections_in(journal: Journal, concerns: Concerns) -> list[Projection]:
    """The projections of the scopes asked about; raises `ScopeSetAsideError` when one cannot be folded."""
    quarantine = Quarantine(WallClock(), is_logged=False)
    projections, found = Projections(journal, quarantine=quarantine), list[Projection]()
    for scope in filter(concerns, filter(is_of_items, await journal.scopes())):
        with _whole(scope, quarantine):
            found.append(await projections.of(scope))
    return found


@contextmanager
def _whole(scope: str, quarantine: Quarantine) -> Iterator[None]:
    """Work on a scope that a document needs whole."""
    try:
        with quarantine.guarding(scope, "le compte de ses faits"):
            yield
    except ScopeBrokeError:
        aside = quarantine.find(scope)
        assert aside is not None  # noqa: S101 - it has just been set aside
        raise ScopeSetAsideError(
            f"{aside.told()} D'ici là, aucun document où il manquerait n'est écrit ; ceux des autres bailleurs "
            "restent possibles avec --bailleur."
        ) from None


async def _counted(journal: Journal, scope: str) -> StreamCount:
    counted = StreamCount()
    async for page in walk_contents(journal, scope):
        for kind, data in page:
            counted.take_canonical(kind, data)
    return counted


def gather_from_stream(items: Iterable[Item], concerns: Concerns) -> list[Watched]:
    """Every item folded from the first; repeats are dropped, items out of order wait for those before them.

    Raises `MissingItemsError` when some never come, `ScopeSetAsideError` when one cannot be folded.
    """
    scopes: dict[str, _Following] = {}
    quarantine = Quarantine(WallClock(), is_logged=False)
    for item in items:
        if concerns(item.scope):
            following = scopes.get(item.scope)
            if following is None:
                following = scopes[item.scope] = _Following(Watched(Projection(item.scope), StreamCount()))
            with _whole(item.scope, quarantine):
                following.take(item)
    return [scopes[scope].whole() for scope in sorted(scopes)]


@dataclass(slots=True)
class _Following:
    watched: Watched
    waiting: dict[int, Item] = field(default_factory=dict)

    def take(self, item: Item) -> None:
        """Fold the item, and those that waited for it; or let it wait."""
        projection = self.watched.projection
        if item.sequence > projection.sequence:
            self.waiting[item.sequence] = item
        while (following := self.waiting.pop(projection.sequence + 1, None)) is not None:
            apply(projection, following.kind, following.data)
            self.watched.counted.take(following.kind, following.data)

    def whole(self) -> Watched:
        """The scope, once nothing waits any more."""
        projection = self.watched.projection
        if self.waiting:
            raise MissingItemsError(
                f"{projection.scope} : il manque le fait n° {projection.sequence + 1} ; "
                "faites republier le flux (aiguillage journal republish)."
            )
        return self.watched
