"""A day of an operator, recorded: a rule ended and followed by another, a file broken and repaired, no restart.

The recording is docs/examples/une-journee-de-regles.txt; what changes from one run to the next (days, hours,
digests, folders) is replaced by words.
"""

# ruff: noqa: ASYNC110 - what is waited on is another process

# ruff: noqa: ANN401 - tests cannot import what a conftest holds

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.embedded

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "docs" / "examples" / "une-journee-de-regles.txt"
WAIT_SECONDS = 60
LOOK_SECONDS = 0.05
SIREN, DEPARTEMENT, COMMUNE = "999001209", "48", "48095"
OVERLAY = Path("territories/48/assiette")

RULE = """\
id: {id}
title: "Mutations entre bailleurs en Lozère"
references:
  - title: "Accord des parties"
owner: pole-attributions
effective: {{{dates}}}
{replaces}regulatory: non
priority: 200
when:
  all:
    - {{fact: vacancy.purpose, is: mutation_inter_bailleurs}}
    - {{fact: vacancy.stock_reservation, absent: oui}}
then: {{{then}}}
because: "{because}"
"""
EXAMPLES = """\
- {name: Une mutation entre bailleurs, facts: {vacancy.purpose: mutation_inter_bailleurs}, matches: oui}
- {name: Une relocation, facts: {vacancy.purpose: relocation}, matches: non}
"""


class Terminal:
    """Types commands, reads answers, and writes both down as somebody would see them."""

    def __init__(self, run: Any, environment: dict[str, str], folder: Path) -> None:
        self.lines: list[str] = []
        self._run, self._environment, self._folder = run, environment, folder

    def note(self, text: str) -> None:
        self.lines += ["", f"# {text}"]

    async def type(self, *arguments: str, keep: Callable[[str], bool] = bool) -> str:
        async with self._run(list(arguments), self._environment, self._folder / "terminal.log") as process:
            async with asyncio.timeout(WAIT_SECONDS):
                out, _ = await process.communicate()
        said: str = out.decode()
        self.lines += ["$ aiguillage " + " ".join(arguments), *filter(keep, said.splitlines())]
        return said

    def write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _events(kind: str, data: dict[str, Any], name: str, at: datetime) -> str:
    event = {
        "specversion": "1.0",
        "id": name,
        "source": f"/bailleurs/{SIREN}",
        "type": f"fr.aiguillage.{kind}.v1",
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(event) + "\n"


def _convention(at: datetime) -> str:
    data = {
        "convention_id": f"{SIREN}-48-AL",
        "bailleur": SIREN,
        "departement": DEPARTEMENT,
        "reservataire": {"id": "AL-48", "kind": "action_logement", "name": "Action Logement"},
        "year": at.year,
        "share_percent": "100",
        "territory": {"scale": "departement"},
        "effective": {"from": f"{at.year}-01-01", "until": f"{at.year}-12-31"},
    }
    return _events("convention.signed", data, "convention", at)


def _vacancy(name: str, at: datetime) -> str:
    dwelling = {"dwelling_id": f"D-{name}", "commune": COMMUNE, "typologie": "T3", "financement": "PLUS"}
    data = {
        "vacancy_id": name,
        "bailleur": SIREN,
        "available_on": at.date().isoformat(),
        "cause": "mutation",
        "purpose": "mutation_inter_bailleurs",
        "dwelling": {**dwelling, "qpv": False},
    }
    return _events("vacancy.declared", data, name, at)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():
            await asyncio.sleep(LOOK_SECONDS)


def _health(web: str) -> dict[str, Any]:
    with urlopen(f"{web}health", timeout=WAIT_SECONDS) as answer:  # noqa: S310 - our own page on loopback
        assert answer.status == 200
        body: dict[str, Any] = json.loads(answer.read())
    return body


def _rulebook(web: str) -> dict[str, Any]:
    checks: dict[str, Any] = _health(web)["checks"]["orientation.rulebook"]
    return checks


def _is_told(line: str) -> bool:
    """What a recording keeps of `journal show`: not the table, whose width is the terminal's."""
    return bool(line.strip()) and line.strip()[0] not in "┏┃┡│└"


async def test_rules_change_break_and_are_repaired_while_the_service_decides(
    run: Any, settings: Any, tmp_path: Path
) -> None:
    rules, today = copytree(ROOT / "rules", tmp_path / "rules"), datetime.now(ZoneInfo("Europe/Paris")).date()
    _first_rule(rules, until=None)
    environment = settings(None, tmp_path / "data", RULES=str(rules), CLOCK="wall", TRUST="open")
    log = tmp_path / "log"
    async with run(["up"], environment, log) as _:
        running = tmp_path / "data" / "run.json"
        await _until(lambda: running.is_file() and bool(running.read_text()))
        web = json.loads(running.read_text())["web"]
        terminal = Terminal(run, environment, tmp_path)
        seen = await _the_day(terminal, rules, web, today, tmp_path)
        refused = [json.loads(line) for line in log.read_text().splitlines() if "rulebook_refused" in line]
    where = f"{OVERLAY}/mutation-inter-bailleurs-bis.yaml:14"
    assert [line["where"] for line in refused] == [where, where], "each of the two services says so, once"
    recorded = _recorded(terminal.lines, seen, tmp_path, today)
    (tmp_path / RECORDING.name).write_text(recorded, encoding="utf-8")
    assert recorded == RECORDING.read_text(encoding="utf-8"), "copy the new recording from the test's folder"


def _first_rule(rules: Path, until: str | None) -> Path:
    path = rules / OVERLAY / "mutation-inter-bailleurs.yaml"
    dates = "from: 2026-01-01" + ("" if until is None else f", until: {until}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        RULE.format(
            id=path.stem,
            dates=dates,
            replaces="",
            then="outside_flux: mutation_inter_bailleurs",
            because="Mutation entre bailleurs : hors du flux par accord local, non réglementaire.",
        )
    )
    path.with_suffix(".examples.yaml").write_text(EXAMPLES)
    return path


def _second_rule(rules: Path, today: Any, *, key: str = "in_flux") -> Path:
    path = rules / OVERLAY / "mutation-inter-bailleurs-bis.yaml"
    path.write_text(
        RULE.format(
            id=path.stem,
            dates=f"from: {today}",
            replaces="replaces: mutation-inter-bailleurs\n",
            then=f"{key}: oui",
            because="L'accord local a pris fin : le logement est dans le flux.",
        )
    )
    path.with_suffix(".examples.yaml").write_text(EXAMPLES)
    return path


async def _the_day(terminal: Terminal, rules: Path, web: str, today: Any, folder: Path) -> list[str]:
    """The five acts; returns the digests in force, in order."""
    digests = [_rulebook(web)["digest"]]
    terminal.note("Une convention, puis un logement libéré par une mutation entre bailleurs.")
    terminal.write(folder / "matin.jsonl", _convention(_now()) + _vacancy("V-1", _now()))
    await terminal.type("feed", str(folder / "matin.jsonl"), "--lockstep")
    morning = await terminal.type("journal", "show", "V-1", keep=_is_told)
    assert digests[0][:12] in morning

    terminal.note("L'accord finit hier : on donne une fin à la règle, et sa suivante commence aujourd'hui.")
    await asyncio.to_thread(_first_rule, rules, str(today - timedelta(days=1)))
    await asyncio.to_thread(_second_rule, rules, today)
    await terminal.type("rules", "check", str(rules))
    await _until(lambda: _rulebook(web)["digest"] != digests[0] and "faults" not in _rulebook(web))
    digests.append(_rulebook(web)["digest"])

    terminal.note("Le même logement : une autre décision, et l'empreinte du nouveau recueil.")
    terminal.write(folder / "midi.jsonl", _vacancy("V-2", _now()))
    await terminal.type("feed", str(folder / "midi.jsonl"), "--lockstep")
    noon = await terminal.type("journal", "show", "V-2", keep=_is_told)
    assert "proposé à AL-48" in noon
    assert digests[1][:12] in noon

    terminal.note("Une faute de frappe : le service le dit, et décide encore avec le dernier bon recueil.")
    await asyncio.to_thread(_second_rule, rules, today, key="in_flus")
    # Both services follow the rules: that of orientation must have seen it, whichever of them did first.
    await _until(lambda: "faults" in _rulebook(web))
    terminal.lines += ["$ curl /health", _health(web)["status"], *_rulebook(web)["faults"]]
    terminal.write(folder / "soir.jsonl", _vacancy("V-3", _now()))
    await terminal.type("feed", str(folder / "soir.jsonl"), "--lockstep")
    evening = await terminal.type("journal", "show", "V-3", keep=_is_told)
    assert digests[1][:12] in evening

    terminal.note("La faute réparée, tout va bien de nouveau.")
    await asyncio.to_thread(_second_rule, rules, today)
    await _until(lambda: _health(web)["status"] == "ready")
    terminal.lines += ["$ curl /health", _health(web)["status"]]
    assert _rulebook(web)["digest"] == digests[1]
    return digests


def _now() -> datetime:
    return datetime.now(UTC)


def _recorded(lines: list[str], digests: list[str], folder: Path, today: Any) -> str:
    text = "\n".join(lines).strip() + "\n"
    for number, digest in enumerate(digests, start=1):
        text = text.replace(digest[:12], f"<empreinte {number}>")
    text = text.replace(f"{folder}/", "")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "<instant>", text)
    text = re.sub(r"\d\d?(er)? \w+ \d{4}", "<jour>", text)
    text = re.sub(r"\d+ règles, aucune", "<n> règles, aucune", text)
    return text.replace(str(today), "<aujourd'hui>")
