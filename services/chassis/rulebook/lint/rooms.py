"""Whom the rules of a folder touch: a département, a bailleur, both, or everybody; who stands beside whom."""

from chassis.rulebook.rule import Layer, Room


def departement(room: Room) -> str:
    """The département whose vacancies a room's rules are asked about; empty when those of all."""
    if room.layer is Layer.DEPARTEMENT:
        return room.owner
    return room.owner.partition(":")[2] if room.layer is Layer.BAILLEUR_DEPARTEMENT else ""


def bailleur(room: Room) -> str:
    """The bailleur whose vacancies a room's rules are asked about; empty when those of all."""
    if room.layer is Layer.BAILLEUR:
        return room.owner
    return room.owner.partition(":")[0] if room.layer is Layer.BAILLEUR_DEPARTEMENT else ""


def are_beside(one: Room, other: Room) -> bool:
    """Whether some vacancy is asked of both."""
    return _agree(departement(one), departement(other)) and _agree(bailleur(one), bailleur(other))


def holds(wide: Room, narrow: Room) -> bool:
    """Whether every vacancy asked of the second is asked of the first."""
    return departement(wide) in {"", departement(narrow)} and bailleur(wide) in {"", bailleur(narrow)}


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other
