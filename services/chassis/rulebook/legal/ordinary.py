"""The ordinary dwelling: let again to whoever comes. What excludes it empties the flux."""

from datetime import date

from chassis.rulebook.conditions import AllOf, Comparison, Condition
from chassis.rulebook.rule import Layer, Room, Rule


def ordinary(room: Room) -> Rule:
    """A relocation, where the rules of a room hold; as a rule, to be compared with them."""
    return Rule(
        path=f"relocation/{room.layer}/{room.owner}",
        room=room,
        id="relocation",
        title="",
        references=(),
        owner="",
        first_day=date.min,
        last_day=None,
        replaces=None,
        regulatory=False,
        active=False,
        priority=0,
        when=AllOf((Comparison("vacancy.purpose", "is", "relocation"), *within(room))),
        then={},
        because="",
    )


def within(room: Room) -> tuple[Condition, ...]:
    """What is so of every vacancy on which the rules of a room are asked."""
    bailleur, _, departement = room.owner.rpartition(":")
    match room.layer:
        case Layer.DEPARTEMENT:
            return (Comparison("vacancy.departement", "is", room.owner),)
        case Layer.BAILLEUR:
            return (Comparison("vacancy.bailleur", "is", room.owner),)
        case Layer.BAILLEUR_DEPARTEMENT:
            return (
                Comparison("vacancy.bailleur", "is", bailleur),
                Comparison("vacancy.departement", "is", departement),
            )
        case _:
            return ()
