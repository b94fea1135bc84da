"""The rulebooks operators put in force one after the other: the delivered one, and two they edited."""

from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from chassis.rulebook import Rulebook, load
from orientation.rulebook import BookView

RULES = Path(__file__).parents[3] / "rules"
EDITS: tuple[tuple[str, ...], ...] = (
    (),
    ("rotation/rotation-ordre-fixe", "neuf/premiere-location-concertation-flux"),
    ("gestion/confirmation-par-le-bailleur", "decompte/decompte-attribution"),
)
"""Rules delivered off that each rulebook switches on, for one bailleur."""
BAILLEUR = "999001209"


@cache
def books() -> tuple[BookView, ...]:
    """One view a rulebook; they are read once, whatever the number of simulations."""
    return tuple(BookView(_edited(edit)) for edit in EDITS)


def _edited(edit: tuple[str, ...]) -> Rulebook:
    with TemporaryDirectory() as scratch:
        directory = Path(scratch) / "rules"
        copytree(RULES, directory)
        for rule in edit:
            text = (directory / f"{rule}.yaml").read_text(encoding="utf-8")
            overlay = directory / "bailleurs" / BAILLEUR / f"{rule}.yaml"
            overlay.parent.mkdir(parents=True, exist_ok=True)
            overlay.write_text(text.replace("active: non", "active: oui"), encoding="utf-8")
        return load(directory)


class Chosen:
    """The rulebook a process goes by; replaced as a whole, once it is kept."""

    def __init__(self, book: BookView) -> None:
        self._book = book

    def current(self) -> BookView:
        """The rulebook in force now."""
        return self._book

    def replace(self, book: BookView) -> None:
        """Another one from now on."""
        self._book = book
