"""`aiguillage convert`: the table, the record anybody can compute again, the drafts that publish nothing."""

import hashlib
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from aiguillage.cli import app
from aiguillage.drafting import is_draft
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import load
from contracts.inputs import read
from flux.conversion import (
    EtatDesLieux,
    Holder,
    Lot,
    Method,
    Right,
    StateCaps,
    Terms,
    Weighting,
    convert,
)
from orientation.rulebook import BookView

ROOT = Path(__file__).parents[3]
STOCK = ROOT / "docs" / "examples" / "etat-des-lieux.csv"
NEEDS = ROOT / "docs" / "examples" / "besoins.csv"
SIREN = "999001209"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["convert", *map(str, words)], env={"COLUMNS": "110"})


def record(*words: object) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = orjson.loads(done.stdout)
    return said


def result(*words: object) -> dict[str, Any]:
    (conversion,) = record(STOCK, "--year", 2026, *words)["conversions"]
    said: dict[str, Any] = conversion["result"]
    return said


def shares(*words: object) -> dict[str, Fraction]:
    return {part["reservataire"]: Fraction(part["share"]) for part in result(*words)["parts"]}


def drafted(target: Path, *words: object, stock: Path = STOCK) -> list[dict[str, Any]]:
    said = ("--bailleur", SIREN, "--departement", "93", "--on", "2025-12-01", "--drafts", target)
    done = run(stock, "--year", 2026, *said, *words)
    assert done.exit_code == 0, done.output
    return [orjson.loads(line) for line in target.read_bytes().splitlines()]


def test_the_table_tells_each_part_the_remainder_the_caps_and_what_is_left_out() -> None:
    told = " ".join(run(STOCK, "--method", "droits-uniques", "--years", 15, "--year", 2026).stdout.split())
    for words in (
        "AL-93 action_logement 250 249,22 20,9877 % 2026-2034 : 17 ; 2035-2040 : 16",
        "Bailleur (reste) 30,8642 % 25",
        "Total 1020 100 % 81",
        "soit 24 logements sur 81 ; dont ses agents : 5 %, soit 4 (CCH R.441-5-2).",
        "Droits simples, laissés de côté : 12 logements, 1 ligne (AL-93 12).",
        "Droits de suite échus avant 2026, laissés de côté : 20 logements, 1 ligne (MONTREUIL 20).",
        "ETAT-93-AGENTS demandait 6,1728 % du flux, ramené à 4,9383 % par le plafond.",
        "droits de ETAT-93-AGENTS non tirés, 12 sur 72, à régler entre les parties.",
        f"SHA-256 {hashlib.sha256(STOCK.read_bytes()).hexdigest()}",
    ):
        assert words in told


def test_all_methods_stand_side_by_side_and_the_impossible_ones_say_why() -> None:
    told = " ".join(run(STOCK, "--compare", "--years", 8, "--needs", NEEDS, "--year", 2026).stdout.split())
    assert "Part du parc × rotation" in told
    assert "AL-93 24,51 % 26,96 % 24,51 % 26,96 % 24,69 %" in told
    assert "Droits uniques sur 8 ans, impossible : Les droits feraient" in told
    assert "étalez-les sur" in told
    assert (
        "ETAT-93-PRIORITAIRES 23,53 % 17,64 % 23,53 % 17,64 % 29,63 % 19,2 14,4 19,2 14,4 (plafonné) 24"
        in told
    )


def test_each_method_gives_its_own_shares() -> None:
    assert shares("--method", "droits-uniques", "--years", 15)["EST-ENSEMBLE"] == Fraction(4, 81)
    assert shares("--method", "pourcentage")["EST-ENSEMBLE"] == Fraction(50, 1020)
    assert shares("--method", "pourcentage", "--weighted")["EST-ENSEMBLE"] == 5 / Fraction("81.616")
    assert shares("--method", "pourcentage", "--flux", 56)["EST-ENSEMBLE"] == Fraction(50, 1020)
    assert shares("--method", "besoins", "--needs", NEEDS)["DEPARTEMENT-93"] == Fraction(3, 81)


def test_the_days_weigh_rights_that_end_within_the_year(tmp_path: Path) -> None:
    stock = tmp_path / "etat.csv"
    stock.write_text("reservataire,nature,droit,nombre,fin\nAL,3,suite,60,2026-06-29\n,,aucun,40,\n", "utf-8")
    (conversion,) = record(stock, "--method", "pourcentage", "--days", "--year", 2026)["conversions"]
    assert conversion["result"]["parts"][0]["share"] == str(Fraction(60 * 180, 100 * 365))
    assert conversion["result"]["flux"] is None


def test_anybody_can_compute_the_record_again_from_the_record_alone() -> None:
    said = record(STOCK, "--compare", "--years", 15, "--needs", NEEDS, "--year", 2026)
    lots = tuple(
        Lot(
            each["reservataire"],
            Right(each["right"]),
            each["dwellings"],
            each["until"] and date.fromisoformat(each["until"]),
            each["rotation"] and Fraction(each["rotation"]),
        )
        for each in said["stock"]
    )
    etat = EtatDesLieux(lots, {each["id"]: Holder(**each) for each in said["reservataires"]})
    assert [conversion["terms"]["method"] for conversion in said["conversions"]] == [
        *("droits-uniques", "pourcentage", "pourcentage", "pourcentage", "pourcentage", "besoins"),
    ]
    for conversion in said["conversions"]:
        terms = conversion["terms"]
        again = convert(
            etat,
            Terms(
                method=Method(terms["method"]),
                year=terms["year"],
                caps=StateCaps(Fraction(terms["caps"]["etat"]), Fraction(terms["caps"]["etat_agents"])),
                flux=terms["flux"],
                years=terms["years"],
                weighting=Weighting(**terms["weighted_by"]),
                needs=terms["needs"],
                newcomers={each["id"]: Holder(**each) for each in terms["newcomers"]},
            ),
        )
        assert [(str(each.share), list(map(str, each.per_year))) for each in again.parts] == [
            (each["share"], each["per_year"]) for each in conversion["result"]["parts"]
        ]
        assert str(again.bailleur_share) == conversion["result"]["bailleur"]["share"]


def test_the_record_names_its_files_by_digest_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    for target in (first, second):
        words = ("--method", "besoins", "--needs", NEEDS, "--year", 2026, "--out", target)
        assert run(STOCK, *words).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    said = orjson.loads(first.read_bytes())
    assert [(each["role"], each["file"], each["sha256"]) for each in said["inputs"]] == [
        ("etat_des_lieux", STOCK.name, hashlib.sha256(STOCK.read_bytes()).hexdigest()),
        ("besoins", NEEDS.name, hashlib.sha256(NEEDS.read_bytes()).hexdigest()),
    ]
    assert said["caps_from"] == {"rule": "plafond-etat", "rulebook": load(ROOT / "rules").digest}


@pytest.mark.parametrize(
    "method",
    [
        ("droits-uniques", "--years", "15"),
        ("pourcentage", "--weighted", "--days"),
        ("besoins", "--needs", str(NEEDS)),
    ],
    ids=lambda words: words[0],
)
def test_drafts_are_valid_marked_and_accepted_together_once_people_publish_them(
    tmp_path: Path, method: tuple[str, ...]
) -> None:
    target = tmp_path / "brouillons.jsonl"
    events = drafted(target, "--method", *method)
    lines = target.read_bytes().splitlines()
    assert all(is_draft(line) for line in lines)
    now = datetime(2025, 12, 1, tzinfo=UTC)
    inputs = [read(line, [], f"conventions.{SIREN}", now=now, trust="topics") for line in lines]
    assert [each.scope for each in inputs] == [f"{SIREN}:93"] * len(events)
    assert {each.type for each in inputs} == {"convention.signed"}
    facts: list[str] = []
    with Scratch() as scratch:
        simulation = Simulation(BookView(load(ROOT / "rules")), scratch, lambda kind, _: facts.append(kind))
        for line in lines:
            simulation.apply(line)
    assert facts.count("convention.recorded") == len(events)


def test_a_drafted_percentage_is_floored_and_the_states_never_pass_thirty(tmp_path: Path) -> None:
    events = drafted(tmp_path / "d.jsonl", "--method", "pourcentage", "--weighted")
    said = {event["data"]["reservataire"]["id"]: event["data"] for event in events}
    exact = shares("--method", "pourcentage", "--weighted")
    for name in ("AL-93", "ETAT-93-AGENTS", "ETAT-93-PRIORITAIRES"):
        written = Fraction(said[name]["share_percent"]) / 100
        assert 0 <= exact[name] - written < Fraction(1, 10**9)
        assert "territory" not in said[name]


def test_a_territory_holds_a_greater_share_of_its_own_smaller_flow(tmp_path: Path) -> None:
    events = drafted(tmp_path / "d.jsonl", "--method", "pourcentage")
    said = {event["data"]["reservataire"]["id"]: event["data"] for event in events}
    assert said["MONTREUIL"]["territory"] == {"scale": "communes", "communes": ["93048"]}
    assert said["EST-ENSEMBLE"]["territory"] == {"scale": "ept", "code": "200057875"}
    assert said["MONTREUIL"]["share_percent"] == "16.5198237"  # 150 of 908, not of 1020
    assert said["EST-ENSEMBLE"]["share_percent"] == "5.5066079"


def test_objectives_are_drafted_as_they_are(tmp_path: Path) -> None:
    events = drafted(tmp_path / "d.jsonl", "--method", "droits-uniques", "--years", 15)
    said = {event["data"]["reservataire"]["id"]: event["data"] for event in events}
    assert (said["MONTREUIL"]["objective"], said["ETAT-93-AGENTS"]["objective"]) == (11, 4)
    assert said["MONTREUIL"]["effective"] == {"from": "2026-01-01", "until": "2026-12-31"}
    assert said["MONTREUIL"]["convention_id"] == f"{SIREN}-93-MONTREUIL-2026"


def test_droits_uniques_say_until_when_they_are_drawn(tmp_path: Path) -> None:
    events = drafted(tmp_path / "d.jsonl", "--method", "droits-uniques", "--years", 15)
    assert {event["data"]["correction"]["drawing_until"] for event in events} == {2040}
    others = drafted(tmp_path / "e.jsonl", "--method", "pourcentage")
    assert all("correction" not in event["data"] for event in others)


def test_a_territory_nobody_tells_is_asked_for_before_signature(tmp_path: Path) -> None:
    stock = tmp_path / "etat.csv"
    stock.write_text(STOCK.read_text("utf-8").replace(";93066;", ";;"), "utf-8")
    target = tmp_path / "d.jsonl"
    said = ("--bailleur", SIREN, "--departement", "93", "--on", "2025-12-01", "--drafts", target)
    done = run(stock, "--method", "pourcentage", "--year", 2026, *said)
    assert "5 brouillons de conventions" in done.stderr
    assert "Territoire à compléter avant signature : EST-ENSEMBLE, MONTREUIL." in done.stderr
    assert all("territory" not in orjson.loads(line)["data"] for line in target.read_bytes().splitlines())


def test_the_same_conversion_drafts_the_same_events_and_another_one_others(tmp_path: Path) -> None:
    first = drafted(tmp_path / "1.jsonl", "--method", "pourcentage")
    assert drafted(tmp_path / "2.jsonl", "--method", "pourcentage") == first
    other = drafted(tmp_path / "3.jsonl", "--method", "pourcentage", "--weighted")
    assert not {event["id"] for event in first} & {event["id"] for event in other}


def test_a_draft_the_services_would_refuse_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "d.jsonl"
    done = run(
        *(STOCK, "--method", "pourcentage", "--year", 2026, "--bailleur", SIREN, "--departement", "75"),
        *("--on", "2025-12-01", "--drafts", target),
    )
    assert isinstance(done.exception, ValueError)
    assert "Le brouillon de MONTREUIL serait refusé" in str(done.exception)
    assert not target.exists()


def test_drafts_are_not_fed_until_somebody_confirms_them(tmp_path: Path) -> None:
    target = tmp_path / "d.jsonl"
    drafted(target, "--method", "pourcentage")
    done = CliRunner().invoke(app, ["feed", str(target), "--kafka", "127.0.0.1:1"])
    assert isinstance(done.exception, ValueError)
    assert "5 brouillons" in str(done.exception)
    assert "Rien n'est publié." in str(done.exception)


def test_only_the_mark_makes_a_draft() -> None:
    example = (ROOT / "contracts" / "examples" / "convention.signed.json").read_bytes()
    assert not is_draft(example)
    assert not is_draft(b'{"data":{"draft":"true"}}')
    assert not is_draft(b'"draft"')
    assert not is_draft(b'{"draft":')


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Choisissez --method droits-uniques|pourcentage|besoins, ou --compare"),
        (("--method", "besoins"), "donnez le fichier des besoins négociés"),
        (("--method", "pourcentage", "--years", "3"), "--years : seulement avec --method droits-uniques"),
        (
            ("--method", "droits-uniques", "--days"),
            "--weighted et --days : seulement avec --method pourcentage",
        ),
        (("--method", "pourcentage", "--needs", NEEDS), "--needs : seulement avec --method besoins"),
        (("--compare", "--drafts", "d.jsonl"), "dites aussi --method, --bailleur et --departement"),
        (("--method", "droits-uniques", "--years", "3"), "Les droits feraient"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(words: tuple[object, ...], told: str) -> None:
    done = run(STOCK, "--year", 2026, *words)
    assert isinstance(done.exception, ValueError)
    assert told in str(done.exception)


def test_the_year_is_the_next_one_unless_said() -> None:
    (conversion,) = record(STOCK, "--method", "pourcentage", "--on", "2029-06-01")["conversions"]
    assert conversion["terms"]["year"] == 2030


def test_the_caps_are_those_of_the_bailleurs_own_rules_on_that_year(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    own = rules / "bailleurs" / SIREN / "rotation"
    own.mkdir(parents=True)
    (own / "plafond-local.yaml").write_text(
        "id: plafond-local\ntitle: Plafond local\nreferences: [{title: Accord du 3 mars 2026}]\n"
        "owner: pole-attributions\neffective: {from: 2027-01-01}\nregulatory: non\npriority: 10\n"
        "when: always\nthen: {caps: {etat: 20, etat_agents: 4}}\nbecause: Plafond convenu.\n",
        "utf-8",
    )
    for year, caps in (("2026", ("3/10", "1/20")), ("2027", ("1/5", "1/25"))):
        words = ("--method", "pourcentage", "--year", year, "--bailleur", SIREN, "--rules", rules)
        (conversion,) = record(STOCK, *words)["conversions"]
        assert conversion["terms"]["caps"] == {"etat": caps[0], "etat_agents": caps[1]}
