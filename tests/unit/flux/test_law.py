"""The law is dated data: followed, never edited, asked by the day of the event."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flux.calendar import documents_due
from flux.law import LAW, NO_LAW, Cap, Exclusion, Law, LegalDay, StockException
from flux.units import DWELLING, share_of_percent

TODAY, IN_2028 = date(2026, 3, 1), date(2028, 1, 1)


def followed(law: Law, ended: str, **changes: object) -> Law:
    """A law whose entry ends on the eve of 2028, followed by another that differs."""
    old = next(entry for entry in law.entries if entry.id == ended)
    others = [entry for entry in law.entries if entry is not old]
    new = replace(old, id=f"{ended}-2028", since=IN_2028, follows=ended, **changes)  # type: ignore[arg-type]  # any field
    return Law([*others, replace(old, until=IN_2028 - timedelta(days=1)), new])


def test_the_law_knows_five_exclusions_three_reservations_two_caps_and_one_day() -> None:
    kinds = (Exclusion, StockException, Cap, LegalDay)
    assert [len(list(LAW.of(kind, TODAY))) for kind in kinds] == [5, 3, 2, 1]


def test_the_state_holds_thirty_percent_of_which_five_points_for_its_agents() -> None:
    caps = LAW.caps(TODAY)
    assert (caps.etat.units, caps.etat_agents.units) == (share_of_percent("30"), share_of_percent("5"))
    assert (caps.etat.by, caps.etat_agents.by) == ("plafond-etat", "plafond-agents-etat")


def test_a_rule_lowers_a_cap_and_never_lifts_it() -> None:
    legal = LAW.caps(TODAY)
    assert legal.lowered({"etat": "20"}, "local").etat.units == share_of_percent("20")
    assert legal.lowered({"etat": "20"}, "local").etat.by == "local"
    assert legal.lowered({"etat": "80", "etat_agents": "50"}, "local") == legal
    assert legal.lowered(None, "local") == legal


def test_documents_are_due_on_28_february_also_before_the_first_entry() -> None:
    assert documents_due(2027) == date(2027, 2, 28)
    assert documents_due(1999) == date(1999, 2, 28)


def test_a_law_that_changes_switches_on_its_day() -> None:
    law = followed(LAW, "plafond-etat", percent="25")
    law = followed(law, "echeance-bilan-et-previsionnel", month=3, day=31)
    eve = IN_2028 - timedelta(days=1)
    assert (law.caps(eve).etat.units, law.caps(IN_2028).etat.units) == (3 * DWELLING // 10, DWELLING // 4)
    assert law.caps(IN_2028).etat.by == "plafond-etat-2028"
    assert documents_due(2027, law) == date(2027, 2, 28)
    assert documents_due(2028, law) == date(2028, 3, 31)


def test_an_entry_that_follows_begins_the_day_after_the_one_it_follows() -> None:
    for law in (LAW, followed(LAW, "vente", purpose="vente")):
        known = {entry.id: entry for entry in law.entries}
        assert len(known) == len(law.entries)
        for entry in law.entries:
            if entry.follows is not None:
                ended = known[entry.follows].until
                assert ended is not None
                assert ended + timedelta(days=1) == entry.since


def test_every_entry_names_its_article_and_its_sentence() -> None:
    assert all(entry.article.startswith("CCH art.") and entry.because.endswith(".") for entry in LAW.entries)


def test_the_law_reads_what_it_writes() -> None:
    law = followed(LAW, "vente", purpose="vente")
    assert Law.read(law.document()).document() == law.document()
    assert Law.read(law.document()).entries == law.entries


@pytest.mark.parametrize("said", [{"kind": "cap"}, {"kind": "decree", "id": "x"}, {}])
def test_what_is_no_entry_is_said_so(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not an entry of law"):
        Law.read([said])


def test_without_law_nothing_is_capped() -> None:
    assert NO_LAW.caps(TODAY).etat.units == DWELLING
