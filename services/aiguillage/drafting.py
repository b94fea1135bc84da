"""Events drafted for people to read before they are published: valid inputs that carry a mark.

The mark is the CloudEvents extension attribute ``draft``: services pass over it, `feed` does not.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

import orjson

from aiguillage.cloudevents import instant
from contracts.canonical import encode
from contracts.envelope import PREFIX, SUFFIX
from contracts.inputs import read
from contracts.rejected import Rejected

MARK, MARKED = "draft", "true"


def draft_line(
    kind: str,
    *,
    id: str,  # noqa: A002 — the name of the CloudEvents attribute
    source: str,
    time: datetime,
    data: Mapping[str, object],
) -> bytes:
    """The canonical bytes of a draft of short type `kind`: one line of a JSONL file, without its end."""
    return encode(
        {
            "specversion": "1.0",
            "id": id,
            "source": source,
            "type": f"{PREFIX}{kind}{SUFFIX}",
            "time": instant(time),
            "datacontenttype": "application/json",
            MARK: MARKED,
            "data": data,
        }
    )


def refuse_unreadable(line: bytes, bailleur: str, reservataire: str) -> None:
    """Raise `ValueError` when the services would refuse the draft of a réservataire's convention."""
    try:
        read(line, [], f"conventions.{bailleur}", now=None, trust="topics")
    except Rejected as error:
        message = f"Le brouillon de {reservataire} serait refusé : {error.message} ({error.path})"
        raise ValueError(message) from None


def is_draft(line: bytes) -> bool:
    """Whether a line of JSONL is marked as a draft."""
    if MARK.encode() not in line:  # most lines: no need to read them
        return False
    with suppress(orjson.JSONDecodeError, AttributeError):
        return bool(orjson.loads(line).get(MARK) == MARKED)
    return False
