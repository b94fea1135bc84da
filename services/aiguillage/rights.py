"""Who may do what on the cluster: the topics of each party, and the ACLs that keep each in its own."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from compliance.app import GROUP as COMPLIANCE
from contracts.catalogue import EMITTED, FAMILIES
from orientation.app import GROUP as ORIENTATION

BAILLEUR = re.compile(r"[0-9]{9}")
PARTY = re.compile(r"[A-Z0-9][A-Z0-9-]{0,63}")
BAILLEURS_OWN = "vacancies"
"""The family no réservataire says anything in."""
TO_EVERYBODY = ("progress", "alerts", "concertations")
BY_BOTH = ("checkpoints", "rulebooks.reports")

Operation = Literal["Read", "Write"]


@dataclass(frozen=True, slots=True)
class Right:
    """One ACL; a principal is a SCRAM user, or what the cluster makes of a certificate's name."""

    principal: str
    operation: Operation
    resource: Literal["topic", "group"]
    name: str
    is_prefix: bool = False
    """Whether it holds for every name that begins so; both imply the right to describe."""

    @property
    def arguments(self) -> str:
        """As `kafka-acls.sh` takes it."""
        pattern = " --resource-pattern-type prefixed" if self.is_prefix else ""
        return (
            f"--allow-principal User:{self.principal} --operation {self.operation} "
            f"--{self.resource} {self.name}{pattern}"
        )


def written_by(party: str) -> list[str]:
    """The topics a party speaks on; `ValueError` when that is no party's name."""
    if not PARTY.fullmatch(party):
        raise ValueError(f"{party} n'est ni un SIREN, ni un identifiant de réservataire (A-Z, 0-9, -).")
    is_bailleur = BAILLEUR.fullmatch(party)
    return [f"{family}.{party}" for family in FAMILIES if is_bailleur or family != BAILLEURS_OWN]


def told_to(party: str) -> list[str]:
    """The topics meant for a party alone: its proposals, and what was refused of its words."""
    proposals = [] if BAILLEUR.fullmatch(party) else [f"proposals.{party}"]
    return [*proposals, *(f"{topic}.rejected" for topic in written_by(party))]


def told_to_everybody() -> list[str]:
    """What services write, whoever it is for."""
    return sorted({topic for _, topics in EMITTED.values() for topic in topics if "{" not in topic})


def rights(parties: Sequence[str]) -> list[Right]:
    """Every right both services and these parties need, and nothing more.

    Both services may write what was refused of these parties' topics, never on those topics themselves.
    """
    return [*_of_orientation(parties), *_of_compliance(), *(r for party in parties for r in _of(party))]


def _of_orientation(parties: Iterable[str]) -> list[Right]:
    refused = [f"{topic}.rejected" for party in parties for topic in written_by(party)]
    shared = ("orientations", "concertations", *BY_BOTH, *(f"{family}.rejected" for family in FAMILIES))
    return [
        *(Right(ORIENTATION, "Read", "topic", family, is_prefix=True) for family in FAMILIES),
        *(Right(ORIENTATION, "Write", "topic", topic) for topic in (*shared, *refused)),
        Right(ORIENTATION, "Write", "topic", "proposals.", is_prefix=True),
        Right(ORIENTATION, "Read", "topic", "rulebooks"),
        Right(ORIENTATION, "Read", "group", ORIENTATION),
    ]


def _of_compliance() -> list[Right]:
    return [
        *(Right(COMPLIANCE, "Read", "topic", topic) for topic in ("orientations", "rulebooks")),
        *(Right(COMPLIANCE, "Write", "topic", topic) for topic in ("progress", "alerts", *BY_BOTH)),
        Right(COMPLIANCE, "Read", "group", COMPLIANCE),
    ]


def _of(party: str) -> list[Right]:
    stream = ("orientations",) if BAILLEUR.fullmatch(party) else ()
    return [
        *(Right(party, "Write", "topic", topic) for topic in written_by(party)),
        *(Right(party, "Read", "topic", topic) for topic in (*told_to(party), *TO_EVERYBODY, *stream)),
        Right(party, "Read", "group", f"{party}.", is_prefix=True),
    ]
