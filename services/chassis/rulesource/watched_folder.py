"""A directory of rule files, watched: editors, ConfigMap links, copies in progress, deletions.

What changed is found by comparing the states of the files, not by believing notifications: they only wake the
watch up, so a directory that was moved away, mounted again, or lies on a network file system is seen as well.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR

from watchfiles import awatch
from watchfiles.main import FileChange

from chassis.rulebook.book import Rulebook
from chassis.rulebook.consent import consent_in
from chassis.rulebook.directory import EXAMPLES_SUFFIX, Files, read
from chassis.rulebook.durable import EngineError
from chassis.rulebook.examples import try_files
from chassis.rulebook.faults import Fault
from chassis.rulebook.loading import emptied, examine_files
from chassis.rulesource.collector import collector_paused
from chassis.rulesource.comparing import Compare, not_compared
from chassis.rulesource.offer import Offer
from chassis.rulesource.restless import NONE, Looks, differing, restless_faults, without_the_restless
from chassis.rulesource.states import States, states

LOOK_SECONDS = 0.5
"""How often the files' states are compared when nothing is notified."""
SETTLE_SECONDS = 0.15
"""A directory is read once its files have stayed the same for so long."""
DOUBT_SECONDS = 0.5
"""A faulty directory is given so long to become a sound one before it is reported: files are saved one by one."""
EXAMPLES_DOUBT_SECONDS = 1.0
"""The same when only its examples are at fault: a rule and its examples are saved one after the other."""
MOST_LOOKS = 60
"""Looks at a directory where files come and go without a pause before it is reported: some ten seconds.

One where the same files spin, and nothing else changes, is reloaded without them after a few looks.
"""
RESTED_WAKINGS = 2
"""Wakings, half a second apart, over which a file that spun must stay the same to be read again."""
MOST_READINGS = 10
"""Readings of such a directory at start."""
NEVER_SEEN: States = {"": ""}
"""A state no directory is in."""

Pause = Callable[[float], Awaitable[None]]
"""Lets so many seconds pass."""


class WatchedFolder:
    """A directory of rule files as a source: sound or faulty, its states follow one another."""

    def __init__(self, directory: Path, pause: Pause = asyncio.sleep) -> None:
        self._directory = directory
        self._pause = pause
        self._seen: States = NEVER_SEEN
        self._sound = NONE
        """The files of the last sound offer."""
        self._spinning = frozenset[str]()
        """Files that never rest, and stand as they last were."""
        self._rested = 0

    async def first(self, before: Rulebook | None = None, compare: Compare = not_compared) -> Offer:
        """The directory as it is, at rest or not; what is wrong with it is in the offer."""
        for _ in range(MOST_READINGS):
            files, offer = await self._read()
            if await self._is_as_read():
                break
        noted = self._noted(files, offer)
        return noted if before is None else await asyncio.to_thread(compare, noted, before)

    async def following(self) -> AsyncGenerator[Offer, None]:
        """Each later state it settles in; its files as they are read must all be of that one state."""
        async with aclosing(self._wakings()) as wakings:
            async for _ in wakings:
                if await self._is_news():
                    yield await self._settled_offer()

    async def _is_news(self) -> bool:
        """Whether anything changed, files that never rest apart; they are news once they rest."""
        now = await self._states()
        moved = differing(self._seen, now)
        if not self._spinning:
            return bool(moved)
        if moved - self._spinning:
            return True
        self._rested = 0 if moved else self._rested + 1
        self._seen = now
        return self._rested >= RESTED_WAKINGS

    async def _settled_offer(self) -> Offer:
        """The state the directory has come to; faults are believed only when nothing changes for a while.

        When it does not rest, files that change all the time stay as they last were, and the others are reloaded.
        """
        looks = Looks(await self._states(), MOST_LOOKS)
        self._spinning, self._rested = frozenset(), 0
        while await self._settles(looks):
            files, offer = await self._read()
            if not await self._is_as_read():
                looks.spoilt(await self._states())
                continue
            if offer.book is None:
                await self._pause(_doubt(offer))
            if await self._is_as_read():
                return self._noted(files, offer)
        return await self._without_the_restless(looks)

    async def _settles(self, looks: Looks) -> bool:
        """Look until nothing changes between two looks; False when there were too many, or some files only spin."""
        while looks.left and not looks.only_spins():
            await self._pause(SETTLE_SECONDS)
            if looks.is_still(await self._states()):
                return True
        return False

    async def _without_the_restless(self, looks: Looks) -> Offer:
        files = await self._files()
        changed = looks.restless & (self._seen.keys() | self._files_of_sound())
        now = await self._states()
        kept = without_the_restless(files, self._sound, looks, now)
        if kept is None:
            self._seen = NEVER_SEEN  # it may have come to rest just now: look again
            return Offer(str(self._directory), faults=(_unsettled(self._directory),), restless=looks.restless)
        self._seen, self._spinning = now, looks.restless
        offer = await asyncio.to_thread(self._examined, kept)
        told = restless_faults(changed, self._sound)
        return self._noted(kept, replace(offer, faults=(*offer.faults, *told), restless=changed))

    def _files_of_sound(self) -> frozenset[str]:
        return frozenset((*self._sound.rules, *self._sound.referentiels, *self._sound.examples))

    def _noted(self, files: Files, offer: Offer) -> Offer:
        """The offer, its files kept when it is sound: as they are in it, those that do not rest will stay."""
        if offer.book is not None:
            self._sound = files
        return offer

    async def _read(self) -> tuple[Files, Offer]:
        """Read and examine in a thread; the state noted is the one before the reading."""
        files = await self._files()
        return files, await asyncio.to_thread(self._examined, files)

    async def _files(self) -> Files:
        self._seen = await self._states()
        return await asyncio.to_thread(read, self._directory)

    def _examined(self, files: Files) -> Offer:
        with collector_paused():
            return self._offered(files)

    def _offered(self, files: Files) -> Offer:
        where = str(self._directory)
        try:
            examined = examine_files(files)
        except (EngineError, OSError) as error:
            return Offer(where, faults=(_unreadable(self._directory, error),))
        book = examined.rulebook
        if book is None:
            return Offer(where, faults=examined.faults)
        if not book.rules:
            return Offer(where, faults=(emptied(where),))
        tried = try_files(files, book)
        warnings = (*examined.warnings, *tried.warnings)
        if tried.faults:
            return Offer(where, faults=tried.faults)
        return self._consented(Offer(where, book, digest=book.digest, warnings=warnings))

    def _consented(self, offer: Offer) -> Offer:
        """The offer, forced by who consented to it, if the directory's consent names its digest."""
        consent = consent_in(self._directory)
        if consent is None or consent.digest != offer.digest:
            return offer
        return replace(offer, forced=True, author=consent.author, message=consent.message)

    async def _is_as_read(self) -> bool:
        """Whether nothing has changed since the reading began."""
        return await self._states() == self._seen

    async def _states(self) -> States:
        return await asyncio.to_thread(states, self._directory)

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
            await self._pause(LOOK_SECONDS)
            yield


def _doubt(offer: Offer) -> float:
    """How long a faulty directory may take to become sound: a rule and its examples are two files to save."""
    only_examples = all(fault.path.endswith(EXAMPLES_SUFFIX) for fault in offer.faults)
    return EXAMPLES_DOUBT_SECONDS if only_examples else DOUBT_SECONDS


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


def _unreadable(directory: Path, error: Exception) -> Fault:
    return Fault(str(directory), 1, "Le dossier des règles n'a pas pu être lu.", found=str(error))


def _unsettled(directory: Path) -> Fault:
    return Fault(
        str(directory),
        1,
        "Le dossier des règles change sans cesse.",
        remedy="Finissez la copie ; n'y laissez rien qui s'écrive tout seul.",
    )
