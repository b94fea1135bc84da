"""A dwelling of the register, and what could not be read of the file it came from."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RegisteredDwelling:
    """What RPLS says of one dwelling; None is unknown, never a guess."""

    dwelling_id: str
    commune: str | None
    typologie: str | None
    financement: str | None
    qpv: bool | None
    construction_year: int | None
    surface_m2: Decimal | None
    conventionne: bool | None

    @property
    def is_declarable(self) -> bool:
        """Whether all that `vacancy.declared` requires of a dwelling is known."""
        return None not in {self.commune, self.typologie, self.financement, self.qpv}

    def to_body(self) -> dict[str, object]:
        """The dwelling as `vacancy.declared` writes it, without what is unknown."""
        body = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in body.items() if value is not None}


@dataclass(slots=True)
class RplsReport:
    """What reading found: `unknown` counts dwellings by column and value (empty when there was none)."""

    dwellings: int = 0
    not_declarable: int = 0
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, dwelling: RegisteredDwelling) -> None:
        """Counts a dwelling in."""
        self.dwellings += 1
        self.not_declarable += not dwelling.is_declarable
