"""Builders of rule files, and a plain evaluator that is the engine's oracle."""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

A_RULE = """\
id: {id}
title: "Une règle"
references: {references}
owner: {owner}
effective: {effective}
regulatory: {regulatory}
priority: {priority}
when: {when}
then: {then}
because: "{because}"
{extra}
"""

AGREED = """\
rehabilitation_lourde: {label: "Réhabilitation lourde"}
mutation_inter_bailleurs: {label: "Mutation entre bailleurs"}
"""

Write = Callable[..., Path]


WHOLE = {
    "rotation": "{method: progress, criteria_window: 0, restore_cap_days: 90, restore: {refus_candidat: oui, "
    "refus_motive: oui, refus_sans_motif: non, sans_reponse: non, sans_candidat: non, non_attribution: oui, "
    "irrecevabilite: oui, bailleur: oui}}",
    "delais": "{respond_within_days: 30, attempts: 3, hold_days: 60, wait_for_proposal_days: 30}",
    "gestion": "{management: directe, confirmation: none, within_hours: 48, report_within_days: aucun, "
    "report_every: aucun}",
    "decompte": "{method: proposition, year_of: event}",
    "echelle": "{scale: departement}",
    "neuf": "{first_letting: flux, counted: flux}",
    "correction": "{action: report, years: 3, cap_percent: aucun, beyond_cap: etalement, extinction_years: aucun}",
}
"""One rule a family that says all that every decision needs."""


@pytest.fixture
def write_whole(write: Write) -> Write:
    """Writes as `write` does, beside rules that say all that every decision needs."""

    def one(path: str = "assiette/une-regle.yaml", text: str | None = None, **parts: str) -> Path:
        for family, then in WHOLE.items():
            write(f"{family}/{family}-de-base.yaml", when="always", then=then, priority="9000")
        return write(path, text, **parts)

    return one


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes one rule file, its parts as YAML text, and gives the directory of rules back."""

    def one(path: str = "assiette/une-regle.yaml", text: str | None = None, **parts: str) -> Path:
        file = tmp_path / "rules" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        agreed = tmp_path / "rules" / "referentiels" / "motifs-exclusion.yaml"
        agreed.parent.mkdir(exist_ok=True)
        agreed.write_text(AGREED, encoding="utf-8")
        said = {
            "id": file.stem,
            "owner": "pole-attributions",
            "references": '[{title: "CCH art. R.441-5"}]',
            "effective": "{from: 2021-11-24}",
            "regulatory": "non",
            "priority": "100",
            "when": "{all: [{fact: vacancy.purpose, is: vente}]}",
            "then": "{outside_flux: rehabilitation_lourde}",
            "because": "Vente : hors du flux.",
            "extra": "",
            **parts,
        }
        file.write_text(A_RULE.format(**said) if text is None else text, encoding="utf-8")
        return tmp_path / "rules"

    return one


def _holds(when: Any, facts: Mapping[str, Any]) -> bool:  # noqa: ANN401 - a YAML value
    if when == "always":
        return True
    if "all" in when:
        return all(_holds(part, facts) for part in when["all"])
    if "any" in when:
        return any(_holds(part, facts) for part in when["any"])
    if "not" in when:
        return not _holds(when["not"], facts)
    value = facts.get(when["fact"])
    comparison, operand = next((key, said) for key, said in when.items() if key != "fact")
    if comparison == "absent":
        return value is None
    return value is not None and _compares(value, comparison, operand)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "is_not": operator.ne,
    "in": lambda value, said: value in said,
    "not_in": lambda value, said: value not in said,
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "between": lambda value, said: said[0] <= value <= said[1],
    "matches": lambda value, said: re.fullmatch(said, value) is not None,
}


def _compares(value: Any, comparison: str, said: Any) -> bool:  # noqa: ANN401 - YAML values
    if comparison == "present":
        return True
    value = normalize("NFC", value) if isinstance(value, str) else value
    said = [_like(value, one) for one in said] if isinstance(said, list) else _like(value, said)
    return COMPARE[comparison](value, said)


def _like(value: Any, text: str) -> Any:  # noqa: ANN401 - YAML values
    if isinstance(value, bool):
        return text == "oui"
    return Decimal(text) if isinstance(value, int | Decimal) else normalize("NFC", text)


@pytest.fixture(scope="session")
def holds() -> Callable[[Any, Mapping[str, Any]], bool]:
    """The oracle: whether a `when`, as a file writes it, holds on facts. A missing fact fails every test."""
    return _holds
