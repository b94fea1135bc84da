"""A group's progress for as long as a service lives: the same clients at each question, made anew when they break."""

from chassis.bus.cluster import Cluster
from chassis.bus.hearing import Stands
from chassis.bus.progress import GroupProgress
from chassis.settings.tuning import Tuning

TO_THE_VERY_END = {"isolation_level": "read_uncommitted"}
"""Somebody's open transaction hides what others said after it began: it counts as said, though nobody reads it yet."""


class LastingProgress:
    """How far a group has come on the topics matching a pattern; the first question opens it, `close` it at the end."""

    def __init__(
        self, cluster: Cluster | str, group: str, pattern: str, tuning: Tuning | None = None
    ) -> None:
        self._cluster = Cluster.of(cluster)
        self._group = group
        self._pattern = pattern
        self._tuning = (tuning or Tuning()).model_copy(update=TO_THE_VERY_END)
        self._open: GroupProgress | None = None

    async def standing(self) -> Stands:
        """Where each partition ends and how far the group has come; `Unavailable` when the broker does not answer."""
        try:
            if self._open is None:
                progress = GroupProgress(self._cluster, self._group, self._tuning)
                self._open = await progress.__aenter__()
            return await self._open.standing(self._pattern)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Give back the clients; the next question opens others."""
        progress, self._open = self._open, None
        if progress is not None:
            await progress.__aexit__(None, None, None)
