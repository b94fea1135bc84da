"""Who may say what, and where: topic, source and body must name one and the same party (`contracts.authority`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contracts.authority import RESERVATAIRE_SAYS, Act, Role, act_of
from contracts.rejected import Rejected, RejectionReason

Trust = Literal["topics", "open"]
"""``topics``: per-party topics only, guarded by the broker's ACLs; ``open``: shared topics too."""

ORIENTATION, COMPLIANCE = "/aiguillage/orientation", "/aiguillage/compliance"
"""The sources of what the services themselves say."""

_SOURCE = re.compile(
    r"/(?:bailleurs/(?P<bailleur>[0-9]{9})|reservataires/(?P<reservataire>[A-Z0-9][A-Z0-9-]{0,63}))"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The party behind a source."""

    role: Role
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
    role: Role = "bailleur" if match["bailleur"] else "reservataire"
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
    """Refuse a body that speaks for somebody who may not be spoken for.

    A bailleur may say a réservataire's word where their convention delegates it: orientation, which knows the
    conventions, judges that.
    """
    if speaker.role == "bailleur":
        _refuse_another(("bailleur",), speaker, data)
    act = act_of(kind, data)
    if act.owner == speaker.role:
        _refuse_another(act.fields, speaker, data)
    elif speaker.role == "reservataire":
        raise _not_to_say(act, kind)
    elif any(data[field] != act.party(data) for field in act.fields):
        raise _of_two(act, data)
    _refuse_an_untrue_claim(act, speaker, data)


def _refuse_another(fields: tuple[str, ...], speaker: Speaker, data: Mapping[str, Any]) -> None:
    for field in fields:
        if data.get(field) != speaker.party:
            raise Rejected(
                RejectionReason.EMETTEUR,
                f"$.data.{field}",
                f"L'émetteur est {speaker.party} et le message parle pour « {data.get(field)} » : "
                "chacun ne parle que pour soi.",
            )


def _not_to_say(act: Act, kind: str) -> Rejected:
    """The refusal of what is the bailleur's to say, by its type or by the variant it is."""
    if act.variant and kind in RESERVATAIRE_SAYS:
        return Rejected(
            RejectionReason.EMETTEUR,
            "$.data.by",
            f"{act.name} est la parole du bailleur : un réservataire ne parle que pour soi.",
        )
    allowed = ", ".join(RESERVATAIRE_SAYS)
    return Rejected(
        RejectionReason.EMETTEUR,
        "$.type",
        f"{kind} revient au bailleur ; un réservataire peut publier : {allowed}.",
    )


def _of_two(act: Act, data: Mapping[str, Any]) -> Rejected:
    first = act.fields[0]
    return Rejected(
        RejectionReason.EMETTEUR,
        f"$.data.{first}",
        f"Le message parle pour « {act.party(data)} » et pour « {data[first]} » : "
        f"mettez le même réservataire dans {' et '.join(act.fields)}.",
    )


def _refuse_an_untrue_claim(act: Act, speaker: Speaker, data: Mapping[str, Any]) -> None:
    """Refuse a body that says it is on somebody's behalf and is not, or is and does not say so."""
    said, is_so = data.get("on_behalf"), act.owner != speaker.role
    if said in {None, is_so}:
        return
    remedy = "true" if is_so else "false"
    raise Rejected(
        RejectionReason.EMETTEUR,
        "$.data.on_behalf",
        f"on_behalf vaut {str(said).lower()} et c'est {speaker.party} qui parle pour {act.party(data)} : "
        f"écrivez {remedy}, ou laissez-lui la parole.",
    )
