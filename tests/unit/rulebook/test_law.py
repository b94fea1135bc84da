"""What the law settles cannot be unsettled in a file, whatever it omits, ends, switches off, deletes or claims."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from chassis.rulebook import Rulebook, check, load
from chassis.rulebook.loading import recheck
from contracts import canonical
from flux.law import LAW, Law

Write = Callable[..., Path]
ROOT = Path(__file__).parents[3]
FOUND = ROOT / "tests/found/rules"
SIREN = "999001209"
LEGAL = sorted(LAW.purposes())


@pytest.fixture
def delivered() -> Rulebook:
    return load(ROOT / "rules")


def laid_over(name: str, tmp_path: Path) -> Path:
    """The rules delivered, with a folder that was found laid over them."""
    directory = tmp_path / "rules"
    copytree(ROOT / "rules", directory)
    copytree(FOUND / name, directory, dirs_exist_ok=True)
    for events in directory.glob("*.jsonl"):
        events.unlink()
    return directory


# what a file says against the law is told at its line


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("law-off", "assiette/vente.yaml:9: « vente » est dans la loi (CCH art. R.441-5)"),
        ("law-ended", "assiette/vente.yaml:7: « vente » est dans la loi (CCH art. R.441-5)"),
        (
            "law-label",
            f"bailleurs/{SIREN}/assiette/essai.yaml:7: Une exclusion « regulatory: oui » n'appartient qu'à la loi",
        ),
        (
            "empty-flux",
            f"bailleurs/{SIREN}/assiette/essai.yaml:10: Cette exclusion ne laisse rien dans le flux",
        ),
    ],
)
def test_a_file_that_was_found_to_pass_is_refused_at_its_line(name: str, told: str, tmp_path: Path) -> None:
    faults = [str(fault) for fault in check(laid_over(name, tmp_path))]
    assert any(fault.startswith(told) for fault in faults), faults


def test_omitting_the_caps_is_no_fault_and_lifts_nothing(tmp_path: Path) -> None:
    book = load(laid_over("caps-vanish", tmp_path))
    assert book.verdict("rotation", date(2026, 2, 1), "69", SIREN, {}).value("caps") is None
    assert book.law.caps(date(2026, 2, 1)) == LAW.caps(date(2026, 2, 1))


def test_the_laws_reason_is_no_label_for_other_dwellings(write: Write) -> None:
    (fault,) = check(write(when="{fact: dwelling.typologie, is: T3}", then="{outside_flux: vente}"))
    assert str(fault).startswith("assiette/une-regle.yaml:9: Ce motif est celui d'une exclusion de la loi")
    assert "rehabilitation_lourde" in fault.allowed


def test_a_reason_is_one_of_the_list(write: Write) -> None:
    (fault,) = check(write(then="{outside_flux: rehabilitation_lourd}"))
    assert "inconnu de referentiels/motifs-exclusion.yaml" in fault.message
    assert "Vouliez-vous dire « rehabilitation_lourde »" in fault.remedy


def test_a_reason_added_to_the_list_may_be_given(write: Write) -> None:
    directory = write(then="{outside_flux: travaux_convenus}")
    agreed = directory / "referentiels/motifs-exclusion.yaml"
    agreed.write_text(f'{agreed.read_text()}travaux_convenus: {{label: "Travaux convenus"}}\n')
    assert check(directory) == []


def test_nothing_is_added_to_what_stays_in_stock(write: Write) -> None:
    (fault,) = check(write(then="{stock: defense}"))
    assert "Ce qui reste en stock est dans la loi" in fault.message


@pytest.mark.parametrize(
    ("path", "line", "extra"),
    [("assiette/vente.yaml", 3, ""), (f"bailleurs/{SIREN}/assiette/vente.yaml", 11, "active: non")],
)
def test_no_file_bears_the_name_of_an_entry_of_law(write: Write, path: str, line: int, extra: str) -> None:
    (fault,) = check(write(path, extra=extra))
    assert (fault.path, "est dans la loi" in fault.message) == (path, True)
    assert line in {fault.line, 3}
    assert "aiguillage rules show" in fault.remedy


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


def test_a_derogation_is_refused_with_a_plain_sentence(write: Write) -> None:
    (fault,) = check(write("rotation/r.yaml", then="{derogation: {etat: 40}}", when="always"))
    assert str(fault).startswith("rotation/r.yaml:9: Une dérogation aux plafonds de l'État")
    assert "cette version tient les plafonds de la loi" in fault.message


@pytest.mark.parametrize(
    "path",
    [
        "assiette/tout.yaml",
        "territories/75/assiette/tout.yaml",
        f"bailleurs/{SIREN}/assiette/tout.yaml",
        f"bailleurs/{SIREN}/territories/75/assiette/tout.yaml",
    ],
)
def test_what_the_law_takes_out_of_the_flux_is_not_said_to_be_in_it(write: Write, path: str) -> None:
    directory = write(path, when="{fact: vacancy.cause, is: conge}", then="{in_flux: oui}", priority="1")
    (fault,) = check(directory)
    assert str(fault).startswith(f"{path}:9: Cette règle dit dans le flux un logement que la loi en sort")


def test_what_the_law_leaves_in_the_flux_may_be_said_to_be_there(write: Write) -> None:
    write("assiette/le-reste.yaml", when="always", then="{in_flux: oui}", priority="1000")
    when = "{all: [{fact: vacancy.purpose, is: relocation}, {fact: vacancy.stock_reservation, absent: oui}]}"
    directory = write("territories/75/assiette/relogements.yaml", when=when, then="{in_flux: oui}")
    assert check(directory) == []


# the law is in force whatever the rules say


@pytest.mark.parametrize("purpose", LEGAL)
def test_a_rulebook_without_any_rule_still_excludes_by_law(purpose: str, delivered: Rulebook) -> None:
    bare = Rulebook((), delivered.lists, {})
    winner = bare.verdict("assiette", date(2026, 1, 1), "75", SIREN, {"vacancy.purpose": purpose}).winner
    assert winner is not None
    assert (winner.effect, winner.regulatory) == ({"outside_flux": purpose}, True)


def test_a_rule_that_slipped_through_does_not_win_over_the_law(write: Write) -> None:
    directory = write(
        f"bailleurs/{SIREN}/assiette/vente.yaml", when="always", then="{in_flux: oui}", priority="0"
    )
    from chassis.rulebook.directory import read  # noqa: PLC0415 - the rules as they were, unchecked
    from chassis.rulebook.loading import recall  # noqa: PLC0415 - as above

    book = recall(read(directory))
    winner = book.verdict("assiette", date(2026, 1, 1), "75", SIREN, {"vacancy.purpose": "vente"}).winner
    assert winner is not None
    assert winner.effect == {"outside_flux": "vente"}


def test_the_law_of_the_day_of_the_event_decides(delivered: Rulebook) -> None:
    last = date(2027, 12, 31)
    ended = [replace(entry, until=last) if entry.id == "vente" else entry for entry in LAW.entries]
    book = Rulebook((), delivered.lists, {}, Law(ended))
    days = (last, last + timedelta(days=1))
    said = [book.verdict("assiette", day, "75", SIREN, {"vacancy.purpose": "vente"}).winner for day in days]
    assert [winner is not None for winner in said] == [True, False]


# the digest covers the law


def test_the_bundle_holds_the_law_and_gives_it_back(delivered: Rulebook) -> None:
    bundle = canonical.decode(delivered.bundle())
    assert isinstance(bundle, dict)
    assert (bundle["format"], bundle["law"]) == (2, LAW.document())
    again = Rulebook.from_bundle(delivered.bundle())
    assert (again.digest, again.law.entries) == (delivered.digest, LAW.entries)


def test_another_law_is_another_digest_and_is_not_taken_in_force(delivered: Rulebook) -> None:
    other = Law([entry for entry in LAW.entries if entry.id != "plafond-etat"])
    lists = canonical.decode(delivered.bundle())["referentiels"]  # type: ignore[index,call-overload]  # a bundle
    book = Rulebook(delivered.rules, delivered.lists, lists, other)
    assert book.digest != delivered.digest
    (fault,) = recheck(book)
    assert "La loi de ce recueil n'est pas celle de cette version" in fault.message


def test_a_bundle_of_format_1_keeps_its_digest_and_is_to_be_published_again(delivered: Rulebook) -> None:
    lists = canonical.decode(delivered.bundle())["referentiels"]  # type: ignore[index,call-overload]  # a bundle
    old = Rulebook(delivered.rules, delivered.lists, lists, None)
    again = Rulebook.from_bundle(old.bundle())
    assert (again.format, again.digest) == (1, old.digest)
    assert "Publiez les règles de nouveau" in recheck(again)[0].remedy
