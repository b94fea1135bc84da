"""Opens the source the settings name, and follows it for as long as a service runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from chassis.bus import Cluster
from chassis.health import Check
from chassis.journal import Journal
from chassis.rulesource.comparing import Compare, not_compared
from chassis.rulesource.followed_topic import FollowedTopic
from chassis.rulesource.in_force import InForce, Told
from chassis.rulesource.last_in_force import first_offer
from chassis.rulesource.offer import RuleSource
from chassis.rulesource.signatures import TrustedKeys
from chassis.rulesource.watched_folder import WatchedFolder
from chassis.settings import SettingFault, Settings

log = structlog.get_logger("rulebook")

FOLLOW_AGAIN_SECONDS = 1.0
"""How long to wait before a source that broke is followed again."""
MOST_TOLD = 20
"""Faults shown on the health page."""


@asynccontextmanager
async def rule_source(settings: Settings, cluster: Cluster) -> AsyncIterator[RuleSource]:
    """The source of `settings.rules`, open while the block runs: a directory, or the topic `rulebooks`.

    `SettingFault` when signatures are asked for and the source is a directory, which bears none.
    """
    keys = trusted_keys(settings)
    if isinstance(settings.rules, Path):
        if keys is not None:
            raise SettingFault(
                "AIGUILLAGE_RULES_KEYS demande des règles signées, et un dossier ne l'est pas : "
                "réglez AIGUILLAGE_RULES=topic, ou retirez AIGUILLAGE_RULES_KEYS."
            )
        yield WatchedFolder(settings.rules)
        return
    async with FollowedTopic(cluster, settings.tuning, keys) as topic:
        yield topic


def trusted_keys(settings: Settings) -> TrustedKeys | None:
    """The keys whose signatures count; None when none is asked for. `SettingFault` when they cannot be read."""
    return None if settings.rules_keys is None else TrustedKeys.read(settings.rules_keys)


@dataclass(frozen=True, slots=True)
class Following:
    """Rules in force, and the task that follows their source."""

    in_force: InForce
    task: "asyncio.Task[None]"

    def check(self) -> Check:
        """Well while the source is sound; degraded, never dead, when older rules are in force instead."""
        faults = self.in_force.faults
        detail: dict[str, str | int | float | bool | list[str] | None] = {
            "digest": self.in_force.current().digest,
            "source": self.in_force.source,
            "followed": not self.task.done(),
        }
        if faults:
            detail |= {"faults": [str(fault) for fault in faults[:MOST_TOLD]], "fault_count": len(faults)}
        if self.in_force.warnings:
            detail["warnings"] = [str(warning) for warning in self.in_force.warnings[:MOST_TOLD]]
        if self.in_force.is_waiting:
            detail["waiting"] = "the journal cannot store the next rulebook"
        is_degraded = bool(faults) or self.in_force.is_waiting or self.task.done()
        return Check(is_ready=True, detail=detail, is_degraded=is_degraded)


@asynccontextmanager
async def rules_in_force(
    source: RuleSource,
    journal: Journal,
    told: Told,
    keys: TrustedKeys | None = None,
    compare: Compare = not_compared,
) -> AsyncIterator[Following]:
    """The source's first rulebook in force, and every later sound one in its turn, while the block runs.

    A source that has no sound rulebook at start does not stop a service whose journal knows the one last in force:
    that one goes on, and the service is degraded, as it would be had it run on. Raises `RuleFileErrors` when there
    is none, `Unavailable` when the source cannot be read or the rulebook not be kept.
    """
    first = await first_offer(source, journal, keys, compare)
    in_force = await InForce.begin(first, journal.put_in_force, told, compare)
    task = asyncio.create_task(_follow(in_force, source))
    try:
        yield Following(in_force, task)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _follow(in_force: InForce, source: RuleSource) -> None:
    """The outermost loop of the rules: should it break, the service goes on, degraded, says so and follows again."""
    while True:
        try:
            async with aclosing(source.following()) as offers:
                await in_force.follow(offers)
        except Exception as error:
            log.exception("rules_interrupted")
            await in_force.interrupted(error)
        await asyncio.sleep(FOLLOW_AGAIN_SECONDS)
