"""The garbage collector kept off while a rulebook is read: a full collection holds every thread, the loop's too.

Reading makes some hundred thousand objects that live as long as the rulebook. Collected on the way, or soon after, they
cost a pause of 100 ms and more; set apart (`gc.freeze`) they are never gone through, and go when nobody holds them.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No collection while the block runs; what is there at its end is set apart."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
