"""From a directory of files to a rulebook: read, parse, validate, cross-check, try out."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chassis.rulebook import directory as folder
from chassis.rulebook.book import FORMAT, Rulebook
from chassis.rulebook.crosscheck import crosscheck
from chassis.rulebook.document import Document, UnreadableError, parse
from chassis.rulebook.durable import EngineError, try_out
from chassis.rulebook.facts import FAMILIES
from chassis.rulebook.faults import Fault, RuleFileErrors, did_you_mean
from chassis.rulebook.lists import read_referentiels
from chassis.rulebook.rule import Layer, Room, Rule, read_rule
from chassis.rulebook.ruleset import definitions
from contracts import canonical

_TERRITORIES, _BAILLEURS = "territories", "bailleurs"
_OVERLAYS = {
    _TERRITORIES: (Layer.DEPARTEMENT, re.compile(r"2[AB]|[0-9]{2}|9[78][0-9]"), "un code de département"),
    _BAILLEURS: (Layer.BAILLEUR, re.compile(r"[0-9]{9}"), "un SIREN de neuf chiffres"),
}


def load(directory: Path) -> Rulebook:
    """The rulebook of a directory, complete and compiled once in a process apart.

    Raises `RuleFileErrors` with every fault found, and `EngineError` when the engine itself fails on rules
    that have none. Takes about 4 ms a file: never call it from an event loop.
    """
    rulebook, faults = _read(directory)
    if faults or rulebook is None:
        raise RuleFileErrors(faults)
    return rulebook


def check(directory: Path) -> list[Fault]:
    """Everything wrong with a directory of rules, in order of file and line; empty when it would load.

    Raises `EngineError` as `load` does.
    """
    return sorted(_read(directory)[1])


def unbundle(bundle: bytes) -> Rulebook:
    """The rulebook whose `bundle()` these bytes are; see `Rulebook.from_bundle`."""
    said: Any = canonical.decode(bundle)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise RuleFileErrors([Fault("bundle", 1, f"Ce n'est pas un recueil de règles au format {FORMAT}.")])
    faults: list[Fault] = []
    rules = {path: Document(path, value, {}) for path, value in said["rules"].items()}
    lists = {name: Document(name, value, {}) for name, value in said["referentiels"].items()}
    rulebook = _assembled(rules, lists, faults)
    if rulebook is None:
        raise RuleFileErrors(faults)
    return rulebook


def _read(directory: Path) -> tuple[Rulebook | None, list[Fault]]:
    files = folder.read(directory)
    faults = list(files.faults)
    rules = _parsed(files.rules, faults)
    lists = {_list_name(path): document for path, document in _parsed(files.referentiels, faults).items()}
    rulebook = _assembled(rules, lists, faults)
    if rulebook is not None:
        _try_out(rulebook.rules)
    return rulebook, faults


def _list_name(path: str) -> str:
    return path.removeprefix(f"{folder.REFERENTIELS}/").removesuffix(".yaml")


def _parsed(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Document]:
    documents = {}
    for path, data in files.items():
        try:
            documents[path] = parse(path, data)
        except UnreadableError as error:
            faults.append(error.fault)
    return documents


def _assembled(
    documents: Mapping[str, Document], lists: Mapping[str, Document], faults: list[Fault]
) -> Rulebook | None:
    referentiels = read_referentiels(lists, faults)
    rules = [rule for document in documents.values() if (rule := _rule(document, faults)) is not None]
    faults.extend(crosscheck(rules, documents, referentiels))
    if faults:
        return None
    return Rulebook(rules, referentiels, {name: document.value for name, document in lists.items()})


def _rule(document: Document, faults: list[Fault]) -> Rule | None:
    room = _room(document, faults)
    return None if room is None else read_rule(document, room, faults)


def _room(document: Document, faults: list[Fault]) -> Room | None:
    """Where a file stands, from its path: family, or overlay, owner and family."""
    match document.path.split("/"):
        case [family, _]:
            layer, owner = Layer.DEFAULT, ""
        case [("territories" | "bailleurs") as kind, owner, family, _]:
            layer, written, allowed = _OVERLAYS[kind]
            if not written.fullmatch(owner):
                faults.append(document.fault((), "Dossier mal nommé.", owner, allowed))
                return None
        case _:
            allowed = (
                "famille/règle.yaml, territories/75/famille/règle.yaml, bailleurs/SIREN/famille/règle.yaml"
            )
            faults.append(document.fault((), "Fichier mal rangé.", document.path, allowed))
            return None
    if family not in FAMILIES:
        remedy = did_you_mean(family, FAMILIES)
        faults.append(document.fault((), "Famille de règles inconnue.", family, ", ".join(FAMILIES), remedy))
        return None
    return Room(layer, owner, family)


def _try_out(rules: Iterable[Rule]) -> None:
    """Compile every rule once in a process apart: what would kill the engine does not kill us."""
    by_family: dict[str, list[Rule]] = {}
    for rule in rules:
        by_family.setdefault(rule.room.family, []).append(rule)
    failed = try_out([text for family in by_family.values() for text in definitions(family)])
    if failed:
        raise EngineError(f"durable_rules cannot compile these rules: {failed}")
