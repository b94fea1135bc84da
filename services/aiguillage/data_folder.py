"""The lock of a data folder: one process at a time runs a service on the files that stand there."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from chassis.failure import Failure
from chassis.settings import Settings


@contextmanager
def held(settings: Settings, *services: str) -> Iterator[None]:
    """Keep other processes off these services' files in `--data` while the block runs.

    Raises `Failure` when another process runs one of them there. On a database server nothing is kept: replicas
    share it. The lock goes with the process, however it ends.
    """
    with ExitStack() as stack:
        if settings.database is None:
            settings.data.mkdir(parents=True, exist_ok=True)
            for service in services:
                stack.enter_context(_locked(settings.data / f"{service}.lock", service))
        yield


@contextmanager
def _locked(file: Path, service: str) -> Iterator[None]:
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Failure(
                f"{file.parent} est déjà tenu par un autre processus ({service}, n° {lock.read() or '?'}) : "
                "arrêtez-le, ou donnez un autre dossier par --data."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
