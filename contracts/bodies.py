"""What event bodies have in common: how they are read, the scope they speak of, the stream they stand in."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from contracts.values import (
    Departement,
    FractionText,
    Identifier,
    Instant,
    Sha256,
    Siren,
    Year,
    departement_of,
)


class Part(BaseModel):
    """A piece of a body, in or out: frozen, strictly typed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", populate_by_name=True)


class InputBody(Part):
    """The ``data`` of an event we receive; unknown fields are ignored and not stored."""

    bailleur: Siren = Field(description="SIREN of the landlord whose scope this is about.")

    @property
    def scope(self) -> str:
        """``<bailleur>:<departement>``, the unit of ordering."""
        return f"{self.bailleur}:{self._departement()}"

    def _departement(self) -> str:
        raise NotImplementedError(f"{type(self).__name__} does not say its département")


class ScopedBody(InputBody):
    """An input that names its département itself."""

    departement: Departement = Field(description="Département of the scope.")

    def _departement(self) -> str:
        return self.departement


ByLine = dict[str, FractionText]
"""Fractions of a dwelling by line of a convention, or ``BAILLEUR``."""


class EmittedBody(Part):
    """The ``data`` of an event we emit; closed, so that nothing undocumented ever leaves."""

    model_config = ConfigDict(extra="forbid")


class Movement(EmittedBody):
    """What an item adds to the ledger of its scope, by line of a convention or ``BAILLEUR``."""

    year: Year = Field(description="Flux year of the credits and engagements.")
    credit: ByLine | None = Field(None, description="Dwellings that shares gave.")
    engaged: ByLine | None = Field(None, description="Dwellings taken: settled units and open proposals.")
    counted: dict[str, ByLine] | None = Field(
        None, description="Units of the décompte, by the year they count in."
    )
    carry: ByLine | None = Field(
        None, description="Part of ``credit`` that a carry-over gave; negative: what it took back."
    )
    cycle: ByLine | None = Field(None, description="Balances of the fixed order.")
    mix: ByLine | None = Field(None, description="Balances of the criteria, by line and segment.")
    counts: dict[str, dict[str, int]] | None = Field(
        None, description="Legal counters kept apart, by line (arrêté du 28 novembre 2011)."
    )


class StreamItem(EmittedBody):
    """One item of ``orientations``, the ordered stream of a scope."""

    scope: str = Field(description="``<bailleur>:<departement>``; also the message key.")
    sequence: int = Field(ge=1, description="Contiguous place within the topic and the scope, from 1.")
    year: Year = Field(description="Flux year of the item, in the département's legal time.")
    bailleur: Siren | None = Field(None, description="SIREN of the landlord.")
    departement: Departement | None = Field(None, description="Département of the scope.")
    cause: Identifier | None = Field(None, description="Identity of the input that caused the item.")
    at: Instant | None = Field(None, description="When it happened (event time).")
    ledger: Movement | None = Field(None, description="What the item adds to the ledger.")


class TextDigests(EmittedBody):
    """Digests of the free texts of an input; the texts themselves never leave the journal's side table."""

    reason_sha256: Sha256 | None = Field(None, description="SHA-256 of the UTF-8 reason that was given.")
    note_sha256: Sha256 | None = Field(None, description="SHA-256 of the UTF-8 note that was given.")


def same_departement(departement: str, communes: Iterable[tuple[str, str]]) -> None:
    """Refuse a commune outside `departement`; `communes` gives the place in the body and the code."""
    for place, commune in communes:
        if departement_of(commune) != departement:
            raise PydanticCustomError(
                "departement_incoherent",
                "La commune « {commune} » est du département {own}, pas du {said}. "
                "Corrigez la commune ou le département : une convention ou une vacance n'en a qu'un.",
                {"commune": commune, "own": departement_of(commune), "said": departement, "at": place},
            )
