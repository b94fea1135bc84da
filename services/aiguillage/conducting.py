"""Plays a sample year through Kafka, a few days at a time: what is declared, then what the parties answer."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from aiguillage.conversation import Conversation
from aiguillage.feeding import Feeder
from aiguillage.lines import event_time
from chassis.bus import Tail

WINDOW = timedelta(days=2)
"""Events of two days are published together, in order of time; their answers are heard before the next."""


class Conductor:
    """Publishes a sample's lines and its parties' answers in order of time, one window after the other."""

    def __init__(
        self,
        feeder: Feeder,
        heard: Tail,
        conversation: Conversation,
        end_of_window: Callable[[datetime], Awaitable[None]],
    ) -> None:
        self._feeder = feeder
        self._heard = heard
        self._conversation = conversation
        self._end_of_window = end_of_window

    async def play(self, lines: Sequence[bytes], until: datetime, told: Callable[[int], None]) -> None:
        """Play lines (in order of time) up to an instant; `told` is called with how many lines went out."""
        timed = [(event_time(line), line) for line in lines]
        position, start = 0, timed[0][0] if timed else until
        while start < until:
            end = min(start + WINDOW, until)
            stop = position
            while stop < len(timed) and timed[stop][0] < end:
                stop += 1
            answers = [(event_time(answer), answer) for answer in self._conversation.due(end)]
            batch = sorted([*timed[position:stop], *answers], key=lambda entry: entry[0])
            await self._window([line for _, line in batch], end)
            told(stop - position)
            position, start = stop, end

    async def _window(self, lines: Sequence[bytes], end: datetime) -> None:
        if lines:
            await self._feeder.apply(lines)
        await self._end_of_window(end)
        self._conversation.hear(await self._heard.read())
