"""Refused messages are kept once, with their reason, and without what may not be kept; on every engine."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace

from chassis.journal import Append, Appended, Conflict, Heard, Reject, SqlJournal

LOG = "a-cluster/a-topic"
REJECT = Reject(
    topic="vacancies",
    partition=1,
    offset=42,
    key=b"999001209:75",
    value=b'{"typologie":"T9"}',
    headers=[("ce_type", b"fr.aiguillage.vacancy.declared.v1"), ("trace", None), ("odd", b"\xff")],
    reason="valeur_inconnue",
    path="$.data.dwelling.typologie",
    message="« T9 » n'est pas une typologie : T1 à T7.",
    at=datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC),
    incarnation=LOG,
)
LIMIT_BYTES = 512 * 1024
LIMIT_KEY_BYTES = 64 * 1024


async def test_a_reject_comes_back_as_it_was(journal: SqlJournal) -> None:
    await journal.reject([REJECT])
    [kept] = await journal.rejects(10)
    assert kept.reject == REJECT
    assert kept.digest == sha256(REJECT.value or b"").hexdigest()
    assert await journal.find_reject(kept.id) == kept
    assert await journal.find_reject(kept.id + 1) is None


async def test_a_message_rejected_again_is_kept_once(journal: SqlJournal) -> None:
    await journal.reject([REJECT, REJECT])
    await journal.reject([REJECT])
    assert len(await journal.rejects(10)) == 1


async def test_another_message_at_the_same_offset_is_another_reject(journal: SqlJournal) -> None:
    await journal.reject([REJECT])
    await journal.reject([replace(REJECT, value=b"after the broker began again")])
    assert len(await journal.rejects(10)) == 2


async def test_of_a_message_naming_a_person_only_the_path_is_kept(journal: SqlJournal) -> None:
    named = replace(
        REJECT,
        reason="donnee_personnelle",
        path="$.data.nom",
        key=b"Durand",
        value=b'{"nom":"Durand"}',
        message="« Durand » est un nom",
        headers=[("h", b"Durand")],
    )
    await journal.reject([named])
    [kept] = await journal.rejects(10)
    assert "Durand" not in repr(kept)
    assert (kept.reject.value, kept.reject.path) == (None, "$.data.nom")
    assert kept.digest == sha256(b'{"nom":"Durand"}').hexdigest()


async def test_of_a_message_too_large_the_bytes_are_not_kept(journal: SqlJournal) -> None:
    await journal.reject([replace(REJECT, value=b"x" * LIMIT_BYTES, offset=1)])
    await journal.reject([replace(REJECT, value=b"x" * (LIMIT_BYTES + 1), offset=2)])
    larger, largest_kept = await journal.rejects(10)
    assert len(largest_kept.reject.value or b"") == LIMIT_BYTES
    assert (larger.reject.value, larger.reject.key, larger.reject.headers) == (None, None, [])
    assert larger.digest == sha256(b"x" * (LIMIT_BYTES + 1)).hexdigest()
    assert larger.reject.reason == REJECT.reason


async def test_a_message_with_a_key_too_large_is_known_by_its_digest_only(journal: SqlJournal) -> None:
    await journal.reject([replace(REJECT, key=b"k" * LIMIT_KEY_BYTES, offset=1)])
    await journal.reject([replace(REJECT, key=b"k" * (LIMIT_KEY_BYTES + 1), offset=2)])
    larger, largest_kept = await journal.rejects(10)
    assert (len(largest_kept.reject.key or b""), largest_kept.reject.value) == (LIMIT_KEY_BYTES, REJECT.value)
    assert (larger.reject.value, larger.reject.key, larger.reject.headers) == (None, None, [])


async def test_an_empty_message_can_be_rejected(journal: SqlJournal) -> None:
    await journal.reject([replace(REJECT, value=None, key=None, headers=[])])
    [kept] = await journal.rejects(10)
    assert (kept.reject.value, kept.reject.key, kept.reject.headers) == (None, None, [])


async def test_rejects_are_published_oldest_first_and_listed_newest_first(journal: SqlJournal) -> None:
    await journal.reject([replace(REJECT, offset=offset) for offset in (1, 2, 3)])
    waiting = await journal.unpublished_rejects(2)
    assert [kept.reject.offset for kept in waiting] == [1, 2]
    await journal.mark_rejects_published([kept.id for kept in waiting])
    assert [kept.reject.offset for kept in await journal.unpublished_rejects(9)] == [3]
    assert [(kept.reject.offset, kept.is_published) for kept in await journal.rejects(2)] == [
        (3, False),
        (2, True),
    ]


async def test_unpublished_rejects_are_paged_and_some_topics_passed_over(journal: SqlJournal) -> None:
    topics = ("vacancies", "outcomes", "vacancies", "conventions")
    await journal.reject([replace(REJECT, topic=topic, offset=n) for n, topic in enumerate(topics)])
    every = await journal.unpublished_rejects(9)
    first = every[0].id
    assert [kept.reject.offset for kept in await journal.unpublished_rejects(2, first)] == [1, 2]
    left = await journal.unpublished_rejects(9, first, {"vacancies"})
    assert [kept.reject.offset for kept in left] == [1, 3]
    await journal.mark_rejects_published([first])
    assert await journal.unpublished_reject_ids(2) == [kept.id for kept in every[1:3]]


async def test_rejects_are_counted_by_topic_and_reason(journal: SqlJournal) -> None:
    await journal.reject([REJECT, replace(REJECT, offset=43), replace(REJECT, reason="conflit", offset=44)])
    assert await journal.reject_counts() == {("vacancies", "valeur_inconnue"): 2, ("vacancies", "conflit"): 1}


async def test_rejecting_nothing_is_allowed(journal: SqlJournal) -> None:
    await journal.reject([])
    await journal.mark_rejects_published([])
    assert await journal.reject_counts() == {}


async def test_words_that_cite_what_no_database_keeps_are_kept_without_it(journal: SqlJournal) -> None:
    await journal.reject([replace(REJECT, message="La clé « a\x00\ud800b »", path="$.a\x00")])
    [kept] = await journal.rejects(10)
    assert (kept.reject.message, kept.reject.path) == ("La clé « a\ufffd\ufffdb »", "$.a\ufffd")
    assert kept.reject.value == REJECT.value


async def test_refusals_are_kept_with_what_their_scope_writes_or_not_at_all(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace
) -> None:
    await rival.append([a.append("first")])
    [outcome] = await journal.append([replace(a.append("second"), refused=[REJECT])])
    assert isinstance(outcome, Conflict)
    assert await journal.rejects(10) == []
    await journal.append([replace(a.append("second", base=3), refused=[REJECT])])
    assert [kept.reject.offset for kept in await journal.rejects(10)] == [REJECT.offset]


async def test_refusals_alone_are_kept_only_on_the_head_of_their_scope(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace
) -> None:
    await rival.append([a.append("first")])
    stale, latest = (Append(a.SCOPE, base, [], refused=[REJECT]) for base in (0, 3))
    assert isinstance((await journal.append([stale]))[0], Conflict)
    assert await journal.rejects(10) == []
    assert isinstance((await journal.append([latest]))[0], Appended)
    assert len(await journal.rejects(10)) == 1


async def test_where_messages_were_refused_is_found_by_place_with_their_digests(journal: SqlJournal) -> None:
    await journal.reject([replace(REJECT, offset=offset) for offset in (1, 3, 5)])
    asked = [(REJECT.topic, REJECT.partition, offset) for offset in (0, 3, 4, 5)]
    digest = sha256(REJECT.value or b"").hexdigest()
    assert await journal.refused(asked) == {Heard(asked[1], digest, LOG), Heard(asked[3], digest, LOG)}
    assert await journal.refused([]) == set()


async def test_an_input_whose_message_was_refused_meanwhile_is_not_written(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    """Two replicas may judge one message on two states: whoever is second finds what the first one said."""
    await journal.reject([REJECT])
    assert await journal.append([a.append("one", heard=[REJECT.heard])]) == [Conflict(a.SCOPE, "refused")]
    assert await journal.scopes() == []
    another = REJECT.heard._replace(digest=a.digest("another message"))
    [outcome] = await journal.append([a.append("one", heard=[another])])
    assert isinstance(outcome, Appended)


async def test_an_offset_that_came_back_is_another_place(journal: SqlJournal, a: SimpleNamespace) -> None:
    """A topic deleted and made again counts from 0: its message is neither the one refused there, nor held to be."""
    await journal.reject([REJECT])
    again = replace(REJECT, incarnation="a-cluster/the-topic-made-again")
    assert again.heard not in await journal.refused([REJECT.place])
    assert isinstance((await journal.append([a.append("one", heard=[again.heard])]))[0], Appended)
    await journal.reject([again])
    assert len(await journal.rejects(10)) == 2


async def test_a_place_in_a_log_nobody_can_tell_keeps_no_input_out(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    nowhere = replace(REJECT, incarnation="")
    await journal.reject([nowhere])
    assert isinstance((await journal.append([a.append("one", heard=[nowhere.heard])]))[0], Appended)
