"""What cannot be read of a file of the clerks: every fault at once, each with line, column, found, expected."""

from collections.abc import Iterable
from dataclasses import dataclass

TOLD_AT_MOST = 50
"""Faults told one by one; a wrong column makes as many as there are rows."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault, in French; `line` counts from 1, `column` is the header as the clerk wrote it."""

    file: str
    line: int
    column: str
    said: str

    def __str__(self) -> str:
        where = f", colonne « {self.column} »" if self.column else ""
        return f"{self.file}:{self.line}{where} : {self.said}"


class UnreadableTableError(ValueError):
    """The file cannot be converted as it is; `faults` in order of line, told one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        told = [str(fault) for fault in self.faults[:TOLD_AT_MOST]]
        more = len(self.faults) - len(told)
        super().__init__("\n".join([*told, *([f"… et {more} autres fautes."] if more else [])]))


class CellError(ValueError):
    """A cell cannot be read; the message says what was found, what is expected and what to do."""
