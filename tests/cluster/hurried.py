"""A clock in a hurry, shared by many processes: months go by in a minute, and one of them may be wrong for a while.

As a program it is `aiguillage serve SERVICE` on that clock instead of the machine's: python -m tests.cluster.hurried
SERVICE FACE ERROR.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiguillage.commands.running import serve_until_stopped
from chassis.settings import Settings
from chassis.telemetry import configure_logging

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Hurried:
    """Reads what stands in a file: what the clock showed, when, and how many times as fast as others it runs."""

    face: Path
    error: Path | None = None
    """Says by how many hours this process alone is wrong, when there is such a file."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        set_at, showed, pace = map(float, self.face.read_text().split())
        elapsed = (_real_time() - set_at) * pace
        return datetime.fromtimestamp(showed + elapsed, UTC) + self._wrong_by()

    def set(self, instant: datetime, pace: float) -> None:
        """Show an instant, and go on from there; at pace 0 stand still."""
        _write(self.face, f"{_real_time()!r} {instant.timestamp()!r} {pace!r}")

    def leap(self, time: timedelta) -> None:
        """Let that much time go by at once; the clock runs on as before."""
        self.set(self.now() + time, float(self.face.read_text().split()[2]))

    def serving(self, service: str, error: Path) -> tuple[list[str], Mapping[str, str]]:
        """How to start a service on this clock, wrong by what `error` says: a command, and its environment."""
        command = [sys.executable, "-m", "tests.cluster.hurried", service, str(self.face), str(error)]
        return command, {"PYTHONPATH": str(ROOT)}

    def _wrong_by(self) -> timedelta:
        is_wrong = self.error is not None and self.error.exists()
        return timedelta(hours=float(self.error.read_text()) if self.error and is_wrong else 0)


def misset(error: Path, hours: float) -> None:
    """Set the clock of the process that reads this file wrong by so many hours; right again by 0."""
    _write(error, repr(hours))


def _write(file: Path, text: str) -> None:
    """Whoever reads finds all of the old text or all of the new."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(text)
    beside.replace(file)


def _real_time() -> float:
    return datetime.now(UTC).timestamp()


def main() -> None:
    """Serve until told to stop."""
    service, face, error = sys.argv[1:]
    configure_logging(sys.stderr)
    asyncio.run(serve_until_stopped(service, Settings(), Hurried(Path(face), Path(error))))


if __name__ == "__main__":
    main()
