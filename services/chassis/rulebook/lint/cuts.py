"""Values that YAML cuts in silence: a sentence at a #, a number at a comma between braces."""

import re
from collections.abc import Sequence

from yaml.events import Event, ScalarEvent

_COMMENT = re.compile(r"(?::|\s)*\s(#.*)$")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_DIGITS = re.compile(r"[0-9]{1,9}")


def cut_by_comment(lines: Sequence[str], event: ScalarEvent) -> str:
    """What a # takes away of a scalar without quotes, from the # on; empty when nothing."""
    mark = event.end_mark
    rest = lines[mark.line][mark.column :] if mark is not None and mark.line < len(lines) else ""
    found = _COMMENT.match(rest)
    return "" if found is None else found[1].strip()


def comma_in_number(before: Event | None, key: Event, value: Event) -> str:
    """The number that a comma cut in two: `18,5` reads as 18, then a key 5 without value; empty when none."""
    if not isinstance(before, ScalarEvent) or not isinstance(key, ScalarEvent):
        return ""
    if not isinstance(value, ScalarEvent) or value.value or before.style or key.style or value.style:
        return ""
    if _NUMBER.fullmatch(before.value) and _DIGITS.fullmatch(key.value):
        return f"{before.value},{key.value}"
    return ""
