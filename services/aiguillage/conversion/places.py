"""Where a drafted convention bears: a commune's, an EPCI's or an EPT's right is on its own territory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.rulebook import Referentiels
from flux.conversion import Conversion, EtatDesLieux, Holder, Method
from flux.territory import Territories, Territory

ON_THEIR_TERRITORY = frozenset({"commune", "epci", "ept"})
"""Kinds whose convention bears on their own territory (CCH art. R.441-5)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A territory as a convention writes it, and the communes of the état des lieux that lie in it."""

    body: Mapping[str, Any]
    communes: frozenset[str]


class Places:
    """Territories by the operators' lists; a share moves to one only when every lot tells its commune."""

    def __init__(self, etat: EtatDesLieux, referentiels: Referentiels) -> None:
        self._lists = Territories(referentiels.arrondissements, referentiels.territories)
        communes = {lot.commune for lot in etat.lots}
        self._communes = None if None in communes else frozenset(filter(None, communes))

    def of(self, holder: Holder, method: Method) -> Place | None:
        """Where its right bears; None: on the whole département, or nobody can tell (`untold`)."""
        if holder.kind not in ON_THEIR_TERRITORY or holder.territory is None:
            return None
        body: dict[str, Any] = {"scale": holder.kind, "code": holder.territory}
        if holder.kind == "commune":
            body = {"scale": "communes", "communes": [holder.territory]}
        territory = Territory.from_body(body)
        if not territory.is_known(self._lists):
            return None
        inside = (commune for commune in self._communes or () if territory.contains(commune, self._lists))
        communes = frozenset(inside)
        return Place(body, communes) if communes or method is not Method.POURCENTAGE else None

    def untold(self, conversion: Conversion) -> list[str]:
        """Réservataires whose right bears on a territory that cannot be told, in order."""
        holders, method = [part.holder for part in conversion.parts], conversion.terms.method
        return [
            holder.id
            for holder in holders
            if holder.kind in ON_THEIR_TERRITORY and self.of(holder, method) is None
        ]
