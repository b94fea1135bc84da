"""Containment: what breaks a service is kept to the message or the scope it is about; the others go on.

A message that breaks a batch by itself is refused (`batches`); a scope whose state, items or waits break whoever
works on it is set aside in a quarantine (`quarantine`), told on ``/health`` with its remedy, and tried again.
"""

from chassis.containment.batches import ATTEMPTS, contained
from chassis.containment.faults import OUR_FAULT, innermost_calls
from chassis.containment.quarantine import Quarantine, ScopeBrokeError, SetAside

__all__ = [
    "ATTEMPTS",
    "OUR_FAULT",
    "Quarantine",
    "ScopeBrokeError",
    "SetAside",
    "contained",
    "innermost_calls",
]
