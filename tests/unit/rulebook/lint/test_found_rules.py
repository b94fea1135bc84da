"""Folders that an operator could write, laid over the delivered rules: what is wrong is told at its line."""

from pathlib import Path
from shutil import copytree

import pytest

from chassis.rulebook import check

ROOT = Path(__file__).parents[4]
FOUND = ROOT / "tests/found/rules"

WRITTEN = [
    ("message/virgule", 9, "Virgule dans un nombre", "Écrivez 18.5."),
    ("message/apostrophe", 2, "une apostrophe qui ferme le texte trop tôt", "L'accord"),
    ("message/guillemet-ouvert", 2, "un guillemet ouvert et jamais fermé", "Fermez-le sur la même ligne"),
    ("hash", 11, "Trouvé : « # 12 du Rhône »", "Mettez tout le texte entre guillemets"),
    ("never-true/nbsp-qpv", 9, "Trouvé : « QP075001[U+00A0] »", "tapez un espace simple"),
]


@pytest.mark.parametrize(("folder", "line", "found", "remedy"), WRITTEN)
def test_a_folder_that_was_found_to_pass_is_told(
    tmp_path: Path, folder: str, line: int, found: str, remedy: str
) -> None:
    directory = copytree(ROOT / "rules", tmp_path / "rules")
    copytree(FOUND / folder, directory, dirs_exist_ok=True)
    (fault,) = check(directory)
    assert (fault.path.rsplit("/", 1)[-1], fault.line) == ("essai.yaml", line)
    assert found in str(fault)
    assert remedy in fault.remedy
