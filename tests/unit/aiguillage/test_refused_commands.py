"""What a command refuses is told to operators in French, with what to give instead."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from aiguillage.cli import app, main


@pytest.fixture(autouse=True)
def nothing_logged_after() -> Iterator[None]:
    """Commands that speak to Kafka log to their own standard error, which ends with them."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("rules check nulle-part", "nulle-part:1: Le dossier des règles n'existe pas. Corrigez le chemin."),
        ("rules test nulle-part", "nulle-part:1: Le dossier des règles n'existe pas. Corrigez le chemin."),
        ("rules check regles --on demain", "--on demain : écrivez une date AAAA-MM-JJ."),
        ("rules publish regles", "Dites qui publie et ce qui change : --author SERVICE --message TEXTE."),
        (
            "rules publish nulle-part --author S --message M --kafka k:1",
            "nulle-part:1: Le dossier des règles n'existe pas. Corrigez le chemin.",
        ),
        (
            "rules publish regles --digest 61 --author S --message M",
            "--digest nomme un recueil déjà publié, par le début de son empreinte : ne donnez pas de dossier avec lui.",
        ),
        (
            "rules status",
            "Donnez --kafka HÔTE:PORT : data/run.json n'existe pas, aucun « aiguillage up » ne tourne ici.",
        ),
        ("journal verify", "Aucun journal dans data : donnez --data ou --database."),
        ("journal export", "Le journal data/orientation.sqlite n'existe pas : donnez --data ou --database."),
        (
            "journal backup copie --database postgresql://k/{service}",
            "Seuls des fichiers SQLite se copient ainsi : pour PostgreSQL, pg_dump (docs/sauvegarde.md).",
        ),
        (
            "up --rules topic",
            "Les règles d'un sujet demandent un Kafka qui le garde : donnez --kafka HÔTE:PORT, ou --rules DOSSIER.",
        ),
    ],
)
def test_a_refusal_is_told_in_french_with_what_to_do(
    words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "regles").mkdir()
    assert str(CliRunner().invoke(app, words.split()).exception) == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("feed absent.jsonl", "absent.jsonl n'existe pas : corrigez le chemin."),
        ("sample --departement 20 --vacancies 5 --seed 1 --out a.jsonl", "Département inconnu : « 20 »."),
        ("simulate --events la.jsonl --until demain", "--until demain : écrivez AAAA-MM-JJ"),
    ],
)
def test_it_is_told_in_one_line_and_the_exit_code_says_wrong_usage(
    words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "la.jsonl").touch()
    monkeypatch.setattr("sys.argv", ["aiguillage", *words.split()])
    with pytest.raises(SystemExit, match="2"):
        main()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"aiguillage: {told}")
