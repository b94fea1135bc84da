"""One process of a service, as an orchestrator sees it: it can be asked to stop, killed, frozen, thawed."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

from tests.cluster.hurried import Hurried, misset

COMMAND = Path(sys.executable).with_name("aiguillage")
STOP_SECONDS = 20.0


@dataclass(slots=True)
class Replica:
    """A running `aiguillage serve SERVICE`, on the machine's clock or a hurried one; its log goes to a file."""

    service: str
    log: Path
    process: Process
    is_frozen: bool = False
    is_dismissed: bool = False
    """It was told to end, one way or the other."""

    @classmethod
    async def start(
        cls, service: str, settings: Mapping[str, str], log: Path, clock: Hurried | None = None
    ) -> Self:
        """Start it; it joins its group when it can."""
        command, more = [str(COMMAND), "serve", service], dict(settings)
        if clock is not None:
            command, needed = clock.serving(service, _error(log))
            more |= needed
        with log.open("ab") as written:
            process = await asyncio.create_subprocess_exec(
                *command, env=more, stdin=DEVNULL, stdout=DEVNULL, stderr=written
            )
        return cls(service, log, process)

    @property
    def is_alive(self) -> bool:
        """Whether its process still is."""
        return self.process.returncode is None

    def has_logged(self, event: str) -> bool:
        """Whether it said something of that name."""
        return f'"event": "{event}"'.encode() in self.log.read_bytes()

    def misset(self, hours: float) -> None:
        """Set its clock wrong by so many hours; it reads a hurried one."""
        misset(_error(self.log), hours)

    def freeze(self) -> None:
        """Stop it in the middle of whatever it does."""
        self.process.send_signal(signal.SIGSTOP)
        self.is_frozen = True

    def thaw(self) -> None:
        """Let it go on as if nothing had happened."""
        self.process.send_signal(signal.SIGCONT)
        self.is_frozen = False

    async def kill(self) -> None:
        """End it without a word."""
        self.is_dismissed = True
        if self.is_alive:
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> float:
        """Ask it to stop; how many seconds that took. It must end well, unless it was not even there yet."""
        began, self.is_dismissed = monotonic(), True
        self.process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            code = await self.process.wait()
        is_premature = code == -signal.SIGTERM and not self.has_logged("group_joined")
        assert code == 0 or is_premature, f"ended with {code}: see {self.log}"
        return monotonic() - began


def _error(log: Path) -> Path:
    """Where the process that writes this log is told how wrong its clock is."""
    return log.with_suffix(".clock")
