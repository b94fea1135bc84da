"""The convention read from what the parties signed."""

from datetime import date
from typing import Any

from flux.convention import Convention, state_shares
from flux.scope import Scope
from flux.units import DWELLING


def _convention(**terms: Any) -> Convention:  # noqa: ANN401 - JSON values
    return Convention.from_body(
        {
            "convention_id": "C1",
            "reservataire": {"id": "AL", "kind": terms.pop("kind", "action_logement")},
            "year": 2026,
            "effective": {"from": "2026-01-01", "until": "2026-12-31"},
            **terms,
        }
    )


def test_a_convention_without_lines_is_its_own_line() -> None:
    (line,) = _convention(share_percent="22.5").lines
    assert (line.party, line.share, line.objective) == ("C1", DWELLING * 225 // 1000, None)


def test_each_line_has_its_number_its_share_or_its_objective() -> None:
    lines = _convention(shares=[{"share_percent": "5", "territory": None}, {"objective": 12}]).lines
    assert [(line.party, line.share, line.objective) for line in lines] == [
        ("C1#1", DWELLING // 20, None),
        ("C1#2", None, 12 * DWELLING),
    ]


def test_both_days_of_a_convention_are_in_force() -> None:
    convention = _convention(share_percent="5")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [convention.is_in_force(day) for day in days] == [False, True, True, False]
    assert _convention(effective={"from": "2026-01-01"}).is_in_force(date(2099, 1, 1))


def test_conventions_overlap_when_they_share_a_day() -> None:
    first = _convention()
    assert first.overlaps(_convention(effective={"from": "2026-12-31", "until": "2027-12-31"}))
    assert not first.overlaps(_convention(effective={"from": "2027-01-01", "until": "2027-12-31"}))


def test_the_agents_of_the_state_count_inside_its_share() -> None:
    conventions = [
        _convention(kind="etat_prioritaires", share_percent="25"),
        _convention(kind="etat_agents", share_percent="5"),
        _convention(share_percent="40"),
    ]
    assert state_shares(conventions) == (DWELLING * 30 // 100, DWELLING * 5 // 100)


def test_a_scope_is_read_back_from_its_text() -> None:
    scope = Scope("999001209", "2A")
    assert str(scope) == "999001209:2A"
    assert Scope.parse(str(scope)) == scope
