"""The parties of a sample at work on Kafka: they hear proposals, and answer when their time has come."""

from collections.abc import Iterable
from datetime import UTC, datetime

from aiguillage.parties import Agenda, Player
from chassis.bus import Record
from contracts.envelope import Emitted, open_emitted

HEARD = r"^(proposals\..+|orientations|concertations)$"
"""What parties listen to: réservataires their own proposals, the splits of new buildings and what is left outside the
flux, bailleurs the decisions they must confirm."""
_SPOKEN_OF = (b'"outcome":"pre_assigned"', b'"outcome":"outside_flux"')
"""The decisions somebody may have a word to say about."""
START = datetime.min.replace(tzinfo=UTC)


class Conversation:
    """Answers still to be said, in order of their time; `now` is the latest time heard."""

    def __init__(self, player: Player) -> None:
        self._agenda = Agenda(player)
        self._heard: set[str] = set()
        self.now = START

    def hear(self, records: Iterable[Record]) -> None:
        """Take in what was published; a message heard twice is answered once."""
        for record in records:
            value = record.value or b""
            if record.topic == "orientations" and not any(mark in value for mark in _SPOKEN_OF):
                continue
            said = open_emitted(value)
            self.now = max(self.now, said.time)
            name = _name(record.topic, said)
            if name is not None and name not in self._heard:
                self._heard.add(name)
                self._agenda.hear(said.type, said.data, said.time)

    def due(self, before: datetime) -> list[bytes]:
        """The answers whose time is before an instant, in order; they are said once."""
        return list(self._agenda.due(before))

    @property
    def next_time(self) -> datetime | None:
        """When the next answer is due."""
        return self._agenda.next_time


def _name(topic: str, said: Emitted) -> str | None:
    """What tells a message that is answered from any other; None of one that is not."""
    match said.type:
        case "proposal.issued":
            return str(said.data["proposal_id"])
        case "orientation.decided":
            return str(said.data["decision_id"])
        case "concertation.proposed" if topic == "concertations":
            return f"{said.data['scope']} {said.data['programme_id']} {said.data['round']}"
        case _:
            return None
