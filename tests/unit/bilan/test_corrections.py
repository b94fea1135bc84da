"""The corrective actions of a bilan are those of the close: the same figures, to the unit, in the three forms."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from compliance.bilan import as_csv, as_json, as_xlsx
from compliance.bilan.document import Asked, Document, bilan
from compliance.bilan.parties import Watched
from compliance.bilan.schema import schemas
from compliance.domain.closing.closing import Closing, closings
from compliance.domain.closing.telling import refunded_eur
from flux.units import DWELLING

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Rows = Callable[..., list[dict[str, Any]]]
CLOSE_DAY = date(2027, 2, 1)
REFUNDED = {"method": "remboursement", "refund_eur": 1000.5}


@pytest.fixture
def owing(scene: Scene) -> Scene:
    """Four conventions that 2026 owes something, on eight dwellings.

    AL lacks most of 24, too many for the cap of a year; COM has each right refunded, EPCI has no price yet; DEP loses
    what it leaves unanswered.
    """
    scene.sign("AL", objective=24, carry_over={"units": 2, "from_year": 2025, "cause": "flux"})
    scene.sign("COM", objective=4, correction=REFUNDED)
    scene.sign("EPCI", objective=4, correction={"method": "remboursement"})
    scene.sign("DEP", objective=12, decompte={"method": "attribution"})
    scene.year(8)
    return scene


@pytest.fixture
def closed(owing: Scene, watched: Callable[[Scene], Watched]) -> tuple[Closing, ...]:
    """What the close of the year says."""
    return closings(watched(owing).projection, owing.book.loaded, 2026, CLOSE_DAY)


@pytest.fixture
def document(owing: Scene, watched: Callable[[Scene], Watched]) -> Document:
    """The bilan of the year, with its corrective actions."""
    book = owing.book.loaded
    return bilan(
        [watched(owing)],
        Asked(2026, (owing.departement,)),
        lambda projection: closings(projection, book, 2026, CLOSE_DAY),
    )


def summed(rows: list[dict[str, Any]], convention: str, fate: str) -> int:
    own = [row for row in rows if (row["convention"], row["devenir"]) == (convention, fate)]
    return sum(row["logements"] for row in own)


def test_carried_extinguished_refunded_and_left_are_those_of_the_close(
    document: Document, closed: tuple[Closing, ...], rows: Rows
) -> None:
    found = rows(document, "corrections")
    for closing in closed:
        name = closing.view.convention.id
        fates = ("carried", "refunded", "extinguished", "left")
        said = [summed(found, name, fate) for fate in fates]
        assert said == [closing.carried, closing.refunded, closing.extinguished, closing.left], name
        assert sum(said) == closing.due
    for fate in ("carried", "refunded", "extinguished", "left"):
        assert any(row["devenir"] == fate and row["logements"] > 0 for row in found), fate
    (total,) = rows(document, "corrections", totals=True)
    assert total["logements"] == sum(closing.due for closing in closed)


def test_of_22_owed_18_are_carried_by_the_cap_of_a_quarter_and_4_extinguished(
    scene: Scene, watched: Callable[[Scene], Watched], rows: Rows
) -> None:
    scene.sign("AL", objective=24)
    scene.year(8)
    book = scene.book.loaded
    document = bilan([watched(scene)], Asked(2026, ("75",)), lambda each: closings(each, book, 2026))
    found = rows(document, "corrections")
    assert [(row["devenir"], row["donne_en"], row["logements"] // DWELLING) for row in found] == [
        ("carried", "2027", 6),
        ("carried", "2028", 6),
        ("carried", "2029", 6),
        ("extinguished", None, 4),
    ]


def test_what_is_carried_stands_in_its_year_under_the_cap_with_the_year_that_left_it(
    document: Document, closed: tuple[Closing, ...], rows: Rows
) -> None:
    found = [row for row in rows(document, "corrections") if row["convention"] == "C-AL"]
    closing = next(each for each in closed if each.view.convention.id == "C-AL")
    by_year = {
        year: sum(row["logements"] for row in found if row["donne_en"] == str(year))
        for year in (2027, 2028, 2029)
    }
    assert by_year == {year: closing.schedule.given_in(year) for year in by_year}
    assert by_year[2027] == 6 * DWELLING
    assert {row["depuis"] for row in found} == {"2025", "2026"}


def test_a_refund_has_its_euros_and_one_without_a_price_none(
    document: Document, closed: tuple[Closing, ...], rows: Rows
) -> None:
    found = {row["convention"]: row for row in rows(document, "corrections") if row["devenir"] == "refunded"}
    assert found["C-COM"]["euros"] * DWELLING == found["C-COM"]["logements"] * 100_050
    assert found["C-EPCI"]["euros"] is None
    euros = {each.view.convention.id: refunded_eur(each) for each in closed}
    assert euros["C-COM"] == Decimal(found["C-COM"]["euros"]) / 100
    assert euros["C-EPCI"] is None
    (total,) = rows(document, "corrections", totals=True)
    assert total["euros"] is None


def test_a_year_that_is_not_settled_says_so_and_a_convention_that_is_due_nothing_too(
    scene: Scene, watched: Callable[[Scene], Watched], rows: Rows
) -> None:
    scene.sign("AL", objective=4, decompte={"method": "attribution"})
    scene.now = datetime.fromisoformat("2026-12-20T09:00:00+00:00")
    scene.year(4, flux=4)
    book = scene.book.loaded
    document = bilan([watched(scene)], Asked(2026, ("75",)), lambda each: closings(each, book, 2026))
    (row,) = rows(document, "corrections")
    assert (row["devenir"], row["logements"], row["soldee"]) == ("nothing", 0, "non")


def test_the_three_forms_tell_the_day_of_the_close_and_the_euros(document: Document) -> None:
    body = orjson.loads(as_json.write(document))
    Draft202012Validator(schemas()["bilan"]).validate(body)
    told = [row["euros"] for row in body["tables"]["corrections"]["rows"] if row["convention"] == "C-COM"]
    assert body["closed_on"] == "2027-02-01"
    text = as_csv.write(document).decode("utf-8-sig")
    lines = [
        line for line in csv.DictReader(StringIO(text), delimiter=";") if line["mesure"] == "Remboursement"
    ]
    euros = [line["valeur"] for line in lines if line["convention"] == "C-COM"]
    assert [Decimal(value.replace(",", ".")) for value in euros] == [Decimal(str(value)) for value in told]
    assert "date_cloture;2027-02-01" in text
    book = load_workbook(BytesIO(as_xlsx.write(document)))
    cover = {row[0].value: row[1].value for row in book["Lisez-moi"].iter_rows(min_row=3, max_row=9)}
    assert cover["Actions correctives"] == "clôture au 01/02/2027"
    heads = [cell.value for cell in book["Actions correctives"][4]]
    place = heads.index("Remboursement")
    cells = [row[place].value for row in book["Actions correctives"].iter_rows(min_row=5)]
    assert max(cell for cell in cells if cell is not None) == max(told)


def test_without_rules_no_day_of_the_close_is_told(owing: Scene, told: Callable[..., Document]) -> None:
    document = told(owing)
    assert document.closed_on is None
    assert "closed_on" not in orjson.loads(as_json.write(document))
    assert "date_cloture" not in as_csv.write(document).decode()
