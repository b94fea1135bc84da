"""Folders made to harm: links, pipes, crowds; each is refused in words, and never blocks the reader."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.rulebook import check, load
from chassis.rulebook.directory import DEEPEST_FOLDER, MOST_FILES
from chassis.rulebook.loading import examine

Write = Callable[..., Path]


def test_a_folder_of_ten_thousand_files_is_refused(write: Write) -> None:
    directory = write()
    for number in range(10_000):
        (directory / "assiette" / f"r{number}.yaml").touch()
    assert f"Plus de {MOST_FILES} fichiers dans le dossier des règles." in {
        fault.message for fault in check(directory)
    }


def test_a_well_of_folders_is_refused(write: Write) -> None:
    directory = write()
    (directory / "assiette" / Path(*["f"] * 300)).mkdir(parents=True)
    (fault,) = check(directory)
    assert fault.message == f"Plus de {DEEPEST_FOLDER} dossiers l'un dans l'autre."


@pytest.mark.parametrize("target", [".", "..", "../assiette"])
def test_a_loop_of_folders_is_refused(write: Write, target: str) -> None:
    directory = write()
    (directory / "assiette" / "encore").symlink_to(target)
    (fault,) = check(directory)
    assert "Boucle de liens" in fault.message


def test_a_link_to_itself_is_refused(write: Write) -> None:
    directory = write()
    (directory / "assiette" / "moi.yaml").symlink_to("moi.yaml")
    assert "boucle de liens" in str(check(directory)[0])


def test_a_broken_link_is_told(write: Write) -> None:
    directory = write()
    (directory / "assiette" / "perdu.yaml").symlink_to("nulle-part.yaml")
    assert "Lien brisé" in str(check(directory)[0])


@pytest.mark.parametrize("away", ["/etc/passwd", "../../ailleurs.yaml", "/dev/zero", "/proc/self/mem"])
def test_a_link_that_leaves_the_directory_is_refused_unread(write: Write, tmp_path: Path, away: str) -> None:
    directory = write()
    (tmp_path / "ailleurs.yaml").write_text("secret")
    (directory / "assiette" / "ailleurs.yaml").symlink_to(away)
    (fault,) = check(directory)
    assert "sort du dossier" in fault.message
    assert "secret" not in str(fault)


def test_a_pipe_without_a_writer_does_not_stop_the_reader(write: Write) -> None:
    directory = write()
    os.mkfifo(directory / "assiette" / "tube.yaml")
    (fault,) = check(directory)
    assert str(fault).startswith("assiette/tube.yaml:1: Ce n'est pas un fichier ordinaire.")


def test_a_socket_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write()
    monkeypatch.chdir(directory)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("assiette/prise.yaml")
        (fault,) = check(directory)
    assert fault.path == "assiette/prise.yaml"


def test_a_folder_named_like_a_rule_is_a_folder(write: Write) -> None:
    directory = write()
    (directory / "assiette" / "dossier.yaml").mkdir()
    assert check(directory) == []


def test_a_file_that_vanishes_after_it_was_listed_is_told(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write()
    write("assiette/fugace.yaml")
    opened = os.open

    def open_late(path: Path, flags: int) -> int:
        (directory / "assiette" / "fugace.yaml").unlink(missing_ok=True)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", open_late)
    (fault,) = check(directory)
    assert str(fault) == "assiette/fugace.yaml:1: Le fichier a disparu pendant la lecture. Relancez."


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Names of files and folders the system will not open, as it would not for an account without rights."""
    names: set[str] = set()
    opened, scanned = os.open, os.scandir

    def refuse(path: object) -> None:
        if Path(str(path)).name in names:
            raise PermissionError(13, "Permission denied")

    def open_(path: Path, flags: int) -> int:
        refuse(path)
        return opened(path, flags)

    def scandir(path: Path) -> "os._ScandirIterator[str]":
        refuse(path)
        return scanned(path)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "scandir", scandir)
    yield names
    names.clear()


@pytest.mark.parametrize(
    ("name", "path"), [("une-regle.yaml", "assiette/une-regle.yaml"), ("assiette", "assiette")]
)
def test_what_may_not_be_opened_is_told(write: Write, closed: set[str], name: str, path: str) -> None:
    directory = write()
    closed.add(name)
    (fault,) = check(directory)
    assert fault.path == path
    assert "illisible" in fault.message
    assert fault.found == "accès refusé"


@pytest.mark.parametrize("name", [b"\xff.yaml", b"a\nb.yaml", b"\x1b[2J.yaml"])
def test_a_file_name_that_cannot_be_shown_is_refused(write: Write, name: bytes) -> None:
    directory = write()
    (directory / "assiette" / os.fsdecode(name)).touch()
    (fault,) = check(directory)
    assert fault.message == "Nom de fichier illisible."
    assert str(fault).isprintable()
    str(fault).encode()


def test_a_case_of_acceptance_is_neither_a_rule_nor_part_of_the_digest(write: Write) -> None:
    directory = write()
    before = load(directory).digest
    write("acceptance/1a-01.yaml", text="pas: une règle\n")
    assert load(directory).digest == before


LEFT = {
    "4913": "éditeur",
    "une-regle.yaml~": "éditeur",
    "une-regle.yaml.swp": "éditeur",
    "une-regle.yaml.bak": "éditeur",
    "une-regle.yaml.part": "éditeur",
    "~$convention.docx": "éditeur",
    "accord.pdf.crdownload": "autre programme",
    "accord.pdf": "document",
    "notes.txt": "document",
    "LISEZMOI": "document",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_tools_leave_behind_is_ignored_with_a_word(write: Write, name: str) -> None:
    directory = write()
    digest = load(directory).digest
    (directory / "assiette" / name).write_bytes(b"%PDF \xff")
    examined = examine(directory, is_whole=False)
    assert examined.rulebook is not None
    assert examined.rulebook.digest == digest
    (warning,) = examined.warnings
    assert (warning.path, warning.found) == (f"assiette/{name}", name)
    assert LEFT[name] in warning.message


@pytest.mark.parametrize(
    "name", ["une-regle.yml", "une-regle.YAML", "une-regle.yaml.txt", "une-regle.yaml.2"]
)
def test_what_may_be_meant_for_a_rule_is_no_leftover(write: Write, name: str) -> None:
    directory = write()
    (directory / "assiette" / name).touch()
    (fault,) = check(directory)
    assert fault.message == "Fichier inattendu."
    assert fault.remedy == "Renommez-le en .yaml."


@pytest.mark.parametrize(
    "name", [".4913", ".une-regle.yaml.swp", "#une-regle.yaml#", "LISEZMOI.md", "Thumbs.db"]
)
def test_what_hides_or_explains_is_passed_over_in_silence(write: Write, name: str) -> None:
    directory = write()
    (directory / "assiette" / name).touch()
    examined = examine(directory, is_whole=False)
    assert (examined.faults, examined.warnings) == ((), ())
