"""The consent to an edit in place of a directory of rules: the file `.force`, which names the one digest it admits."""

from dataclasses import dataclass
from pathlib import Path

from chassis.rulebook.directory import content
from chassis.rulebook.document import UnreadableError, parse

CONSENT = ".force"
"""At the top of the directory; the loader passes over it, and it is no part of the digest."""
_LARGEST_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Consent:
    """Who forced which rulebook, and why."""

    digest: str
    author: str
    message: str


def write_consent(directory: Path, consent: Consent) -> None:
    """Note the consent in the directory, in the place of any other."""
    lines = (f"{name}: {_quoted(getattr(consent, name))}\n" for name in ("digest", "author", "message"))
    (directory / CONSENT).write_text("".join(lines), encoding="utf-8")


def consent_in(directory: Path) -> Consent | None:
    """The consent of a directory; None without one, or with one that cannot be read."""
    try:
        data = content(directory / CONSENT, _LARGEST_BYTES)
        said = None if data is None else parse(CONSENT, data).value
    except (OSError, UnreadableError):
        return None
    if not isinstance(said, dict):
        return None
    digest, author, message = (said.get(name) for name in ("digest", "author", "message"))
    if not (isinstance(digest, str) and isinstance(author, str) and isinstance(message, str)):
        return None
    return Consent(digest, author, message)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
