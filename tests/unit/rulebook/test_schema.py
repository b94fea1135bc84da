"""What an editor learns of the rule files: the delivered files satisfy it, wrong ones do not, and it is current."""

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from typer.testing import CliRunner

from aiguillage.cli import app
from chassis.rulebook.conditions import OPERATORS
from chassis.rulebook.document import parse
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.facts import CATALOGUE, FAMILIES, Kind, known_to
from chassis.rulebook.reading import OPERATORS_OF, read_condition
from chassis.rulebook.rule import RuleFile
from chassis.rulebook.schema import SchemaFile, schema_files
from chassis.rulebook.schema.described import described
from chassis.rulebook.schema.family_words import EFFECT_WORDS, FAMILY_WORDS
from chassis.rulebook.schema.file_words import OPERATOR_WORDS, RULE_WORDS

ROOT = Path(__file__).parents[3]
RULES = ROOT / "rules"
SCHEMAS = {file.name: file for file in schema_files()}
VALIDATORS = {name: Draft202012Validator(file.schema) for name, file in SCHEMAS.items()}
DELIVERED = sorted(
    path.relative_to(RULES).as_posix()
    for path in RULES.rglob("*.yaml")
    if path.relative_to(RULES).parts[0] not in {"acceptance", ".schema"}
)


def speaks_of(file: SchemaFile, path: str) -> bool:
    """As editors read patterns: the last that fits decides, `!` takes away; `*` stays within a folder."""
    decided = False
    for pattern in file.files:
        bare = pattern.removeprefix("!")
        if fnmatchcase(path, bare) and path.count("/") == bare.count("/"):
            decided = not pattern.startswith("!")
    return decided


def schema_of(path: str) -> list[str]:
    return [name for name, file in SCHEMAS.items() if speaks_of(file, path)]


class Core(yaml.SafeLoader):
    """YAML 1.2, core schema: what most editors read. `oui`, `yes` and dates are texts; `01004` is a number."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for tag, spelling, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{spelling})$"), list(first))


def as_an_editor_reads(text: str, loader: type[yaml.SafeLoader] = Core) -> object:
    """The values as JSON: keys and dates as texts."""
    return json.loads(json.dumps(yaml.load(text, loader), default=str))  # noqa: S506 - safe loaders, both


def as_yaml_1_1_reads(text: str) -> object:
    """The older YAML, where `yes` and `no` are booleans, and `2026-01-01` a date."""
    return as_an_editor_reads(text, yaml.CSafeLoader)


@pytest.mark.parametrize("path", DELIVERED)
def test_a_delivered_file_has_one_schema_and_satisfies_it(path: str) -> None:
    [name] = schema_of(path)
    text = (RULES / path).read_text(encoding="utf-8")
    for read in (as_an_editor_reads(text), as_yaml_1_1_reads(text), parse(path, text.encode()).value):
        assert [error.message for error in VALIDATORS[name].iter_errors(read)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema_and_says_nothing_in_english(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name].schema)
    text = json.dumps(SCHEMAS[name].schema, ensure_ascii=False)
    for word in (
        "Whether",
        "What ",
        "Where ",
        "How ",
        "One ",
        "null" if name.startswith("regle") else '"title": "Id"',
    ):
        assert word not in text


RULE = {
    "id": "une-regle",
    "title": "Une règle",
    "references": [{"title": "CCH art. R.441-5"}],
    "owner": "pole-attributions",
    "effective": {"from": "2026-01-01"},
    "regulatory": "non",
    "priority": 100,
    "when": {"fact": "vacancy.purpose", "is": "vente"},
    "then": {"outside_flux": "rehabilitation_lourde"},
    "because": "Vente : hors du flux.",
}

WRONG: Mapping[str, dict[str, Any]] = {
    "unknown key": {"prioritee": 3},
    "no reason": {"because": " "},
    "no reference": {"references": []},
    "a reference without its name": {"references": [{"href": "https://www.legifrance.gouv.fr"}]},
    "priority in letters": {"priority": "haute"},
    "half a priority": {"priority": 2.5},
    "neither yes nor no": {"regulatory": "peut-être"},
    "a day written another way": {"effective": {"from": "1/2/2026"}},
    "an owner in capitals": {"owner": "Pôle"},
    "no condition": {"when": None},
    "unknown fact": {"when": {"fact": "vacancy.purpos", "is": "vente"}},
    "fact of another family": {"when": {"fact": "outcome.cause", "is": "sans_reponse"}},
    "unknown operator": {"when": {"fact": "vacancy.purpose", "iss": "vente"}},
    "impossible comparison": {"when": {"fact": "vacancy.purpose", "at_least": "vente"}},
    "two operators": {"when": {"fact": "attempt", "at_least": 1, "at_most": 3}},
    "unknown value": {"when": {"fact": "vacancy.purpose", "is": "ventes"}},
    "unknown value in a list": {"when": {"fact": "vacancy.purpose", "in": ["vente", "ventes"]}},
    "one bound": {"when": {"fact": "dwelling.floor", "between": [3]}},
    "half a floor": {"when": {"fact": "dwelling.floor", "at_least": 2.5}},
    "a comma in a number": {"when": {"fact": "dwelling.surface_m2", "less_than": "18,5"}},
    "a flag that is a number": {"when": {"fact": "dwelling.qpv", "is": 1}},
    "present: no": {"when": {"fact": "dwelling.qpv", "present": "non"}},
    "two joins": {"when": {"all": [{"fact": "attempt", "is": 1}], "any": [{"fact": "attempt", "is": 2}]}},
    "empty any": {"when": {"any": []}},
    "a wrong test deep inside": {"when": {"not": {"any": [{"all": [{"fact": "attempt", "is": "deux"}]}]}}},
    "unknown effect": {"then": {"outside_fluxe": "vente"}},
    "reason badly written": {"then": {"outside_flux": "Ventes !"}},
    "empty effect": {"then": {}},
    "two effects that exclude each other": {"then": {"in_flux": "oui", "stock": "defense"}},
}


def test_the_rule_the_wrong_ones_are_made_from_is_right() -> None:
    assert VALIDATORS["regle.assiette.schema.json"].is_valid(RULE)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_seen_in_the_editor(mistake: str) -> None:
    assert not VALIDATORS["regle.assiette.schema.json"].is_valid({**RULE, **WRONG[mistake]})


@pytest.mark.parametrize("missing", list(RULE))
def test_a_missing_key_is_seen_in_the_editor(missing: str) -> None:
    said = {key: value for key, value in RULE.items() if key != missing}
    assert not VALIDATORS["regle.assiette.schema.json"].is_valid(said)


WRONG_ELSEWHERE = [
    ("regle.rotation", {"then": {"restore": {"sans_raison": "oui"}}}),
    ("regle.rotation", {"then": {"caps": {"etat": 31, "etat_agents": 5}}}),
    ("regle.rotation", {"then": {"caps": {"etat": 30}}}),
    ("regle.delais", {"then": {"respond_within_days": 0}}),
    ("regle.criteres", {"then": {"target": {"dimension": "couleur", "segment": "bleu", "percent": 10}}}),
    ("regle.criteres", {"then": {"target": {"dimension": "qpv", "segment": "qpv", "percent": 101}}}),
    ("regle.gestion", {"then": {"confirmation": "prefet"}}),
]


@pytest.mark.parametrize(("name", "wrong"), WRONG_ELSEWHERE)
def test_an_effect_out_of_bounds_is_seen_in_the_editor(name: str, wrong: dict[str, Any]) -> None:
    assert not VALIDATORS[f"{name}.schema.json"].is_valid({**RULE, "when": "always", **wrong})


def test_an_example_of_an_unknown_fact_or_value_is_seen_in_the_editor() -> None:
    examples = VALIDATORS["exemples.delais.schema.json"]
    said = {
        "name": "Un logement",
        "facts": {"dwelling.zone_abc": "A", "dwelling.floor": None},
        "matches": "oui",
    }
    assert examples.is_valid([said])
    assert not examples.is_valid([])
    for facts in ({"dwelling.zone_abc": "D"}, {"zone_abc": "A"}, {"progress.units": "3"}):
        assert not examples.is_valid([{**said, "facts": facts}])


LISTS_WRONG = [
    ("segments", {"qpv": {"qpv": {"values": ["oui"]}}}),
    (
        "motifs-refus",
        {"retard": {"label": "Retard", "by": ["maire"], "reasoned": "oui", "from": "2026-01-01"}},
    ),
    ("zonage-abc", {"D": ["75056"]}),
    ("zones", {"est": {"label": "Est", "communes": "75110 7511"}}),
    ("territoires", {"200000172": {"name": "CC Faucigny-Glières"}}),
]


@pytest.mark.parametrize(("name", "wrong"), LISTS_WRONG)
def test_a_wrong_entry_of_a_list_is_seen_in_the_editor(name: str, wrong: dict[str, Any]) -> None:
    assert not VALIDATORS[f"liste.{name}.schema.json"].is_valid(wrong)


def validator_of_when(family: str) -> Draft202012Validator:
    schema = SCHEMAS[f"regle.{family}.schema.json"].schema
    return Draft202012Validator({**schema["properties"]["when"], "$defs": schema["$defs"]})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_offered_its_facts_and_no_other(family: str) -> None:
    validator = validator_of_when(family)
    offered = {name for name in CATALOGUE if validator.is_valid({"fact": name, "present": "oui"})}
    assert offered == set(known_to(family))


def operands(name: str, operator: str) -> st.SearchStrategy[Any]:
    fact = CATALOGUE[name]
    if operator in {"present", "absent"}:
        return st.sampled_from(["oui", "Oui", "true", "non", True])
    if operator == "matches":
        return st.sampled_from(["T[12]", "a|b", "(a+)+"])
    texts = st.sampled_from([*fact.values, "75114", "01004", "2A004", "93", "2B", "999001209", "autre"])
    numbers = st.sampled_from(["3", "62.5", "-1", "18,5", "1e3"]) | st.integers(-5, 500).map(str)
    one = {Kind.TEXT: texts, Kind.FLAG: st.sampled_from(["oui", "NON", "yes", "peut-être"])}.get(
        fact.kind, numbers
    )
    return st.lists(one, min_size=0, max_size=3) if operator in {"in", "not_in", "between"} else one


@st.composite
def a_test(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    family = draw(st.sampled_from(FAMILIES))
    fact = draw(st.sampled_from(known_to(family)))
    operator = draw(st.sampled_from([*OPERATORS_OF[CATALOGUE[fact].kind], "at_least"]))
    return family, {"fact": fact, operator: draw(operands(fact, operator))}


@given(a_test())
def test_a_condition_the_loader_takes_is_taken_by_the_editor(asked: tuple[str, dict[str, Any]]) -> None:
    family, condition = asked
    faults: list[object] = []
    text = json.dumps({"when": condition})
    read_condition(parse("assiette/une-regle.yaml", text.encode()), family, faults)
    validator = validator_of_when(family)
    taken = [validator.is_valid(said) for said in (condition, as_an_editor_reads(spelt(condition)))]
    if not faults:
        assert taken == [True, True]


def spelt(condition: dict[str, Any]) -> str:
    """The condition as an operator types it, without quotes around its values."""
    (_, fact), (operator, operand) = condition.items()
    bare = f"[{', '.join(operand)}]" if isinstance(operand, list) else operand
    return f"fact: {fact}\n{operator}: {bare}\n"


def test_everything_an_operator_may_write_has_its_sentence_in_french() -> None:
    assert set(FAMILY_WORDS) == set(FAMILIES)
    assert set(OPERATOR_WORDS) == set(OPERATORS)
    assert set(EFFECT_WORDS) == {key for family in FAMILIES for key in keys_of(EFFECTS[family], family)}
    assert set(RULE_WORDS) == set(keys_of(RuleFile))
    assert [key for file in SCHEMAS.values() for key in undescribed(file.schema)] == []


def keys_of(model: type[BaseModel], above: str = "") -> list[str]:
    def walk(schema: object, at: str) -> list[str]:
        if isinstance(schema, list):
            return [key for part in schema for key in walk(part, at)]
        if not isinstance(schema, dict):
            return []
        found = [key for name, value in schema.items() if name != "properties" for key in walk(value, at)]
        for name, value in schema.get("properties", {}).items():
            below = f"{at}.{name}" if at else name
            found += [below, *walk(value, below)]
        return found

    return walk(described(model, {}, above), above)


def undescribed(node: object) -> list[str]:
    if isinstance(node, list):
        return [key for part in node for key in undescribed(part)]
    if not isinstance(node, dict):
        return []
    silent = [
        name
        for name, value in node.get("properties", {}).items()
        if "description" not in value and name != "fact"
    ]
    return [*silent, *(key for value in node.values() for key in undescribed(value))]


def test_the_committed_schemas_are_current() -> None:
    done = CliRunner().invoke(app, ["rules", "schema", "--out", str(RULES / ".schema"), "--check"])
    assert done.exit_code == 0, done.output


def test_a_stale_schema_is_told_and_written_again(tmp_path: Path) -> None:
    def schema(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["rules", "schema", "--out", str(tmp_path / "s"), *more])
        return done.exit_code, done.stdout.splitlines()[-1]

    number = len(SCHEMAS) + 1  # and that of acceptance cases
    assert schema("--check") == (1, f"{number} schémas, {number} à écrire.")
    assert schema() == (0, f"{number} schémas, {number} écrits.")
    assert schema() == (0, f"{number} schémas, 0 écrits.")
    (tmp_path / "s" / "liste.zones.schema.json").write_text("{}", encoding="utf-8")
    assert schema("--check") == (1, f"{number} schémas, 1 à écrire.")
    assert json.loads((tmp_path / "s" / "liste.zones.schema.json").read_text()) == {}
