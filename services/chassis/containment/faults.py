"""Faults of the service itself, which no message and no scope is to blame for; where an error came from."""

from traceback import extract_tb

from chassis.journal import JournalCorrupt, OtherSemantics
from chassis.rulebook.durable import EngineError
from chassis.unavailable import Unavailable

OUR_FAULT = (EngineError, JournalCorrupt, OtherSemantics, MemoryError)
"""Never a message's nor a scope's: the service stops at once."""
NOT_CONTAINED = (Unavailable, *OUR_FAULT)
"""What goes up: the service is to wait, or to stop."""
FRAMES = 5


def innermost_calls(error: Exception) -> list[str]:
    """Where an error came from; a logged traceback would show variables, the message among them."""
    return [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__, -FRAMES)]
