"""A scope whose items break compliance is set aside, told with its remedy, and comes back once that is mended."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from aiguillage.cli import app
from aiguillage.page import page_of
from chassis.bus import Record
from chassis.clock import FixedClock
from chassis.journal import Append, verify
from compliance.domain import projection
from compliance.domain.snapshot import freeze
from compliance.domain.watch import keeping, seeing
from compliance.rebuilding import rebuild_from_journal
from compliance.rulebook import BookView
from contracts.canonical import decode, encode_own
from contracts.envelope import emit, open_emitted
from contracts.events.alerts import AlertCleared, AlertRaised

Running = Callable[..., Any]
RULES = Path(__file__).parents[3] / "rules"
PLACE = 6
"""The item of its scope that is poisonous."""
LATER = timedelta(minutes=11)


@pytest.fixture
def scope(stream: list[Record]) -> str:
    """The scope that will be set aside."""
    said = [open_emitted(record.value or b"").data["scope"] for record in stream]
    return str(max(sorted(set(said)), key=said.count))


@pytest.fixture
def poisoned(stream: list[Record], scope: str) -> list[Record]:
    """The stream with one more item in a scope: a programme opened of which the answers' last day is not told."""
    found, shift = [], 0
    for record in stream:
        said = open_emitted(record.value or b"")
        data = dict(said.data)
        if data["scope"] == scope and data["sequence"] == PLACE:
            body = {"programme_id": "P", "change": "opened", "status": "applied"}
            head = {
                name: data[name] for name in ("scope", "sequence", "year", "at", "bailleur", "departement")
            }
            found.append(
                _record(len(found), "programme.recorded", {**head, "cause": "0" * 64, **body}, said.time)
            )
            shift = 1
        if data["scope"] == scope:
            data["sequence"] += shift
        found.append(_record(len(found), said.type, data, said.time))
    return found


def _record(offset: int, kind: str, data: dict[str, Any], time: Any) -> Record:
    value = emit(
        type=kind,
        id=f"{data['scope']} {data['sequence']}",
        source="/aiguillage/orientation",
        time=time,
        subject=data["scope"],
        data=encode_own(data),
    )
    return Record("orientations", 0, offset, data["scope"].encode(), value, [], 0)


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that takes the item: it looks at no programme."""
    monkeypatch.setitem(seeing._LOOKS, "programme.recorded", lambda _projection, _data: None)  # type: ignore[arg-type]  # a dict


def told_of(outlet: Any, scope: str) -> list[str]:
    """The conventions of a scope whose progress was told."""
    said = [decode(m.value) for m in outlet.said if m.topic == "progress"]
    return [body["data"]["convention_id"] for body in said if body["data"]["scope"] == scope]  # type: ignore[index,call-overload]  # an event


async def test_a_poisonous_item_sets_its_scope_aside_and_the_others_go_on(
    poisoned: list[Record], scope: str, running: Running, outlet: Any, url: str
) -> None:
    async with running(url) as (compliance, journal):
        for start in range(0, len(poisoned), 50):
            await compliance.handle(poisoned[start : start + 50])
        await compliance.on_idle(caught_up=True)
        health = compliance.quarantine_check()
        assert (health.status, health.detail["scopes_set_aside"]) == ("degraded", [scope])
        [why] = health.detail["because"]
        assert f"le fait n° {PLACE} (programme.recorded)" in why
        assert "compliance rebuild" in why
        heads = await journal.heads()
        said = [open_emitted(record.value or b"").data["scope"] for record in poisoned]
        assert {name: head.version for name, head in heads.items() if name in said} == {
            name: said.count(name) for name in said
        }
        others = {name for name in said if name != scope}
        assert others == {projection.scope for projection in compliance.projections.held()}
        assert all(told_of(outlet, name) for name in others)
        assert not compliance.holes
        assert (await verify(journal)).is_sound


async def test_a_scope_set_aside_stays_so_at_each_start_and_comes_back_with_the_version_that_mends_it(
    poisoned: list[Record],
    scope: str,
    running: Running,
    outlet: Any,
    url: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = len(poisoned) // 2
    async with running(url) as (compliance, _):
        await compliance.handle(poisoned[:half])
    async with running(url) as (compliance, _):
        await compliance.handle(poisoned)
        clock.set(clock.now() + LATER)
        await compliance.on_idle(caught_up=True)
        assert compliance.quarantine_check().detail["scopes_set_aside"] == [scope]
        mend(monkeypatch)
        outlet.said.clear()
        clock.set(clock.now() + LATER)
        for _ in range(2):
            await compliance.on_idle(caught_up=True)
        assert compliance.quarantine_check().status == "ready"
        live = {projection.scope: freeze(projection) for projection in compliance.projections.held()}
        assert told_of(outlet, scope)
    async with running(url) as (_, journal):
        again = await rebuild_from_journal(journal)
        assert {each.scope for each in again if each.stood} == live.keys()


async def test_an_alert_says_that_a_scope_is_set_aside_and_is_cleared_when_it_is_back(
    poisoned: list[Record],
    scope: str,
    running: Running,
    outlet: Any,
    url: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told() -> list[tuple[str, dict[str, Any]]]:
        said = [open_emitted(m.value) for m in outlet.said if m.topic == "alerts"]
        return [(each.type, each.data) for each in said if each.data["kind"] == "perimetre_a_l_ecart"]

    async with running(url) as (compliance, journal):
        mend(monkeypatch)
        before = len(poisoned) * 2 // 3
        await compliance.handle(poisoned[:before])
        monkeypatch.undo()
        async with broken_by_all_its_items(scope):
            await compliance.handle(poisoned[before:])
            for _ in range(2):
                await compliance.on_idle(caught_up=True)
        [(kind, body)] = told()
        assert (kind, body["scope"], body["severity"]) == ("alert.raised", scope, "critical")
        AlertRaised.model_validate(body, strict=False)
        clock.set(clock.now() + LATER)
        mend(monkeypatch)
        for _ in range(2):
            await compliance.on_idle(caught_up=True)
        assert [kind for kind, _ in told()] == ["alert.raised", "alert.cleared"]
        AlertCleared.model_validate(told()[1][1], strict=False)
        assert (await verify(journal)).is_sound


async def test_rebuild_names_the_scope_it_cannot_fold_and_makes_the_others_again(
    poisoned: list[Record],
    scope: str,
    running: Running,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(poisoned)
    done = await called("compliance", "rebuild", "--json", "--data", tmp_path)
    rows = {each["scope"]: each for each in orjson.loads(done.stdout)}
    assert (done.exit_code, [name for name, each in rows.items() if each["broken"]]) == (1, [scope])
    assert "MIS À L'ÉCART" in (await called("compliance", "rebuild", "--data", tmp_path)).stdout
    mend(monkeypatch)
    done = await called("compliance", "rebuild", "--json", "--data", tmp_path)
    assert (done.exit_code, [each["broken"] for each in orjson.loads(done.stdout)]) == (0, [None] * len(rows))
    async with running(url) as (compliance, _):
        assert (await compliance.projections.of(scope)).sequence == rows[scope]["sequence"] + len(
            [record for record in poisoned if record.key == scope.encode()]
        )


async def test_no_document_is_written_without_a_scope_that_is_set_aside(
    poisoned: list[Record], scope: str, running: Running, url: str, tmp_path: Path
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(poisoned)
        bailleurs = {name.partition(":")[0] for name in await compliance.projections.names()}
    here = ["--departement", "48", "--data", tmp_path]
    out = tmp_path / "bilan.json"
    asked = [
        ["bilan", "--year", 2026, "--out", out, *here],
        ["previsionnel", "--year", 2027, "--out", out, *here],
        ["cloture", "--year", 2026, "--on-demand", "--rules", RULES, *here],
    ]
    for command in asked:
        done = await called(*command)
        assert done.exit_code != 0
        assert f"Périmètre {scope}" in str(done.exception)
        assert "aucun document où il manquerait n'est écrit" in str(done.exception)
        assert not out.exists()
    other = min(bailleurs - {scope.partition(":")[0]})
    for command in asked:
        assert (await called(*command, "--bailleur", other)).exit_code == 0
    assert out.exists()


async def test_a_snapshot_that_cannot_be_read_is_made_again_from_the_rows(
    stream: list[Record], scope: str, running: Running, url: str
) -> None:
    async with running(url) as (compliance, journal):
        await compliance.handle(stream)
        state: Any = decode(freeze(await compliance.projections.of(scope)))
        sound = freeze(await compliance.projections.of(scope))
        del state["held"]
        head = (await journal.heads())[scope].version
        await journal.append([Append(scope, head, (), snapshot=encode_own(state))])
    async with running(url) as (compliance, _):
        assert freeze(await compliance.projections.of(scope)) == sound
        assert compliance.quarantine_check().status == "ready"


async def test_an_evening_that_cannot_be_judged_sets_its_scope_aside_until_the_rules_change(
    stream: list[Record], scope: str, running: Running, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = keeping.watch

    def breaks(projection: Any, *others: Any) -> Any:
        if projection.scope == scope:
            raise ZeroDivisionError
        return judged(projection, *others)

    async with running(url) as (compliance, journal):
        monkeypatch.setattr(keeping, "watch", breaks)
        await compliance.handle(stream)
        assert compliance.quarantine_check().detail["scopes_set_aside"] == [scope]
        monkeypatch.undo()
        compliance.watching.rules = _OtherRules(compliance.watching.rules)
        for _ in range(2):
            await compliance.on_idle(caught_up=True)
        assert compliance.quarantine_check().status == "ready"
        items = [record for record in stream if record.key == scope.encode()]
        assert (await compliance.projections.of(scope)).sequence == len(items)
        assert (await verify(journal)).is_sound


class _OtherRules:
    """The same rules under another digest."""

    def __init__(self, rules: Any) -> None:
        self._rules = rules

    def view(self) -> Any:
        book = self._rules.view()
        return BookView(_Renamed(book.rules), book.dated)  # type: ignore[arg-type]  # it answers as they do


class _Renamed:
    digest = "ab" * 32

    def __init__(self, rules: Any) -> None:
        self._rules = rules

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rules, name)


async def test_the_page_says_what_its_figures_lack(
    poisoned: list[Record], scope: str, running: Running, url: str
) -> None:
    async with running(url) as (compliance, _):
        page: Any = page_of(lambda: SimpleNamespace(compliance=compliance))  # type: ignore[arg-type,return-value]  # all it reads
        assert b"incomplets" not in (await page(None)).body
        await compliance.handle(poisoned)
        assert f"Il manque : {scope}".encode() in (await page(None)).body


@asynccontextmanager
async def broken_by_all_its_items(scope: str) -> AsyncIterator[None]:
    """No item of a scope can be folded while the block runs."""
    folds = dict(projection._FOLDS)

    def breaks(*_: Any) -> None:
        raise KeyError("anything")

    with pytest.MonkeyPatch.context() as patch:
        for kind, fold in folds.items():
            patch.setitem(
                projection._FOLDS,  # type: ignore[arg-type]  # a dict
                kind,
                lambda state, data, fold=fold: breaks() if state.scope == scope else fold(state, data),
            )
        yield


async def called(*words: object) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, [str(word) for word in words])
