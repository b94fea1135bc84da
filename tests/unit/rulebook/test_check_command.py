"""`aiguillage rules check`: what it compares with, what it prints, how it ends."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from typer.testing import CliRunner, Result

from aiguillage.cli import app
from chassis.clock import WallClock
from chassis.journal import SqlJournal
from chassis.rulebook import RuleFileErrors, load
from chassis.rulebook.consent import Consent, consent_in

Write = Callable[..., Path]
GIT = which("git")
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["rules", "check", *map(str, words)])


def git(where: Path, *words: str) -> None:
    if GIT is None:
        pytest.skip("git is not installed")
    subprocess.run([GIT, *IDENTITY, *words], cwd=where, check=True, capture_output=True)  # noqa: S603 - our own words


@pytest.fixture
def write(write_whole: Write) -> Write:
    """Writes a rule in a directory that says all that every decision needs."""
    return write_whole


@pytest.fixture
def committed(write: Write) -> Path:
    """A directory of one rule, within a git work tree, as last committed."""
    directory = write()
    git(directory.parent, "init", "--quiet")
    git(directory.parent, "add", ".")
    git(directory.parent, "commit", "--quiet", "--message", "Une règle")
    return directory


def test_rules_without_fault_are_told_with_their_digest(write: Write) -> None:
    directory = write()
    done = run(directory)
    assert done.exit_code == 0
    *warnings, said = done.stdout.splitlines()
    assert all("Cette règle n'a pas d'exemples." in warning for warning in warnings)
    assert said == f"8 règles, aucune faute. Empreinte {load(directory).digest[:12]}."


def test_faults_are_told_one_a_line_under_the_directory_given(write: Write) -> None:
    directory = write(priority="haute")
    done = run(directory)
    assert done.exit_code == 1
    assert done.stdout.startswith(
        f"{directory}/assiette/une-regle.yaml:7: « priority » : Il faut un nombre entier."
    )


def test_faults_are_told_in_json(write: Write) -> None:
    done = run(write(priority="haute"), "--json")
    (fault,) = json.loads(done.stdout)["faults"]
    assert (fault["path"], fault["line"], fault["found"]) == ("assiette/une-regle.yaml", 7, "haute")


def test_an_edit_in_place_is_told_against_the_last_commit(committed: Path, write: Write) -> None:
    assert run(committed).exit_code == 0
    write(priority="99")
    done = run(committed, "--on", "2026-03-10")
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{committed}/assiette/une-regle.yaml:7: « priority » a changé")
    assert run(committed, "--alone").exit_code == 0
    assert run(committed, "--on", "2021-11-23").exit_code == 0


def test_a_new_rule_that_reaches_back_is_a_warning_and_the_answer_stays_yes(
    committed: Path, write: Write
) -> None:
    when = "{all: [{fact: vacancy.purpose, is: rehabilitation_lourde}]}"
    write("assiette/tardive.yaml", effective="{from: 2026-03-01}", when=when)
    done = run(committed, "--on", "2026-03-10")
    assert done.exit_code == 0
    *missing, warning, compared, answer = done.stdout.splitlines()
    assert all("exemples" in line for line in missing)
    assert compared.startswith("Comparé avec le dernier commit (")
    assert warning.startswith(
        f"Attention : {committed}/assiette/tardive.yaml:5: Cette nouvelle règle remonte de 9 jours."
    )
    assert answer.startswith("9 règles, aucune faute.")
    said = json.loads(run(committed, "--on", "2026-03-10", "--json").stdout)
    assert (said["faults"], said["warnings"][-1]["path"]) == ([], "assiette/tardive.yaml")
    assert "remonte" not in run(committed, "--alone").stdout


def test_rules_are_compared_with_a_revision_of_the_same_directory(
    committed: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(priority="99")
    git(committed, "commit", "--quiet", "--all", "--message", "Une valeur réécrite")
    assert run(committed).exit_code == 0
    monkeypatch.chdir(committed.parent)
    for revision in ("HEAD~1", "HEAD~1:rules"):
        done = run(committed, "--against", revision)
        assert done.stdout.startswith(f"{committed}/assiette/une-regle.yaml:7: « priority » a changé")


def test_rules_are_compared_with_a_directory_or_a_bundle(write: Write, tmp_path: Path) -> None:
    directory = write()
    bundle, copy = tmp_path / "avant.json", tmp_path / "avant"
    bundle.write_bytes(load(directory).bundle())
    directory.rename(copy)
    write(priority="99")
    for before in (bundle, copy):
        done = run(directory, "--against", before)
        assert done.exit_code == 1
        assert "« priority » a changé" in done.stdout
    assert run(copy, "--against", bundle).exit_code == 0


def test_what_a_commit_holds_beside_the_rules_is_passed_over(committed: Path, write: Write) -> None:
    (committed / "LISEZMOI.md").write_text("# Règles\n")
    (committed / ".cache").mkdir()
    (committed / ".cache" / "vieux.yaml").write_text("- a\n")
    (committed / "assiette" / "lien.yaml").symlink_to("une-regle.yaml")
    write("acceptance/1a-01.yaml", text="- a\n")
    git(committed, "add", "--all")
    git(committed, "commit", "--quiet", "--message", "Et le reste")
    (committed / "assiette" / "lien.yaml").unlink()
    assert run(committed).exit_code == 0


def test_a_commit_that_could_not_be_read_does_not_stop_its_repair(committed: Path, write: Write) -> None:
    write(text="- a\n")
    git(committed, "commit", "--quiet", "--all", "--message", "Cassé")
    write()
    assert run(committed).exit_code == 0


def test_the_json_has_the_digest_and_says_what_was_compared_with(committed: Path) -> None:
    said = json.loads(run(committed, "--json").stdout)
    assert said["digest"] == load(committed).digest
    assert said["compared_with"].startswith("le dernier commit (")
    alone = json.loads(run(committed, "--alone", "--json").stdout)
    assert (alone["digest"], alone["compared_with"]) == (said["digest"], None)


def test_a_branch_is_compared_with_where_it_parted_from_the_main_one(committed: Path, write: Write) -> None:
    git(committed, "branch", "--force", "main")
    git(committed, "switch", "--quiet", "--create", "un-accord")
    write(priority="99")
    git(committed, "commit", "--quiet", "--all", "--message", "Une valeur réécrite")
    done = run(committed, "--on", "2026-03-10")
    assert done.exit_code == 1
    assert "« priority » a changé" in done.stdout
    assert "Comparé avec la base commune avec main (" in done.stdout


def journal_of(directory: Path, folder: Path) -> Path:
    """A directory of data whose service has these rules in force."""

    async def put() -> None:
        journal = SqlJournal(f"sqlite:///{folder / 'orientation.sqlite'}", WallClock())
        await journal.open()
        book = load(directory)
        await journal.put_in_force(book.digest, book.bundle())
        await journal.close()

    folder.mkdir()
    asyncio.run(put())
    return folder


def test_rules_are_compared_with_those_in_force_by_data_by_database_or_by_digest(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write()
    digest = load(directory).digest
    data = journal_of(directory, tmp_path / "data")
    monkeypatch.setenv("AIGUILLAGE_DATA", str(data))
    write(priority="99")
    for name in (data, f"sqlite:///{data / 'orientation.sqlite'}", digest, digest[:8]):
        done = run(directory, "--in-force", name)
        assert done.exit_code == 1, done.output
        assert "« priority » a changé" in done.stdout
        assert f"Comparé avec le recueil en vigueur {digest[:12]} ({name})." in done.stdout


def test_what_is_in_force_nowhere_is_told(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIGUILLAGE_DATA", str(tmp_path / "rien"))
    directory = write()
    assert "Aucun journal dans" in str(run(directory, "--in-force", tmp_path).exception)
    assert "donnez --kafka" in str(run(directory, "--in-force", "0" * 12).exception)
    both = run(directory, "--in-force", tmp_path, "--alone").exception
    assert "s'excluent" in str(both)


def test_an_edit_that_is_forced_is_admitted_for_that_digest_and_signed(committed: Path, write: Write) -> None:
    write(priority="99")
    assert "Dites qui force" in str(run(committed, "--force").exception)
    done = run(committed, "--force", "--author", "drihl", "--message", "L'erreur")
    assert done.exit_code == 0, done.output
    assert "Attention" in done.stdout
    assert "« priority » a changé" in done.stdout
    assert consent_in(committed) == Consent(load(committed).digest, "drihl", "L'erreur")
    assert run(committed).exit_code == 1


def test_examples_are_tried(write: Write) -> None:
    write(
        "assiette/une-regle.examples.yaml",
        text="- {name: Une vente, facts: {vacancy.purpose: vente}, matches: non}\n",
    )
    done = run(write())
    assert done.exit_code == 1
    assert "Exemple démenti" in done.stdout


def test_without_git_rules_are_checked_alone(
    committed: Path, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(priority="99")
    assert run(committed).exit_code == 1
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(committed).exit_code == 0
    assert isinstance(run(committed, "--against", "HEAD").exception, ValueError)


def test_a_work_tree_without_commit_is_checked_alone(write: Write) -> None:
    directory = write()
    git(directory, "init", "--quiet")
    assert run(directory).exit_code == 0


@pytest.mark.parametrize("name", ["nulle-part", "--output=/tmp/x", "HEAD:nulle-part", "HEAD~7"])
def test_a_predecessor_that_is_not_there_is_told(committed: Path, name: str) -> None:
    done = run(committed, f"--against={name}")
    assert isinstance(done.exception, ValueError)
    assert f"« {name} » n'est ni un dossier de règles" in str(done.exception)


def test_a_predecessor_without_a_rule_is_told(committed: Path, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    done = run(committed, "--against", tmp_path / "vide")
    assert "ne contient aucune règle" in str(done.exception)


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = run(tmp_path / "nulle-part").exception
    assert isinstance(told, RuleFileErrors)
    assert "Le dossier des règles n'existe pas." in str(told)


def test_checking_rules_loads_no_client_of_kafka_or_of_a_database(write: Write) -> None:
    program = (
        "import sys; from aiguillage.cli import app\n"
        f"app(['rules', 'check', {str(write())!r}], standalone_mode=False)\n"
        "print(sorted({'aiokafka', 'faststream', 'sqlalchemy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.splitlines()[-1] == "[]"
