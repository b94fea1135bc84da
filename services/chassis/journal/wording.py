"""What an engine's errors come to in French: its own words, and what to do about them."""

import re

from sqlalchemy.exc import DBAPIError

REMEDIES = (
    ("unable to open", "voyez que le dossier existe et que le service peut y écrire"),
    ("readonly", "donnez au service le droit d'y écrire, ou un autre dossier par --data"),
    ("read-only", "donnez à la base le droit d'écrire, ou une autre par --database"),
    ("full", "libérez de la place sur le disque"),
    ("No space", "libérez de la place sur le disque"),
    ("locked", "un autre processus y écrit : attendez, ou arrêtez-le"),
    ("password", "corrigez l'utilisateur ou le mot de passe de --database"),
    ("does not exist", "corrigez --database, ou créez la base"),
)
"""Words of the engine's → what whoever runs the service may do."""
WAIT = "voyez qu'elle est en marche et qu'on l'atteint"
_CLASS = re.compile(r"^<class '[^']*'>: ")


def words(error: DBAPIError) -> str:
    """What the engine said, without the driver's own class before it."""
    return _CLASS.sub("", str(error.orig))


def unavailable(said: str) -> str:
    """The sentence for a database that cannot be written or reached."""
    remedy = next((remedy for sign, remedy in REMEDIES if sign in said), WAIT)
    return f"La base a répondu « {said} » : {remedy}."


def corrupt(said: str) -> str:
    """What is altered when the engine itself cannot read its files."""
    if "not a database" in said:
        return f"ce fichier n'est pas une base SQLite (« {said} »)"
    return f"la base ne se lit plus (« {said} »)"
