"""Reads the acceptance cases of a directory of rules, strictly: what is wrong is said with path:line."""

from pathlib import Path

from aiguillage.acceptance.case import Case, CaseFile
from chassis.rulebook.directory import LARGEST_RULE_BYTES, content
from chassis.rulebook.document import UnreadableError, parse
from chassis.rulebook.faults import Fault
from chassis.rulebook.file_names import ACCEPTANCE
from chassis.rulebook.validation import validate

_SUFFIX = ".yaml"


def read_cases(directory: Path) -> tuple[list[Case], list[Fault]]:
    """Every case of ``acceptance/``, in order of scenario and number, and the faults of those that cannot be read."""
    cases: list[Case] = []
    faults: list[Fault] = []
    for file in sorted((directory / ACCEPTANCE).glob(f"*{_SUFFIX}")):
        path = f"{ACCEPTANCE}/{file.name}"
        data = _bytes_of(file, path, faults)
        case = None if data is None else read_case(path, data, faults)
        if case is not None:
            cases.append(case)
    faults.extend(_twice(cases))
    return sorted(cases, key=lambda case: case.order), faults


def read_cases_at(path: Path) -> tuple[list[Case], list[Fault]]:
    """The case of a file, or every case of a folder, in order of their names; paths are as given."""
    cases: list[Case] = []
    faults: list[Fault] = []
    for file in sorted(path.glob(f"*{_SUFFIX}")) if path.is_dir() else (path,):
        data = _bytes_of(file, str(file), faults)
        case = None if data is None else read_case(str(file), data, faults)
        if case is not None:
            cases.append(case)
    return cases, faults


def _bytes_of(file: Path, path: str, faults: list[Fault]) -> bytes | None:
    """The first bytes of an ordinary file; of a link, a pipe or an unreadable file, a fault."""
    try:
        data = None if file.is_symlink() else content(file, LARGEST_RULE_BYTES + 1)
    except OSError as error:
        faults.append(Fault(path, 1, "Fichier illisible.", error.strerror or type(error).__name__))
        return None
    if data is None:
        faults.append(Fault(path, 1, "Ce n'est pas un fichier ordinaire.", remedy="Copiez le fichier ici."))
    return data


def read_case(path: str, data: bytes, faults: list[Fault]) -> Case | None:
    """The case written in some bytes, or None with its faults added to the list."""
    if len(data) > LARGEST_RULE_BYTES:
        message, remedy = (
            f"Fichier de plus de {LARGEST_RULE_BYTES // 1024} ko.",
            "Séparez le cas en plusieurs.",
        )
        faults.append(Fault(path, 1, message, remedy=remedy))
        return None
    try:
        document = parse(path, data)
    except UnreadableError as error:
        faults.append(error.fault)
        return None
    said = validate(CaseFile, document.value, document, (), faults)
    if said is None:
        return None
    name = path.rsplit("/", 1)[-1]
    if not name.startswith(f"{said.number}-"):
        allowed = f"{said.number}-….yaml"
        message = "Le nom du fichier commence par le numéro du cas."
        faults.append(document.fault(("number",), message, name, allowed, "Renommez le fichier."))
        return None
    return Case(said, document)


def _twice(cases: list[Case]) -> list[Fault]:
    first: dict[str, Case] = {}
    return [
        case.document.fault(("number",), f"{other.path} porte déjà ce numéro.", case.number)
        for case in cases
        if (other := first.setdefault(case.number, case)) is not case
    ]
