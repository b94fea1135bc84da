"""Who may say what, and where: topic, source and body must name one and the same party."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contracts.rejected import Rejected, RejectionReason

Trust = Literal["topics", "open"]
"""``topics``: per-party topics only, guarded by the broker's ACLs; ``open``: shared topics too."""

ORIENTATION, COMPLIANCE = "/aiguillage/orientation", "/aiguillage/compliance"
"""The sources of what the services themselves say."""

_SOURCE = re.compile(
    r"/(?:bailleurs/(?P<bailleur>[0-9]{9})|reservataires/(?P<reservataire>[A-Z0-9][A-Z0-9-]{0,63}))"
)

RESERVATAIRE_SAYS: Mapping[str, tuple[str, ...]] = {
    "candidates.designated": ("reservataire",),
    "proposal.refused": ("reservataire",),
    "concertation.answered": ("reservataire",),
    "exclusion.contested": ("reservataire", "by"),
    "contestation.answered": ("reservataire", "by"),
    "convention.contested": ("by",),
}
"""What a réservataire may say, and the fields of the body that must be itself; all else is the bailleur's."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """The party behind a source."""

    role: Literal["bailleur", "reservataire"]
    party: str


def speaker_of(source: str) -> Speaker:
    """The party a source names: ``/bailleurs/<siren>`` or ``/reservataires/<id>``; raises `Rejected`."""
    match = _SOURCE.fullmatch(source)
    if match is None:
        raise Rejected(
            RejectionReason.ENVELOPPE,
            "$.source",
            f"« {source[:80]} » n'est pas un émetteur : "
            "écrivez /bailleurs/<SIREN> ou /reservataires/<identifiant>.",
        )
    role: Literal["bailleur", "reservataire"] = "bailleur" if match["bailleur"] else "reservataire"
    return Speaker(role, match[role])


def check_topic(topic: str, family: str, kind: str, speaker: Speaker, trust: Trust) -> None:
    """Refuse an event on a topic that is not its family's, or not its speaker's."""
    name, _, suffix = topic.partition(".")
    if name != family:
        raise Rejected(
            RejectionReason.TOPIC_INATTENDU,
            "$.type",
            f"{kind} se publie sur {family} ou {family}.<émetteur>, pas sur {topic[:80]}.",
        )
    if not suffix and trust != "open":
        raise Rejected(
            RejectionReason.TOPIC_PARTAGE,
            "$.source",
            f"Le topic partagé {family} n'est ouvert qu'avec AIGUILLAGE_TRUST=open : "
            f"publiez sur {family}.{speaker.party}.",
        )
    if suffix and suffix != speaker.party:
        raise Rejected(
            RejectionReason.EMETTEUR,
            "$.source",
            f"Le topic {topic[:80]} n'est pas celui de {speaker.party} : "
            f"publiez sur {family}.{speaker.party}.",
        )


def check_body(kind: str, speaker: Speaker, data: Mapping[str, Any]) -> None:
    """Refuse a body that speaks for somebody else."""
    fields = ("bailleur",) if speaker.role == "bailleur" else RESERVATAIRE_SAYS.get(kind, ())
    if not fields:
        allowed = ", ".join(RESERVATAIRE_SAYS)
        raise Rejected(
            RejectionReason.EMETTEUR,
            "$.type",
            f"{kind} revient au bailleur ; un réservataire peut publier : {allowed}.",
        )
    for field in fields:
        if data.get(field) != speaker.party:
            raise Rejected(
                RejectionReason.EMETTEUR,
                f"$.data.{field}",
                f"L'émetteur est {speaker.party} et le message parle pour « {data.get(field)} » : "
                "chacun ne parle que pour soi.",
            )
