"""What orientation decided and recorded: the ordered stream of a scope, on topic ``orientations``."""

from typing import Any, Literal

from pydantic import Field

from contracts.bodies import EmittedBody, StreamItem, TextDigests
from contracts.events.conventions import ConventionTerms, Effective, Reservataire
from contracts.events.outcomes import ReportedDwelling
from contracts.events.programmes import Commitment
from contracts.events.vacancies import Dwelling, Vacancy
from contracts.values import (
    Code,
    Commune,
    Count,
    FractionText,
    Identifier,
    Instant,
    Many,
    NearDate,
    PartyId,
    Percent,
    Sha256,
)
from contracts.vocabulary import (
    CaleolDecision,
    DecisionOutcome,
    Financement,
    ForecastStatus,
    Management,
    OutcomeStatus,
    RefusedBy,
    Stage,
    Typologie,
)

OWN_SEQUENCE: Any = Field(None, ge=1, description="Its place on ``proposals.<réservataire>``.")
"""The field of a place on the réservataire's own topic."""


class Alternative(EmittedBody):
    """A party that could have had the dwelling, best placed first, and why it has it or not."""

    reservataire: PartyId | None = Field(None, description="The réservataire; none: the bailleur.")
    convention_id: Identifier | None = Field(None, description="Its convention.")
    line: Identifier | None = Field(None, description="Line of the convention, or ``BAILLEUR``.")
    share: FractionText | None = Field(None, description="Its share of the flux here.")
    carry: FractionText | None = Field(
        None, description="Part of this share that a carry-over adds or takes."
    )
    credit: FractionText = Field(description="Dwellings it was entitled to so far.")
    engaged: FractionText = Field(description="Dwellings it had or was being offered.")
    eligible: bool = Field(description="Whether it could have been chosen.")
    because: str = Field(description="Why, in French.")


class OrientationDecided(StreamItem):
    """One decision about one vacancy; the latest not superseded is the current one."""

    decision_id: Identifier = Field(description="Derived from the cause.")
    vacancy_id: Identifier = Field(description="The vacancy decided.")
    attempt: int = Field(ge=1, description="Round of the dwelling, from 1.")
    supersedes: Identifier | None = Field(None, description="The decision it replaces.")
    decided_at: Instant = Field(description="When (event time).")
    outcome: DecisionOutcome = Field(description="What was decided.")
    reservataire: PartyId | None = Field(None, description="Who gets it.")
    convention_id: Identifier | None = Field(None, description="By which convention.")
    line: Identifier | None = Field(None, description="By which line of it, or ``BAILLEUR``.")
    proposal_id: Identifier | None = Field(None, description="The proposal that follows.")
    reason: Code | None = Field(None, description="Why it is outside the flux, held, or has no holder.")
    alternatives: Many[Alternative] = Field(description="Everybody considered, best placed first.")
    because: Many[str] = Field(description="The explanation, in French, in order.")
    rules: Many[Identifier] = Field(description="Ids of the rules that were used.")
    rulebook: Sha256 = Field(description="Digest of the rulebook that was in force.")
    warnings: Many[str] | None = Field(None, description="What people should look at, in French.")
    vacancy: Vacancy | None = Field(None, description="The vacancy as declared or amended.")
    construction_period: Identifier | None = Field(
        None, description="Construction period of the dwelling, a segment of the referential."
    )
    declared_at: Instant | None = Field(None, description="When it was declared; settles its flux year.")
    management: Management | None = Field(None, description="Who designates the candidates.")
    due: Instant | None = Field(None, description="When it is taken up again without an answer.")
    first_round: bool | None = Field(None, description="Whether shares accrued with this decision.")
    shares: dict[str, FractionText] | None = Field(None, description="Shares of the flux here, by line.")
    held_until: Instant | None = Field(None, description="When a held vacancy is decided anyway.")
    counted_apart: bool | None = Field(
        None, description="A first letting counted apart from the flux, by the ``apart_*`` counters."
    )


class LateRefusal(EmittedBody):
    """Why an outcome that waited was refused in the end."""

    reason: Code = Field(description="Code of the refusal.")
    path: str = Field(description="JSON path of the fault.")
    message: str = Field(description="What to do, in French.")


class OutcomeRecorded(TextDigests, StreamItem):
    """An outcome was accepted, and what it changed."""

    outcome: Identifier = Field(description="Short type of the event accepted, e.g. ``lease.signed``.")
    status: OutcomeStatus = Field(description="What it changed.")
    proposal_id: Identifier | None = Field(None, description="The proposal.")
    vacancy_id: Identifier | None = Field(None, description="The vacancy.")
    reservataire: PartyId | None = Field(None, description="The réservataire credited or concerned.")
    convention_id: Identifier | None = Field(None, description="The convention concerned.")
    line: Identifier | None = Field(None, description="Line of it.")
    count: Count | None = Field(None, description="Applications put forward.")
    spoken_by: PartyId | None = Field(None, description="Who said it.")
    on_behalf: bool | None = Field(None, description="Said by the bailleur on behalf of the réservataire.")
    by: RefusedBy | PartyId | None = Field(None, description="Who refused, contested or answered.")
    reason: Code | None = Field(None, description="Refusal code.")
    candidates_left: Count | None = Field(None, description="Ranked candidates still standing.")
    decision: CaleolDecision | None = Field(None, description="Decision of the commission.")
    rank: int | None = Field(None, ge=1, description="Rank of the candidate retained.")
    public: Many[Code] | None = Field(None, description="Publics credited.")
    signed_on: NearDate | None = Field(None, description="Day the lease was signed.")
    period: str | None = Field(None, description="Period of a delegation report.")
    lines: Many[ReportedDwelling] | None = Field(None, description="Dwellings of a delegation report.")
    of: Sha256 | None = Field(None, description="Identity of the outcome that waited and is now settled.")
    due: Instant | None = Field(None, description="Until when a parked outcome waits.")
    occurred_on: NearDate | None = Field(
        None, description="Civil day of a parked outcome: the rules and the year it is counted by."
    )
    closes: Code | None = Field(None, description="Typed cause that ends the proposal.")
    stage: Stage | None = Field(None, description="Stage the dwelling reached.")
    error: LateRefusal | None = Field(None, description="Why it was refused after its wait.")
    reservataire_sequence: int | None = OWN_SEQUENCE


class ConventionRecorded(ConventionTerms, TextDigests, StreamItem):
    """A convention was accepted, adjusted, ended or contested."""

    convention_id: Identifier = Field(description="The convention.")
    change: Literal["signed", "adjusted", "ended", "contested"] = Field(description="What happened to it.")
    reservataire: Reservataire | None = Field(None, description="Who holds the reservation.")
    effective: Effective | None = Field(None, description="Days in force.")
    on: NearDate | None = Field(None, description="Last day in force, when ended.")
    by: PartyId | None = Field(None, description="Who contests it.")
    spoken_by: PartyId | None = Field(None, description="Who said so, when contested.")
    on_behalf: bool | None = Field(None, description="Said by the bailleur on behalf of who contests it.")
    reservataire_sequence: int | None = OWN_SEQUENCE


class ForecastRecorded(StreamItem):
    """A forecast of the year's flux was accepted."""

    flux: Count = Field(description="Dwellings expected in the flux.")
    by_operation: dict[Code, Count] | None = Field(
        None, description="Dwellings expected outside, by operation."
    )
    taux_rotation_percent: Percent | None = Field(None, description="Expected rotation rate.")
    status: ForecastStatus = Field(description="Draft or shared.")


class Entered(EmittedBody):
    """How a dwelling had entered the year's figures (CCH R.441-5-1)."""

    into: Literal["flux", "outside_flux"] = Field(description="In the flux, or left outside it.")
    on: NearDate = Field(description="Civil day of its declaration, in the département's legal time.")
    reason: Code | None = Field(None, description="Why it was outside.")
    programme_id: Identifier | None = Field(
        None, description="Programme of a first letting that joined the flux."
    )
    typologie: Typologie = Field(description="Main rooms.")
    financement: Financement = Field(description="Loan or aid that built it.")
    qpv: Literal["qpv", "hors_qpv"] = Field(description="Whether it stands in a priority neighbourhood.")
    commune: Commune = Field(description="INSEE code.")
    construction_period: Identifier = Field(description="Segment of the referential, or ``inconnue``.")


class VacancyRecorded(TextDigests, StreamItem):
    """An amendment or a withdrawal of a vacancy was accepted."""

    vacancy_id: Identifier = Field(description="The vacancy.")
    change: Literal["amended", "withdrawn", "convention_ended"] = Field(description="What happened to it.")
    status: OutcomeStatus = Field(description="What it changed.")
    undoes: Entered | None = Field(
        None, description="How the vacancy had entered the year's figures, now taken back."
    )


class ProgrammeRecorded(StreamItem):
    """A programme was opened, or an answer about it accepted."""

    programme_id: Identifier = Field(description="The programme.")
    change: Literal["opened", "answered"] = Field(description="What happened to it.")
    dwellings: Many[Dwelling] | None = Field(None, description="Its dwellings.")
    commitments: Many[Commitment] | None = Field(None, description="What was promised to whom.")
    answer_by: NearDate | None = Field(None, description="Last day to answer.")
    reservataire: PartyId | None = Field(None, description="Who answered.")
    answer: Code | None = Field(None, description="Its answer.")
    reason_sha256: Sha256 | None = Field(None, description="SHA-256 of the reason that was given.")
    status: OutcomeStatus | None = Field(None, description="What it changed.")
    round: int | None = Field(None, ge=1, description="Round of the concertation it speaks of.")
    objected: Many[Identifier] | None = Field(None, description="Dwellings it gives up by its objection.")
    spoken_by: PartyId | None = Field(None, description="Who said so, when answered.")
    on_behalf: bool | None = Field(None, description="Told by the bailleur on behalf of the réservataire.")
    reservataire_sequence: int | None = OWN_SEQUENCE
