"""Marks of publication move forward and never past what is written; on every engine."""

from types import SimpleNamespace

from chassis.journal import Published, PublishedMark, SqlJournal


async def test_what_was_just_written_is_unpublished(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", scope="b:75"), a.append("two", scope="a:75")])
    assert await journal.unpublished() == ["a:75", "b:75"]
    assert await journal.published("a:75") == Published(0, {})


async def test_a_scope_is_published_once_its_head_is_marked(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one")])
    await journal.mark_published([PublishedMark(a.SCOPE, 2)])
    assert await journal.unpublished() == [a.SCOPE]
    await journal.mark_published([PublishedMark(a.SCOPE, 3)])
    assert await journal.unpublished() == []
    await journal.append([a.append("two", base=3)])
    assert await journal.unpublished() == [a.SCOPE]


async def test_marks_never_go_back(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one")])
    await journal.mark_published([PublishedMark(a.SCOPE, 3, {"orientations": 5})])
    await journal.mark_published([PublishedMark(a.SCOPE, 1, {"orientations": 4, "proposals.X": 1})])
    assert await journal.published(a.SCOPE) == Published(3, {"orientations": 5, "proposals.X": 1})


async def test_a_topic_ahead_of_the_others_keeps_its_place(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one")])
    await journal.mark_published([PublishedMark(a.SCOPE, 1, {"orientations": 2})])
    await journal.mark_published([PublishedMark(a.SCOPE, 2)])
    assert await journal.published(a.SCOPE) == Published(2, {"orientations": 2})


async def test_what_is_not_written_cannot_be_published(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one")])
    await journal.mark_published([PublishedMark(a.SCOPE, 4), PublishedMark("never:75", 1)])
    assert await journal.published(a.SCOPE) == Published(0, {})
    assert await journal.unpublished() == [a.SCOPE]


async def test_marking_nothing_is_allowed(journal: SqlJournal) -> None:
    await journal.mark_published([])
    assert await journal.unpublished() == []
