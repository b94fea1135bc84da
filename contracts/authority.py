"""Authority by act: whose word each act is, who may say it for them, and whom it is told to.

The one source of what is checked (`contracts.speakers` at the edge, orientation against the conventions in force), of
the page ``docs/authority.md`` and of the tests. An act is a type of input or, where one type holds several parties'
words, one of its variants.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contracts.vocabulary import Delegation

Role = Literal["bailleur", "reservataire"]
Data = Mapping[str, Any]
"""The ``data`` of an input."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `owner` is whose word it is; `fields` of the body name that party, all of them the same.

    `delegation` is what a convention must delegate for the bailleur to say a réservataire's word; None: nobody may.
    `is_designation` tells that delegated management (10b) gives it to the bailleur as well. `told` are the events that
    reach the réservataire's own topic ``proposals.<id>`` because of the act; whatever is said on behalf is told too.
    """

    kind: str
    owner: Role
    fields: tuple[str, ...]
    variant: str = ""
    delegation: Delegation | None = None
    is_designation: bool = False
    told: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its type and variant, as people read it: ``proposal.refused (by: candidat)``."""
        return f"{self.kind} ({self.variant})" if self.variant else self.kind

    def party(self, data: Data) -> str:
        """Whose word it is in a body."""
        return str(data.get(self.fields[-1]))


@dataclass(frozen=True, slots=True)
class Word:
    """Who said an act, and for whom: ``spoken_by`` differs from ``party`` when it was said on behalf."""

    act: Act
    party: str
    spoken_by: str

    @property
    def on_behalf(self) -> bool:
        """Whether the bailleur said a réservataire's word."""
        return self.spoken_by != self.party


def _bailleurs(kind: str, *told: str, variant: str = "", by: bool = False) -> Act:
    fields = ("bailleur", "by") if by else ("bailleur",)
    return Act(kind, "bailleur", fields, variant, told=told)


def _reservataires(
    kind: str,
    delegation: Delegation,
    *told: str,
    fields: tuple[str, ...] = ("reservataire",),
    variant: str = "",
    is_designation: bool = False,
) -> Act:
    return Act(kind, "reservataire", fields, variant, delegation, is_designation, told)


_CLOSED = "proposal.closed"
_ENDED = ("proposal.withdrawn", _CLOSED)
_BY_BAILLEUR, _BY_RESERVATAIRE = "by: the bailleur", "by: a réservataire"

ACTS: tuple[Act, ...] = (
    _bailleurs("vacancy.declared", "proposal.issued"),
    _bailleurs("vacancy.amended", *_ENDED),
    _bailleurs("vacancy.withdrawn", *_ENDED),
    _bailleurs("convention.signed", "convention.recorded"),
    _bailleurs("convention.adjusted", "convention.recorded"),
    _bailleurs("convention.ended", "convention.recorded", *_ENDED),
    _bailleurs("convention.contested", "convention.recorded", variant=_BY_BAILLEUR, by=True),
    _reservataires(
        "convention.contested",
        "contestation",
        "convention.recorded",
        fields=("by",),
        variant=_BY_RESERVATAIRE,
    ),
    _bailleurs("forecast.declared"),
    _bailleurs("programme.opened"),
    _reservataires("concertation.answered", "concertation"),
    _reservataires("candidates.designated", "designation", variant="count: 1 or more", is_designation=True),
    _reservataires("candidates.designated", "refusal", _CLOSED, variant="count: 0"),
    _reservataires("proposal.refused", "refusal", _CLOSED, variant="by: reservataire"),
    _bailleurs("proposal.refused", _CLOSED, variant="by: candidat"),
    _bailleurs("caleol.decided", _CLOSED),
    _bailleurs("lease.signed", _CLOSED),
    _bailleurs("orientation.confirmed", "proposal.issued"),
    _bailleurs("decision.overridden", *_ENDED),
    _bailleurs("delegation.reported", "outcome.recorded"),
    _bailleurs("exclusion.contested", variant=_BY_BAILLEUR, by=True),
    _reservataires(
        "exclusion.contested", "contestation", fields=("reservataire", "by"), variant=_BY_RESERVATAIRE
    ),
    _bailleurs("contestation.answered", "outcome.recorded", variant=_BY_BAILLEUR, by=True),
    _reservataires(
        "contestation.answered", "contestation", fields=("reservataire", "by"), variant=_BY_RESERVATAIRE
    ),
)
"""Every act there is, in the order of the catalogue."""

_OF: Mapping[str, tuple[Act, ...]] = {
    kind: tuple(act for act in ACTS if act.kind == kind) for kind in dict.fromkeys(a.kind for a in ACTS)
}


def _by_party(data: Data) -> int:
    return 0 if data.get("by") == data.get("bailleur") else 1


_VARIANT: Mapping[str, Callable[[Data], int]] = {
    "convention.contested": _by_party,
    "exclusion.contested": _by_party,
    "contestation.answered": _by_party,
    "candidates.designated": lambda data: 1 if data.get("count") == 0 else 0,
    "proposal.refused": lambda data: 0 if data.get("by") == "reservataire" else 1,
}
"""Which variant a body is, for the types that hold several."""

RESERVATAIRE_SAYS: tuple[str, ...] = tuple(
    dict.fromkeys(act.kind for act in ACTS if act.owner == "reservataire")
)
"""The types of input by which a réservataire speaks."""


def act_of(kind: str, data: Data) -> Act:
    """The act that an input of short type `kind` is."""
    found = _OF[kind]
    return found[_VARIANT[kind](data)] if len(found) > 1 else found[0]


def word_of(kind: str, source: str, data: Data) -> Word:
    """Who says an accepted input, and whose word it is; `source` is that of its envelope."""
    act = act_of(kind, data)
    return Word(act, act.party(data), source.rpartition("/")[2])


def own_source(kind: str, data: Data) -> str:
    """The source of whoever the word belongs to; a designation said to be on behalf is the bailleur's to say."""
    act = act_of(kind, data)
    if act.owner == "bailleur" or data.get("on_behalf") is True:
        return f"/bailleurs/{data.get('bailleur')}"
    return f"/reservataires/{act.party(data)}"
