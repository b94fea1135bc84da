"""`rules explain VACANCY --data D`: a journalled decision as it was taken, at the round that is asked."""

import asyncio
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from typer.testing import CliRunner, Result

from aiguillage.cli import app
from chassis.clock import WallClock
from chassis.journal import SqlJournal
from chassis.journal.model import Append, Entry, Transition, VacancyRecord
from contracts.canonical import encode

Scene = Any  # the class is in a conftest.py: tests cannot import each other


def explain(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", "explain", *map(str, words)])


def journalled(scene: Scene, folder: Path) -> Path:
    """What a scene caused, as orientation's journal of a folder."""
    asyncio.run(_write(scene, f"sqlite:///{folder / 'orientation.sqlite'}"))
    return folder


async def _write(scene: Scene, url: str) -> None:
    digest, scope = scene.book.rules.digest, str(scene.state.scope)
    facts = {cause: list(ours) for cause, ours in groupby(scene.facts, key=lambda fact: fact[1]["cause"])}
    transitions = [
        Transition(
            cause.identity,
            cause.time,
            digest,
            [
                Entry(cause.type, cause.canonical),
                *(Entry(kind, encode(data)) for kind, data in facts.get(cause.identity, [])),
            ],
        )
        for cause in scene.inputs
    ]
    vacancies = [
        VacancyRecord(cause.data["bailleur"], cause.data["vacancy_id"], scope, "00" * 32)
        for cause in scene.inputs
        if cause.type == "vacancy.declared"
    ]
    journal = SqlJournal(url, WallClock())
    await journal.open()
    try:
        await journal.put_in_force(digest, scene.book.loaded.bundle())
        await journal.append([Append(scope, 0, transitions, vacancies)])
    finally:
        await journal.close()


def refused_once(scene: Scene) -> None:
    """AL is offered the dwelling and says no; CD is offered it then."""
    scene.sign("AL", "60", kind="action_logement")
    scene.sign("CD", "40", kind="departement")
    first = scene.declare("V")
    assert first["reservataire"] == "AL"
    named = {name: first[name] for name in ("proposal_id", "vacancy_id", "departement", "reservataire")}
    scene.send("proposal.refused", {**named, "by": "reservataire", "reason": "hors_criteres"}, by="AL")
    assert scene.decision("V")["reservataire"] == "CD"


def test_each_round_is_explained_as_it_was(scene: Scene, tmp_path: Path) -> None:
    refused_once(scene)
    data = journalled(scene, tmp_path)
    first = explain("V", "--data", data, "--for", "CD", "--attempt", 1)
    assert first.exit_code == 0, first.output
    assert "CD : non." in first.stdout
    assert "crédit 0,40, engagé 0,00" in first.stdout
    last = explain("V", "--data", data, "--for", "CD")
    assert "CD : oui, c'est son tour." in last.stdout
    assert "AL" not in last.stdout
    who_refused = explain("V", "--data", data, "--for", "AL")
    assert "Il a déjà répondu non pour ce logement" in who_refused.stdout


def test_the_full_form_of_a_round_is_for_who_may_see_all(scene: Scene, tmp_path: Path) -> None:
    refused_once(scene)
    done = explain("V", "--data", journalled(scene, tmp_path), "--for", "AL", "--full", "--json")
    said = orjson.loads(done.stdout)
    assert said["decision"]["reservataire"] == "CD"
    assert said["answer"]["obstacle"] == "answered"


def test_a_vacancy_the_journal_does_not_know_is_an_error(scene: Scene, tmp_path: Path) -> None:
    refused_once(scene)
    data = journalled(scene, tmp_path)
    assert "Aucune vacance W dans ce journal." in str(explain("W", "--data", data).exception)
    unknown = explain("V", "--data", data, "--attempt", 3).exception
    assert "Pas de décision au tour 3 pour la vacance V dans ce journal ; tours connus : 1, 2." in str(
        unknown
    )
