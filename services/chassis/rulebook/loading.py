"""From a directory of files to a rulebook: read, parse, validate, cross-check, try out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chassis.rulebook import bundle_format
from chassis.rulebook import directory as folder
from chassis.rulebook.book import Rulebook
from chassis.rulebook.completeness import gaps
from chassis.rulebook.crosscheck import crosscheck
from chassis.rulebook.document import Document, UnreadableError, parse
from chassis.rulebook.durable import EngineError, try_out
from chassis.rulebook.facts import DEPARTEMENT, FAMILIES
from chassis.rulebook.faults import Fault, RuleFileErrors, bounded, did_you_mean
from chassis.rulebook.lists import DatedLists, read_lists
from chassis.rulebook.rule import Layer, Room, Rule, read_rule
from chassis.rulebook.ruleset import definitions
from contracts import canonical
from flux.law import LAW, Law

_TERRITORIES, _BAILLEURS = "territories", "bailleurs"
_OVERLAYS = {
    _TERRITORIES: (Layer.DEPARTEMENT, re.compile(DEPARTEMENT), "un code de département"),
    _BAILLEURS: (Layer.BAILLEUR, re.compile(r"[0-9]{9}"), "un SIREN de neuf chiffres"),
}


@dataclass(frozen=True, slots=True)
class Examined:
    """What a directory of rules gives: its rulebook or, in order of file and line, its faults.

    `warnings` are told either way, and keep nothing from coming into force.
    """

    rulebook: Rulebook | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def examine(directory: Path, *, is_whole: bool = True) -> Examined:
    """Read, check and try out a directory of rules; of a file with very many faults the first are told.

    With `is_whole` what every decision needs must be said, on every day, everywhere.

    Raises `EngineError` when the engine itself fails on rules that have no fault. Takes about 0.2 ms a file
    and starts a process: never call it from an event loop.
    """
    return examine_files(folder.read(directory), is_whole=is_whole)


def examine_files(files: folder.Files, *, is_whole: bool = True) -> Examined:
    """What files that were read give, as `examine`."""
    faults = list(files.faults)
    written = _written(files, faults)
    faults.extend(crosscheck(written.rules, written.lists))
    warnings = bounded(fault for fault in faults if fault.is_warning)
    faults = [fault for fault in faults if not fault.is_warning]
    if is_whole and not faults:
        faults.extend(gaps(written.rules))
    if faults:
        return Examined(None, bounded(faults), warnings)
    _try_out(written.rules)
    return Examined(written.rulebook(), (), warnings)


def emptied(where: str) -> Fault:
    """What is said of a source of rules that holds none: no service decides by nothing."""
    return Fault(where, 1, "Le dossier ne contient aucune règle.", remedy="Remettez les fichiers.")


def load(directory: Path) -> Rulebook:
    """The rulebook of a directory, well written and compiled once in a process apart.

    It may leave unsaid what a decision needs (`examine` tells it): a decision that needs it then says so.

    Raises `RuleFileErrors` with the faults found, and `EngineError` as `examine` does.
    """
    examined = examine(directory, is_whole=False)
    if examined.rulebook is None:
        raise RuleFileErrors(examined.faults)
    return examined.rulebook


def check(directory: Path) -> list[Fault]:
    """What is wrong with a directory of rules, in order of file and line; empty when `load` would load it.

    Raises `EngineError` as `examine` does.
    """
    return list(examine(directory, is_whole=False).faults)


def recall(files: folder.Files) -> Rulebook:
    """The rulebook of files that were in force before, to compare with.

    What was allowed then may be a fault now: rules are not checked against one another, and what cannot be
    read is left out.
    """
    return _written(files, []).rulebook()


def unbundle(bundle: bytes) -> Rulebook:
    """The rulebook whose `bundle()` these bytes are; see `Rulebook.from_bundle`.

    Its rules are not checked against one another: decisions must be replayed with the rules that made them,
    whatever is asked of rules since. What comes from elsewhere goes through `recheck`.
    """
    said = decoded(bundle)
    faults: list[Fault] = []
    law = _law(said)
    rules = {path: Document(path, value, {}) for path, value in said["rules"].items()}
    lists = {name: Document(name, value, {}) for name, value in said["referentiels"].items()}
    written = _assembled(rules, lists, faults)
    if faults:
        raise RuleFileErrors(bounded(faults))
    return written.rulebook(law)


def _law(said: Mapping[str, Any]) -> Law | None:
    """The law of a bundle's documents; None in format 1, which holds none."""
    if "law" not in said:
        return None
    try:
        return Law.read(said["law"])
    except ValueError as error:
        raise RuleFileErrors([Fault("bundle", 1, "La loi de ce recueil ne se lit pas.")]) from error


def decoded(bundle: bytes) -> dict[str, Any]:
    """The documents of a bundle, by part and name, not looked into yet.

    Raises `RuleFileErrors` when it is no bundle, or of a format that is not read.
    """
    try:
        said: Any = canonical.decode(bundle)
    except (ValueError, RecursionError):
        said = None
    said = bundle_format.checked(said)
    return {part: said[part] for part in bundle_format.PARTS[said["format"]]}


def recheck(rulebook: Rulebook) -> list[Fault]:
    """What is wrong between the rules of a rulebook that came as a bundle; compiles them in a process apart.

    The law changes with a release: a bundle that holds another is to be published again. Raises `EngineError` as
    `examine` does.
    """
    if rulebook.law.document() != LAW.document():
        message = "La loi de ce recueil n'est pas celle de cette version du logiciel."
        return [Fault("bundle", 1, message, remedy="Publiez les règles de nouveau avec cette version.")]
    told = crosscheck(rulebook.rules, rulebook.lists)
    faults = bounded(fault for fault in told if not fault.is_warning) or tuple(gaps(rulebook.rules))
    if not faults:
        _try_out(rulebook.rules)
    return list(faults)


@dataclass(frozen=True, slots=True)
class _Written:
    """Rules and lists, each well written."""

    rules: tuple[Rule, ...]
    lists: DatedLists
    written: Mapping[str, Document]

    def rulebook(self, law: Law | None = LAW) -> Rulebook:
        written = {name: document.value for name, document in self.written.items()}
        return Rulebook(self.rules, self.lists, written, law)


def _written(files: folder.Files, faults: list[Fault]) -> _Written:
    rules = _parsed(files.rules, faults)
    lists = {_list_name(path): document for path, document in _parsed(files.referentiels, faults).items()}
    return _assembled(rules, lists, faults)


def _list_name(path: str) -> str:
    return path.removeprefix(f"{folder.REFERENTIELS}/").removesuffix(".yaml")


@lru_cache(maxsize=2_048)
def _document(path: str, data: bytes) -> Document:
    """A file's document; the same for the same bytes, for most files of a directory have not changed since."""
    return parse(path, data)


def _parsed(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Document]:
    documents = {}
    for path, data in files.items():
        try:
            documents[path] = _document(path, data)
        except UnreadableError as error:
            faults.append(error.fault)
    return documents


def _assembled(
    documents: Mapping[str, Document], lists: Mapping[str, Document], faults: list[Fault]
) -> _Written:
    """What is well written in some documents; faults are added to the list."""
    dated = read_lists(lists, faults)
    rules = (_rule(document, faults) for document in documents.values())
    return _Written(tuple(rule for rule in rules if rule is not None), dated, lists)


def _rule(document: Document, faults: list[Fault]) -> Rule | None:
    room = room_of(document, faults)
    return None if room is None else read_rule(document, room, faults)


def room_of(document: Document, faults: list[Fault]) -> Room | None:
    """Where a file stands, from its path: family, or overlay, owner and family."""
    match document.path.split("/"):
        case [family, _]:
            owners, layer, owner = dict[str, str](), Layer.DEFAULT, ""
        case ["bailleurs", siren, "territories", departement, family, _]:
            owners = {"bailleurs": siren, "territories": departement}
            layer, owner = Layer.BAILLEUR_DEPARTEMENT, f"{siren}:{departement}"
        case [("territories" | "bailleurs") as kind, owner, family, _]:
            owners, layer = {kind: owner}, _OVERLAYS[kind][0]
        case _:
            allowed = (
                "famille/règle.yaml, territories/75/famille/règle.yaml, bailleurs/SIREN/famille/règle.yaml, "
                "bailleurs/SIREN/territories/75/famille/règle.yaml"
            )
            faults.append(document.fault((), "Fichier mal rangé.", document.path, allowed))
            return None
    for folder_name, name in owners.items():
        _, well_named, allowed = _OVERLAYS[folder_name]
        if not well_named.fullmatch(name):
            faults.append(document.fault((), "Dossier mal nommé.", name, allowed))
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
