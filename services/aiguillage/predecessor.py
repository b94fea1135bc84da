"""The rules that were in force before those of a directory: what an edit is compared with."""

from pathlib import Path

from chassis.rulebook.book import Rulebook
from chassis.rulebook.directory import Files, read
from chassis.rulebook.history import NoHistoryError, UnansweredError, files_at
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


def last_committed(directory: Path) -> Rulebook | None:
    """The directory as git last committed it; None without git, work tree or commit.

    Raises `ValueError` when there is a history that git does not show: to pass would be to compare with nothing.
    """
    try:
        return recall(_at("HEAD", directory))
    except UnansweredError as error:
        raise ValueError(str(error)) from error
    except NoHistoryError:
        return None


def _at(name: str, directory: Path) -> Files:
    return files_at(name, Path()) if ":" in name else files_at(f"{name}:./", directory)
