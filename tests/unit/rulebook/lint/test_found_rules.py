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
    ("never-true/autre-departement", 9, "ce test vise le 75", "Rangez la règle sous territories/75/"),
    ("never-true/surface-negative", 9, "Ce test n'est jamais vrai", "Corrigez la valeur"),
    ("never-true/city-arrondissement", 9, "75114 est un arrondissement", "Écrivez 75056"),
    ("never-true/annee-deux-chiffres", 9, "Ce test n'est jamais vrai", "Corrigez la valeur"),
    ("always-true", 9, "vraie dès que ses faits sont renseignés", "écrivez « all » et non « any »"),
    ("empty-flux", 10, "ne laisse rien dans le flux", "Resserrez « when »"),
    ("never-true/nbsp-qpv", 9, "Trouvé : « QP075001[U+00A0] »", "tapez un espace simple"),
]


@pytest.mark.parametrize(("folder", "line", "found", "remedy"), WRITTEN)
def test_a_folder_that_was_found_to_pass_is_told(
    tmp_path: Path, folder: str, line: int, found: str, remedy: str
) -> None:
    directory = copytree(ROOT / "rules", tmp_path / "rules")
    copytree(FOUND / folder, directory, dirs_exist_ok=True)
    fault, *_ = check(directory)
    assert (fault.path.rsplit("/", 1)[-1], fault.line) == ("essai.yaml", line)
    assert found in str(fault)
    assert remedy in fault.remedy
