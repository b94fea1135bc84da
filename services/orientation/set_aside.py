"""A wait that breaks the service as it ends: its scope's waits are set aside, everybody else goes on.

Exception
└── WaitBrokeError    nobody's message: forget the scopes in hand, do again without this scope's waits
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from chassis.unavailable import Unavailable
from orientation.meter import Meter
from orientation.poison import OUR_FAULT, innermost_calls

log = structlog.get_logger("orientation")


class WaitBrokeError(Exception):
    """A wait broke as it ended; its scope's are set aside, and its state is half changed."""


@dataclass(slots=True)
class SetAside:
    """The scopes of which no wait is fired, each with the digest of the rules one of them broke by.

    Nothing of it is kept: by other rules, or in a process started anew, they are tried again.
    """

    meter: Meter
    _broke_by: dict[str, str] = field(default_factory=dict)

    def holds(self, scope: str, digest: str) -> bool:
        """Whether a scope's waits are left alone under these rules."""
        return self._broke_by.get(scope) == digest

    def names(self, digest: str) -> list[str]:
        """The scopes whose waits are left alone under these rules, in order."""
        return sorted(scope for scope, by in self._broke_by.items() if by == digest)

    @contextmanager
    def guarding(self, scope: str, digest: str) -> Iterator[None]:
        """Fire a scope's waits; raises `WaitBrokeError` when one breaks, unless the whole service must wait or stop."""
        try:
            yield
        except (Unavailable, *OUR_FAULT):
            raise
        except Exception as error:
            self._broke_by[scope] = digest
            self.meter.wait_broke()
            log.critical("wait_broke", scope=scope, error=repr(error), where=innermost_calls(error))
            raise WaitBrokeError(scope) from error
