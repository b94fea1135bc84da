"""Quarantine: the scopes set aside since working on them breaks the service; everybody else goes on.

Exception
└── ScopeBrokeError    nobody's message: what is in hand of this scope is half changed, do again without it
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import structlog

from chassis.backoff import Backoff
from chassis.clock import Clock
from chassis.containment.faults import NOT_CONTAINED, innermost_calls
from chassis.health import Check

log = structlog.get_logger("containment")

AGAIN = Backoff(first=timedelta(seconds=30), longest=timedelta(minutes=10))
"""When a scope is tried again: another process, a mended snapshot or other rules may have made it sound."""
Part = Literal["scope", "waits"]
"""What is set aside: all of the scope, or its waits alone while its messages are still applied."""
REMEDY = (
    "Rien n'est perdu : ses faits restent au journal. Installez la version qui corrige ce défaut, puis redémarrez ; "
    "pour la veille, « aiguillage compliance rebuild » refait ses comptes."
)


def _nobody(_: int) -> None:
    """Whom to tell when nobody measures."""


class ScopeBrokeError(Exception):
    """Work on a scope broke: it is set aside, and what was in hand of it is half changed."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A scope set aside: which part of it, by what (in French), the error's type and place, since when.

    `digest` is that of the rules it broke by; none when rules have no part in it.
    """

    scope: str
    part: Part
    by: str
    error: str
    since: datetime
    digest: str | None
    failures: int

    def told(self) -> str:
        """The sentence an operator reads."""
        what = "ses échéances sont mises" if self.part == "waits" else "mis"
        return f"Périmètre {self.scope} : {what} à l'écart par {self.by} ({self.error}). {REMEDY}"


@dataclass(slots=True)
class Quarantine:
    """The scopes set aside, kept in memory only: a process started anew tries all of them."""

    clock: Clock
    count: Callable[[int], None] = _nobody
    """Told how many scopes are set aside each time that changes."""
    broke: Callable[[], None] = lambda: None
    """Told each time something broke."""
    is_logged: bool = True
    """Whether a line is logged; a command tells what broke by itself."""
    _aside: dict[str, SetAside] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)

    def holds(self, scope: str, digest: str, part: Part | None = None) -> bool:
        """Whether a scope (or that part of it) is left alone under these rules; all of it includes its waits."""
        found = self._aside.get(scope)
        stands = found is not None and found.digest in {None, digest}
        return stands and (part is None or found is None or found.part in {part, "scope"})

    def names(self, digest: str) -> list[str]:
        """The scopes left alone under these rules, in order."""
        return [scope for scope in sorted(self._aside) if self.holds(scope, digest)]

    def find(self, scope: str) -> SetAside | None:
        """Why a scope is set aside."""
        return self._aside.get(scope)

    def due(self, digest: str) -> list[str]:
        """The scopes to be tried again: they have waited, or other rules are in force, in order."""
        now = self.clock.now()
        return [
            scope
            for scope, found in sorted(self._aside.items())
            if found.digest not in {None, digest} or now - found.since >= AGAIN.after(found.failures)
        ]

    def release(self, scope: str) -> None:
        """The scope is tried again; it waits longer if it breaks once more."""
        if self._aside.pop(scope, None) is not None:
            self.count(len(self._aside))

    @contextmanager
    def guarding(
        self, scope: str, by: str, digest: str | None = None, part: Part = "scope"
    ) -> Iterator[None]:
        """Work on a scope; raises `ScopeBrokeError` when that breaks, unless the whole service must wait or stop.

        `by` says in French what is being worked on, as told to the operator.
        """
        try:
            yield
        except (ScopeBrokeError, *NOT_CONTAINED):
            raise
        except Exception as error:
            where = innermost_calls(error)
            self._put(scope, by, f"{type(error).__name__}, {where[-1]}", digest, part)
            if self.is_logged:
                log.critical("scope_set_aside", scope=scope, by=by, part=part, error=repr(error), where=where)
            raise ScopeBrokeError(scope) from error

    def _put(self, scope: str, by: str, error: str, digest: str | None, part: Part) -> None:
        failures = self._failures[scope] = self._failures.get(scope, 0) + 1
        self._aside[scope] = SetAside(scope, part, by, error, self.clock.now(), digest, failures)
        self.broke()
        self.count(len(self._aside))

    def check(self, digest: str) -> Check:
        """Degraded while scopes are set aside: which, by what, and the remedy."""
        names = self.names(digest)
        told = [self._aside[name].told() for name in names]
        return Check(
            is_ready=True, detail={"scopes_set_aside": names, "because": told}, is_degraded=bool(names)
        )
