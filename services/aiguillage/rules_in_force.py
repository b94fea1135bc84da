"""The rulebook in force somewhere, by name: a digest, a directory of data, a database."""

import asyncio
import re
from hashlib import sha256
from pathlib import Path

from aiguillage.commands.journals import journals_of, opened
from aiguillage.commands.options import cluster_of, settings_of
from aiguillage.rule_topic import read_topic
from chassis.rulebook.book import Rulebook
from chassis.rulebook.loading import unbundle

_DIGEST = re.compile(r"[0-9a-f]{6,64}")


def rules_in_force(name: str, kafka: str | None = None) -> Rulebook:
    """The rulebook that `DIGEST`, `DATA` or `URL` names.

    A digest, or its beginning (six digits at least), is looked for in the journals set here, then on the topic
    `rulebooks`; a directory of data or a database URL gives what its service has in force. Raises `ValueError`, in
    French, when nothing is found.
    """
    return asyncio.run(_in_force(name, kafka))


async def _in_force(name: str, kafka: str | None) -> Rulebook:
    if _DIGEST.fullmatch(name):
        return await _by_digest(name, kafka)
    where: dict[str, str | Path] = {"database": name} if "://" in name else {"data": Path(name)}
    for url in _journals(where).values():
        async with opened(url) as journal:
            content = await journal.bundle_in_force()
        if content is not None:
            return unbundle(content)
    raise ValueError(f"Aucun recueil n'a été en vigueur dans « {name} ».")


async def _by_digest(digest: str, kafka: str | None) -> Rulebook:
    for url in _journals({}).values():
        async with opened(url) as journal:
            content = (
                await journal.bundle(digest) if len(digest) == _FULL else await journal.bundle_in_force()
            )
        if content is not None and sha256(content).hexdigest().startswith(digest):
            return unbundle(content)
    try:
        cluster = cluster_of(kafka)
    except FileNotFoundError as error:
        raise ValueError(
            f"Le recueil {digest} n'est pas dans les journaux d'ici : donnez --kafka pour le chercher sur le sujet "
            "« rulebooks », ou un dossier de données, ou une base."
        ) from error
    return (await read_topic(cluster)).named(digest).offer().sound()


_FULL = 64
"""Digits of a whole digest."""


def _journals(where: dict[str, str | Path]) -> dict[str, str]:
    """Journals named or set, orientation's first; none where there is none."""
    try:
        found = journals_of(settings_of(**where))
    except FileNotFoundError as error:
        if where:
            raise ValueError(str(error)) from error
        return {}
    return dict(sorted(found.items(), reverse=True))
