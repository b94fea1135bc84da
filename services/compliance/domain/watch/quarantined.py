"""The alert about a scope that is set aside: nothing of it is counted or judged until it is mended."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from compliance.domain.watch.standing import PRESENT, Key
from contracts.envelope import derived_id
from contracts.values import instant_text

KIND = "perimetre_a_l_ecart"
KEY: Key = (KIND, "", PRESENT)
BACK = "L'alerte s'éteint : le périmètre est de nouveau suivi."
ADVICE = "Ne concluez rien des derniers chiffres de ce périmètre ; prévenez l'exploitant du service."


def alert_of(
    scope: str, since: datetime, on: date, why: str, digest: str, sequence: int
) -> Mapping[str, Any]:
    """The body of `alert.raised`; `on` is the last evening that was judged, `why` a French sentence."""
    told = instant_text(since)
    return {
        "alert_id": derived_id(f"{scope} {KIND} None {told}", PRESENT),
        "scope": scope,
        "sequence": sequence,
        "kind": KIND,
        "severity": "critical",
        "since": told,
        "watched_on": on.isoformat(),
        "figures": {},
        "advice": ADVICE,
        "because": [why],
        "rule": KIND,
        "rulebook": digest,
    }
