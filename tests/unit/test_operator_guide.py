"""The operator guide, done step by step: its files are written, its commands run, what it shows is what comes."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from aiguillage.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "operateur.md", *sorted((ROOT / "docs" / "operateur").glob("*.md"))]
FENCE = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT, FAULTY = "$ ", " (fautif)"


def git(where: Path, *words: str) -> None:
    names = {f"GIT_{who}_{what}": "essai" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    environment = {**os.environ, **names, **quiet}
    command = ["git", "-C", str(where), *words]
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - git on a folder of this test


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's folder: the delivered rules under git, a copy of them as before, the examples."""
    for name in ("rules", "contracts/examples", "docs/examples"):
        copytree(ROOT / name, tmp_path / name)
    copytree(tmp_path / "rules", tmp_path / "avant" / "rules")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "rules")
    git(tmp_path, "commit", "--quiet", "--message", "avant")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put_in_place(block: str, desk: Path) -> None:
    """Write a file the guide shows where its first line says; one that is faulty is only shown."""
    name = block.partition("\n")[0].removeprefix("# ")
    if name.startswith("rules/") and not name.endswith(FAULTY):
        path = desk / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")


def sessions(block: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command of a block, with the lines shown below it."""
    for said in block.split(f"\n{PROMPT}"):
        command, *shown = said.removeprefix(PROMPT).splitlines()
        program, *words = shlex.split(command)
        assert program == "aiguillage", command
        yield words, [line for line in shown if line.strip()]


def fits(shown: str, line: str) -> bool:
    """Whether a line is the one shown, in which … stands for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, line.strip()) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_of_the_guide_can_be_followed_step_by_step(page: Path, desk: Path) -> None:
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "yaml":
            put_in_place(block, desk)
            continue
        for words, shown in sessions(block):
            done = CliRunner().invoke(app, words)
            assert done.exit_code == 0, f"{words}\n{done.output}\n{done.exception!r}"
            lines = iter(done.stdout.splitlines())
            for expected in shown:  # in this order; a guide need not show every line
                assert any(fits(expected, line) for line in lines), f"{expected}\n--\n{done.stdout}"


def test_a_line_that_is_not_told_would_be_found() -> None:
    assert fits("De … à … : 1 règle", "De ab à cd : 1 règle")
    assert not fits("De … à … : 1 règle", "De ab à cd : 2 règles")
