"""What a PostgreSQL server goes through: it stalls, loses its connections, has no room or no sound disk left."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import PostgresCluster

POSTMASTER = "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'stage%'"
LARGEST = "SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
SEGMENT_BYTES = 1 << 20
"""A write-ahead log that cannot be written is a crash, which is another fault: its segments always fit."""
MOST_TRIES = 50


@dataclass(slots=True)
class Database:
    """The server the journals are in; what was done to it can be undone."""

    postgres: PostgresCluster
    journal: str
    """The database that is to find no room."""
    _stopped: list[int] = field(default_factory=list)

    def cut_connections(self) -> None:
        """End every connection of every service, whatever it is in the middle of."""
        self.postgres.sql(CUT)

    def stall(self) -> None:
        """Stop every process of the server: neither an answer nor an fsync comes back."""
        postmaster = int(self.postgres.sql(POSTMASTER))
        self._stop(postmaster)  # first: it starts no other
        for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
            self._stop(int(child))

    def go_on(self) -> None:
        """Let the server go on where it stood."""
        while self._stopped:
            with suppress(ProcessLookupError):
                os.kill(self._stopped.pop(), signal.SIGCONT)

    def fill(self) -> None:
        """Leave room for what is there and no more: the journal's largest relation can grow by no page."""
        largest = int(self.postgres.sql(LARGEST, self.journal))
        self._limit(max(largest, SEGMENT_BYTES))

    def make_room(self) -> None:
        """The disk is as large as it was."""
        self._limit(None)

    def start_anew(self) -> None:
        """Stop what still runs and start it, whatever is left of it: a disk that failed it has ended it, or not yet."""
        with suppress(AssertionError):
            self.postgres.stop("immediate")
        self.postgres.start()

    def _stop(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self._stopped.append(pid)

    def _limit(self, size_bytes: int | None) -> None:
        """Told to each process of the server: again, when one ended before it was told."""
        for _ in range(MOST_TRIES):
            with suppress(AssertionError):
                self.postgres.limit_files(size_bytes)
                return
        raise AssertionError("the server's processes end faster than they can be limited")
