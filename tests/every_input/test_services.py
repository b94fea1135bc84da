"""Both services, on journals, play every state and an input after it: nothing is set aside, all is proved."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from prometheus_client import CollectorRegistry

from aiguillage.lines import topic_of
from chassis.bus import Message, Record
from chassis.clock import FixedClock
from chassis.journal import verify
from chassis.metrics import Metrics
from compliance.handlers import Compliance
from compliance.projections import Projections
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching
from contracts.catalogue import INPUTS
from orientation.domain.ports import Rulebook
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.replaying import replay
from orientation.rulebook import BookView
from orientation.scopes import Scopes
from tests.every_input.messages import plainest
from tests.every_input.states import STATES, reached
from tests.every_input.world import BEGINS, SCOPE, World, books
from tests.faults.simulated.journal import MemoryJournal

KINDS = tuple(INPUTS)


class Topics:
    """Takes all it is given."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        self.said += messages
        return [None for _ in messages]


class Fixed:
    """The rules delivered, in force."""

    def current(self) -> BookView:
        return books()[0]


def scripts(number: int, name: str) -> list[list[bytes | datetime]]:
    """A state, then an input, another one for each state, and what was said last once more."""
    base, found = reached(name), list[list[bytes | datetime]]()
    for place, kind in enumerate(KINDS):
        if (place + number) % len(KINDS) == 0:
            world = base.copy()
            found.append([*world.script, plainest(kind, world)[0].line(world), *_repeat(world)])
    return found


def _repeat(world: World) -> list[bytes | datetime]:
    """What was said last, again."""
    return [each for each in world.script if isinstance(each, bytes)][-1:]


@pytest.mark.parametrize(("number", "name"), list(enumerate(STATES)), ids=str)
async def test_both_services_go_on_and_their_journals_are_proved(number: int, name: str) -> None:
    for script in scripts(number, name):
        await _play(script)


async def _play(script: Sequence[bytes | datetime]) -> None:
    clock, topics = FixedClock(BEGINS), Topics()
    journal = MemoryJournal(clock)
    publishing = Publishing(journal, topics, clock)  # type: ignore[arg-type]  # the one method it calls
    meter = Meter(Metrics(CollectorRegistry()))
    orientation = Orientation(Scopes(journal), journal, publishing, Fixed(), clock, meter, "event", "open")
    await orientation.start()
    for offset, step in enumerate(script):
        if isinstance(step, datetime):
            await orientation.run_until(step)
        else:
            await orientation.handle([Record(topic_of(step), 0, offset, b"key", step, (), 0)])
    assert not [kept for kept in await journal.rejects(50) if kept.reject.reason == "erreur_interne"]
    assert (await verify(journal)).is_sound

    async def rulebook_of(_: str) -> Rulebook:
        return books()[0]

    assert not (await replay(journal, rulebook_of)).differences
    await _follow(clock, topics.said)


async def _follow(clock: FixedClock, said: Sequence[Message]) -> None:
    """Compliance folds all that was said."""
    journal, outlet = MemoryJournal(clock), Topics()
    projections = Projections(journal)
    rules = RulesInForce(lambda: books()[0].loaded)
    compliance = Compliance(
        projections,
        Saying(projections, outlet, clock),
        Watching(journal, outlet, rules),
    )
    await compliance.start()
    stream = [message for message in said if message.topic == "orientations"]
    records = [Record(m.topic, 0, place, m.key, m.value, [], 0) for place, m in enumerate(stream)]
    await compliance.handle(records)
    await compliance.on_idle(caught_up=True)
    assert compliance.quarantine_check().status == "ready"
    assert (await projections.of(SCOPE)).sequence == len(stream)
    assert (await verify(journal)).is_sound
