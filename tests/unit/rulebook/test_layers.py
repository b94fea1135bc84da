"""Four layers of rules: common, département, bailleur, bailleur in a département; the nearest namesake is first."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from chassis.rulebook import Rulebook, check, load
from chassis.rulebook.standing import Status, standings

Write = Callable[..., Path]
ROOT = Path(__file__).parents[3]
SIREN, OTHER = "999001209", "999115009"
ON = date(2027, 1, 15)


def delais(
    book: Rulebook, departement: str = "75", bailleur: str = SIREN, **facts: object
) -> dict[str, object]:
    where = {"vacancy.departement": departement, "vacancy.bailleur": bailleur, **facts}
    verdict = book.verdict("delais", ON, departement, bailleur, where)  # type: ignore[arg-type]  # values of facts
    return {key: verdict.value(key) for key in ("respond_within_days", "attempts", "hold_days")}


@pytest.fixture
def layered(write: Write) -> Rulebook:
    """One id in the four layers, each saying less than the one before it."""
    always = {"when": "always"}
    write("delais/d.yaml", **always, then="{respond_within_days: 30, attempts: 3, hold_days: 60}")
    write("territories/75/delais/d.yaml", **always, then="{respond_within_days: 25, attempts: 4}")
    write(f"bailleurs/{SIREN}/delais/d.yaml", **always, then="{respond_within_days: 20}")
    path = f"bailleurs/{SIREN}/territories/92/delais/d.yaml"
    return load(write(path, **always, then="{attempts: 9}"))


def test_each_key_is_said_by_the_nearest_layer_that_says_it(layered: Rulebook) -> None:
    common = {"respond_within_days": 30, "attempts": 3, "hold_days": 60}
    assert delais(layered, "69", OTHER) == common
    assert delais(layered, "75", OTHER) == {**common, "respond_within_days": 25, "attempts": 4}
    assert delais(layered, "75", SIREN) == {**common, "respond_within_days": 20, "attempts": 4}
    assert delais(layered, "92", SIREN) == {**common, "respond_within_days": 20, "attempts": 9}
    assert delais(layered, "92", OTHER) == common


def test_where_a_namesake_does_not_apply_the_wider_one_does(tmp_path: Path) -> None:
    directory = tmp_path / "rules"
    copytree(ROOT / "rules", directory)
    copytree(ROOT / "tests/found/rules/overlay-narrows", directory, dirs_exist_ok=True)
    book = load(directory)
    assert [delais(book, where)["respond_within_days"] for where in ("75", "69")] == [20, 30]
    alerts = {}
    for where in ("75", "69"):
        facts = {"vacancy.departement": where, "waiting.days": 90}
        verdict = book.verdict("conformite", ON, where, SIREN, facts)
        said = [match.effect for match, _ in verdict.each("alert") if match.id == "alerte-vacance-longue"]
        alerts[where] = [effect["raise_at"] for effect in said]
    common = next(rule for rule in load(ROOT / "rules").rules if rule.id == "alerte-vacance-longue")
    assert alerts == {"75": ["60"], "69": [common.then["raise_at"]]}


def test_an_alert_is_not_raised_twice_by_two_namesakes(write: Write) -> None:
    alert = "{alert: {kind: k, severity: info}, advice: A, figure: waiting.days, raise_at: %s, clear_at: 1}"
    near = f"bailleurs/{SIREN}/conformite/a.yaml"
    write("conformite/a.yaml", when="always", then=alert % 60, because="A.")
    narrow = "{fact: vacancy.departement, is: 75}"
    book = load(write(near, when=narrow, then=alert % 30, because="A."))
    verdict = book.verdict("conformite", ON, "75", SIREN, {"vacancy.departement": "75"})
    assert [value for _, value in verdict.each("alert")] == [{"kind": "k", "severity": "info"}]


def test_an_inactive_namesake_silences_what_is_farther_and_no_more(write: Write) -> None:
    always = {"when": "always"}
    write("delais/d.yaml", **always, then="{attempts: 3}")
    write("territories/75/delais/d.yaml", **always, then="{attempts: 4}", extra="active: non")
    book = load(write(f"bailleurs/{SIREN}/delais/d.yaml", **always, then="{hold_days: 5}"))
    assert delais(book, "75", SIREN)["attempts"] is None
    assert delais(book, "92", SIREN)["attempts"] == 3


def test_what_is_inherited_is_shown_as_in_force(layered: Rulebook) -> None:
    ours = [rule for rule in layered.rules if rule.room.family == "delais"]
    found = {one.rule.path: one.status for one in standings(ours, ON, "92", SIREN)}
    assert set(found.values()) == {Status.IN_FORCE}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"bailleurs/{SIREN}/territories/750/delais/d.yaml", "Dossier mal nommé."),
        ("bailleurs/99900120/territories/75/delais/d.yaml", "Dossier mal nommé."),
        (f"bailleurs/{SIREN}/territories/75/d.yaml", "Fichier mal rangé."),
        (f"territories/75/bailleurs/{SIREN}/delais/d.yaml", "Fichier mal rangé."),
    ],
)
def test_a_folder_badly_named_is_told(write: Write, path: str, told: str) -> None:
    (fault,) = check(write(path, when="always", then="{attempts: 3}"))
    assert (fault.path, fault.message) == (path, told)
