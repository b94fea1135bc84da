"""The rules that were in force before those of a directory: what an edit is compared with."""

from dataclasses import dataclass
from pathlib import Path

from chassis.rulebook.book import Rulebook
from chassis.rulebook.directory import Files, read
from chassis.rulebook.history import NoHistoryError, UnansweredError, files_at, parting
from chassis.rulebook.loading import recall, unbundle


def predecessor_named(name: str, directory: Path) -> Rulebook:
    """The rulebook of a directory, of a bundle file, of `REVISION:DIRECTORY` or of `directory` in a revision.

    Raises `ValueError` when the name is none of these, or holds no rule.
    """
    path = Path(name)
    if path.is_file():
        return unbundle(path.read_bytes())
    try:
        book = recall(read(path) if path.is_dir() else _at(name, directory))
    except NoHistoryError as error:
        raise ValueError(
            f"« {name} » n'est ni un dossier de règles, ni un fichier de recueil, ni une révision git : {error}"
        ) from error
    if not book.rules:
        raise ValueError(f"« {name} » ne contient aucune règle")
    return book


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The rules an edit is compared with, and how they are named to a person."""

    rulebook: Rulebook
    words: str


def merge_base(directory: Path) -> Predecessor | None:
    """The directory as it was where this branch parted from the main one; None without git, work tree or commit.

    On the main branch itself, or without another, that is the last commit. Raises `ValueError` when there is a
    history that git does not show: to pass would be to compare with nothing.
    """
    try:
        parted = parting(directory)
        return Predecessor(recall(_at(parted.commit, directory)), parted.words)
    except UnansweredError as error:
        raise ValueError(str(error)) from error
    except NoHistoryError:
        return None


def _at(name: str, directory: Path) -> Files:
    return files_at(name, Path()) if ":" in name else files_at(f"{name}:./", directory)
