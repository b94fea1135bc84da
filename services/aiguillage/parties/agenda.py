"""What the parties have still to say of what they heard, each thing at its time."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from aiguillage.lines import SAMPLE, event_time, topic_of
from aiguillage.parties.play import Answer
from aiguillage.parties.player import Player
from aiguillage.parties.reporting import Delegations


class Agenda:
    """Asks a player about each message, and keeps its answers until their time comes; each is said once."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._answers: list[Answer] = []
        self._delegations = Delegations()

    def hear(self, kind: str, data: Mapping[str, Any], at: datetime) -> None:
        """Take in one message (short type and `data`), received `at`; nobody answers twice: hear it once."""
        for answer in self._asked(kind, data, at):
            heappush(self._answers, answer)

    def _asked(self, kind: str, data: Mapping[str, Any], at: datetime) -> list[Answer]:
        match kind:
            case "proposal.issued":
                answers = self._player.answers(data, at)
                bailleur = self._player.bailleur(str(data["bailleur"]))
                if bailleur is not None:
                    self._delegations.hear(bailleur, data, at, answers)
                return answers
            case "orientation.decided":
                return self._player.confirmations(data, at) + self._player.contestations(data, at)
            case "concertation.proposed":
                return self._player.concertation_answers(data, at)
            case _:
                return []

    def due(self, before: datetime) -> Iterator[bytes]:
        """What is to be said before an instant, in order; what is heard in between is taken in."""
        while (at := self.next_time) is not None and at < before:
            for report in self._delegations.due(at):
                heappush(self._answers, report)
            yield heappop(self._answers)[1]

    @property
    def next_time(self) -> datetime | None:
        """When something is next to be said."""
        times = [self._delegations.next_time, self._answers[0][0] if self._answers else None]
        return min((time for time in times if time is not None), default=None)


def in_time(lines: Iterable[bytes], agenda: Agenda, until: datetime) -> Iterator[bytes]:
    """The events of a file in its own order, each after what the parties say before it; then what they say `until`."""
    for line in lines:
        if topic_of(line) != SAMPLE:
            yield from agenda.due(event_time(line))
            yield line
    yield from agenda.due(until)
