"""What every decision needs is said on every day, everywhere, or the author is told: from when, for whom."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from chassis.rulebook import Rulebook, load
from chassis.rulebook.completeness import NEEDS
from chassis.rulebook.loading import examine, recheck

ROOT = Path(__file__).parents[3]
FOUND = ROOT / "tests/found/rules"
SIREN = "999001209"

Lay = Callable[..., list[str]]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return copytree(ROOT / "rules", tmp_path / "rules")


@pytest.fixture
def lay(directory: Path) -> Lay:
    """Lays one rule over those delivered, `like` another, and says what is told of them."""

    def over(path: str, like: str, **changes: object) -> list[str]:
        said = yaml.safe_load((directory / like).read_text(encoding="utf-8"))
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump({**said, "id": file.stem, **changes}, allow_unicode=True), "utf-8")
        return [str(fault) for fault in examine(directory).faults]

    return over


def test_the_rules_delivered_say_all_that_is_needed(directory: Path) -> None:
    assert examine(directory).faults == ()


def test_a_gap_that_was_found_is_told_from_its_first_day_at_the_rule_that_ends(directory: Path) -> None:
    copytree(FOUND / "gap", directory, dirs_exist_ok=True)
    (fault,) = examine(directory).faults
    assert (fault.path, fault.line) == ("delais/delais-ordinaires.yaml", 6)
    for key in ("respond_within_days", "attempts", "hold_days", "wait_for_proposal_days"):
        assert f"« {key} »" in fault.message
    assert fault.message.endswith("à partir du 2027-02-01, pour tout le monde.")


def test_a_narrower_overlay_leaves_no_gap(directory: Path) -> None:
    copytree(FOUND / "overlay-narrows", directory, dirs_exist_ok=True)
    assert examine(directory).faults == ()


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: f"{need.family}.{need.key}")
def test_every_key_needed_is_missed_when_no_rule_says_it(need: object, directory: Path) -> None:
    family, key = need.family, need.key  # type: ignore[attr-defined]  # a Need
    top, _, part = key.partition(".")
    for file in (directory / family).glob("*.yaml"):
        if file.name.endswith(".examples.yaml"):
            continue
        rule = yaml.safe_load(file.read_text(encoding="utf-8"))
        (rule["then"].get(top, {}) if part else rule["then"]).pop(part or top, None)
        for other in {"method": ("weights",), "scale": ("code",)}.get(top, ()):
            rule["then"].pop(other, None)
        if rule["then"]:
            file.write_text(yaml.safe_dump(rule, allow_unicode=True), "utf-8")
        else:
            file.unlink()
    assert any(f"« {key} »" in fault.message for fault in examine(directory).faults)


def test_a_family_taken_away_is_told(directory: Path) -> None:
    for file in (directory / "gestion").iterdir():
        file.unlink()
    (fault,) = examine(directory).faults
    assert fault.path == "gestion/"
    assert "« management » (gestion)" in fault.message
    assert "à partir du 2021-11-24, pour tout le monde" in fault.message


def test_an_interval_between_two_rules_is_told_with_both_its_days(lay: Lay) -> None:
    like = "decompte/decompte-proposition.yaml"
    lay(like, like, effective={"from": "2021-11-24", "until": "2026-12-31"})
    (told,) = lay("decompte/la-suite.yaml", like, effective={"from": "2027-03-01"})
    assert told.startswith("decompte/decompte-proposition.yaml:")
    assert "du 2027-01-01 au 2027-02-28, pour tout le monde" in told


@pytest.mark.parametrize(
    ("folder", "whose"),
    [
        ("territories/75", "le département 75"),
        (f"bailleurs/{SIREN}", f"le bailleur {SIREN}"),
        (f"bailleurs/{SIREN}/territories/75", f"le bailleur {SIREN} dans le département 75"),
    ],
)
def test_a_local_file_that_silences_the_common_one_is_told_for_its_own_class(
    lay: Lay, folder: str, whose: str
) -> None:
    like = "delais/delais-ordinaires.yaml"
    (told,) = lay(f"{folder}/{like}", like, active=False)
    assert told.startswith(f"{folder}/{like}:")
    assert f", pour {whose}. " in told


def test_what_a_local_rule_says_only_sometimes_is_no_answer_where_it_silences(
    lay: Lay, directory: Path
) -> None:
    like = "delais/delais-ordinaires.yaml"
    lay(f"territories/75/{like}", like, active=False)
    narrow = {"all": [{"fact": "dwelling.lift", "is": True}]}
    (told,) = lay("territories/75/delais/avec-ascenseur.yaml", like, when=narrow)
    assert "pour le département 75" in told
    wide = {"any": [{"fact": "dwelling.lift", "is": False}, {"fact": "dwelling.lift", "absent": True}]}
    assert lay("territories/75/delais/sans-ascenseur.yaml", like, when=wide, priority=501) == []
    assert load(directory).verdict("delais", date(2026, 1, 1), "75", SIREN, {}).value("attempts") == 3


def test_a_rule_for_one_bailleur_answers_within_its_own_folder(lay: Lay) -> None:
    like = "delais/delais-ordinaires.yaml"
    lay(f"bailleurs/{SIREN}/{like}", like, active=False)
    own = {"all": [{"fact": "vacancy.bailleur", "is": SIREN}]}
    assert lay(f"bailleurs/{SIREN}/delais/propre.yaml", like, when=own) == []


def test_aucun_says_none_on_purpose_and_stops_what_is_wider(lay: Lay, directory: Path) -> None:
    like = "delais/delais-zone-tendue.yaml"
    assert lay(f"bailleurs/{SIREN}/{like}", like, then={"respond_at_most_days": "aucun"}) == []
    book, facts = load(directory), {"dwelling.zone_abc": "A"}
    said = {who: book.verdict("delais", date(2026, 1, 1), "75", who, facts) for who in (SIREN, "999115009")}
    assert {who: one.value("respond_at_most_days") for who, one in said.items()} == {
        SIREN: None,
        "999115009": 30,
    }
    assert said[SIREN].rule_for("respond_at_most_days") is not None


def test_aucun_is_no_answer_where_a_number_is_needed(lay: Lay) -> None:
    like = "delais/delais-ordinaires.yaml"
    (told,) = lay(like, like, then={"attempts": "aucun"})
    assert "« attempts » : " in told


def test_a_rulebook_published_with_a_gap_is_refused_too(directory: Path) -> None:
    copytree(FOUND / "gap", directory, dirs_exist_ok=True)
    book = Rulebook.from_bundle(load(directory).bundle())
    (fault,) = recheck(book)
    assert "à partir du 2027-02-01" in fault.message
