"""What a label or an id may be made of: nothing that a table cannot write or a reader cannot see."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.characters import MARK, writable
from contracts.inputs import Input, read
from contracts.rejected import Rejected

Accept = Callable[..., Input]
Refuse = Callable[..., Rejected]
FOUND = Path(__file__).parents[2] / "found"

CONTROLS = ["\x01", "\t", "\n", "\r", "\x0b", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9b", "\x9f"]
SEPARATORS = ["\u2028", "\u2029"]
BIDIRECTIONAL = ["\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"]
NONCHARACTERS = ["\ufeff", "\ufffe", "\uffff"]


@pytest.mark.parametrize("character", [*CONTROLS, *SEPARATORS, *BIDIRECTIONAL, *NONCHARACTERS], ids=ascii)
def test_a_label_is_refused_at_its_path_for_a_character_nobody_can_write(
    refuse: Refuse, character: str
) -> None:
    rejected = refuse("convention.signed", {"data.reservataire.name": f"Préfecture{character}de Paris"})
    assert (rejected.reason, rejected.path) == ("caractere_interdit", "$.data.reservataire.name")
    assert f"U+{ord(character):04X}" in rejected.message
    assert character not in rejected.message


@pytest.mark.parametrize("character", [*CONTROLS, *SEPARATORS, *BIDIRECTIONAL, *NONCHARACTERS], ids=ascii)
@pytest.mark.parametrize("path", ["data.vacancy_id", "data.dwelling.dwelling_id", "data.dwelling.qpv_code"])
def test_an_id_is_refused_at_its_path_too(refuse: Refuse, path: str, character: str) -> None:
    rejected = refuse(changes={path: f"A{character}B"})
    assert rejected.reason in {"caractere_interdit", "valeur_invalide"}
    assert rejected.path == f"$.{path}"


def test_a_word_of_a_list_is_refused_at_its_place_in_it(refuse: Refuse) -> None:
    criterion = {"dimension": "typologie", "kind": "exclude", "in": ["T1", "T2\u202e"]}
    rejected = refuse("convention.signed", {"data.criteria": [criterion]})
    assert rejected.path.startswith("$.data.criteria[0].in[1]")


@pytest.mark.parametrize(
    "name",
    [
        "Préfecture de Paris",
        "Ville de L’Haÿ-les-Roses",
        "Foyers\u00a0«\u202fR\u00e9publique\u202f»",
        "Œuvre 🏠 Æ",
    ],
)
def test_what_people_write_is_accepted(accept: Accept, name: str) -> None:
    read_ = accept("convention.signed", {"data.reservataire.name": name})
    assert read_.data["reservataire"]["name"] == name


def test_a_name_with_a_control_character_is_refused_at_its_path() -> None:
    first, second = (FOUND / "name-with-control-character.jsonl").read_bytes().splitlines()
    with pytest.raises(Rejected) as refused:
        read(first, (), "conventions", now=None, trust="open")
    assert (refused.value.reason, refused.value.path) == ("caractere_interdit", "$.data.reservataire.name")
    assert "U+000B" in refused.value.message
    assert read(second, (), "vacancies", now=None, trust="open").type == "vacancy.declared"


def test_an_older_text_is_written_with_a_mark_where_it_cannot_be() -> None:
    assert writable("Préfecture\x0bde\u202e Paris") == f"Préfecture{MARK}de{MARK} Paris"
    assert writable("Ville de Paris") == "Ville de Paris"
