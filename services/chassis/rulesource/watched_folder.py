"""A directory of rule files, watched: editors, ConfigMap links, copies in progress, deletions.

What changed is found by comparing the states of the files, not by believing notifications: they only wake the
watch up, so a directory that was moved away, mounted again, or lies on a network file system is seen as well.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR

from watchfiles import awatch
from watchfiles.main import FileChange

from chassis.rulebook.durable import EngineError
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulebook.loading import emptied, load
from chassis.rulesource.offer import Offer

LOOK_SECONDS = 0.5
"""How often the files' states are compared when nothing is notified."""
SETTLE_SECONDS = 0.15
"""A directory is read once its files have stayed the same for so long."""
DOUBT_SECONDS = 0.5
"""A faulty directory is given so long to become a sound one before it is reported: files are saved one by one."""
RESTLESS_SECONDS = 10.0
"""A directory that changes without a pause for so long is reported as faulty."""
MOST_ENTRIES = 20_000
"""Entries looked at; above, the directory is refused by the loader anyway."""

Fingerprint = bytes


class WatchedFolder:
    """A directory of rule files as a source: sound or faulty, its states follow one another."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen: Fingerprint = b""

    async def first(self) -> Offer:
        """The directory as it is; what is wrong with it is in the offer."""
        deadline = _now() + RESTLESS_SECONDS
        while True:
            offer = await self._read()
            if await self._is_as_read() or _now() > deadline:
                return offer

    async def following(self) -> AsyncGenerator[Offer, None]:
        """Each later state it settles in; its files as they are read must all be of that one state."""
        async with aclosing(self._wakings()) as wakings:
            async for _ in wakings:
                if not await self._is_as_read():
                    yield await self._settled_offer()

    async def _settled_offer(self) -> Offer:
        """The state the directory has come to; faults are believed only when nothing changes for a while."""
        deadline = _now() + RESTLESS_SECONDS
        while _now() < deadline:
            await self._settle(deadline)
            offer = await self._read()
            if not await self._is_as_read():
                continue
            if offer.book is not None:
                return offer
            await asyncio.sleep(DOUBT_SECONDS)
            if await self._is_as_read():
                return offer
        return Offer(str(self._directory), faults=(_restless(self._directory),))

    async def _settle(self, deadline: float) -> None:
        before = await self._fingerprint()
        while _now() < deadline:
            await asyncio.sleep(SETTLE_SECONDS)
            now = await self._fingerprint()
            if now == before:
                return
            before = now

    async def _read(self) -> Offer:
        """Read in a thread; the state noted is the one before the reading."""
        self._seen = await self._fingerprint()
        where = str(self._directory)
        try:
            book = await asyncio.to_thread(load, self._directory)
        except RuleFileErrors as errors:
            return Offer(where, faults=errors.faults)
        except (EngineError, OSError) as error:
            return Offer(where, faults=(_unreadable(self._directory, error),))
        if not book.rules:
            return Offer(where, faults=(emptied(where),))
        return Offer(where, book, digest=book.digest)

    async def _is_as_read(self) -> bool:
        """Whether nothing has changed since the reading began."""
        return await self._fingerprint() == self._seen

    async def _fingerprint(self) -> Fingerprint:
        return await asyncio.to_thread(fingerprint, self._directory)

    async def _wakings(self) -> AsyncGenerator[None, None]:
        """When to look: at each notification, and now and then without one."""
        while True:
            which = await asyncio.to_thread(_identity, self._directory)
            if which is not None:
                with suppress(OSError, RuntimeError):  # no notifications to be had here: looking is enough
                    async with aclosing(_notified(self._directory)) as notified:
                        async for _ in notified:
                            yield
                            if await asyncio.to_thread(_identity, self._directory) != which:
                                break
            await asyncio.sleep(LOOK_SECONDS)
            yield


def _notified(directory: Path) -> AsyncGenerator[set[FileChange], None]:
    return awatch(
        directory,
        watch_filter=None,
        debounce=50,
        step=20,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


def _identity(directory: Path) -> tuple[int, int] | None:
    """Which directory bears the name now; None when there is none."""
    try:
        found = directory.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if S_ISDIR(found.st_mode) else None


def fingerprint(directory: Path) -> Fingerprint:
    """The state of what a directory holds: names, sizes, times, what links lead to. Dot files do not count."""
    state = sha256()
    for line in _states(directory):
        state.update(line.encode("utf-8", "surrogateescape"))
    return state.digest()


def _states(directory: Path) -> Iterator[str]:
    waiting, visited, count = [str(directory)], set[tuple[int, int]](), 0
    while waiting:
        folder = waiting.pop()
        try:
            own = Path(folder).stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield f"{folder}|{error.errno}\n"
            continue
        if (own.st_dev, own.st_ino) in visited:
            continue
        visited.add((own.st_dev, own.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            count += 1
            if count > MOST_ENTRIES:
                return
            yield _state(entry)
            if _is_folder(entry):
                waiting.append(entry.path)


def _state(entry: os.DirEntry[str]) -> str:
    try:
        found = entry.stat()
    except OSError as error:
        return f"{entry.path}|{error.errno}\n"
    return f"{entry.path}|{found.st_ino}|{found.st_size}|{found.st_mtime_ns}|{found.st_ctime_ns}\n"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _unreadable(directory: Path, error: Exception) -> Fault:
    return Fault(str(directory), 1, "Le dossier des règles n'a pas pu être lu.", found=str(error))


def _restless(directory: Path) -> Fault:
    return Fault(
        str(directory),
        1,
        f"Le dossier des règles change sans cesse depuis {RESTLESS_SECONDS:.0f} s.",
        remedy="Finissez la copie ; n'y laissez rien qui s'écrive tout seul.",
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
