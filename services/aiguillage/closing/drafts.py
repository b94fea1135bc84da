"""Next year's conventions drafted from closings: valid inputs marked as drafts, for people to read first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from aiguillage.drafting import draft_line, refuse_unreadable
from compliance.domain.closing.closing import Closing
from compliance.domain.closing.next_year import NextYear
from contracts.canonical import encode
from contracts.envelope import derived_id
from flux.scope import Scope


@dataclass(frozen=True, slots=True)
class Proposal:
    """A closing and what it proposes for the year that follows."""

    closing: Closing
    following: NextYear


def drafts_of(proposals: Iterable[Proposal]) -> Iterator[bytes]:
    """One line of JSONL for each event proposed, in their order.

    Its id and its time come from what was counted: the same facts and rules give the same line, so that a draft
    confirmed twice counts once. Raises `ValueError` when the services would refuse one.
    """
    for proposal in proposals:
        view, following = proposal.closing.view, proposal.following
        if following.body is None:
            continue
        body = {name: value for name, value in following.body.items() if value is not None}
        bailleur = Scope.parse(view.scope).bailleur
        line = draft_line(
            following.kind,
            id=derived_id(f"cloture {view.scope} {view.sequence}", sha256(encode(body)).hexdigest()),
            source=f"/bailleurs/{bailleur}",
            time=datetime.fromisoformat(view.as_of),
            data=body,
        )
        refuse_unreadable(line, bailleur, view.convention.reservataire)
        yield line
