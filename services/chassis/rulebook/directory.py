"""Finds the rule files of a directory and reads their bytes, within limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.rulebook.faults import Fault

LARGEST_RULE_BYTES = 64 * 1024
LARGEST_REFERENTIEL_BYTES = 2 * 1024 * 1024
MOST_FILES = 5_000
REFERENTIELS = "referentiels"
EXAMPLES_SUFFIX = ".examples.yaml"


@dataclass(frozen=True, slots=True)
class Files:
    """Bytes by path relative to the directory (`/` between folders), and what could not be read."""

    rules: dict[str, bytes]
    referentiels: dict[str, bytes]
    examples: dict[str, bytes]
    faults: tuple[Fault, ...]


def read(directory: Path) -> Files:
    """Read every YAML file; dot files, backups (`~`) and `.md` are passed over.

    Links are followed within the directory only. Kubernetes mounts a ConfigMap as links into a hidden
    folder: the links are followed, the hidden folder is not walked.
    """
    files, faults = Files({}, {}, {}, ()), list[Fault]()
    if not directory.is_dir():
        return Files({}, {}, {}, (Fault(str(directory), 1, "Le dossier des règles n'existe pas."),))
    root = directory.resolve()
    for count, path in enumerate(_walk(directory, root, (root,), faults), start=1):
        name = path.relative_to(directory).as_posix()
        if count > MOST_FILES:
            faults.append(Fault(name, 1, f"Plus de {MOST_FILES} fichiers dans le dossier des règles."))
            break
        _read_one(path, name, files, faults)
    return Files(files.rules, files.referentiels, files.examples, tuple(faults))


def _walk(folder: Path, root: Path, above: tuple[Path, ...], faults: list[Fault]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith(("~", ".md")):
            continue
        try:
            real = path.resolve(strict=True)
        except (
            OSError,
            RuntimeError,
        ) as error:  # RuntimeError: Python 3.11 and 3.12 say so of a loop of links
            found = type(error).__name__
            faults.append(
                Fault(_name(path, above), 1, "Lien brisé ou boucle de liens.", found, remedy="Retirez-le.")
            )
            continue
        if not real.is_relative_to(root):
            faults.append(
                Fault(
                    _name(path, above), 1, "Le lien sort du dossier des règles.", remedy="Copiez le fichier."
                )
            )
        elif not real.is_dir():
            yield path
        elif real in above:
            faults.append(Fault(_name(path, above), 1, "Boucle de liens : le dossier se contient lui-même."))
        else:
            yield from _walk(path, root, (*above, real), faults)


def _name(path: Path, above: tuple[Path, ...]) -> str:
    return "/".join(path.parts[-len(above) :])


def _read_one(path: Path, name: str, files: Files, faults: list[Fault]) -> None:
    if path.suffix != ".yaml":
        faults.append(
            Fault(
                name,
                1,
                "Fichier inattendu.",
                found=path.name,
                allowed="*.yaml, *.md",
                remedy="Renommez-le en .yaml.",
            )
        )
        return
    is_referentiel = name.startswith(f"{REFERENTIELS}/")
    largest = LARGEST_REFERENTIEL_BYTES if is_referentiel else LARGEST_RULE_BYTES
    try:
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        faults.append(Fault(name, 1, "Fichier illisible.", found=error.strerror or type(error).__name__))
        return
    if len(data) > largest:
        faults.append(
            Fault(name, 1, f"Fichier de plus de {largest // 1024} ko.", remedy="Une règle par fichier.")
        )
    elif is_referentiel:
        files.referentiels[name] = data
    else:
        (files.examples if name.endswith(EXAMPLES_SUFFIX) else files.rules)[name] = data
