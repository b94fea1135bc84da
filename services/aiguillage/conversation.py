"""The parties of a sample at work on Kafka: they hear proposals, and answer when their time has come."""

from collections.abc import Iterable
from datetime import UTC, datetime
from heapq import heappop, heappush

from aiguillage.parties import Player
from chassis.bus import Record
from contracts.envelope import open_emitted

HEARD = r"^(proposals\..+|orientations|concertations)$"
"""What parties listen to: réservataires their own proposals and the splits of new buildings, bailleurs the decisions
they must confirm."""
_PRE_ASSIGNED = b'"outcome":"pre_assigned"'
START = datetime.min.replace(tzinfo=UTC)


class Conversation:
    """Answers still to be said, in order of their time; `now` is the latest time heard."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._due: list[tuple[datetime, bytes]] = []
        self._heard: set[str] = set()
        self.now = START

    def hear(self, records: Iterable[Record]) -> None:
        """Take in what was published; a message heard twice is answered once."""
        for record in records:
            value = record.value or b""
            if record.topic == "orientations" and _PRE_ASSIGNED not in value:
                continue
            said = open_emitted(value)
            self.now = max(self.now, said.time)
            if said.type == "proposal.issued":
                self._answer(said.data["proposal_id"], self._player.answers(said.data, said.time))
            elif said.type == "orientation.decided" and said.data["outcome"] == "pre_assigned":
                self._answer(said.data["decision_id"], self._player.confirmations(said.data, said.time))
            elif said.type == "concertation.proposed" and record.topic == "concertations":
                name = f"{said.data['scope']} {said.data['programme_id']} {said.data['round']}"
                self._answer(name, self._player.concertation_answers(said.data, said.time))

    def _answer(self, name: str, answers: list[tuple[datetime, bytes]]) -> None:
        if name not in self._heard:
            self._heard.add(name)
            for answer in answers:
                heappush(self._due, answer)

    def due(self, before: datetime) -> list[bytes]:
        """The answers whose time is before an instant, in order; they are said once."""
        said = []
        while self._due and self._due[0][0] < before:
            said.append(heappop(self._due)[1])
        return said

    @property
    def next_time(self) -> datetime | None:
        """When the next answer is due."""
        return self._due[0][0] if self._due else None
