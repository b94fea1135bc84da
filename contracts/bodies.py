"""What event bodies have in common: how they are read, the scope they speak of, the stream they stand in."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from contracts.values import Departement, FractionText, Identifier, Instant, Sha256, Siren, Year, departement_of


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


class EmittedBody(Part):
    """The ``data`` of an event we emit; closed, so that nothing undocumented ever leaves."""

    model_config = ConfigDict(extra="forbid")


class CreditState(Part):
    """How a scope's year stands after an item: the counters a replica may check itself against."""

    model_config = ConfigDict(extra="forbid")

    year: Year = Field(description="Flux year of the counters.")
    credit: dict[str, FractionText] = Field(description="Dwellings each party is entitled to so far, by line.")
    engaged: dict[str, FractionText] = Field(description="Settled units plus open proposals, by line.")
    counted: dict[str, FractionText] = Field(description="Units counted by the line's own décompte, by line.")


class StreamItem(EmittedBody):
    """One item of ``orientations``, the ordered stream of a scope."""

    scope: str = Field(description="``<bailleur>:<departement>``; also the message key.")
    sequence: int = Field(ge=1, description="Contiguous place within the topic and the scope, from 1.")
    year: Year = Field(description="Flux year of the item, in the département's legal time.")
    bailleur: Siren | None = Field(None, description="SIREN of the landlord.")
    departement: Departement | None = Field(None, description="Département of the scope.")
    cause: Identifier | None = Field(None, description="Identity of the input that caused the item.")
    at: Instant | None = Field(None, description="When it happened (event time).")
    ledger: CreditState | None = Field(None, description="Counters of the scope's year after the item.")


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
