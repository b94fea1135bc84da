"""Failures a person reads: one French sentence with its remedy, never a library's words nor a traceback."""

import errno
import sys
import traceback
from collections.abc import Iterator
from os import environ

from chassis.environment import TRACE

_SYSTEM = {
    errno.ENOENT: "{} n'existe pas : corrigez le chemin.",
    errno.EACCES: "{} est interdit d'accès : donnez-vous le droit de le lire ou de l'écrire.",
    errno.EPERM: "{} est interdit d'accès : donnez-vous le droit de le lire ou de l'écrire.",
    errno.EISDIR: "{} est un dossier : donnez un fichier.",
    errno.ENOTDIR: "{} passe par un fichier : donnez un dossier.",
    errno.EEXIST: "{} existe déjà : donnez un autre nom.",
    errno.ENOSPC: "Le disque est plein : {} n'a pas pu être écrit.",
    errno.EROFS: "{} est sur un disque en lecture seule : donnez un autre dossier.",
    errno.ENAMETOOLONG: "{} : ce nom est trop long.",
}


def sentence(error: BaseException) -> str:
    """What went wrong, as whoever typed the command can mend it."""
    if isinstance(error, UnicodeDecodeError):
        return "Ce fichier n'est pas un texte en UTF-8 : enregistrez-le en UTF-8."
    if isinstance(error, OSError) and error.errno in _SYSTEM and error.filename is not None:
        return _SYSTEM[error.errno].format(error.filename)
    return str(error) or type(error).__name__


def fault_of_ours(error: BaseException) -> str:
    """What is told of a failure nobody outside can mend: that it is ours, its kind and its place."""
    where = traceback.extract_tb(error.__traceback__)
    place = f"{where[-1].filename.rpartition('/')[2]}:{where[-1].lineno}" if where else "?"
    lines = [
        f"Erreur interne ({type(error).__name__}, {place}). Rien d'autre n'a été fait.",
        f"Signalez-la avec la commande tapée ; {TRACE}=1 en affiche le détail.",
    ]
    if environ.get(TRACE):
        lines += _trace(error)
    return "\n".join(lines)


def _trace(error: BaseException) -> Iterator[str]:
    yield from (line.rstrip("\n") for line in traceback.format_exception(error))


def write(text: str, *, is_located: bool = False) -> None:
    """Tell a failure on standard error, after our name unless its lines begin with a place."""
    sys.stderr.write(f"{text}\n" if is_located else f"aiguillage: {text}\n")
