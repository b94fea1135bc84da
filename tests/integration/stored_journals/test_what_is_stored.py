"""The journals that 0.2 wrote: sound, and with something of everything in them."""

import sqlite3
from pathlib import Path

import pytest

from tests.journals.stored import Service, on_sqlite

JOURNALLED_BY_0_2 = {
    *("vacancy.declared", "vacancy.amended", "vacancy.withdrawn", "vacancy.recorded", "deadline.fired"),
    *("convention.signed", "convention.adjusted", "convention.ended", "convention.contested"),
    *("convention.recorded", "forecast.declared", "forecast.recorded"),
    *("programme.opened", "programme.recorded"),
    *("concertation.answered", "concertation.proposed", "concertation.concluded"),
    *("candidates.designated", "proposal.refused", "caleol.decided", "lease.signed"),
    *("orientation.confirmed", "decision.overridden", "delegation.reported"),
    *("exclusion.contested", "contestation.answered", "outcome.recorded"),
    *("orientation.decided", "proposal.issued", "proposal.expired", "proposal.withdrawn"),
    *("alert.raised", "alert.cleared"),
}
KEPT_BESIDE = ("bundles", "published", "rejects", "snapshots", "texts", "vacancies", "waits")


def _asked(folder: Path, service: Service, question: str) -> list[tuple[object, ...]]:
    on_sqlite("0.2", service, folder)
    connection = sqlite3.connect(folder / f"{service}.sqlite")
    found = connection.execute(question).fetchall()
    connection.close()
    return found


def test_every_type_that_is_journalled_stands_in_the_stored_journals(tmp_path: Path) -> None:
    question = "SELECT DISTINCT type FROM journal"
    services: tuple[Service, ...] = ("orientation", "compliance")
    found = {name for service in services for (name,) in _asked(tmp_path, service, question)}
    assert found == JOURNALLED_BY_0_2


@pytest.mark.parametrize("table", KEPT_BESIDE)
def test_everything_kept_beside_the_rows_stands_in_orientations(tmp_path: Path, table: str) -> None:
    question = f"SELECT count(*) FROM {table}"  # noqa: S608 - the test's own words
    [(count,)] = _asked(tmp_path, "orientation", question)
    assert count


@pytest.mark.parametrize(
    "state",
    [
        "vacancies WHERE closed IS NOT NULL",
        "scopes WHERE published_version < head_version",
        "journal WHERE type = 'outcome.recorded' AND instr(data, CAST('\"status\":\"parked\"' AS BLOB))",
        "journal WHERE type = 'deadline.fired'",
    ],
)
def test_something_is_archived_unpublished_parked_and_expired(tmp_path: Path, state: str) -> None:
    [(count,)] = _asked(tmp_path, "orientation", f"SELECT count(*) FROM {state}")  # noqa: S608 - as above
    assert count
