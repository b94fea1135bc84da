"""Programmes: new dwellings let for the first time, split in concertation (theme 7a)."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.bodies import Part, ScopedBody, same_departement
from contracts.events.vacancies import Dwelling
from contracts.values import Count, FreeText, Identifier, Many, NearDate, PartyId
from contracts.vocabulary import Answer, Financement, Typologie

MOST_DWELLINGS, MOST_COMMITMENTS = 500, 100
"""A larger building is opened in tranches: a split must be read by people, and found in bounded time."""


class Commitment(Part):
    """Dwellings of a programme promised to a réservataire in return for land, a loan or a guarantee."""

    reservataire: PartyId = Field(description="Who was promised them.")
    financement: Financement | None = Field(None, description="Of this financement only.")
    typologie: Typologie | None = Field(None, description="Of this typologie only.")
    count: Count = Field(description="Dwellings promised.")


class ProgrammeOpened(ScopedBody):
    """A new building to be let for the first time."""

    programme_id: Identifier = Field(description="The bailleur's id of the programme.")
    dwellings: Many[Dwelling] = Field(
        min_length=1, max_length=MOST_DWELLINGS, description="Its dwellings, each once."
    )
    commitments: Many[Commitment] = Field(
        max_length=MOST_COMMITMENTS,
        description="What was promised to whom, a convention in force or not: it paid for the building.",
    )
    answer_by: NearDate = Field(description="Last day to answer the proposed split.")

    @model_validator(mode="after")
    def _in_one_departement(self) -> Self:
        communes = ((f"dwellings[{n}].commune", home.commune) for n, home in enumerate(self.dwellings))
        same_departement(self.departement, communes)
        return self

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen = set[str]()
        for number, home in enumerate(self.dwellings):
            if home.dwelling_id in seen:
                raise PydanticCustomError(
                    "valeur_invalide",
                    "Le logement « {found} » est deux fois dans le programme. Ne le donnez qu'une fois.",
                    {"found": home.dwelling_id, "at": f"dwellings[{number}].dwelling_id"},
                )
            seen.add(home.dwelling_id)
        return self


class ConcertationAnswered(ScopedBody):
    """A réservataire's word on the proposed split."""

    programme_id: Identifier = Field(description="The programme.")
    reservataire: PartyId = Field(description="Who answers.")
    answer: Answer = Field(description="Agrees or objects.")
    reason: FreeText | None = Field(None, description="Why, in a sentence without any person's name.")
    round: int | None = Field(None, ge=1, le=2, description="Round it answers; none: the current one.")
    objected: Many[Identifier] | None = Field(
        None, description="Dwellings it objects to; none: all those the split gives it."
    )
