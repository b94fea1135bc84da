"""Texts can be erased, rulebooks are kept by digest; on every engine."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from chassis.clock import FixedClock
from chassis.journal import Append, SqlJournal, verify

TEXT = "La candidate a refusé : trop loin de l'école."


async def test_a_text_is_found_by_its_digest(journal: SqlJournal, a: SimpleNamespace) -> None:
    hash_ = a.digest(TEXT)
    await journal.append([Append(a.SCOPE, 0, [a.transition("one", texts={hash_: TEXT})])])
    assert await journal.texts([hash_, a.digest("another")]) == {hash_: TEXT}


async def test_an_erased_text_is_gone_and_the_rows_are_still_proved(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    hash_ = a.digest(TEXT)
    await journal.append([Append(a.SCOPE, 0, [a.transition("one", texts={hash_: TEXT})])])
    assert await journal.erase_text(hash_)
    assert await journal.texts([hash_]) == {}
    assert not await journal.erase_text(hash_)
    assert (await verify(journal)).is_sound


async def test_no_byte_of_an_erased_text_stays_in_the_files(
    file_url: str, tmp_path: Path, clock: FixedClock, a: SimpleNamespace
) -> None:
    journal = SqlJournal(file_url, clock)
    await journal.open()
    hash_ = a.digest(TEXT)
    await journal.append([Append(a.SCOPE, 0, [a.transition("one", texts={hash_: TEXT})])])
    assert _found(TEXT, tmp_path)
    await journal.erase_text(hash_)
    assert not _found(TEXT, tmp_path)
    await journal.close()


def _found(text: str, folder: Path) -> bool:
    return any(text.encode() in file.read_bytes() for file in folder.glob("journal.db*"))


async def test_a_rulebook_is_kept_by_its_digest(journal: SqlJournal, a: SimpleNamespace) -> None:
    digest = a.digest("first")
    await journal.store_bundle(digest, b"first")
    await journal.store_bundle(digest, b"second")
    assert await journal.bundle(digest) == b"first"
    assert await journal.bundle(a.digest("other rules")) is None


async def test_the_rulebook_last_put_in_force_is_remembered_whichever_was_kept_since(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace
) -> None:
    assert await journal.bundle_in_force() is None
    await journal.put_in_force(a.digest("first"), b"first")
    await journal.put_in_force(a.digest("second"), b"second")
    assert await rival.bundle_in_force() == b"second"
    await rival.put_in_force(a.digest("first"), b"first")
    await journal.store_bundle(a.digest("third"), b"third")
    assert await journal.bundle_in_force() == b"first"
    assert await journal.bundle(a.digest("second")) == b"second"


async def test_a_rulebook_needs_a_digest(journal: SqlJournal) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        await journal.store_bundle("abcd", b"rules")
