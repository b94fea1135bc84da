"""The semantics: the number of the meaning that rows were decided under.

The same inputs and the same rulebooks give the same facts as long as the number is the same. Whatever changes a fact
of an accepted input changes the number: `docs/decisions/0030-numbered-semantics.md`.
"""

from chassis.journal.errors import OtherSemantics

SEMANTICS = 2
"""What this version decides under, and writes in every row."""

UNNUMBERED = 1
"""What rows were decided under before they bore a number (0.2 and earlier)."""


def required(scope: str, number: int) -> None:
    """Raises `OtherSemantics` unless what a scope's last row was decided under is this version's number."""
    if number == SEMANTICS:
        return
    raise OtherSemantics(
        f"{scope} a été décidé sous la sémantique {number}, cette version décide sous la {SEMANTICS} : "
        + (RESTATE if number < SEMANTICS else NEWER)
    )


RESTATE = (
    "redécidez ses entrées dans un journal neuf par « aiguillage journal restate --data ANCIEN --to NEUF », "
    "ou lancez la version qui l'a écrit."
)
NEWER = "lancez la version plus récente d'Aiguillage qui l'a écrit."
