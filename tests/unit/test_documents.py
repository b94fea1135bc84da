"""The documents say what the code does: every name a reader may meet is told, every name told exists."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from aiguillage.cli import app
from aiguillage.guide.__main__ import pages
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import check, load
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.facts import CATALOGUE, FAMILIES
from chassis.settings import KafkaAccess, Settings
from contracts.catalogue import EMITTED, INPUTS, TOPIC_OF
from contracts.rejected import RejectionReason
from orientation.rulebook import BookView

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
OPERATOR = ROOT / "docs" / "operateur.md"
FAMILIES_PAGE = ROOT / "docs" / "operateur" / "familles.md"
INTEGRATOR = ROOT / "docs" / "integrateur.md"
DOCUMENTS = [
    README,
    ROOT / "CHANGELOG.md",
    ROOT / "deploy" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
FAULTY = " (fautif)"
COMMAND = re.compile(r"\baiguillage ([a-z]+)(?: ([a-z]+))?")


def text(*documents: Path) -> str:
    return "\n".join(document.read_text(encoding="utf-8") for document in documents)


def code(document: Path) -> Iterator[str]:
    """Everything a document shows as code: fenced blocks, and spans outside them."""
    said = text(document)
    yield from (block for _, block in FENCE.findall(said))
    yield from CODE.findall(FENCE.sub("", said))


def spans(document: Path) -> set[str]:
    return set(CODE.findall(FENCE.sub("", text(document))))


def commands() -> dict[str, set[str]]:
    """Each command and the commands within it."""
    root: Any = typer.main.get_command(app)
    return {
        name: set(command.commands) if isinstance(command, TyperGroup) else set()
        for name, command in root.commands.items()
    }


def recorded(*lines: bytes) -> list[tuple[str, dict[str, Any]]]:
    """What the delivered rules make of some events."""
    facts: list[tuple[str, dict[str, Any]]] = []
    with Scratch() as scratch:
        simulation = Simulation(
            BookView(load(ROOT / "rules")), scratch, lambda kind, data: facts.append((kind, data))
        )
        for line in lines:
            simulation.apply(line)
    return facts


def test_every_reason_of_refusal_is_in_the_integrator_guide_and_no_other() -> None:
    table = text(INTEGRATOR).partition("| reason | meaning |\n|---|---|\n")[2].partition("\n\n")[0]
    told = [CODE.findall(row)[0] for row in table.splitlines()]
    assert told == [str(reason) for reason in RejectionReason]


@pytest.mark.parametrize("kind", INPUTS)
def test_every_event_we_receive_is_in_the_integrator_guide_with_its_topics(kind: str) -> None:
    assert f"| `{kind}` | `{TOPIC_OF[kind]}` |" in text(INTEGRATOR)


@pytest.mark.parametrize("kind", EMITTED)
def test_every_event_we_emit_is_in_the_integrator_guide_with_its_topics(kind: str) -> None:
    row = next(
        line for line in text(INTEGRATOR).splitlines() if line.startswith("| `") and f"`{kind}`" in line
    )
    for topic in EMITTED[kind][1]:
        assert f"`{topic.format(reservataire='<id>')}`" in row


def test_every_setting_of_a_service_is_in_the_integrator_guide() -> None:
    names = {f"AIGUILLAGE_{name.upper()}" for name in Settings.model_fields if name not in {"bus", "access"}}
    names |= {f"AIGUILLAGE_KAFKA_{name.upper()}" for name in KafkaAccess.model_fields}
    assert names <= spans(INTEGRATOR)


def test_every_command_is_told_somewhere() -> None:
    told = {
        match.groups()
        for document in DOCUMENTS
        for part in code(document)
        for match in COMMAND.finditer(part)
    }
    expected = {(name, sub) for name, subs in commands().items() for sub in subs or [None]}
    assert {(name, sub if commands()[name] else None) for name, sub in told if name} >= expected


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_told_exists(document: Path) -> None:
    known = commands()
    for part in code(document):
        for name, sub in COMMAND.findall(part):
            assert name in known, part
            assert not (known[name] and sub) or sub in known[name], part


def test_what_the_code_writes_of_the_guide_is_current() -> None:
    stale = [path for path, said in pages().items() if not path.is_file() or text(path) != said]
    assert stale == []


def test_the_page_of_families_tells_every_family_with_its_effects_and_every_fact() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text(FAMILIES_PAGE), re.MULTILINE | re.DOTALL))
    for family in FAMILIES:
        assert f"`{family}`" in text(OPERATOR)
        assert set(EFFECTS[family].model_fields) <= set(CODE.findall(sections[family]))
    assert set(CATALOGUE) <= spans(FAMILIES_PAGE)


def test_an_editor_is_told_where_every_schema_is_and_what_it_speaks_of() -> None:
    settings = json.loads(text(ROOT / ".vscode" / "settings.json"))["yaml.schemas"]
    assert {(ROOT / name).resolve() for name in settings} == set((ROOT / "rules" / ".schema").iterdir())


def put_in_place(folder: Path, *, faulty: bool) -> None:
    """Write the rules the operator guide shows where their first line says, the faulty one or the others."""
    for language, block in FENCE.findall(text(OPERATOR)):
        name = block.partition("\n")[0].removeprefix("# ")
        if language == "yaml" and name.startswith("rules/") and name.endswith(FAULTY) == faulty:
            path = folder / name.removesuffix(FAULTY)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")


def test_the_rules_of_the_operator_guide_load(tmp_path: Path) -> None:
    rules = copytree(ROOT / "rules", tmp_path / "rules")
    before = load(rules).digest
    put_in_place(tmp_path, faulty=False)
    assert load(rules).digest != before


def test_the_faulty_rule_of_the_operator_guide_is_told_as_the_guide_shows(tmp_path: Path) -> None:
    rules = copytree(ROOT / "rules", tmp_path / "rules")
    put_in_place(tmp_path, faulty=True)
    shown = next(block for language, block in FENCE.findall(text(OPERATOR)) if language == "text")
    assert [f"rules/{fault}" for fault in check(rules)] == shown.splitlines()


def test_the_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    told = {
        name
        for document in DOCUMENTS
        for part in code(document)
        for name in re.findall(r"\bmake ([a-z-]+)", part)
    }
    assert {"demo", "test", "setup", "bench"} <= told <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(text(document)):
        assert (document.parent / target).exists(), target


def test_every_decision_says_context_decision_what_was_rejected_and_when_to_revisit() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers), "two decisions bear the same number"
    for path in decisions:
        said = text(path)
        assert said.startswith(f"# {path.name[:4]} · ")
        for part in ("**Context.**", "**Decision.**", "**Rejected.**", "**Revisit when**"):
            assert part in said, f"{path.name}: {part}"


def test_the_second_terminal_of_the_readme_reads_the_proposal_it_shows() -> None:
    vacancy = ROOT / "contracts" / "examples" / "vacancy.declared.json"
    conventions = ROOT / "docs" / "examples" / "conventions.jsonl"
    for example in (vacancy, conventions):
        assert str(example.relative_to(ROOT)) in text(README)
    shown = next(json.loads(block) for language, block in FENCE.findall(text(README)) if language == "json")
    facts = recorded(*conventions.read_bytes().splitlines(), vacancy.read_bytes())
    proposals = [data for kind, data in facts if kind == "proposal.issued"]
    assert [{name: data[name] for name in shown} for data in proposals] == [shown]
    assert f"proposals.{shown['reservataire']}" in text(README)


def test_the_example_client_drops_repeats_and_raises_the_alarm_when_one_sequence_is_told_two_ways() -> None:
    blocks = [body for name, body in FENCE.findall(text(INTEGRATOR)) if name == "python"]
    client: dict[str, Any] = {}
    exec(next(body for body in blocks if "def is_new" in body), client)  # noqa: S102 - our own document
    first = {"id": "a", "data": {"scope": "999001209:75", "sequence": 1}}
    last: dict[str, int] = {}
    said: dict[tuple[str, int], str] = {}
    assert client["is_new"](last, said, first)
    assert not client["is_new"](last, said, first)
    for other in ({**first, "id": "b"}, {**first, "data": {**first["data"], "outcome": "held"}}):  # type: ignore[dict-item]
        with pytest.raises(RuntimeError, match="999001209:75 n° 1 was told two ways"):
            client["is_new"](last, said, other)
