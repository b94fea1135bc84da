"""A directory of rules that does not rest: which files change, what is told of them, what is reloaded beside them."""

from collections import Counter, deque

from chassis.rulebook.directory import EXAMPLES_SUFFIX, Files
from chassis.rulebook.faults import Fault
from chassis.rulesource.states import States

SPINNING = 4
"""Looks between which a file has changed before it is taken for one that never rests."""
_RECENT = 3
"""Last looks in which nothing but such files may have changed, for the others to be reloaded without them."""


class Looks:
    """Looks at a directory, so many at most; what changed from one to the next is kept, and how often."""

    def __init__(self, first: States, most: int) -> None:
        self._first = self._last = first
        self._moves: Counter[str] = Counter()
        self._recent: deque[frozenset[str]] = deque(maxlen=_RECENT)
        self.left = most

    def is_still(self, now: States) -> bool:
        """Take one more look; whether it is as the one before."""
        self.left -= 1
        return not self._moved(now)

    def spoilt(self, now: States) -> None:
        """What was read is not what is there now: it counts as two looks, a reading takes longer than one."""
        self._moves.update(self._moved(now))

    def _moved(self, now: States) -> frozenset[str]:
        moved = differing(self._last, now)
        self._moves.update(moved)
        self._recent.append(moved)
        self._last = now
        return moved

    @property
    def spinning(self) -> frozenset[str]:
        """Files that change again and again."""
        return frozenset(path for path, moves in self._moves.items() if moves >= SPINNING)

    def only_spins(self) -> bool:
        """Whether the directory rests, save for files that never do."""
        recent = frozenset[str]().union(*self._recent)
        return (
            len(self._recent) == _RECENT
            and bool(recent)
            and recent <= self.spinning
            and self._keeps_its_names()
        )

    def _keeps_its_names(self) -> bool:
        return self._first.keys() - self.spinning == self._last.keys() - self.spinning

    @property
    def restless(self) -> frozenset[str]:
        """Files that did not rest: those that spin, or all that changed when looking was given up."""
        return self.spinning if self.only_spins() else frozenset(self._moves)

    def only_contents_changed(self, now: States) -> bool:
        """Whether every name was there throughout, and none but the restless has changed since the last look."""
        names = self._first.keys() ^ now.keys() | self._first.keys() ^ self._last.keys()
        return names <= self.spinning and differing(self._last, now) <= self.restless


def differing(one: States, other: States) -> frozenset[str]:
    """Paths whose state differs, or that stand on one side only."""
    return frozenset(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


NONE = Files({}, {}, {}, ())
"""The files of a directory of which no sound offer was made yet."""


def without_the_restless(files: Files, before: Files, looks: Looks, now: States) -> Files | None:
    """The files just read, those that changed meanwhile as they were before, absent when they were not there.

    None when files came or went: a copy is in progress, and half of it is no rulebook.
    """
    restless = looks.restless
    if not restless or not looks.only_contents_changed(now):
        return None
    return Files(
        _replaced(files.rules, before.rules, restless),
        _replaced(files.referentiels, before.referentiels, restless),
        _without_the_unread(_replaced(files.examples, before.examples, restless), before.rules, restless),
        tuple(fault for fault in files.faults if fault.path not in restless),
    )


def restless_faults(paths: frozenset[str], before: Files) -> tuple[Fault, ...]:
    """What is told of files that change without a pause, by path: those that were there before stay as they were."""
    known = before.rules.keys() | before.referentiels.keys() | before.examples.keys()
    return tuple(_restless(path, is_known=path in known) for path in sorted(paths))


def _restless(path: str, *, is_known: bool) -> Fault:
    message = (
        "Ce fichier change sans cesse : il reste tel qu'il était, les autres sont relus."
        if is_known
        else "Ce fichier change sans cesse : il n'est pas encore pris en compte, les autres sont relus."
    )
    return Fault(path, 1, message, remedy="Arrêtez ce qui l'écrit, ou retirez-le du dossier.")


def _without_the_unread(
    examples: dict[str, bytes], before: dict[str, bytes], restless: frozenset[str]
) -> dict[str, bytes]:
    """Examples without those of a rule that is not read yet: they would have no rule beside them."""
    unread = {path.removesuffix(".yaml") + EXAMPLES_SUFFIX for path in restless - before.keys()}
    return {path: data for path, data in examples.items() if path not in unread}


def _replaced(read: dict[str, bytes], before: dict[str, bytes], changed: frozenset[str]) -> dict[str, bytes]:
    paths = sorted((read.keys() - changed) | (before.keys() & changed))
    return {path: before[path] if path in changed else read[path] for path in paths}
