"""`rules diff` compares directories, bundle files and git revisions; it exits 0 whatever it finds."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from aiguillage.cli import app
from chassis.rulebook import RuleFileErrors, load

Edition = Any  # the class is in conftest.py: tests cannot import each other


def diff(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", "diff", *map(str, words)])


def test_two_directories(edition: Edition, replace_the_delays: Callable[[], None]) -> None:
    replace_the_delays()
    done = diff(edition.before, edition.after, "--on", "2026-11-24")
    assert done.exit_code == 0, done.output
    assert "délai de réponse, en jours : 30 → 20" in done.stdout


def test_the_same_directory_twice_is_done_too(edition: Edition) -> None:
    done = diff(edition.before, edition.before)
    assert (done.exit_code, done.stdout) == (0, "Rien ne change : mêmes règles, mêmes listes.\n")


def test_a_bundle_file_and_a_directory(
    edition: Edition, replace_the_delays: Callable[[], None], tmp_path: Path
) -> None:
    bundle = tmp_path / "recueil.json"
    bundle.write_bytes(load(edition.before).bundle())
    assert diff(bundle, edition.before).stdout.startswith("Rien ne change")
    replace_the_delays()
    said = orjson.loads(diff(bundle, edition.after, "--json").stdout)
    assert [rule["kinds"] for rule in said["rules"]] == [["ended"], ["added", "replaces"]]
    assert said["rules"][1]["effects"] == [
        {
            "key": "respond_within_days",
            "label": "délai de réponse, en jours",
            "before": "30",
            "after": "20",
        }
    ]


def git(where: Path, *words: str) -> None:
    names = {f"GIT_{who}_{what}": "essai" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(  # noqa: S603 - git on a repository of this test
        ["git", "-C", str(where), *words],  # noqa: S607 - whichever git there is
        check=True,
        capture_output=True,
        env={**os.environ, **names, **quiet},
    )


def test_two_revisions_of_a_directory_and_the_edit_not_yet_committed(
    edition: Edition, replace_the_delays: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    top = edition.after.parent
    git(top, "init", "--quiet")
    git(top, "add", "b")
    git(top, "commit", "--quiet", "--message", "avant")
    replace_the_delays()
    monkeypatch.chdir(top)
    assert "délai de réponse, en jours : 30 → 20" in diff("HEAD:b", "b").stdout
    git(top, "add", "b")
    git(top, "commit", "--quiet", "--message", "après")
    assert "délai de réponse, en jours : 30 → 20" in diff("HEAD~1:b", "HEAD:b").stdout
    assert diff("HEAD:b", "b").stdout.startswith("Rien ne change")


@pytest.mark.parametrize("name", ["nulle-part", "HEAD:nulle-part", "nulle:part", "--upload-pack=x:rules"])
def test_a_name_that_leads_nowhere_says_what_may_be_named(edition: Edition, name: str) -> None:
    done = diff("--", name, edition.after)
    assert isinstance(done.exception, ValueError)
    assert "ni un dossier de règles, ni un fichier de recueil, ni une révision git" in str(done.exception)


def test_faulty_rules_are_named_under_their_own_directory(edition: Edition) -> None:
    edition.edit("assiette/dans-le-flux.yaml", ("priority: 1000", "priority: cent"))
    done = diff(edition.before, edition.after)
    assert isinstance(done.exception, RuleFileErrors)
    assert str(done.exception).startswith(f"{edition.after}/assiette/dans-le-flux.yaml:")
