"""A directory of rules that does not rest: which files change, what is told of them, what is reloaded beside them."""

from chassis.rulebook.directory import Files
from chassis.rulebook.faults import Fault
from chassis.rulesource.states import States


class Looks:
    """Looks at a directory, so many at most; what changed from one to the next is kept."""

    def __init__(self, first: States, most: int) -> None:
        self._first = self._last = first
        self.left = most
        self.changed: frozenset[str] = frozenset()

    def is_still(self, now: States) -> bool:
        """Take one more look; whether it is as the one before."""
        self.left -= 1
        moved = {path for path in now.keys() | self._last.keys() if now.get(path) != self._last.get(path)}
        self._last, self.changed = now, self.changed | moved
        return not moved

    def only_contents_changed(self, now: States) -> bool:
        """Whether every name was there throughout, and none but those that changed before has changed since."""
        moved = {path for path in now.keys() | self._last.keys() if now.get(path) != self._last.get(path)}
        return self._first.keys() == self._last.keys() == now.keys() and moved <= self.changed


NONE = Files({}, {}, {}, ())
"""The files of a directory of which no sound offer was made yet."""


def without_the_restless(files: Files, before: Files, looks: Looks, now: States) -> Files | None:
    """The files just read, those that changed meanwhile as they were before, absent when they were not there.

    None when files came or went: a copy is in progress, and half of it is no rulebook.
    """
    if not looks.changed or not looks.only_contents_changed(now):
        return None
    return Files(
        _replaced(files.rules, before.rules, looks.changed),
        _replaced(files.referentiels, before.referentiels, looks.changed),
        _replaced(files.examples, before.examples, looks.changed),
        tuple(fault for fault in files.faults if fault.path not in looks.changed),
    )


def restless(paths: frozenset[str], before: Files) -> tuple[Fault, ...]:
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


def _replaced(read: dict[str, bytes], before: dict[str, bytes], changed: frozenset[str]) -> dict[str, bytes]:
    paths = sorted((read.keys() - changed) | (before.keys() & changed))
    return {path: before[path] if path in changed else read[path] for path in paths}
