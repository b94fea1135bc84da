"""A PostgreSQL server of our own for a while: Debian's binaries, a cluster in a folder, a socket beside it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.disk import Disk

SERVER_USER = "postgres"
SETTINGS = {
    "listen_addresses": "",  # reached by its socket only: no port to be taken
    "fsync": "off",  # the tests stop the server, not the machine
    "max_connections": "60",
    "shared_buffers": "16MB",
    "wal_keep_size": "0",
    "max_wal_size": "8MB",
    "min_wal_size": "2MB",
    "log_min_messages": "fatal",
}

WAITING = ("--wait", "--timeout=300")
"""A machine that is busy is no reason to give a server up."""


def _binaries() -> Path | None:
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def wanting() -> str | None:
    """Why no server can be started here."""
    if _binaries() is None:
        return "no PostgreSQL server here: apt-get install postgresql"
    if os.geteuid() == 0 and SERVER_USER not in {user.pw_name for user in pwd.getpwall()}:
        return f"PostgreSQL does not run as root, and there is no user {SERVER_USER}"
    return None


class PostgresCluster:
    """A cluster that can be stopped, started, and kept from writing."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.disk = disk
        self._folder = folder
        self._data = folder / "data"

    def url(self, database: str) -> str:
        """Where a journal finds the database."""
        return f"postgresql://{SERVER_USER}@/{database}?host={self._folder}"

    def initialise(self) -> None:
        """Make the cluster, with small segments of write-ahead log."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, SERVER_USER, SERVER_USER)
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1"]
        self._run("initdb", f"--pgdata={self._data}", f"--username={SERVER_USER}", *options)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        told = {**SETTINGS, "unix_socket_directories": str(self._folder)}
        if self.disk is not None:
            told["fsync"] = "on"
        options = " ".join(f"-c {name}='{value}'" for name, value in told.items())
        log = f"--log={self._folder}/log"
        on_it = [f"{name}={value}" for name, value in self.disk.environment.items()] if self.disk else []
        start = ("start", *WAITING, f"--pgdata={self._data}", log, f"--options={options}")
        self._as_server("env", *on_it, self._binary("pg_ctl"), *start)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` breaks transactions off, `immediate` is a crash."""
        self._run("pg_ctl", "stop", *WAITING, f"--pgdata={self._data}", f"--mode={mode}")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql answers, unaligned."""
        return self._run(
            *("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"),
            *(f"--host={self._folder}", f"--username={SERVER_USER}", f"--dbname={database}"),
            f"--command={statement}",
        ).strip()

    def schema(self, database: str) -> str:
        """All that is defined in a database, as statements."""
        dumped = self._run(
            *("pg_dump", "--schema-only", f"--host={self._folder}", f"--username={SERVER_USER}", database)
        )
        # Newer servers write a random word in their dumps.
        return "\n".join(line for line in dumped.splitlines() if "restrict" not in line)

    def statements(self, database: str) -> str:
        """A database as plain SQL, rows included, without what only this server's version understands."""
        options = ("--no-owner", "--no-privileges", f"--host={self._folder}", f"--username={SERVER_USER}")
        dumped = self._run("pg_dump", *options, database)
        return "".join(
            line
            for line in dumped.splitlines(keepends=True)
            if not line.startswith(("SET ", "\\restrict", "\\unrestrict"))
        )

    def execute(self, statements: str, database: str) -> None:
        """Run what `statements` gave in a database."""
        file = self._folder / f"{database}.sql"
        file.write_text(statements)
        self._run(
            *("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={file}"),
            *(f"--host={self._folder}", f"--username={SERVER_USER}", f"--dbname={database}"),
        )

    def dump(self, database: str) -> Path:
        """A backup of a database as of one instant, as an operator takes it."""
        taken = self._folder / f"{database}.dump"
        self._run(
            *("pg_dump", "--format=custom", f"--file={taken}", f"--host={self._folder}"),
            *(f"--username={SERVER_USER}", database),
        )
        return taken

    def restore(self, taken: Path, database: str) -> None:
        """The database as it was when the backup was taken; what stands there now is lost."""
        self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.create(database)
        self._run(
            *("pg_restore", "--exit-on-error", f"--host={self._folder}", f"--username={SERVER_USER}"),
            *(f"--dbname={database}", str(taken)),
        )

    def create(self, database: str) -> str:
        """An empty database; returns its URL."""
        self.sql(f"CREATE DATABASE {database}")
        return self.url(database)

    def limit_files(self, size_bytes: int | None) -> None:
        """Let no file of the server grow beyond a size, None to lift that: to it, a full disk."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            # As the server's own user: only its soft limit is moved.
            self._as_server("prlimit", f"--pid={pid}", f"--fsize={size_bytes or 'unlimited'}:")

    def _run(self, binary: str, *arguments: str) -> str:
        return self._as_server(self._binary(binary), *arguments)

    @staticmethod
    def _binary(name: str) -> str:
        folder = _binaries()
        assert folder is not None
        return str(folder / name)

    def _as_server(self, *command: str) -> str:
        as_user: dict[str, Any] = (
            {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        with (self._folder / "said").open("w+b") as said:  # a pipe would be kept open by the server
            ended = subprocess.run(  # noqa: S603 - our own words
                command,
                stdout=said,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self._folder,
                check=False,
                **as_user,
            )
            said.seek(0)
            text = said.read().decode()
        assert ended.returncode == 0, f"{command[0]}: {text}"
        return text


@contextmanager
def a_cluster(*, is_on_a_disk: bool = False) -> Iterator[PostgresCluster]:
    """A running cluster, gone at the end; skips where there can be none, and fails there under CI.

    Started on a disk that can be in trouble, it asks the disk to be sure of what it writes, as in production.
    """
    if reason := wanting():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    where = os.environ.get("TEST_SERVERS_IN", "/tmp")  # noqa: S108 - a socket's path must be short
    folder = Path(tempfile.mkdtemp(prefix="aiguillage-postgres-", dir=where))
    cluster = PostgresCluster(folder, Disk.made(folder) if is_on_a_disk else None)
    try:
        cluster.initialise()
        cluster.start()
        yield cluster
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            cluster.stop("immediate")
        shutil.rmtree(folder)
