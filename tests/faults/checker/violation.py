"""What the checker finds wrong, by kind."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["lost", "doubled", "leaked", "disagreement"]
KINDS: tuple[Kind, ...] = ("lost", "doubled", "leaked", "disagreement")


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that was not kept: its kind, where, and what was found there."""

    kind: Kind
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}"
