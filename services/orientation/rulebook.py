"""The rulebook as the core reads it: rules and lists of one digest."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from chassis.rulebook import Fault, Referentiels, RuleFileErrors, load
from chassis.rulebook import Rulebook as Loaded
from flux.territory import Territories
from orientation.domain.ports import Lists, Rules


class ListsView:
    """The referentials, with their geography as the kernel takes it."""

    def __init__(self, referentiels: Referentiels) -> None:
        self.territories = Territories(
            referentiels.arrondissements, {**referentiels.territories, **referentiels.zones}
        )
        self.segment_of = referentiels.segment_of
        self.contains = referentiels.contains
        self.is_reasoned = referentiels.is_reasoned
        self.refusal_codes = referentiels.refusal_codes
        self.zone_of = referentiels.zone_of


@dataclass(frozen=True)
class BookView:
    """One loaded rulebook."""

    loaded: Loaded

    @property
    def rules(self) -> Rules:
        """Its rules."""
        return self.loaded

    @cached_property
    def lists(self) -> Lists:
        """Its referentials."""
        return ListsView(self.loaded.referentiels)


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """The rulebook read at start; it stays in force as long as the service runs."""

    book: BookView

    @classmethod
    def from_source(cls, source: Path | Literal["topic"]) -> "LoadedRules":
        """Read and check a directory of rule files; raises `RuleFileErrors` with every fault."""
        if not isinstance(source, Path):
            raise RuleFileErrors([Fault("AIGUILLAGE_RULES", 1, "Donnez le dossier des règles.", source)])
        return cls(BookView(load(source)))

    def current(self) -> BookView:
        """The rulebook in force now."""
        return self.book

    def bundle(self) -> bytes:
        """The whole rulebook, from which its digest can be read again."""
        return self.book.loaded.bundle()
