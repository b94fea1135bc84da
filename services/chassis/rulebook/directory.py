"""Finds the rule files of a directory and reads their bytes, within limits."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from errno import EACCES, EIO, ELOOP, EMFILE, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM, ESTALE
from itertools import accumulate, islice
from pathlib import Path
from stat import S_ISREG

from chassis.rulebook.faults import Fault
from chassis.rulebook.file_names import ignored_words, is_passed_over

LARGEST_RULE_BYTES = 64 * 1024
LARGEST_REFERENTIEL_BYTES = 2 * 1024 * 1024
LARGEST_TOTAL_BYTES = 32 * 1024 * 1024
MOST_FILES = 5_000
DEEPEST_FOLDER = 8
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
    """Read every YAML file; dot files, `.md` and `acceptance/` are passed over, other files ignored with a warning.

    Links are followed within the directory only. Kubernetes mounts a ConfigMap as links into a hidden
    folder: the links are followed, the hidden folder is not walked. Never blocks, never raises for what the
    directory holds: pipes and devices are refused unopened, at most `MOST_FILES` entries and
    `LARGEST_TOTAL_BYTES` are looked at.
    """
    if not directory.is_dir():
        return Files({}, {}, {}, (absent(directory),))
    walk = _Walk(directory)
    files, left = Files({}, {}, {}, ()), LARGEST_TOTAL_BYTES
    for path, name in walk.files():
        left -= _read_one(path, name, files, walk.faults)
        if left < 0:
            walk.faults.append(
                Fault(name, 1, f"Plus de {LARGEST_TOTAL_BYTES // 2**20} Mo de règles.", remedy=_SPLIT)
            )
            break
    return Files(files.rules, files.referentiels, files.examples, tuple(walk.faults))


def absent(directory: Path) -> Fault:
    """What is said of a directory of rules that is not there."""
    return Fault(str(directory), 1, "Le dossier des règles n'existe pas.", remedy="Corrigez le chemin.")


_SPLIT = "Retirez ce qui n'est pas une règle."


class _Walk:
    """The files below a directory, in order of name; what is passed over with a fault is in `faults`."""

    def __init__(self, directory: Path) -> None:
        self.faults: list[Fault] = []
        self._directory, self._root = directory, directory.resolve()
        self._left = MOST_FILES

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every file with its name relative to the directory."""
        yield from self._within(self._directory, "", (self._root,))

    def _within(self, folder: Path, above: str, reals: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
        for entry in self._listed(folder, above):
            name = above + entry.name
            if is_passed_over(name):
                continue
            if not entry.name.isprintable():  # bytes that are not UTF-8, line ends, terminal controls
                self._refuse(ascii(name), "Nom de fichier illisible.", remedy="Renommez-le.")
                continue
            real = self._real(entry, name, reals[-1])
            if real is None:
                continue
            if not real.is_dir():
                yield Path(entry.path), name
            elif real in reals:
                self._refuse(name, "Boucle de liens : le dossier se contient lui-même.")
            elif len(reals) > DEEPEST_FOLDER:
                self._refuse(name, f"Plus de {DEEPEST_FOLDER} dossiers l'un dans l'autre.")
            else:
                yield from self._within(Path(entry.path), f"{name}/", (*reals, real))

    def _listed(self, folder: Path, above: str) -> list["os.DirEntry[str]"]:
        """Entries of a folder in order of name, cut at what is left of `MOST_FILES`."""
        if self._left < 0:
            return []
        try:
            with os.scandir(folder) as listing:
                entries = list(islice(listing, self._left + 1))
        except OSError as error:
            self._refuse(above.rstrip("/") or ".", "Dossier illisible.", _reason(error), _RIGHTS)
            return []
        self._left -= len(entries)
        if self._left < 0:
            self._refuse(
                above.rstrip("/") or ".",
                f"Plus de {MOST_FILES} fichiers dans le dossier des règles.",
                remedy=_SPLIT,
            )
        return sorted(entries, key=lambda entry: entry.name)

    def _real(self, entry: "os.DirEntry[str]", name: str, parent: Path) -> Path | None:
        """Where an entry leads, when that is within the directory."""
        if not entry.is_symlink():
            return parent / entry.name
        try:
            real = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 say so of a loop of links
            self._refuse(name, "Lien brisé ou boucle de liens.", "", "Retirez-le.")
            return None
        if not real.is_relative_to(self._root):
            self._refuse(name, "Le lien sort du dossier des règles.", remedy="Copiez le fichier.")
            return None
        return real

    def _refuse(self, name: str, message: str, found: str = "", remedy: str = "") -> None:
        self.faults.append(Fault(name, 1, message, found, remedy=remedy))


_RIGHTS = "Rendez-le lisible au compte qui lance le service."


def _read_one(path: Path, name: str, files: Files, faults: list[Fault]) -> int:
    """Add one file's bytes or its fault; how many bytes were read."""
    if path.suffix != ".yaml":
        faults.append(_unread(name, path.name))
        return 0
    is_referentiel = name.startswith(f"{REFERENTIELS}/")
    largest = LARGEST_REFERENTIEL_BYTES if is_referentiel else LARGEST_RULE_BYTES
    try:
        data = content(path, largest + 1)
    except FileNotFoundError:
        faults.append(Fault(name, 1, "Le fichier a disparu pendant la lecture.", remedy="Relancez."))
        return 0
    except OSError as error:
        faults.append(Fault(name, 1, "Fichier illisible.", _reason(error), remedy=_RIGHTS))
        return 0
    if data is None:
        remedy = "Mettez un fichier ordinaire."
        faults.append(
            Fault(name, 1, "Ce n'est pas un fichier ordinaire.", "tube ou périphérique", remedy=remedy)
        )
        return 0
    if len(data) > largest:
        remedy = "Une règle par fichier."
        faults.append(Fault(name, 1, f"Fichier de plus de {largest // 1024} ko.", remedy=remedy))
    else:
        _put(name, data, files)
    return len(data)


def _put(name: str, data: bytes, files: Files) -> None:
    if name.startswith(f"{REFERENTIELS}/"):
        files.referentiels[name] = data
    else:
        (files.examples if name.endswith(EXAMPLES_SUFFIX) else files.rules)[name] = data


def sorted_out(contents: Mapping[str, bytes]) -> Files:
    """The YAML files among contents by path, as `read` would sort them; what is not YAML is left out."""
    files = Files({}, {}, {}, ())
    for name, data in sorted(contents.items()):
        folders = accumulate(name.split("/"), "{}/{}".format)
        if name.endswith(".yaml") and not any(map(is_passed_over, folders)):
            _put(name, data, files)
    return files


def content(path: Path, most: int) -> bytes | None:
    """The first bytes of a regular file; None for a pipe, a device, a socket, which are not read from."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(most) if S_ISREG(os.fstat(descriptor).st_mode) else None


def _unread(name: str, last: str) -> Fault:
    """A file that is not read: a warning when it cannot be meant for a rule, else a fault."""
    words = ignored_words(name)
    if words:
        message, remedy = f"Ce fichier est ignoré : {words}.", "Retirez-le ; une règle se nomme en .yaml."
        return Fault(name, 1, message, last, remedy=remedy).as_warning()
    return Fault(name, 1, "Fichier inattendu.", last, "*.yaml, *.md", "Renommez-le en .yaml.")


_REASONS = {
    EACCES: "accès refusé",
    EPERM: "accès refusé",
    EIO: "le disque ou le réseau ne répond pas",
    ELOOP: "boucle de liens",
    ENAMETOOLONG: "nom trop long",
    ENOENT: "fichier absent",
    ENOTDIR: "ce n'est pas un dossier",
    ESTALE: "le partage réseau a changé",
    EMFILE: "trop de fichiers ouverts",
}


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, f"erreur {error.errno} du système")
