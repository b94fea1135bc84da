"""What whoever mistypes a command reads: in French, with what was perhaps meant."""

import sys

import pytest

from aiguillage.cli import main


def _told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[str, str, int]:
    """Standard output, standard error and exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["aiguillage", *words])
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # given back at the end: a command escapes them
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return out, err, int(str(ended.value.code))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("rules chek", "Commande inconnue : « chek ». Vouliez-vous dire « check » ?"),
        ("zzz", "Commande inconnue : « zzz ». Commandes : up, demo,"),
        ("sample", "Il manque l'option --departement."),
        ("journal show", "Il manque VACANCE : écrivez-le après la commande."),
        ("rules check --fooo", "Option inconnue : --fooo."),
        ("feed --rate", "L'option --rate attend une valeur."),
        ("rules check --alone=3", "L'option --alone ne prend pas de valeur."),
        ("rules check a b c", "« b c » est de trop."),
        ("serve orientaton", "SERVICE : « orientaton » ne convient pas. Admis : orientation, compliance."),
        (
            "sample --departement 75 --out f --vacancies x",
            "--vacancies : cette valeur ne convient pas. Écrivez un nombre entier.",
        ),
        (
            "sample --departement 75 --out f --vacancies -3",
            "--vacancies : cette valeur ne convient pas. Écrivez un nombre d'au moins 0.",
        ),
        ("parties --idle-seconds x", "--idle-seconds : cette valeur ne convient pas. Écrivez un nombre."),
    ],
)
def test_a_mistyped_command_is_told_in_french_and_exits_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, sentence: str
) -> None:
    out, err, code = _told(monkeypatch, capsys, *typed.split())
    assert (out, code) == ("", 2)
    assert err.startswith(f"aiguillage: {sentence}")


def test_a_group_without_a_command_shows_its_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, code = _told(monkeypatch, capsys, "rejected")
    assert (err, code) == ("", 2)
    assert out.startswith("Emploi : aiguillage rejected")
    assert "Commandes :" in out


def test_the_version_is_that_of_the_installed_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _, code = _told(monkeypatch, capsys, "--version")
    assert out.startswith("aiguillage 0.")
    assert code == 0


def test_variables_an_orchestrator_made_are_told_and_ignored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIGUILLAGE_PORT", "tcp://10.0.0.1:8000")
    _, err, code = _told(monkeypatch, capsys, "--version")
    assert "AIGUILLAGE_PORT : variable d'un orchestrateur" in err
    assert code == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "journal verify --database x",
            "L'adresse de la base (--database, AIGUILLAGE_DATABASE) est illisible",
        ),
        ("journal verify --database postgresql://u:secret@[::1/x", "L'adresse de la base"),
        ("journal verify --database mysql://a/b", "Pas de journal sur « mysql »"),
        ("rejected list --data nowhere", "Le journal nowhere/orientation.sqlite n'existe pas"),
        ("feed nowhere.jsonl --kafka 127.0.0.1:1", "nowhere.jsonl n'existe pas : corrigez le chemin."),
    ],
)
def test_what_cannot_be_used_is_told_without_a_librarys_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, sentence: str
) -> None:
    _, err, code = _told(monkeypatch, capsys, *typed.split())
    assert code == 2
    assert err.startswith(f"aiguillage: {sentence}")
    assert "secret" not in err


def test_a_fault_of_our_own_is_told_with_its_place_and_not_as_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("aiguillage.cli.app", lambda **_: {}["forgotten"])
    _, err, code = _told(monkeypatch, capsys, "up")
    assert code == 2
    assert err.startswith("aiguillage: Erreur interne (KeyError, ")
    assert "Traceback" not in err
    monkeypatch.setenv("AIGUILLAGE_TRACE", "1")
    _, err, _ = _told(monkeypatch, capsys, "up")
    assert "Traceback" in err
