"""Concertations: the split of a new programme among réservataires, proposed and concluded."""

from typing import Literal

from pydantic import Field

from contracts.bodies import EmittedBody, StreamItem
from contracts.values import Count, Identifier, Instant, Many, NearDate, PartyId, Sha256
from contracts.vocabulary import Financement, Typologie


class SplitDwelling(EmittedBody):
    """One dwelling of the split."""

    dwelling_id: Identifier = Field(description="The dwelling.")
    reservataire: PartyId | None = Field(description="Who would have it; null: nobody, it joins the flux.")
    because: str = Field(description="Why, in French.")
    financement: Financement | None = Field(None, description="Its financement.")
    typologie: Typologie | None = Field(None, description="Its typologie.")
    commitment: int | None = Field(
        None, ge=1, description="The commitment it honours: its place in ``commitments``, from 1."
    )


class SplitCommitment(EmittedBody):
    """What was promised to a réservataire, and how much of it the split honours."""

    reservataire: PartyId = Field(description="Who was promised dwellings.")
    financement: Financement | None = Field(None, description="Of this financement only.")
    typologie: Typologie | None = Field(None, description="Of this typologie only.")
    count: Count = Field(description="Dwellings promised.")
    honoured: Count = Field(description="Dwellings of the split that honour it.")
    because: str | None = Field(None, description="What it lacks and why, in French.")


class Objection(EmittedBody):
    """A réservataire's objection to the first split."""

    reservataire: PartyId = Field(description="Who objected.")
    objected: Many[Identifier] = Field(description="The dwellings it gave up.")
    reason_sha256: Sha256 | None = Field(None, description="SHA-256 of the reason that was given.")


class ConcertationAnswer(Objection):
    """What a réservataire said of a split, or its silence."""

    answer: Literal["agree", "object", "silent"] = Field(description="Silence is agreement.")
    round: int = Field(ge=1, description="Round it speaks of.")


class ConcertationItem(StreamItem):
    """What every item about a concertation carries, on ``orientations`` and on ``concertations``.

    On ``concertations`` ``sequence`` is `concertation_sequence`.
    """

    programme_id: Identifier = Field(description="The programme.")
    round: int | None = Field(None, ge=1, description="1, or 2 after objections.")
    split: Many[SplitDwelling] = Field(description="Each dwelling once.")
    commitments: Many[SplitCommitment] | None = Field(
        None, description="What was promised, the lines of one kind added up."
    )
    unmet: Many[SplitCommitment] | None = Field(
        None, description="Those of ``commitments`` that are not wholly honoured."
    )
    concertation_sequence: int | None = Field(None, ge=1, description="Place on ``concertations``.")


class ConcertationProposed(ConcertationItem):
    """A split that honours the commitments as well as they can be honoured together."""

    answer_by: NearDate | None = Field(None, description="Last day to answer.")
    respond_by: Instant | None = Field(None, description="When silence becomes agreement.")
    asked: Many[PartyId] | None = Field(None, description="Whose answer is awaited.")
    objections: Many[Objection] | None = Field(None, description="To the first split, in a second round.")


class ConcertationConcluded(ConcertationItem):
    """The concertation is over: each dwelling goes to its réservataire, the others join the flux."""

    conclusion: Literal["agreed", "objected", "unanswered"] = Field(
        description="All agreed or were silent; somebody still objects; nobody said anything."
    )
    answers: Many[ConcertationAnswer] | None = Field(None, description="Every answer, round after round.")
    silent: Many[PartyId] | None = Field(None, description="Who never answered: silence is agreement.")
