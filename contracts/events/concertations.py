"""Concertations: the split of a new programme among réservataires, proposed and concluded."""

from typing import Literal

from pydantic import Field

from contracts.bodies import EmittedBody, StreamItem
from contracts.values import Identifier, Many, NearDate, PartyId


class SplitDwelling(EmittedBody):
    """One dwelling of the split."""

    dwelling_id: Identifier = Field(description="The dwelling.")
    reservataire: PartyId | None = Field(description="Who would have it; null: the bailleur.")
    because: str = Field(description="Why, in French.")


class ConcertationProposed(StreamItem):
    """A split that honours the commitments as well as they can be honoured together."""

    programme_id: Identifier = Field(description="The programme.")
    split: Many[SplitDwelling] = Field(description="Each dwelling once.")
    answer_by: NearDate | None = Field(None, description="Last day to answer.")


class ConcertationConcluded(StreamItem):
    """The concertation is over."""

    programme_id: Identifier = Field(description="The programme.")
    conclusion: Literal["agreed", "objected", "unanswered"] = Field(description="How it ended.")
    split: Many[SplitDwelling] = Field(description="The split retained.")
