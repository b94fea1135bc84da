"""Everything said in time is heard first, and nobody delays the others by going on and on."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.bus import Alone, Hearing, Stand, TopicPartition

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Group:
    """What a broker would tell of partitions: how much was said on each, how much of it is applied."""

    def __init__(self, **stands: Stand) -> None:
        self.stands = {TopicPartition(topic, 0): stand for topic, stand in stands.items()}

    async def standing(self) -> Mapping[TopicPartition, Stand]:
        return dict(self.stands)

    def now(self, topic: str, end: int | None, committed: int) -> None:
        self.stands[TopicPartition(topic, 0)] = Stand(end, committed)


def after(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def test_nothing_left_to_apply_is_heard_at_once() -> None:
    assert await Hearing(Alone()).look(NOON) == NOON
    assert await Hearing(Group(a=Stand(3, 3))).look(NOON) == NOON


async def test_what_was_said_before_the_first_look_is_waited_for_and_what_came_later_is_not() -> None:
    group = Group(quiet=Stand(1, 0), loud=Stand(50, 10))
    hearing = Hearing(group)
    assert await hearing.look(NOON) is None
    assert hearing.awaited == {"quiet", "loud"}
    group.now("loud", 900, 50)
    assert await hearing.look(after(1)) is None
    assert hearing.awaited == {"quiet"}
    group.now("quiet", 2, 1)
    assert await hearing.look(after(2)) == NOON


async def test_an_instant_is_told_once_and_the_next_one_noted_by_then() -> None:
    group = Group(a=Stand(5, 0))
    hearing = Hearing(group)
    await hearing.look(NOON)
    group.now("a", 9, 5)
    assert await hearing.look(after(1)) == NOON
    group.now("a", 20, 8)
    assert await hearing.look(after(2)) is None
    group.now("a", 20, 9)
    assert await hearing.look(after(3)) == after(1)


async def test_once_an_instant_is_told_only_what_is_still_to_be_applied_is_awaited() -> None:
    group = Group(heard=Stand(5, 0), loud=Stand(5, 0))
    hearing = Hearing(group)
    await hearing.look(NOON)
    group.now("heard", 5, 5)
    group.now("loud", 9, 5)
    assert await hearing.look(after(1)) == NOON
    assert hearing.awaited == {"loud"}


async def test_a_partition_without_a_leader_holds_everything_until_it_has_one() -> None:
    """What it keeps may have been said in time."""
    group = Group(a=Stand(5, 5), lost=Stand(None, 3))
    hearing = Hearing(group)
    for second in range(3):
        assert await hearing.look(after(second)) is None
        assert hearing.awaited == {"lost"}
    group.now("lost", 4, 3)
    assert await hearing.look(after(3)) is None
    group.now("lost", 4, 4)
    assert await hearing.look(after(4)) == after(4)


async def test_a_partition_that_lost_its_leader_after_it_was_noted_holds_only_what_it_still_has() -> None:
    group = Group(a=Stand(5, 0), lost=Stand(4, 4))
    hearing = Hearing(group)
    await hearing.look(NOON)
    group.now("lost", None, 4)
    assert await hearing.look(after(1)) is None
    group.now("a", 9, 5)
    assert await hearing.look(after(2)) == NOON


async def test_a_topic_born_after_the_first_look_is_not_waited_for() -> None:
    group = Group(a=Stand(5, 4))
    hearing = Hearing(group)
    await hearing.look(NOON)
    group.now("born", 7, 0)
    group.now("a", 5, 5)
    assert await hearing.look(after(1)) == NOON


async def test_a_topic_deleted_or_made_again_is_not_waited_for_for_ever() -> None:
    group = Group(deleted=Stand(5, 4), again=Stand(50, 4))
    hearing = Hearing(group)
    await hearing.look(NOON)
    del group.stands[TopicPartition("deleted", 0)]
    group.now("again", 2, 0)
    assert await hearing.look(after(1)) is None
    group.now("again", 3, 2)
    assert await hearing.look(after(2)) == after(1)


async def test_what_a_clock_set_back_had_noted_is_noted_again() -> None:
    """Else what is said by then would be in time, and not be waited for."""
    group = Group(a=Stand(5, 4))
    hearing = Hearing(group)
    await hearing.look(after(3_600))
    group.now("a", 9, 5)
    assert await hearing.look(NOON) is None
    group.now("a", 20, 9)
    assert await hearing.look(after(1)) == NOON


TURNS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(("say", "apply", "lose", "find"))), max_size=60
)


@given(TURNS)
def test_nothing_is_told_heard_of_which_something_is_left_to_apply(turns: list[tuple[str, str]]) -> None:
    """Whatever is said, applied, lost sight of and found again between looks."""
    asyncio.run(_look_between(turns))


async def _look_between(turns: list[tuple[str, str]]) -> None:
    said: dict[str, list[datetime]] = {"a": [], "b": []}
    applied, lost = {"a": 0, "b": 0}, set[str]()
    group = Group()
    hearing = Hearing(group)
    for second, (topic, does) in enumerate(turns):
        if does == "say":
            said[topic].append(after(second))
        elif does == "apply":
            applied[topic] = min(applied[topic] + 2, len(said[topic]))
        else:
            (lost.add if does == "lose" else lost.discard)(topic)
        for name, all_of_it in said.items():
            group.now(name, None if name in lost else len(all_of_it), applied[name])
        heard = await hearing.look(after(second))
        left = [at for name, all_of_it in said.items() for at in all_of_it[applied[name] :]]
        assert heard is None or all(at > heard for at in left)
