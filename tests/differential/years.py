"""Years: a sample year of a département played by the services' own core, its parties answering, as a stream."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiguillage.parties import Agenda, Player, in_time
from aiguillage.sample import make_sample
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import load
from contracts.canonical import decode, encode
from contracts.rejected import Rejected
from orientation.domain.instants import instant
from orientation.rulebook import BookView
from tests.differential.settings import Setting, rules
from tests.model.rulebook.files import RuleFolder, read_folder

FOREVER = datetime.max.replace(tzinfo=UTC)

DEPARTEMENTS = (
    "01",
    "06",
    "13",
    "2A",
    "33",
    "34",
    "35",
    "38",
    "44",
    "59",
    "63",
    "67",
    "69",
    "75",
    "76",
    "93",
    "94",
    "974",
)
"""One for each setting."""

Item = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Rulebooks:
    """The rules of some settings, as the services take them and as the model reads them."""

    settings: Mapping[str, Setting]
    book: BookView
    folder: RuleFolder


def rulebooks(settings: Mapping[str, Setting]) -> Rulebooks:
    """Read the rules of settings, by département; each side in its own way."""
    with TemporaryDirectory() as scratch:
        folder = rules(Path(scratch), settings)
        return Rulebooks(settings, BookView(load(folder)), read_folder(folder))


def played(books: Rulebooks, departement: str, vacancies: int, seed: int) -> list[Item]:
    """Every fact of a year in order, as it stands on the wire."""
    setting = books.settings[departement]
    lines = [setting.line(line) for line in make_sample(departement, vacancies, seed=seed)]
    agenda, facts = Agenda(Player(lines)), list[Item]()

    def follow(kind: str, data: dict[str, Any]) -> None:
        facts.append((kind, decode(encode(data))))
        agenda.hear(kind, data, instant(data["at"]))

    with Scratch() as scratch:
        simulation = Simulation(books.book, scratch, follow)
        for line in in_time(lines, agenda, FOREVER):
            with suppress(Rejected):
                simulation.apply(line)
    return facts
