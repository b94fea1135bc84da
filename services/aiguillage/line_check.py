"""Check of a file of events before any is published: the lines a service would refuse as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aiguillage.lines import SAMPLE, topic_of
from aiguillage.terminal.numbers import agreed
from contracts.inputs import read
from contracts.rejected import Rejected

LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is or would be refused; `number` starts at 1 and counts the lines that are not blank.

    None for what is no line of the file: the answer of a modelled party.
    """

    number: int | None
    reason: str
    path: str
    message: str

    def __str__(self) -> str:
        place = "réponse d'une partie" if self.number is None else f"ligne {self.number}"
        return f"{place} : {self.path} ({self.reason}). {self.message}"


def refused_lines(lines: Sequence[bytes]) -> Iterator[RefusedLine]:
    """The lines refused whatever the service's state; what only its state can tell is told once it has read them."""
    for number, line in enumerate(lines, start=1):
        topic = topic_of(line)
        if topic == SAMPLE:
            continue
        try:
            read(line, (), topic, now=None, trust="open")
        except Rejected as rejected:
            yield RefusedLine(number, str(rejected.reason), rejected.path, rejected.message)


def listed(refused: Sequence[RefusedLine]) -> str:
    """The first of them one a line, and how many more there are."""
    lines = [str(each) for each in refused[:LINES_SHOWN]]
    more = len(refused) - len(lines)
    if more:
        lines.append(f"et {agreed(more, 'autre ligne')}")
    return "\n".join(lines)
