"""Alerts: a commitment or a legal bound is in danger, and no longer is, on topic ``alerts``."""

from pydantic import Field

from contracts.bodies import EmittedBody
from contracts.events.progress import GapCauses
from contracts.values import (
    Amount,
    Code,
    FractionText,
    Identifier,
    Instant,
    Many,
    NearDate,
    PartyId,
    Sha256,
    Year,
)
from contracts.vocabulary import AlertSeverity, CorrectionMethod


class CorrectiveAction(EmittedBody):
    """What the parties may do about it."""

    action: CorrectionMethod = Field(description="The remedy.")
    units: FractionText | None = Field(None, description="Dwellings it moves.")
    years: int | None = Field(None, ge=1, description="Years it is spread over.")
    refund_eur: Amount | None = Field(None, description="Sum refunded, euros.")
    because: str | None = Field(None, description="Why this one, in French.")


class AlertItem(EmittedBody):
    """What raising and clearing have in common."""

    alert_id: Identifier = Field(description="Derived from what it is about; the same when cleared.")
    scope: str = Field(description="``<bailleur>:<departement>``.")
    sequence: int = Field(ge=1, description="Contiguous place within the topic and the scope, from 1.")
    year: Year | None = Field(None, description="Flux year.")
    convention_id: Identifier | None = Field(None, description="The convention; none: the whole scope.")
    kind: Code = Field(description="What is wrong, a word of the conformite rules.")
    severity: AlertSeverity = Field(description="How urgent.")
    since: Instant = Field(description="Event time it began.")
    figures: dict[str, FractionText] = Field(description="The figures that show it.")
    causes: GapCauses | None = Field(None, description="Why there is a gap.")
    corrective_action: CorrectiveAction | None = Field(None, description="What may be done.")
    because: Many[str] = Field(description="The explanation, in French.")
    reservataire: PartyId | None = Field(None, description="Who holds the convention.")
    watched_on: NearDate | None = Field(
        None, description="Civil day, in the département, at the end of which it was found so."
    )
    advice: str | None = Field(None, description="What had better be done, in French.")
    concerned: Many[Identifier] | None = Field(
        None, description="Vacancies, réservataires or programmes it is about; the longest waiting first."
    )
    rule: Identifier | None = Field(None, description="Id of the rule of `conformite` that raised it.")
    rulebook: Sha256 | None = Field(None, description="Digest of the rulebook that was in force.")


class AlertRaised(AlertItem):
    """Something needs attention."""


class AlertCleared(AlertItem):
    """It no longer does."""

    cleared_at: Instant | None = Field(None, description="Event time it ended.")
