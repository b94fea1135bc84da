"""The operators' page of scenarios, written from the scenarios and the cases: where each is chosen and proved."""

from collections.abc import Iterable

from aiguillage.acceptance.case import Case
from aiguillage.acceptance.scenarios import SCENARIOS, Scenario
from chassis.rulebook import Rulebook

_HEAD = """# Les scénarios

Cette page est écrite par `python -m aiguillage.acceptance` à partir des règles et des cas : ne la modifiez pas.

Chaque scénario des thèmes 1, 2, 3, 5, 6, 7, 8, 9 et 10 se choisit par des fichiers de règles (pour la France, un
département ou un bailleur) et, là où une convention peut l'écrire, par ses propres champs, qui passent avant les
règles. Un fichier livré *éteint* s'allume par un fichier du même nom sous `territories/` ou `bailleurs/`
([guide](operateur.md)). `aiguillage rules test rules` joue tous les cas.

| scénario | veut dire | cas |
|---|---|---|
"""
_CASES = """
## Les cas

Un cas est un fichier `rules/acceptance/<numéro>-….yaml` : des événements, et ce qui doit en sortir. Il se lit sans
connaître ce logiciel : un autre peut le jouer.

| cas | prouve | aussi |
|---|---|---|
"""


def scenarios_page(rulebook: Rulebook, cases: Iterable[Case]) -> str:
    """The whole page, in Markdown."""
    ours = sorted(cases, key=lambda case: case.order)
    sections = [_section(code, scenario, rulebook, ours) for code, scenario in SCENARIOS.items()]
    rows = [f"| {case.number} | {case.said.title} | {' '.join(case.said.also)} |\n" for case in ours]
    overview = [f"| {code} | {each.label} | {_own(code, ours)} |\n" for code, each in SCENARIOS.items()]
    return _HEAD + "".join(overview) + "".join(sections) + _CASES + "".join(rows)


def _own(code: str, cases: Iterable[Case]) -> str:
    return " ".join(case.number for case in cases if case.scenario == code)


def _section(code: str, scenario: Scenario, rulebook: Rulebook, cases: Iterable[Case]) -> str:
    title = f"\n## {code} · {scenario.label}\n\n"
    said = f"{scenario.how}\n\n" if scenario.how else ""
    fields = " · ".join(f"`{name}`" for name in scenario.fields)
    files = " · ".join(_file(name, rulebook) for name in scenario.rules)
    rows = [
        ("fichiers de `rules/`", files),
        ("champs de la convention", fields),
        ("cas", _own(code, cases)),
        ("avec d'autres", " ".join(case.number for case in cases if code in case.said.also)),
    ]
    table = "".join(f"| {name} | {value} |\n" for name, value in rows if value)
    return f"{title}{said}| où | |\n|---|---|\n{table}"


def _file(name: str, rulebook: Rulebook) -> str:
    """A rule file, said to be off when it is delivered so; LookupError when there is none."""
    rules = {rule.path: rule for rule in rulebook.rules}
    rule = rules[f"{name}.yaml"]
    return f"`{name}`" if rule.active else f"`{name}` (éteinte)"
