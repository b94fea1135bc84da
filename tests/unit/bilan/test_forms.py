"""The three forms of a document: a workbook, a tidy CSV, JSON by its schema; always the same bytes, never a formula."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from hypothesis import given, settings
from hypothesis.strategies import text
from openpyxl import load_workbook
from pydantic import TypeAdapter, ValidationError

from compliance.bilan import as_csv, as_json, as_xlsx
from compliance.bilan.as_csv import decimal_comma
from compliance.bilan.document import Asked, Document, Due, bilan
from compliance.bilan.parties import Watched
from compliance.bilan.table import Column, Table
from contracts.values import Label
from flux.units import DWELLING

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Told = Callable[..., Document]
ATTACK = '=HYPERLINK("x")'


@pytest.fixture
def hostile(scene: Scene, told: Told) -> Document:
    """A bilan in which a réservataire's name would be a formula."""
    named = {"reservataire": {"id": "AL", "kind": "autre", "name": ATTACK}}
    scene.send("convention.signed", {**scene.convention("AL", "25"), **named})
    scene.declare("V1")
    return told(scene)


def lines(document: Document) -> list[dict[str, str]]:
    text = as_csv.write(document).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_the_workbook_has_a_cover_and_a_sheet_a_table(year: Scene, told: Told) -> None:
    document = told(year)
    book = load_workbook(BytesIO(as_xlsx.write(document)))
    assert book.sheetnames == ["Lisez-moi", *(table.title for table in document.tables)]
    cover = {row[0].value: row[1].value for row in book["Lisez-moi"].iter_rows(min_row=3, max_row=8)}
    assert cover["Échéance"] == "À transmettre avant le 28/02/2027 (CCH art. R.441-5-1)."
    assert cover["Vérifications"] == "tout concorde"


def test_a_sheet_has_french_headings_that_stay_and_exact_numbers(year: Scene, told: Told) -> None:
    sheet = load_workbook(BytesIO(as_xlsx.write(told(year))))["Objectifs et écarts"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A5", "A4:R6")
    headings = [cell.value for cell in sheet[4]]
    first = dict(zip(headings, (cell.value for cell in sheet[5]), strict=True))
    assert (first["Réservataire"], first["Attendu"], first["Compté"], first["Écart"]) == ("AL", 2.5, 3, -0.5)
    assert sheet["A7"].value == "Total"
    assert sheet["A7"].font.bold
    assert sheet.column_dimensions["E"].width >= len("Convention")


def test_days_are_days_and_codes_are_words(year: Scene, told: Told) -> None:
    book = load_workbook(BytesIO(as_xlsx.write(told(year))))
    override = [cell.value for cell in book["Arbitrages"][5]]
    assert override[2:6] == ["V5", datetime(2026, 1, 5), "C-COM", "C-AL"]  # noqa: DTZ001 - a civil day
    assert book["Hors du flux"]["C5"].value == "Réservé à la défense nationale"
    assert book["Période de construction"]["E5"].value == "1949 à 1974"


def test_an_empty_table_says_so(year: Scene, told: Told) -> None:
    sheet = load_workbook(BytesIO(as_xlsx.write(told(year))))["Contestations"]
    assert sheet["A5"].value == "néant"


def test_no_cell_of_the_workbook_is_a_formula(hostile: Document) -> None:
    book = load_workbook(BytesIO(as_xlsx.write(hostile)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert ATTACK in {cell.value for cell in cells}


def test_the_workbook_bears_no_trace_of_when_it_was_made(year: Scene, told: Told) -> None:
    document = told(year)
    workbook = as_xlsx.write(document)
    with ZipFile(BytesIO(workbook)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b">1980-01-01T00:00:00Z<") == 2
    assert as_xlsx.write(document) == workbook


def test_the_csv_opens_in_a_french_spreadsheet(year: Scene, told: Told) -> None:
    data = as_csv.write(told(year))
    assert data.startswith(b"\xef\xbb\xbfdocument;annee;tableau;ligne;")
    assert data.endswith(b"\r\n")
    found = [
        line
        for line in lines(told(year))
        if line["tableau"] == "Objectifs et écarts" and line["mesure"] == "Attendu"
    ]
    assert [(line["reservataire"], line["valeur"]) for line in found] == [("AL", "2,5"), ("COM", "3,5")]


def test_a_column_of_the_csv_can_be_added_up(year: Scene, told: Told) -> None:
    found = [
        int(line["valeur"])
        for line in lines(told(year))
        if (line["tableau"], line["mesure"]) == ("Typologie", "Proposés")
    ]
    assert sum(found) == 7


def test_no_text_of_the_csv_is_a_formula(hostile: Document) -> None:
    names = {line["nom"] for line in lines(hostile)}
    assert f"'{ATTACK}" in names
    assert ATTACK not in names


DAY = date(2027, 2, 28)
UNWRITABLE = "Préfecture\x0bde\x1b[31m\u2028Paris\u202e\uffff"
"""A name that was accepted before labels were refused for such characters."""


@pytest.fixture
def old(year: Scene, told: Told) -> Document:
    """A bilan in which every text of every table is such a name."""

    def renamed(table: Table) -> Table:
        kinds = [column.kind for column in table.columns]
        rows = tuple(
            tuple(UNWRITABLE if kind == "text" else cell for kind, cell in zip(kinds, row, strict=True))
            for row in table.rows
        )
        return replace(table, rows=rows)

    document = told(year)
    return replace(document, tables=tuple(map(renamed, document.tables)))


def test_a_name_accepted_before_is_written_with_a_mark_where_it_cannot_be(old: Document) -> None:
    shown = "Préfecture\ufffdde\ufffd[31m\ufffdParis\ufffd\ufffd"
    book = load_workbook(BytesIO(as_xlsx.write(old)))
    assert shown in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {line["nom"] for line in lines(old) if line["nom"]} == {shown}
    assert b"\x1b" not in as_csv.write(old)


@given(name=text(min_size=1, max_size=200))
@settings(max_examples=25)
def test_every_label_the_contract_accepts_can_be_written(name: str) -> None:
    try:
        TypeAdapter(Label).validate_python(name)
    except ValidationError:
        return
    table = Table("t", "T", "", (Column("nom", "Nom"),), ((name,),))
    document = Document("bilan", "Bilan", 2026, ("75",), None, Due(DAY, None), DAY, (table,), ())
    book = load_workbook(BytesIO(as_xlsx.write(document)))
    assert book["T"]["A5"].value == name


@pytest.mark.parametrize(
    ("units", "text"),
    [(16_800_000_000, "16,8"), (-DWELLING, "-1"), (100 * DWELLING, "100"), (1, "0,000000001"), (0, "0")],
)
def test_amounts_are_exact_decimals(units: int, text: str) -> None:
    assert decimal_comma(units) == text


def test_json_holds_codes_and_exact_fractions(year: Scene, told: Told) -> None:
    body = orjson.loads(as_json.write(told(year)))
    rows = {row["reservataire"]: row for row in body["tables"]["objectifs"]["rows"]}
    assert Fraction(rows["AL"]["attendu"]) == Fraction(5, 2)
    assert body["tables"]["qpv"]["rows"][0]["valeur"] == "hors_qpv"
    assert (body["legal_date"], body["campaign_date"], body["is_sound"]) == ("2027-02-28", None, True)


@pytest.mark.parametrize("write", [as_csv.write, as_json.write, as_xlsx.write])
def test_the_order_in_which_scopes_are_read_changes_nothing(
    scene_of: Callable[..., Scene],
    book: Any,  # noqa: ANN401 - the rulebook of the conftest.py above
    watched: Callable[[Scene], Watched],
    write: Callable[[Document], bytes],
) -> None:
    scenes = [scene_of(book), scene_of(book, departement="93")]
    for scene in scenes:
        scene.sign("EPT-7", "50", id=f"C-{scene.departement}")
        scene.declare("V1", commune="75114" if scene.departement == "75" else "93001")
    found, asked = [watched(scene) for scene in scenes], Asked(2026, ("75", "93"))
    document = bilan(found, asked)
    assert write(document) == write(bilan(found[::-1], asked))
    (summed,) = next(table for table in document.tables if table.key == "reservataires").rows
    assert summed[0] == "EPT-7"
    objectives = next(table for table in document.tables if table.key == "objectifs_sommes")
    assert [row[1:5] for row in objectives.rows] == [("EPT-7", "", 2, None)]
    assert objectives.sum("attendu") == DWELLING
    assert summed[4] == sum(bilan([each], asked).tables[0].sum("proposed") for each in found)


def test_a_wrong_document_says_so_on_its_cover(year: Scene, told: Told) -> None:
    document = told(year)
    wrong = replace(document, checks=(replace(document.checks[0], counted=99),))
    cover = load_workbook(BytesIO(as_xlsx.write(wrong)))["Lisez-moi"]
    assert str(cover["B8"].value).startswith("DES CHIFFRES NE CONCORDENT PAS")
