"""Where a convention applies: département, EPCI, EPT, named zone or a list of communes (CCH art. R.441-5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Territories:
    """The lists geography is read from: arrondissement → commune, and named set (EPCI, EPT, zone) → communes."""

    arrondissements: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def city(self, commune: str) -> str:
        """The commune a code belongs to: 75114 belongs to 75056, any other code to itself."""
        return self.arrondissements.get(commune, commune)


@dataclass(frozen=True, slots=True)
class Territory:
    """Territory of a convention's line: a scale, the code of a named set, or explicit communes."""

    scale: str | None = None
    code: str | None = None
    communes: frozenset[str] | None = None

    @classmethod
    def from_body(cls, body: Mapping[str, object] | None) -> "Territory":
        """The territory as a convention writes it; nothing written is the whole département."""
        if body is None:
            return cls()
        communes = body.get("communes")
        listed = frozenset(str(code) for code in communes) if isinstance(communes, list) else None
        scale, code = body.get("scale"), body.get("code")
        return cls(str(scale) if scale else None, str(code) if code else None, listed)

    @property
    def is_said(self) -> bool:
        """Whether a territory was written at all; unsaid, the rules may name one."""
        return self.scale is not None or self.communes is not None

    def contains(self, commune: str, territories: Territories) -> bool:
        """Whether a dwelling of `commune` lies inside; a named set nobody listed contains nothing."""
        if self.communes is not None:
            return self._lists(commune, self.communes, territories)
        if self.scale is None or self.scale == "departement":
            return True
        return self._lists(commune, territories.members.get(self.code or "", frozenset()), territories)

    def is_known(self, territories: Territories) -> bool:
        """Whether its communes can be told: listed here, or a named set the referentials hold."""
        whole = self.scale in {None, "departement"}
        return whole or self.communes is not None or (self.code or "") in territories.members

    @staticmethod
    def _lists(commune: str, communes: frozenset[str], territories: Territories) -> bool:
        return commune in communes or territories.city(commune) in communes
