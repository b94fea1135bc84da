"""What is wrong in a rule file, said so that its author can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in one file, in French: where, what was found, what is allowed, what to do.

    `path` is relative to the directory of rules; `line` starts at 1. `found`, `allowed` and `remedy` may be
    empty when they would only repeat `message`.
    """

    path: str
    line: int
    message: str
    found: str = ""
    allowed: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        parts = [self.message]
        if self.found:
            parts.append(f"Trouvé : « {self.found} ».")
        if self.allowed:
            parts.append(f"Admis : {self.allowed}.")
        if self.remedy:
            parts.append(self.remedy)
        return f"{self.path}:{self.line}: {' '.join(parts)}"


class RuleFileErrors(Exception):  # noqa: N818 - the plural is the point: all faults are told at once
    """The rules could not be loaded; `faults` holds every mistake found, in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """A suggestion in French when `found` resembles an allowed value, else an empty text."""
    close = get_close_matches(found, list(allowed), n=1, cutoff=0.6)
    return f"Vouliez-vous dire « {close[0]} » ?" if close else ""


def listed(values: Iterable[str], most: int = 12) -> str:
    """Allowed values for a message, cut after `most` of them."""
    names = list(values)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f"… ({rest} autres)" if rest > 0 else "")
