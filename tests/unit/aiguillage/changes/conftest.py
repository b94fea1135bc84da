"""Two copies of the delivered rules, one of which a test edits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from aiguillage.changes import Changes, changes
from aiguillage.changes.telling import told
from chassis.rulebook import load

RULES = Path(__file__).parents[4] / "rules"
ON = date(2026, 11, 24)


@dataclass
class Edition:
    """The delivered rules, and the same being edited."""

    before: Path
    after: Path

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        self.add(path, path, *changes)

    def add(self, path: str, like: str, *changes: tuple[str, str]) -> None:
        """A file like another of the edited rules, some words replaced."""
        text = (self.after / like).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        (self.after / path).parent.mkdir(parents=True, exist_ok=True)
        (self.after / path).write_text(text, encoding="utf-8")

    def remove(self, path: str) -> None:
        (self.after / path).unlink()

    def changes(self, on: date = ON) -> Changes:
        return changes(load(self.before), load(self.after), on)

    def told(self, on: date = ON) -> list[str]:
        return [line.strip() for line in told(self.changes(on))]


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    return Edition(copytree(RULES, tmp_path / "a"), copytree(RULES, tmp_path / "b"))


@pytest.fixture
def replace_the_delays(edition: Edition) -> Callable[[], None]:
    """The edit of the operator guide: 20 days to answer from 2027."""

    def edit() -> None:
        ended = ("effective: {from: 2021-11-24}", "effective: {from: 2021-11-24, until: 2026-12-31}")
        edition.edit("delais/delais-ordinaires.yaml", ended)
        edition.add(
            "delais/delais-ordinaires-2027.yaml",
            "delais/delais-ordinaires.yaml",
            ("id: delais-ordinaires", "id: delais-ordinaires-2027"),
            (ended[1], "effective: {from: 2027-01-01}\nreplaces: delais-ordinaires"),
            ("respond_within_days: 30", "respond_within_days: 20"),
        )

    return edit
