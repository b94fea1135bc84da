"""A rulebook by its name: a directory of rules, a bundle file, or a git revision of a directory."""

from dataclasses import replace
from pathlib import Path

from aiguillage.predecessor import predecessor_named
from chassis.rulebook import Rulebook, RuleFileErrors, load


def rulebook_named(name: str) -> Rulebook:
    """The rulebook of a directory, of a bundle file, or of ``REVISION:DIRECTORY`` in git.

    A directory must be faultless: `RuleFileErrors` names its faults under `name`. The past cannot be mended: in a
    revision, what can no longer be read is left out. Raises `ValueError` when the name is none of the three.
    """
    path = Path(name)
    try:
        return load(path) if path.is_dir() else predecessor_named(name, Path())
    except RuleFileErrors as errors:
        raise RuleFileErrors(
            replace(fault, path=f"{name}/{fault.path}") for fault in errors.faults
        ) from errors
