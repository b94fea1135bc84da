"""`rules explain` reads an event or its data, says its answer in French, and exits as it should."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from aiguillage.cli import app

ROOT = Path(__file__).parents[4]
VACANCY = ROOT / "contracts" / "examples" / "vacancy.declared.json"
CONVENTIONS = ROOT / "docs" / "examples" / "conventions.jsonl"


def explain(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", "explain", *map(str, words), "--rules", str(ROOT / "rules")])


def test_an_event_with_its_conventions_is_decided_and_answered() -> None:
    done = explain(VACANCY, "--conventions", CONVENTIONS, "--for", "ETAT-EXEMPLE", "--full")
    assert done.exit_code == 0, done.output
    assert "V-2026-000123 : proposé à AL-EXEMPLE" in done.stdout
    assert "ETAT-EXEMPLE : non." in done.stdout
    assert "Ce qui devrait changer d'abord : que soit d'abord servi AL-EXEMPLE" in done.stdout
    assert "1. assiette : le logement est-il dans le flux ?" in done.stdout
    assert "8. decompte : quand compte-t-il ?" in done.stdout


def test_the_answer_to_a_party_says_nothing_of_the_others() -> None:
    for more in ((), ("--json",)):
        done = explain(VACANCY, "--conventions", CONVENTIONS, "--for", "ETAT-EXEMPLE", *more)
        assert done.exit_code == 0, done.output
        assert "ETAT-EXEMPLE" in done.stdout
        assert "AL-EXEMPLE" not in done.stdout
        assert "BAILLEUR" not in done.stdout
        assert "d'autres, plus en retard sur leur part" in done.stdout


def test_an_id_without_journal_is_told_to_name_one() -> None:
    done = explain("V-2026-000123")
    assert isinstance(done.exception, ValueError)
    assert "donnez --data ou --database" in str(done.exception)


def test_a_convention_alone_in_its_file_is_known() -> None:
    one = ROOT / "contracts" / "examples" / "convention.signed.json"
    done = explain(VACANCY, "--conventions", one, "--for", "ETAT-75-PRIORITAIRES")
    assert done.exit_code == 0, done.output
    assert "La convention 999001209-75-ETAT-P-2026 couvre le logement" in done.stdout


def test_a_list_of_conventions_in_one_document_is_known(tmp_path: Path) -> None:
    events = [orjson.loads(line) for line in CONVENTIONS.read_bytes().splitlines()]
    done = explain(VACANCY, "--conventions", write(tmp_path, events), "--for", "AL-EXEMPLE")
    assert "AL-EXEMPLE : oui, c'est son tour." in done.stdout


def test_the_json_says_the_same() -> None:
    done = explain(VACANCY, "--conventions", CONVENTIONS, "--for", "ETAT-EXEMPLE", "--full", "--json")
    said = orjson.loads(done.stdout)
    assert said["decision"]["reservataire"] == "AL-EXEMPLE"
    assert said["answer"]["obstacle"] == "not_its_turn"
    assert [step["family"] for step in said["steps"]][:2] == ["assiette", "neuf"]
    assert said["dwelling"]["surface_m2"] == "62.5"


def test_data_alone_is_read_on_the_day_given(tmp_path: Path) -> None:
    data = write(tmp_path, orjson.loads(VACANCY.read_bytes())["data"])
    done = explain(data, "--on", "2026-03-01")
    assert done.exit_code == 0, done.output
    assert "règles du 1er mars 2026" in done.stdout
    assert "proposé" not in done.stdout


def test_the_rules_of_an_event_may_be_read_on_another_day() -> None:
    assert "règles du 2 février 2026" in explain(VACANCY, "--on", "2026-02-02").stdout


def test_the_day_is_the_dwellings_own_wherever_it_stands(tmp_path: Path) -> None:
    data = orjson.loads(VACANCY.read_bytes())["data"]
    data["dwelling"]["commune"] = "98818"
    assert "règles du 1er mars 2026" in explain(write(tmp_path, data), "--on", "2026-03-01").stdout


@pytest.mark.parametrize(
    ("said", "words", "told"),
    [
        ({"vacancy_id": "V"}, [], "donnez --on AAAA-MM-JJ"),
        ([], [], "ni un événement vacancy.declared, ni ses données"),
        ({"type": "fr.aiguillage.lease.signed.v1", "data": {}}, [], "pas sur « lease.signed »"),
    ],
)
def test_what_is_no_question_is_refused_with_what_to_do(
    tmp_path: Path, said: object, words: list[str], told: str
) -> None:
    done = explain(write(tmp_path, said), *words)
    assert isinstance(done.exception, ValueError)
    assert told in str(done.exception)


def test_a_declaration_the_services_would_refuse_says_why_and_exits_1(tmp_path: Path) -> None:
    event = orjson.loads(VACANCY.read_bytes())
    event["data"]["dwelling"]["typologie"] = "T33"
    done = explain(write(tmp_path, event))
    assert done.exit_code == 1
    assert "valeur_inconnue $.data.dwelling.typologie" in done.stderr


def test_asking_for_somebody_without_conventions_is_a_wrong_usage() -> None:
    done = explain(VACANCY, "--for", "AL-EXEMPLE")
    assert "donnez --events ou --conventions" in str(done.exception)


def test_events_that_are_refused_are_told_and_the_rest_counts(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    bad = orjson.loads(CONVENTIONS.read_bytes().splitlines()[0])
    bad["data"]["share_percent"] = "140"
    bad["id"] = "autre"
    events.write_bytes(orjson.dumps(bad) + b"\n" + CONVENTIONS.read_bytes())
    done = explain(VACANCY, "--events", events)
    assert done.exit_code == 0
    assert "! Événement 1 refusé" in done.stdout
    assert "proposé à AL-EXEMPLE" in done.stdout


def test_many_refused_events_are_counted_after_the_first(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"{}\n" * 9)
    done = explain(VACANCY, "--events", events)
    assert done.stdout.count("! Événement") == 5
    assert "! … et 4 autres événements refusés" in done.stdout


def test_events_after_the_vacancy_change_nothing(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    late = orjson.loads(CONVENTIONS.read_bytes().splitlines()[0])
    late["time"] = "2026-03-02T09:00:00Z"
    events.write_bytes(orjson.dumps(late) + b"\n")
    done = explain(VACANCY, "--events", events, "--for", "AL-EXEMPLE", "--full")
    assert "V-2026-000123 : en attente d'une convention" in done.stdout
    assert "Aucune convention de AL-EXEMPLE n'est connue" in done.stdout


def test_a_file_that_declares_the_vacancy_itself_is_read_up_to_it(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    vacancy = orjson.dumps(orjson.loads(VACANCY.read_bytes()))
    refusal = orjson.loads((ROOT / "contracts" / "examples" / "convention.ended.json").read_bytes())
    events.write_bytes(CONVENTIONS.read_bytes() + vacancy + b"\n" + orjson.dumps(refusal) + b"\n")
    done = explain(VACANCY, "--events", events)
    assert "proposé à AL-EXEMPLE" in done.stdout
    assert "refusé" not in done.stdout


def write(folder: Path, said: object) -> Path:
    path = folder / "vacance.json"
    path.write_bytes(orjson.dumps(said))
    return path
