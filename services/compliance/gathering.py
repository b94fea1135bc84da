"""Brings together what a bilan is made of: from compliance's own journal, or from the stream itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

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


async def gather_from_journal(journal: Journal, concerns: Concerns) -> list[Watched]:
    """The projections as the service keeps them; every row is counted again, straight, beside them."""
    projections, scopes = Projections(journal), filter(is_of_items, await journal.scopes())
    return [
        Watched(await projections.of(scope), await _counted(journal, scope))
        for scope in filter(concerns, scopes)
    ]


async def _counted(journal: Journal, scope: str) -> StreamCount:
    counted = StreamCount()
    async for page in walk_contents(journal, scope):
        for kind, data in page:
            counted.take_canonical(kind, data)
    return counted


def gather_from_stream(items: Iterable[Item], concerns: Concerns) -> list[Watched]:
    """Every item folded from the first; repeats are dropped, items out of order wait for those before them.

    Raises `MissingItemsError` when some never come.
    """
    scopes: dict[str, _Following] = {}
    for item in items:
        if concerns(item.scope):
            following = scopes.get(item.scope)
            if following is None:
                following = scopes[item.scope] = _Following(Watched(Projection(item.scope), StreamCount()))
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
