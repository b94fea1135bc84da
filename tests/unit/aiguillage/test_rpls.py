"""The open RPLS format: what is read, what is unknown, what is refused, what is freed in a year."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aiguillage.rpls import RegisteredDwelling, RplsReport, UnreadableRplsError, read_rpls, vacancies_of
from contracts.canonical import decode, encode
from contracts.events.vacancies import VacancyDeclared
from contracts.values import Reading

CODES = {"10": "PLAI", "13": "PLUS", "52": "HLMO"}
HEADER = "REG;DEPCOM;CODEPOSTAL;NUMVOIE;NOMVOIE;QPV;NBPIECE;SURFHAB;CONSTRUCT;FINAN;DATCONV"
ROW = "11;75114;75014;12;DES PLANTES;2;3;62.5;1974;13;1985"

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "rpls.csv"
        path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
        return path

    return write


def the_dwelling(path: Path) -> RegisteredDwelling:
    (dwelling,) = read_rpls(path, CODES)
    return dwelling


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_row_is_a_dwelling_with_or_without_bom(written: Written, encoding: str) -> None:
    dwelling = the_dwelling(written(ROW, encoding=encoding))
    assert len(dwelling.dwelling_id) == 10
    assert dwelling.to_body() == {
        "dwelling_id": dwelling.dwelling_id,
        "commune": "75114",
        "typologie": "T3",
        "financement": "PLUS",
        "qpv": False,
        "construction_year": 1974,
        "surface_m2": Decimal("62.5"),
        "conventionne": True,
    }


@pytest.mark.parametrize(
    ("rooms", "typologie"),
    [
        ("1", "T1"),
        ("1 bis", "T1bis"),
        ("4.0", "T4"),
        ("5 et plus", "T5"),
        ("6", "T6"),
        ("9", "T7"),
        ("T2", "T2"),
    ],
)
def test_rooms_are_read_however_they_are_spelt(written: Written, rooms: str, typologie: str) -> None:
    row = f"11;75114;75014;12;DES PLANTES;2;{rooms};62;1974;13;"
    assert the_dwelling(written(row)).typologie == typologie


def test_numbers_written_as_decimals_are_whole_and_qpv_one_is_inside(written: Written) -> None:
    dwelling = the_dwelling(written("11.0;75114.0;75014.0;12;X;1.0;3.0;62,50;1974.0;13.0;"))
    assert (dwelling.commune, dwelling.qpv, dwelling.construction_year) == ("75114", True, 1974)
    assert (dwelling.financement, dwelling.surface_m2) == ("PLUS", Decimal("62.5"))


@pytest.mark.parametrize(
    ("depcom", "post", "commune"),
    [
        ("1004", "01500", "01004"),
        ("2A004", "20000", "2A004"),
        ("97411", "97400", "97411"),
        ("75056", "75014", "75114"),
        ("75056", "75116", "75116"),
        ("69123", "69003", "69383"),
        ("13055", "13015", "13215"),
        ("75056", "", "75056"),
    ],
)
def test_communes_get_their_zero_and_their_arrondissement(
    written: Written, depcom: str, post: str, commune: str
) -> None:
    assert the_dwelling(written(f"11;{depcom};{post};1;X;2;3;62;1974;13;")).commune == commune


def test_an_address_row_counts_as_many_dwellings_sharing_its_surface(written: Written) -> None:
    path = written(f"{ROW};4", header=f"{HEADER};nb")
    dwellings = list(read_rpls(path, CODES))
    assert [dwelling.surface_m2 for dwelling in dwellings] == [Decimal("15.6")] * 4
    assert len({dwelling.dwelling_id for dwelling in dwellings}) == 4


def test_an_address_without_dwellings_has_none(written: Written) -> None:
    assert list(read_rpls(written(f"{ROW};0", header=f"{HEADER};nb"), CODES)) == []


def test_derived_ids_survive_a_new_order_of_rows_and_tell_alike_dwellings_apart(written: Written) -> None:
    other = ROW.replace("DES PLANTES", "D'ALESIA")
    first = [dwelling.dwelling_id for dwelling in read_rpls(written(ROW, ROW, other), CODES)]
    second = [dwelling.dwelling_id for dwelling in read_rpls(written(other, ROW, ROW), CODES)]
    assert len(set(first)) == 3
    assert set(first) == set(second)


def test_an_id_given_by_the_file_is_kept(written: Written) -> None:
    assert (
        the_dwelling(written(f"{ROW};0750012345", header=f"{HEADER};IDENT_REP")).dwelling_id == "0750012345"
    )


def test_unknown_values_are_counted_and_never_guessed(written: Written) -> None:
    report = RplsReport()
    path = written(ROW, "11;75114;75014;12;X;;3;abc;;77;", "11;75114;75014;12;X;2;lots;62;1974;13;")
    dwellings = list(read_rpls(path, CODES, report))
    assert (report.dwellings, report.not_declarable) == (3, 2)
    assert report.unknown == {
        ("QPV", ""): 1,
        ("SURFHAB", "abc"): 1,
        ("CONSTRUCT", ""): 1,
        ("FINAN", "77"): 1,
        ("NBPIECE", "lots"): 1,
    }
    assert (dwellings[1].qpv, dwellings[1].financement, dwellings[2].typologie) == (None, None, None)


@pytest.mark.parametrize("rooms", ["0", "-1", "1e3", "T", "2 bis"])
def test_a_number_of_rooms_that_cannot_be_is_unknown(written: Written, rooms: str) -> None:
    assert the_dwelling(written(f"11;75114;75014;12;X;2;{rooms};62;1974;13;")).typologie is None


@pytest.mark.parametrize("surface", ["NaN", "sNaN", "-5", "0", "1e99", "Infinity"])
def test_a_surface_that_cannot_be_is_unknown(written: Written, surface: str) -> None:
    assert the_dwelling(written(f"11;75114;75014;12;X;2;3;{surface};1974;13;")).surface_m2 is None


def test_a_missing_column_is_named_with_what_was_found_and_what_to_do(written: Written) -> None:
    path = written("75114,3,13", header="DEPCOM,NBPIECE,FINAN")
    with pytest.raises(
        UnreadableRplsError, match=r"rpls\.csv:1 : colonne DEPCOM, .*Trouvé : DEPCOM,NB.*« ; »"
    ):
        list(read_rpls(path, CODES))


def test_a_row_of_another_width_is_named_by_its_line(written: Written) -> None:
    with pytest.raises(UnreadableRplsError, match=r"rpls\.csv:3 : 2 colonnes trouvées, 11 attendues"):
        list(read_rpls(written(ROW, "11;75114"), CODES))


def test_a_column_that_stands_twice_is_refused(written: Written) -> None:
    with pytest.raises(UnreadableRplsError, match="colonne QPV trouvée deux fois"):
        list(read_rpls(written(f"{ROW};1", header=f"{HEADER};qpv"), CODES))


def test_a_file_in_another_encoding_is_refused_with_the_remedy(written: Written) -> None:
    path = written(ROW.replace("PLANTES", "PRÉS"), encoding="latin-1")
    with pytest.raises(UnreadableRplsError, match="0xC9 trouvé, UTF-8 attendu"):
        list(read_rpls(path, CODES))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(UnreadableRplsError, match="Trouvé : rien"):
        list(read_rpls(tmp_path / "empty.csv", CODES))


def a_register(written: Written, dwellings: int) -> list[RegisteredDwelling]:
    return list(read_rpls(written(f"{ROW};{dwellings}", header=f"{HEADER};nb"), CODES))


@pytest.mark.parametrize(
    ("dwellings", "percent", "freed"),
    [(1000, "5.5", 55), (90, "5", 5), (89, "5", 4), (100, "0", 0), (10, "100", 10)],
)
def test_a_year_frees_exactly_the_rotation_rate_halves_up(
    written: Written, dwellings: int, percent: str, freed: int
) -> None:
    register = a_register(written, dwellings)
    assert len(list(vacancies_of(register, "999001209", 2026, percent, 7))) == freed


def test_vacancies_are_in_order_lawful_and_the_same_whatever_the_order_of_the_register(
    written: Written,
) -> None:
    register = a_register(written, 400)
    events: list[Any] = list(vacancies_of(register, "999001209", 2026, "10", 7))
    assert events == list(vacancies_of(register[::-1], "999001209", 2026, "10", 7))
    assert events != list(vacancies_of(register, "999001209", 2026, "10", 8))
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    assert len({event["data"]["dwelling"]["dwelling_id"] for event in events}) == 40
    for event in events:
        wire: Any = decode(encode(event))
        VacancyDeclared.model_validate(wire["data"], context=Reading(datetime.fromisoformat(wire["time"])))


def test_a_dwelling_that_cannot_be_declared_is_not_freed(written: Written) -> None:
    register = list(read_rpls(written("11;75114;75014;12;X;;3;62;1974;13;"), CODES))
    assert list(vacancies_of(register, "999001209", 2026, "100", 7)) == []


@pytest.mark.parametrize("percent", ["-1", "100.1"])
def test_a_rotation_rate_out_of_bounds_is_refused(percent: str) -> None:
    with pytest.raises(ValueError, match="va de 0 à 100 %"):
        list(vacancies_of([], "999001209", 2026, percent, 7))
