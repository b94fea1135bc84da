"""The state of what a directory of rules holds, file by file: what tells that one of them changed."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from chassis.rulebook.consent import CONSENT
from chassis.rulebook.file_names import ignored_words, is_passed_over

MOST_ENTRIES = 20_000
"""Entries looked at; above, the directory is refused by the loader anyway."""

States = Mapping[str, str]
"""By path relative to the directory: size, times, what a link leads to."""


def states(directory: Path) -> States:
    """Names, sizes, times, what links lead to; what the loader passes over does not count."""
    return dict(_states(directory))


def _states(directory: Path) -> Iterator[tuple[str, str]]:
    waiting, visited, count = [(str(directory), "")], set[tuple[int, int]](), 0
    while waiting:
        folder, above = waiting.pop()
        try:
            own = Path(folder).stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield above or ".", str(error.errno)
            continue
        if (own.st_dev, own.st_ino) in visited:
            continue
        visited.add((own.st_dev, own.st_ino))
        for entry in entries:
            name = above + entry.name
            if is_passed_over(name) and name != CONSENT:
                continue
            is_folder = _is_folder(entry)
            if not is_folder and name != CONSENT and ignored_words(name):
                continue
            count += 1
            if count > MOST_ENTRIES:
                return
            yield name, _state(entry)
            if is_folder:
                waiting.append((entry.path, f"{name}/"))


def _state(entry: os.DirEntry[str]) -> str:
    """A folder's own times change with files that are passed over: only which folder it is counts."""
    try:
        found = entry.stat()
    except OSError as error:
        return str(error.errno)
    if _is_folder(entry):
        return str(found.st_ino)
    return f"{found.st_ino}|{found.st_size}|{found.st_mtime_ns}|{found.st_ctime_ns}"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
