"""Directories of very many rules: the delivered ones, and local exclusions up to a number."""

from pathlib import Path
from shutil import copytree

from bench.material import RULES

LOCAL = """id: {name}
title: "Pas de {typologie} dans la commune {commune}"
references:
  - title: "Convention locale"
owner: pole-attributions
effective: {{from: 2026-01-01}}
regulatory: non
priority: {priority}
when:
  all:
    - {{fact: dwelling.commune, is: "{commune}"}}
    - {{fact: dwelling.typologie, is: {typologie}}}
then: {{exclude: oui}}
because: "Logement {typologie} de la commune {commune} : la convention l'exclut."
"""
EXAMPLES = """- name: Un {typologie} de la commune
  facts: {{dwelling.commune: "{commune}", dwelling.typologie: {typologie}}}
  matches: oui
- name: Un autre logement
  facts: {{dwelling.commune: "{commune}", dwelling.typologie: T6}}
  matches: non
"""
TYPOLOGIES = ("T1", "T2", "T3", "T4")
ANSWER_DAYS = "respond_within_days: 30"


def write_rules(directory: Path, rules: int) -> Path:
    """A directory of exactly so many rules (at least the delivered ones), each with its examples."""
    copytree(RULES, directory)
    delivered = [path for path in directory.rglob("*.yaml") if _is_rule(path.relative_to(directory))]
    for number in range(rules - len(delivered)):
        commune = f"48{number // len(TYPOLOGIES) + 1:03}"
        said = {"commune": commune, "typologie": TYPOLOGIES[number % len(TYPOLOGIES)]}
        name = f"sans-{said['typologie'].lower()}-{commune}"
        rule = LOCAL.format(name=name, priority=1_000 + number, **said)
        (directory / "criteres" / f"{name}.yaml").write_text(rule, encoding="utf-8")
        examples = EXAMPLES.format(**said)
        (directory / "criteres" / f"{name}.examples.yaml").write_text(examples, encoding="utf-8")
    return directory


def _is_rule(name: Path) -> bool:
    beside = name.name.endswith(".examples.yaml") or name.parts[0] in {"acceptance", "referentiels"}
    return not beside and not any(part.startswith(".") for part in name.parts)


def edit(directory: Path, days: int) -> None:
    """Save the ordinary delay with another number of days, in place."""
    path = directory / "delais" / "delais-ordinaires.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [
        f"then: {{respond_within_days: {days}, {_rest(line)}" if line.startswith("then:") else line
        for line in lines
    ]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _rest(line: str) -> str:
    return line.partition(", ")[2]
