"""The files of a directory of rules as a git revision has them; git itself may be absent."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from chassis.rulebook.directory import Files, sorted_out

ANSWER_SECONDS = 10.0
"""How long git may take to answer."""


class NoHistoryError(Exception):
    """Git has nothing to say: no git here, no work tree, no such revision, no such directory in it."""


class UnansweredError(NoHistoryError):
    """Git is there and refuses to answer, or takes too long: there may be a history nobody compared with."""


def files_at(tree: str, where: Path) -> Files:
    """Files of a git tree, as `directory.read` sorts them; raises `NoHistoryError`.

    `tree` is `REVISION:DIRECTORY`, read from the directory `where` (`HEAD:./` is that directory as committed).
    Reads git's objects: no filter, hook or command of the repository runs. Links are passed over.
    """
    name = _git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", tree)
    listing = _git(where, "ls-tree", "-r", "-z", "--full-tree", name.decode().strip())
    ids: dict[str, str] = {}
    for entry in listing.split(b"\0")[:-1]:
        said, _, path = entry.partition(b"\t")
        mode, _, object_id = said.decode().split()
        if mode.startswith("100"):  # an ordinary file: not a link, not a submodule
            ids[path.decode("utf-8", "replace")] = object_id
    return sorted_out(dict(zip(ids, _blobs(where, list(ids.values())), strict=True)))


MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""Where a branch is taken to have parted from: the first that is there."""


@dataclass(frozen=True, slots=True)
class Parting:
    """The commit a branch parted from, and how it is told to a person."""

    commit: str
    words: str


def parting(where: Path) -> Parting:
    """Where the branch of a work tree parted from the main one; its last commit when it is that branch, or alone.

    Raises `NoHistoryError` without git, work tree or commit.
    """
    head = _git(where, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    for branch in MAIN_BRANCHES:
        try:
            base = _git(where, "merge-base", "HEAD", branch).decode().strip()
        except UnansweredError:
            raise
        except NoHistoryError:
            continue
        if base != head:
            return Parting(base, f"la base commune avec {branch} ({base[:12]})")
        break
    return Parting(head, f"le dernier commit ({head[:12]})")


def _blobs(where: Path, ids: list[str]) -> list[bytes]:
    """Contents of objects, in order."""
    told = _git(where, "cat-file", "--batch", data="".join(f"{one}\n" for one in ids).encode())
    blobs, place = [], 0
    for _ in ids:
        end = told.index(b"\n", place)
        size = int(told[place:end].rsplit(b" ", 1)[1])
        blobs.append(told[end + 1 : end + 1 + size])
        place = end + size + 2
    return blobs


def _git(where: Path, *words: str, data: bytes = b"") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - git with our own words; a name follows --end-of-options
            ["git", "-C", str(where), *words],  # noqa: S607 - whichever git the operator uses
            input=data,
            capture_output=True,
            timeout=ANSWER_SECONDS,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )
    except OSError as error:
        raise NoHistoryError("git ne se lance pas : est-il installé ?") from error
    except subprocess.TimeoutExpired as error:
        raise UnansweredError(f"git ne répond pas en {ANSWER_SECONDS:g} s") from error
    if b"dubious ownership" in done.stderr:
        raise UnansweredError(
            "git refuse ce dossier, qui est à quelqu'un d'autre ; "
            f"« git config --global --add safe.directory {where.resolve()} », ou « --alone » pour ne rien comparer"
        )
    if done.returncode:
        raise NoHistoryError(
            done.stderr.decode("utf-8", "replace").strip() or f"git ne connaît pas {words[-1]}"
        )
    return done.stdout
