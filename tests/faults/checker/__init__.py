"""The checker: proves, from what was fed, what stands on topics and what journals hold, that nothing went wrong.

Gather a `History` however you like (`kept_by` reads a journal), then `check` it: the verdict prints
``0 lost, 0 doubled, 0 leaked, 0 disagreements`` with what was counted, or every violation found. Nothing here knows
how the history came about: a simulation, processes that were killed, a production system that was stopped.
"""

from tests.faults.checker.checking import CHECKS, Verdict, check
from tests.faults.checker.gathering import kept_by
from tests.faults.checker.history import Expected, Fed, History, Kept
from tests.faults.checker.violation import Violation

__all__ = ["CHECKS", "Expected", "Fed", "History", "Kept", "Verdict", "Violation", "check", "kept_by"]
