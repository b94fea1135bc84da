"""Dossiers: what became of each dwelling so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tests.model.rights.amounts import NOTHING


class Stage(StrEnum):
    """How far a proposal went."""

    PROPOSED = "proposition"
    ATTRIBUTED = "attribution"
    LEASED = "bail"


class Place(StrEnum):
    """Where a dwelling stands."""

    HELD = "held"
    CONCERTATION = "concertation"
    OUTSIDE = "outside_flux"
    PRE_ASSIGNED = "pre_assigned"
    PROPOSED = "proposed"
    KEPT = "kept_by_bailleur"
    NO_HOLDER = "no_holder"
    WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Proposal:
    """A dwelling offered to a line, or about to be."""

    line: str
    reservataire: str
    convention: str | None
    is_apart: bool = False
    """A first letting given by a concertation: counted apart."""
    id: str = ""
    issued_on: date | None = None
    respond_by: str = ""
    stage: Stage = Stage.PROPOSED
    worth: Fraction = NOTHING
    """Units counted so far."""
    designated: int = 0
    """Candidates named."""
    declined: int = 0
    """Of them, turned down or gone."""
    ranked: int = 0
    """Retained behind the first."""
    is_attributed: bool = False
    end: str = ""
    """The cause it ended by; empty while it is open."""
    is_annulled: bool = False

    @property
    def is_leased(self) -> bool:
        """Whether the dwelling is let by it."""
        return self.stage is Stage.LEASED


@dataclass(slots=True)
class Dossier:
    """One freed dwelling, from its declaration on."""

    id: str
    vacancy: Mapping[str, Any]
    declared_on: date
    declared_at: str = ""
    place: Place | None = None
    decisions: int = 0
    said_no: list[str] = field(default_factory=list)
    """Who refused it or stayed silent, since it was last amended."""
    proposals: list[Proposal] = field(default_factory=list)
    current: Proposal | None = None
    kept_apart: bool = False
    """The bailleur kept a first letting that is counted apart."""
    arbitrated: str = ""
    """Whom the bailleur last named by an override, until the dwelling leaves the flux."""

    @property
    def year(self) -> int:
        """Its flux year, for life."""
        return self.declared_on.year

    @property
    def is_attributed(self) -> bool:
        """Whether its holder was attributed it: an amendment or a withdrawal is then only recorded."""
        return self.current is not None and (self.current.is_attributed or self.current.is_leased)

    @property
    def is_beyond_correction(self) -> bool:
        """Whether a correction or an override is only recorded."""
        return self.is_attributed or self.place is Place.WITHDRAWN
