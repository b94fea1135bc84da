"""When git refuses, hangs or is not there, nobody is told that rules were compared."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, ignore_patterns, which

import pytest
from typer.testing import CliRunner, Result

from aiguillage.cli import app
from chassis.rulebook import history

Write = Callable[..., Path]
RULES = Path(__file__).parents[3] / "rules"
GIT = which("git")
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false")
SOMEBODY_ELSES = "GIT_TEST_ASSUME_DIFFERENT_OWNER"
"""What git's own tests set for a directory to be somebody else's."""

pytestmark = pytest.mark.skipif(GIT is None, reason="git is not installed")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, words)])


@pytest.fixture
def committed(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The delivered rules and one more, committed; that one is edited since. Its parent is the current directory."""
    directory = write()
    copytree(RULES, directory, dirs_exist_ok=True, ignore=ignore_patterns("acceptance"))
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "Une règle")):
        subprocess.run([GIT or "", *IDENTITY, *words], cwd=directory.parent, check=True)  # noqa: S603 - our own words
    write(priority="99")
    copytree(RULES / "referentiels", directory / "referentiels", dirs_exist_ok=True)
    monkeypatch.chdir(directory.parent)
    return directory


@pytest.fixture
def no_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def a_git_that_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (programs / "git").chmod(0o700)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(history, "ANSWER_SECONDS", 0.2)


def test_a_directory_that_is_somebody_elses_is_not_passed_as_checked(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SOMEBODY_ELSES, "1")
    done = run("check", committed)
    assert isinstance(done.exception, ValueError), done.output
    assert "git refuse ce dossier, qui est à quelqu'un d'autre" in str(done.exception)
    assert f"safe.directory {committed}" in str(done.exception)
    assert run("check", committed, "--alone").exit_code == 0


@pytest.mark.usefixtures("a_git_that_hangs")
def test_a_git_that_hangs_is_not_waited_for_and_not_passed_as_checked(committed: Path) -> None:
    done = run("check", committed)
    assert isinstance(done.exception, ValueError), done.output
    assert str(done.exception).startswith("git ne répond pas en ")


@pytest.mark.usefixtures("no_git")
def test_without_git_a_revision_to_compare_with_is_told(committed: Path) -> None:
    for words in (("diff", "HEAD:rules", committed), ("check", committed, "--against", "HEAD")):
        done = run(*words)
        assert isinstance(done.exception, ValueError), done.output
        assert str(done.exception).endswith("git ne se lance pas : est-il installé ?")


def test_changes_since_a_revision_git_refuses_to_show_are_not_told_as_none(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SOMEBODY_ELSES, "1")
    done = run("diff", "HEAD:rules", committed)
    assert isinstance(done.exception, ValueError), done.output
    assert "git refuse ce dossier" in str(done.exception)
    assert done.stdout == ""


@pytest.mark.usefixtures("a_git_that_hangs")
def test_changes_since_a_revision_git_is_slow_to_show_are_not_told_as_none(committed: Path) -> None:
    done = run("diff", "HEAD:rules", committed)
    assert isinstance(done.exception, ValueError), done.output
    assert "git ne répond pas en " in str(done.exception)
