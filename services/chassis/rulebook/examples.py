"""Runs the examples that stand beside the rules: `<rule-id>.examples.yaml`."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic_core import PydanticCustomError

from chassis.rulebook import directory as folder
from chassis.rulebook.book import Rulebook
from chassis.rulebook.document import Document, UnreadableError, parse
from chassis.rulebook.facts import CATALOGUE, FactValue, Kind, known_to
from chassis.rulebook.faults import Fault, did_you_mean
from chassis.rulebook.rule import Rule
from chassis.rulebook.ruleset import RuleSet
from chassis.rulebook.scalars import Day, Sentence, YesNo, number, whole, yes_or_no
from chassis.rulebook.validation import validate


class Example(BaseModel):
    """One example: a sentence, some facts, whether the rule matches and which rule wins its family.

    `winner` is asked of the whole rulebook on a day (the rule's first, unless said) in a territory;
    `matches` of this rule alone, be it active or not.
    """

    model_config = ConfigDict(extra="forbid")
    name: Sentence
    facts: dict[str, Any]
    matches: YesNo
    winner: str | None = None
    on: Day | None = None
    departement: str = "75"
    bailleur: str = "999001209"


class _Examples(RootModel[Annotated[list[Example], Field(min_length=1)]]):
    """A file of examples."""


def run_examples(directory: Path, rulebook: Rulebook) -> list[Fault]:
    """What the examples of a directory say against its rulebook; a rule without examples is a fault too."""
    files = folder.read(directory)
    faults: list[Fault] = []
    beside = {path.removesuffix(folder.EXAMPLES_SUFFIX): data for path, data in files.examples.items()}
    rules = {rule.path.removesuffix(".yaml"): rule for rule in rulebook.rules}
    faults.extend(
        Fault(f"{stem}.yaml", 1, "Cette règle n'a pas d'exemples.", remedy="Écrivez-en deux.")
        for stem in sorted(rules.keys() - beside.keys())
    )
    for stem, data in sorted(beside.items()):
        path = stem + folder.EXAMPLES_SUFFIX
        if stem not in rules:
            faults.append(
                Fault(path, 1, "Ces exemples n'ont pas de règle.", remedy="Renommez ou retirez ce fichier.")
            )
            continue
        try:
            document = parse(path, data)
        except UnreadableError as error:
            faults.append(error.fault)
            continue
        faults.extend(_against(rules[stem], rulebook, document))
    return sorted(faults)


def _against(rule: Rule, rulebook: Rulebook, document: Document) -> list[Fault]:
    faults: list[Fault] = []
    said = validate(_Examples, document.value, document, (), faults)
    examples = [] if said is None else said.root
    answers = {example.matches for example in examples}
    if said is not None and rule.document()["when"] != "always" and len(answers) == 1:
        message = "Il faut un exemple où la règle s'applique, et un où elle ne s'applique pas."
        faults.append(document.fault((), message))
    alone = RuleSet([rule])
    for index, example in enumerate(examples):
        before = len(faults)
        facts = _typed(example.facts, rule.room.family, document, index, faults)
        if len(faults) > before:
            continue
        if bool(alone.verdict(facts).matched) != example.matches:
            found = "la règle s'applique" if not example.matches else "la règle ne s'applique pas"
            faults.append(document.fault((index, "matches"), f"Exemple démenti : « {example.name} ».", found))
        faults.extend(_winner(rule, rulebook, document, index, example, facts))
    return faults


def _winner(
    rule: Rule,
    rulebook: Rulebook,
    document: Document,
    index: int,
    example: Example,
    facts: dict[str, FactValue],
) -> list[Fault]:
    if example.winner is None:
        return []
    on = example.on or rule.first_day
    winner = rulebook.verdict(rule.room.family, on, example.departement, example.bailleur, facts).winner
    found = "aucune" if winner is None else winner.id
    if found == example.winner:
        return []
    message = f"Une autre règle l'emporte : « {example.name} »."
    return [document.fault((index, "winner"), message, found, example.winner)]


def _typed(
    said: dict[str, Any], family: str, document: Document, index: int, faults: list[Fault]
) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    known = known_to(family)
    for name, value in said.items():
        where = (index, "facts", name)
        if name not in known:
            faults.append(document.fault(where, "Fait inconnu.", name, remedy=did_you_mean(name, known)))
            continue
        try:
            facts[name] = _value(CATALOGUE[name].kind, value)
        except PydanticCustomError as error:
            faults.append(document.fault(where, f"« {name} » : {error.message()}"))
    return facts


def _value(kind: Kind, value: Any) -> FactValue:  # noqa: ANN401 - a YAML value
    if value is None:
        return None
    match kind:
        case Kind.TEXT:
            return str(value)
        case Kind.FLAG:
            return yes_or_no(value)
        case Kind.WHOLE:
            return whole(value)
        case Kind.DECIMAL:
            return number(value)
