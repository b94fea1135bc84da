"""The scope of a right: one bailleur in one département, the unit of ordering, of state and of parallelism."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """A bailleur (SIREN) in a département; its text ``<siren>:<departement>`` is the key of what we emit."""

    bailleur: str
    departement: str

    @classmethod
    def parse(cls, text: str) -> "Scope":
        """The scope written as ``<siren>:<departement>``."""
        bailleur, _, departement = text.partition(":")
        return cls(bailleur, departement)

    def __str__(self) -> str:
        return f"{self.bailleur}:{self.departement}"
