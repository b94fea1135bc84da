"""Every event of version 1: its short type, its body, the topics it goes by."""

from collections.abc import Mapping
from typing import Annotated, get_args, get_origin

from contracts.bodies import EmittedBody, InputBody
from contracts.events import (
    alerts,
    checkpoints,
    concertations,
    conventions,
    orientations,
    outcomes,
    programmes,
    progress,
    proposals,
    rulebooks,
    vacancies,
)

FAMILIES: Mapping[str, Mapping[str, type[InputBody]]] = {
    "vacancies": {
        "vacancy.declared": vacancies.VacancyDeclared,
        "vacancy.amended": vacancies.VacancyAmended,
        "vacancy.withdrawn": vacancies.VacancyWithdrawn,
    },
    "conventions": {
        "convention.signed": conventions.ConventionSigned,
        "convention.adjusted": conventions.ConventionAdjusted,
        "convention.ended": conventions.ConventionEnded,
        "convention.contested": conventions.ConventionContested,
        "forecast.declared": conventions.ForecastDeclared,
    },
    "programmes": {
        "programme.opened": programmes.ProgrammeOpened,
        "concertation.answered": programmes.ConcertationAnswered,
    },
    "outcomes": {
        "candidates.designated": outcomes.CandidatesDesignated,
        "proposal.refused": outcomes.ProposalRefused,
        "caleol.decided": outcomes.CaleolDecided,
        "lease.signed": outcomes.LeaseSigned,
        "orientation.confirmed": outcomes.OrientationConfirmed,
        "decision.overridden": outcomes.DecisionOverridden,
        "delegation.reported": outcomes.DelegationReported,
        "exclusion.contested": outcomes.ExclusionContested,
        "contestation.answered": outcomes.ContestationAnswered,
    },
}
"""What we receive: family of topics → short type → body. A family's topics are ``<family>`` and
``<family>.<party>``."""

INPUTS: Mapping[str, type[InputBody]] = {
    kind: body for family in FAMILIES.values() for kind, body in family.items()
}
"""Short type → body of what we receive."""

TOPIC_OF: Mapping[str, str] = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
"""Short type of what we receive → family of topics."""

EMITTED: Mapping[str, tuple[type[EmittedBody], tuple[str, ...]]] = {
    "orientation.decided": (orientations.OrientationDecided, ("orientations",)),
    "proposal.issued": (proposals.ProposalIssued, ("orientations", "proposals.{reservataire}")),
    "proposal.expired": (proposals.ProposalExpired, ("orientations", "proposals.{reservataire}")),
    "proposal.withdrawn": (proposals.ProposalWithdrawn, ("orientations", "proposals.{reservataire}")),
    "proposal.closed": (proposals.ProposalClosed, ("proposals.{reservataire}",)),
    "outcome.recorded": (orientations.OutcomeRecorded, ("orientations", "proposals.{reservataire}")),
    "convention.recorded": (orientations.ConventionRecorded, ("orientations", "proposals.{reservataire}")),
    "forecast.recorded": (orientations.ForecastRecorded, ("orientations",)),
    "vacancy.recorded": (orientations.VacancyRecorded, ("orientations",)),
    "programme.recorded": (orientations.ProgrammeRecorded, ("orientations", "proposals.{reservataire}")),
    "concertation.proposed": (concertations.ConcertationProposed, ("orientations", "concertations")),
    "concertation.concluded": (concertations.ConcertationConcluded, ("orientations", "concertations")),
    "progress.updated": (progress.ProgressUpdated, ("progress",)),
    "alert.raised": (alerts.AlertRaised, ("alerts",)),
    "alert.cleared": (alerts.AlertCleared, ("alerts",)),
    "checkpoint.published": (checkpoints.CheckpointPublished, ("checkpoints",)),
    "rulebook.published": (rulebooks.RulebookPublished, ("rulebooks",)),
    "rulebook.activated": (rulebooks.RulebookActivated, ("rulebooks.reports",)),
    "rulebook.refused": (rulebooks.RulebookRefused, ("rulebooks.reports",)),
}
"""What we emit: short type → body, topics."""


def free_texts(body: type[InputBody]) -> tuple[str, ...]:
    """The fields of a body that hold a sentence somebody wrote."""
    return tuple(name for name, field in body.model_fields.items() if _is_free(field.rebuild_annotation()))


def _is_free(annotation: object) -> bool:
    if get_origin(annotation) is Annotated and "erasable" in get_args(annotation)[1:]:
        return True
    return any(_is_free(part) for part in get_args(annotation))
