"""Runs the examples that stand beside the rules: `<rule-id>.examples.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic_core import PydanticCustomError

from chassis.rulebook import directory as folder
from chassis.rulebook.book import Rulebook
from chassis.rulebook.document import Document, UnreadableError, parse
from chassis.rulebook.facts import CATALOGUE, FactValue, Kind, known_to
from chassis.rulebook.faults import Fault, did_you_mean
from chassis.rulebook.rule import Layer, Rule
from chassis.rulebook.scalars import Day, Sentence, YesNo, number, whole, yes_or_no
from chassis.rulebook.trace import trace
from chassis.rulebook.validation import validate


class Example(BaseModel):
    """One example: a sentence, some facts, whether the rule matches and which rule wins its family.

    `winner` is asked of the whole rulebook on a day (the rule's first, unless said) in a territory
    (that of its overlay, else 75 and 999001209); `matches` of this rule alone, be it active or not.
    """

    model_config = ConfigDict(extra="forbid")
    name: Sentence
    facts: dict[str, Any]
    matches: YesNo
    winner: str | None = None
    on: Day | None = None
    departement: str | None = None
    bailleur: str | None = None


class _Examples(RootModel[Annotated[list[Example], Field(min_length=1)]]):
    """A file of examples."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One example that was tried: the rule it stands beside, its typed facts, and what it says of them."""

    rule: Rule
    facts: dict[str, FactValue]
    example: Example

    def winner_in(self, rulebook: Rulebook) -> str | None:
        """The rule that wins on these facts in a rulebook, on the example's day and in its territory."""
        family, on = self.rule.room.family, self.example.on or self.rule.first_day
        room = self.rule.room
        of_both = room.owner.split(":") if room.layer is Layer.BAILLEUR_DEPARTEMENT else ["999001209", "75"]
        departement = self.example.departement or self._owner(Layer.DEPARTEMENT, of_both[1])
        bailleur = self.example.bailleur or self._owner(Layer.BAILLEUR, of_both[0])
        winner = rulebook.verdict(family, on, departement, bailleur, self.facts).winner
        return None if winner is None else winner.id

    def _owner(self, layer: Layer, default: str) -> str:
        return self.rule.room.owner if self.rule.room.layer is layer else default


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples that could be read, what they say against the rulebook, and the rules that have none."""

    tried: tuple[Tried, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def try_examples(directory: Path, rulebook: Rulebook) -> Examples:
    """Every example of a directory, tried on its rulebook."""
    return try_files(folder.read(directory), rulebook)


def try_files(files: folder.Files, rulebook: Rulebook) -> Examples:
    """Every example of files that were read, tried on their rulebook; a rule without any is a warning."""
    tried: list[Tried] = []
    faults: list[Fault] = []
    beside = {path.removesuffix(folder.EXAMPLES_SUFFIX): data for path, data in files.examples.items()}
    rules = {rule.path.removesuffix(".yaml"): rule for rule in rulebook.rules}
    missing = tuple(
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
            document = _document(path, data)
        except UnreadableError as error:
            faults.append(error.fault)
            continue
        ours = _read(rules[stem], document, faults)
        tried.extend(one for _, one in ours)
        faults.extend(_against(rules[stem], rulebook, document, ours))
    return Examples(tuple(tried), tuple(sorted(faults)), missing)


@lru_cache(maxsize=2_048)
def _document(path: str, data: bytes) -> Document:
    """A file's document; the same for the same bytes."""
    return parse(path, data)


def _read(rule: Rule, document: Document, faults: list[Fault]) -> list[tuple[int, Tried]]:
    """The examples of a file by their place, their facts typed; faults are added to the list."""
    said = validate(_Examples, document.value, document, (), faults)
    examples = [] if said is None else said.root
    answers = {example.matches for example in examples}
    if said is not None and rule.document()["when"] != "always" and len(answers) == 1:
        message = "Il faut un exemple où la règle s'applique, et un où elle ne s'applique pas."
        faults.append(document.fault((), message))
    tried = []
    for index, example in enumerate(examples):
        before = len(faults)
        facts = _typed(example.facts, rule.room.family, document, index, faults)
        if len(faults) == before:
            tried.append((index, Tried(rule, facts, example)))
    return tried


def _against(
    rule: Rule, rulebook: Rulebook, document: Document, tried: list[tuple[int, Tried]]
) -> Iterator[Fault]:
    for index, one in tried:
        name, matches, winner = one.example.name, one.example.matches, one.example.winner
        if trace(rule.when, one.facts).holds != matches:
            found = "la règle s'applique" if not matches else "la règle ne s'applique pas"
            yield document.fault((index, "matches"), f"Exemple démenti : « {name} ».", found)
        found = "" if winner is None else one.winner_in(rulebook) or "aucune"
        if winner is not None and found != winner:
            yield document.fault((index, "winner"), f"Une autre règle l'emporte : « {name} ».", found, winner)


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
