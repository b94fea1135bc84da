"""Who may do what on the cluster: the ACLs that keep each party in its own, and the services in theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from aiguillage.party_topics import told_to, written_by
from compliance.app import GROUP as COMPLIANCE
from contracts.catalogue import FAMILIES
from contracts.speakers import Speaker
from orientation.app import GROUP as ORIENTATION

OPERATOR = "aiguillage-operateur"
"""Who proves, repairs, recovers and publishes rules, by the commands."""
TO_EVERYBODY = ("progress", "alerts", "concertations")
BY_BOTH = ("checkpoints", "rulebooks.reports")
STREAM = "orientations"
"""The decisions of every bailleur: whoever has it can count again what anybody was given."""

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


def rights(speakers: Sequence[Speaker], followers: Sequence[str] = ()) -> list[Right]:
    """Every right both services, their operator and these parties need, and nothing more.

    Only the followers, parties or observatories, read the ordered stream. Both services may write what was
    refused of the parties' topics, never on those topics themselves.
    """
    found = [
        *_of_orientation(speakers),
        *_of_compliance(),
        *_of_the_operator(speakers),
        *(right for speaker in speakers for right in _of(speaker)),
        *(right for name in followers for right in _of_a_follower(name)),
    ]
    return list(dict.fromkeys(found))


def _of_orientation(speakers: Iterable[Speaker]) -> list[Right]:
    refused = [f"{topic}.rejected" for speaker in speakers for topic in written_by(speaker)]
    shared = (STREAM, "concertations", *BY_BOTH, *(f"{family}.rejected" for family in FAMILIES))
    return [
        *(Right(ORIENTATION, "Read", "topic", family, is_prefix=True) for family in FAMILIES),
        *(Right(ORIENTATION, "Write", "topic", topic) for topic in (*shared, *refused)),
        Right(ORIENTATION, "Write", "topic", "proposals.", is_prefix=True),
        *(Right(ORIENTATION, "Read", "topic", topic) for topic in ("rulebooks", STREAM, "checkpoints")),
        Right(ORIENTATION, "Read", "group", ORIENTATION),
    ]


def _of_compliance() -> list[Right]:
    return [
        *(Right(COMPLIANCE, "Read", "topic", topic) for topic in (STREAM, "rulebooks", "checkpoints")),
        *(Right(COMPLIANCE, "Write", "topic", topic) for topic in ("progress", "alerts", *BY_BOTH)),
        Right(COMPLIANCE, "Read", "group", COMPLIANCE),
    ]


def _of_the_operator(speakers: Iterable[Speaker]) -> list[Right]:
    """It may say again what was said, and never write on `checkpoints`, which prove what it did."""
    heard = (STREAM, "alerts", "rulebooks", *BY_BOTH)
    said = [topic for speaker in speakers for topic in written_by(speaker)]
    return [
        *(Right(OPERATOR, "Read", "topic", family, is_prefix=True) for family in FAMILIES),
        *(Right(OPERATOR, "Read", "topic", topic) for topic in heard),
        *(
            Right(OPERATOR, "Write", "topic", topic)
            for topic in (STREAM, "concertations", "rulebooks", *said)
        ),
        Right(OPERATOR, "Write", "topic", "proposals.", is_prefix=True),
        *(Right(OPERATOR, "Read", "group", group) for group in (ORIENTATION, COMPLIANCE)),
    ]


def _of(speaker: Speaker) -> list[Right]:
    party = speaker.party
    return [
        *(Right(party, "Write", "topic", topic) for topic in written_by(speaker)),
        *(Right(party, "Read", "topic", topic) for topic in (*told_to(speaker), *TO_EVERYBODY)),
        _group_of(party),
    ]


def _of_a_follower(name: str) -> list[Right]:
    heard = (STREAM, "checkpoints", "rulebooks", *TO_EVERYBODY)
    return [*(Right(name, "Read", "topic", topic) for topic in heard), _group_of(name)]


def _group_of(party: str) -> Right:
    return Right(party, "Read", "group", f"{party}.", is_prefix=True)
