"""Programmes: new dwellings let for the first time, split in concertation (theme 7a)."""

from typing import Self

from pydantic import Field, model_validator

from contracts.bodies import Part, ScopedBody, same_departement
from contracts.events.vacancies import Dwelling
from contracts.values import Count, FreeText, Identifier, Many, NearDate, PartyId
from contracts.vocabulary import Answer, Financement, Typologie


class Commitment(Part):
    """Dwellings of a programme promised to a réservataire in return for land, a loan or a guarantee."""

    reservataire: PartyId = Field(description="Who was promised them.")
    financement: Financement | None = Field(None, description="Of this financement only.")
    typologie: Typologie | None = Field(None, description="Of this typologie only.")
    count: Count = Field(description="Dwellings promised.")


class ProgrammeOpened(ScopedBody):
    """A new building to be let for the first time."""

    programme_id: Identifier = Field(description="The bailleur's id of the programme.")
    dwellings: Many[Dwelling] = Field(min_length=1, description="Its dwellings.")
    commitments: Many[Commitment] = Field(description="What was promised to whom.")
    answer_by: NearDate = Field(description="Last day to answer the proposed split.")

    @model_validator(mode="after")
    def _in_one_departement(self) -> Self:
        communes = ((f"dwellings[{n}].commune", home.commune) for n, home in enumerate(self.dwellings))
        same_departement(self.departement, communes)
        return self


class ConcertationAnswered(ScopedBody):
    """A réservataire's word on the proposed split."""

    programme_id: Identifier = Field(description="The programme.")
    reservataire: PartyId = Field(description="Who answers.")
    answer: Answer = Field(description="Agrees or objects.")
    reason: FreeText | None = Field(None, description="Why, in a sentence without any person's name.")
