"""Names of what lies in a directory of rules: what is read, passed over, ignored with a word, refused."""

import re

LEFT_BEHIND = (
    "~",
    ".bak",
    ".swp",
    ".swo",
    ".swx",
    ".tmp",
    ".temp",
    ".orig",
    ".rej",
    ".old",
    ".save",
    ".part",
)
"""Ends of names that editors, copies and merges leave behind."""
DOWNLOADS = (".crdownload", ".download", ".partial", ".filepart", ".lock", ".log")
"""Ends of names of what is being written by another program."""
ACCEPTANCE = "acceptance"
"""Folder of the acceptance cases, at the top of the directory: neither rules nor part of the digest."""

_NUMBER = re.compile(r"[0-9]+")
_RULE_LIKE = re.compile(r"\.ya?ml", re.IGNORECASE)


def is_passed_over(name: str) -> bool:
    """Whether an entry of the directory is none of ours, from its path relative to it: nothing is said of it."""
    last = name.rsplit("/", 1)[-1]
    return (
        last.startswith((".", "#"))
        or last.endswith(".md")
        or last in {"Thumbs.db", "desktop.ini"}
        or name == ACCEPTANCE
    )


def ignored_words(name: str) -> str:
    """What a file is that is no rule and cannot be meant for one, in French; empty when it is read, or refused."""
    last = name.rsplit("/", 1)[-1]
    if last.startswith("~$") or last.endswith(LEFT_BEHIND) or _NUMBER.fullmatch(last):
        return "un fichier laissé par un éditeur ou une copie"
    if last.endswith(DOWNLOADS):
        return "un fichier qu'un autre programme écrit"
    return "" if _RULE_LIKE.search(last) else "un document qui n'est pas une règle"
