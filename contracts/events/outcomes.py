"""Outcomes: what became of a proposal, as réservataires and bailleurs report it."""

from typing import Self

from pydantic import Field, model_validator

from contracts.bodies import Part, ScopedBody
from contracts.events.conventions import one_of
from contracts.values import Code, Count, FreeText, Identifier, Many, NearDate, PartyId
from contracts.vocabulary import CaleolDecision, RefusedBy, Stage


class AboutProposal(ScopedBody):
    """An outcome may name the proposal it answers."""

    proposal_id: Identifier | None = Field(None, description="The proposal; none when it is not known.")


class OutcomeBody(AboutProposal):
    """What nearly every outcome carries."""

    vacancy_id: Identifier = Field(description="The vacancy.")
    reservataire: PartyId = Field(description="The réservataire credited or concerned.")


class CandidatesDesignated(OutcomeBody):
    """Candidates were named for the dwelling; how many, never who (at least three, CCH R.441-3)."""

    count: Count = Field(description="Applications put forward.")
    on_behalf: bool = Field(description="Named by the bailleur on behalf of the réservataire (delegated).")


class ProposalRefused(OutcomeBody):
    """The réservataire, or a candidate, said no."""

    by: RefusedBy = Field(description="Who refused.")
    reason: Code = Field(description="A code of the refusal reasons referential.")
    note: FreeText | None = Field(None, description="A sentence without any person's name.")
    candidates_left: Count | None = Field(None, description="Ranked candidates still standing.")


class CaleolDecided(OutcomeBody):
    """The allocation commission decided (CCH R.441-3)."""

    decision: CaleolDecision = Field(description="Its decision.")
    rank: int | None = Field(None, ge=1, le=100, description="Rank of the candidate retained.")
    public: Many[Code] | None = Field(
        None, description="Publics credited: dalo, prioritaire, premier_quartile…"
    )


class LeaseSigned(OutcomeBody):
    """The lease is signed: the dwelling is let."""

    signed_on: NearDate = Field(description="Day of signature.")


class OrientationConfirmed(OutcomeBody):
    """The bailleur confirms a pre-assignment; the proposal may leave."""


class DecisionOverridden(OutcomeBody):
    """The bailleur re-assigns the dwelling, with a reason that shows in the bilan.

    ``reservataire`` is the new holder; ``BAILLEUR`` or the bailleur's SIREN: it keeps the dwelling.
    """

    reason: FreeText = Field(description="Why, in a sentence without any person's name.")


class ReportedDwelling(Part):
    """One dwelling of a delegated bailleur's report."""

    vacancy_id: Identifier = Field(description="The vacancy.")
    stage: Stage = Field(description="The furthest it went.")
    on: NearDate | None = Field(None, description="Day it reached that stage.")
    public: Many[Code] | None = Field(None, description="Publics credited.")


class DelegationReported(AboutProposal):
    """A bailleur in delegated management reports what it did for a réservataire over a period."""

    vacancy_id: Identifier | None = Field(None, description="Left out: the lines name the vacancies.")
    reservataire: PartyId = Field(description="The réservataire reported to.")
    convention_id: Identifier = Field(description="The convention reported on.")
    period: str = Field(
        pattern=r"^20[0-9]{2}(?:-(?:0[1-9]|1[0-2])|-T[1-4])?$",
        description="``2026``, ``2026-03`` or ``2026-T1``.",
    )
    lines: Many[ReportedDwelling] = Field(description="The dwellings of the period.")


class ExclusionContested(OutcomeBody):
    """A party disagrees that a vacancy is outside the flux."""

    by: PartyId = Field(description="Who contests it.")
    reason: FreeText = Field(description="Why, in a sentence without any person's name.")


class ContestationAnswered(AboutProposal):
    """The answer to a contestation of a vacancy or of a convention; by who contests, it says that it is satisfied."""

    vacancy_id: Identifier | None = Field(None, description="The vacancy contested.")
    convention_id: Identifier | None = Field(None, description="The convention contested, in its place.")
    reservataire: PartyId = Field(description="The réservataire answered.")
    by: PartyId = Field(description="Who answers.")
    reason: FreeText = Field(description="The answer, in a sentence without any person's name.")

    @model_validator(mode="after")
    def _answers_one_thing(self) -> Self:
        one_of({"vacancy_id": self.vacancy_id, "convention_id": self.convention_id})
        return self
