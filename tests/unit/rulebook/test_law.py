"""What the law settles cannot be unsettled in a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import check
from chassis.rulebook.effects import AGENTS_CAP, STATE_CAP
from chassis.rulebook.law import LEGAL_EXCLUSIONS

Write = Callable[..., Path]


@pytest.fixture
def legal(write: Write) -> Path:
    """A directory whose one rule is the law's: sales are outside the flux."""
    directory = write("assiette/vente.yaml")
    file = directory / "assiette/vente.yaml"
    file.write_text(file.read_text().replace("regulatory: non", "regulatory: oui"))
    return directory


def test_the_law_knows_five_exclusions_and_two_caps() -> None:
    assert len(LEGAL_EXCLUSIONS) == 5
    assert (STATE_CAP, AGENTS_CAP) == (30, 5)


@pytest.mark.parametrize(
    ("caps", "article"), [("{etat: 31, etat_agents: 5}", "30 %"), ("{etat: 30, etat_agents: 6}", "5 %")]
)
def test_a_cap_above_the_law_is_refused_with_its_article(write: Write, caps: str, article: str) -> None:
    (fault,) = check(write("rotation/r.yaml", then=f"{{caps: {caps}}}", when="always"))
    assert "R.441-5-2" in str(fault)
    assert article in str(fault)


def test_the_agents_share_lies_within_the_states(write: Write) -> None:
    (fault,) = check(write("rotation/r.yaml", then="{caps: {etat: 3, etat_agents: 4}}", when="always"))
    assert str(fault) == (
        "rotation/r.yaml:9: La part des agents de l'État est comprise dans celle de l'État (CCH art. R.441-5-2). "
        "Trouvé : « etat_agents: 4 ». Admis : 3 au plus. Abaissez « etat_agents »."
    )


def test_a_sixth_exclusion_cannot_call_itself_legal(write: Write) -> None:
    directory = write(then="{outside_flux: rehabilitation_lourde}")
    assert check(directory) == []
    file = directory / "assiette/une-regle.yaml"
    file.write_text(file.read_text().replace("regulatory: non", "regulatory: oui"))
    (fault,) = check(directory)
    assert str(fault).startswith("assiette/une-regle.yaml:6: Cette exclusion n'est pas dans la loi")
    assert "« regulatory: non »" in fault.remedy


def test_a_legal_rule_cannot_be_switched_off_locally(write: Write, legal: Path) -> None:
    write("bailleurs/999001209/assiette/vente.yaml", extra="active: non")
    (fault,) = check(legal)
    assert str(fault).startswith(
        "bailleurs/999001209/assiette/vente.yaml:11: Une règle issue de la loi ne se"
    )


def test_a_namesake_cannot_take_the_place_of_a_legal_exclusion_and_say_less(
    write: Write, legal: Path
) -> None:
    write(
        "territories/75/assiette/vente.yaml",
        when="{all: [{fact: vacancy.purpose, is: vente}, {fact: vacancy.cause, is: conge}]}",
    )
    (fault,) = check(legal)
    assert "prend la place de assiette/vente.yaml, issue de la loi, et en dit moins" in fault.message


def test_a_namesake_may_repeat_a_legal_exclusion_or_widen_it(write: Write, legal: Path) -> None:
    write("territories/75/assiette/vente.yaml", when="{fact: vacancy.purpose, in: [vente, mutation_interne]}")
    assert check(legal) == []


@pytest.mark.parametrize(
    ("path", "priority"),
    [
        ("assiette/tout-dans-le-flux.yaml", "1"),
        ("territories/75/assiette/tout-dans-le-flux.yaml", "500"),
        ("bailleurs/999001209/assiette/tout-dans-le-flux.yaml", "500"),
    ],
)
def test_what_the_law_takes_out_of_the_flux_is_not_put_back(
    write: Write, legal: Path, path: str, priority: str
) -> None:
    when = "{fact: vacancy.cause, is: conge}"
    write(path, when=when, then="{in_flux: oui}", priority=priority)
    (fault,) = check(legal)
    assert str(fault).startswith(f"{path}:9: Cette règle remet dans le flux un logement que la loi en sort")
    assert "assiette/vente.yaml" in fault.message


def test_what_the_law_leaves_in_the_flux_may_be_said_to_be_there(write: Write, legal: Path) -> None:
    write("assiette/le-reste.yaml", when="always", then="{in_flux: oui}", priority="1000")
    write(
        "territories/75/assiette/relogements.yaml",
        when="{fact: vacancy.purpose, is: relocation}",
        then="{in_flux: oui}",
    )
    assert check(legal) == []
