"""An état des lieux as clerks save it: read with tolerance, refused with line, column and remedy."""

from datetime import date
from fractions import Fraction

import pytest

from aiguillage.conversion.faults import TOLD_AT_MOST, UnreadableTableError
from aiguillage.conversion.reading import read_etat_des_lieux, read_needs
from aiguillage.conversion.table import BYTES_AT_MOST
from flux.conversion import EtatDesLieux, Holder, Lot, Right

HEADER = "Résidence;Réservataire;Nature;Droit;Nombre;Échéance;Rotation;Commune;Territoire"
ROW = "Les Tilleuls;AL;action_logement;droit de suite;50;31/12/2040;8,5;93048;"
LOT = Lot("AL", Right.DROIT_DE_SUITE, 50, date(2040, 12, 31), Fraction(85, 1000), "93048", "Les Tilleuls", 2)


def etat(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> EtatDesLieux:
    return read_etat_des_lieux("etat.csv", "\n".join([header, *rows, ""]).encode(encoding))[0]


def faults(*rows: str, header: str = HEADER) -> list[str]:
    with pytest.raises(UnreadableTableError) as refused:
        etat(*rows, header=header)
    return str(refused.value).splitlines()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_row_is_a_lot_whatever_the_encoding_the_spreadsheet_chose(encoding: str) -> None:
    read = etat(ROW, encoding=encoding)
    assert read.lots == (LOT,)
    assert dict(read.holders) == {"AL": Holder("AL", "action_logement")}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER.replace(";", ","), ROW.replace("8,5", '"8,5"').replace(";", ",")),
        (HEADER.replace(";", ","), ROW.replace("8,5", "8.5").replace(";", ",")),
        (HEADER.replace(";", "\t"), ROW.replace(";", "\t")),
        (f"{HEADER};;", f"{ROW};;"),
        (HEADER, f";;;\n\n{ROW}\n;;"),
        (HEADER.replace("Rotation", '"Taux de rotation (%)"').replace("Nombre", "Nb logements"), ROW),
        (HEADER.upper(), ROW.replace("droit de suite", "DROIT_DE_SUITE")),
        (HEADER, ROW.replace("31/12/2040", "2040-12-31").replace("8,5", "8,50 %")),
        (HEADER.replace("Réservataire", "contingent"), ROW.replace("action_logement", "3")),
    ],
)
def test_separators_blank_lines_and_spellings_do_not_matter(header: str, row: str) -> None:
    (lot,) = etat(row, header=header).lots
    assert (lot.reservataire, lot.right, lot.dwellings, lot.until, lot.rotation, lot.commune) == (
        *("AL", Right.DROIT_DE_SUITE, 50, date(2040, 12, 31), Fraction(85, 1000), "93048"),
    )


def test_a_contingent_tells_who_holds_the_right_where_nothing_else_does() -> None:
    header = "residence,contingent,right,count,end_date,rotation"
    rows = (
        "A,3,droit_de_suite,10,2040-12-31,8",
        "A,etat_agents,droit_de_suite,5,2040-12-31,8",
        "A,2,droit_simple,5,,8",
        ",,non_reserve,80,,8",
    )
    read = etat(*rows, header=header)
    assert [lot.reservataire for lot in read.lots] == [
        "ACTION-LOGEMENT",
        "ETAT-AGENTS",
        "ETAT-PRIORITAIRES",
        "",
    ]
    assert {name: holder.kind for name, holder in read.holders.items()} == {
        "ACTION-LOGEMENT": "action_logement",
        "ETAT-AGENTS": "etat_agents",
    }
    assert "colonne « nature »" in faults("A,4,droit_de_suite,5,,8", header=header)[0]


def test_beside_a_holder_the_contingent_tells_its_nature() -> None:
    header = "reservataire;contingent;droit;nombre"
    read = etat("AL-93;3;droit de suite;5", header=header)
    assert dict(read.holders) == {"AL-93": Holder("AL-93", "action_logement")}


def test_thousands_and_lost_zeros_come_back() -> None:
    (lot,) = etat(ROW.replace("50", "1\u202f250").replace("93048", "1004")).lots
    assert (lot.dwellings, lot.commune) == (1250, "01004")


def test_only_a_droit_de_suite_must_say_who_and_what_its_holder_is() -> None:
    read = etat("Le Parc;;;non réservé;238;;;;", "Le Parc;SDIS;;droit simple;3;;;;")
    assert [(lot.reservataire, lot.right) for lot in read.lots] == [
        ("", Right.NON_RESERVE),
        ("SDIS", Right.DROIT_SIMPLE),
    ]
    assert not read.holders


def test_an_unknown_column_is_passed_over_and_told() -> None:
    _, table = read_etat_des_lieux("etat.csv", f"{HEADER};Observations\n{ROW};rien\n".encode())
    assert table.ignored == ("Observations",)


@pytest.mark.parametrize(
    ("column", "was", "cell", "told"),
    [
        ("Nombre", ";50;", ";cinquante;", "trouvé « cinquante », attendu un nombre entier de logements"),
        ("Nombre", ";50;", ";-5;", "trouvé « -5 », attendu un nombre entier"),
        ("Nombre", ";50;", ";2,5;", "trouvé « 2,5 », attendu un nombre entier"),
        ("Échéance", "31/12/2040", "31/02/2040", "trouvé « 31/02/2040 », attendu une date réelle"),
        ("Échéance", "31/12/2040", "2040", "attendu une date réelle : JJ/MM/AAAA"),
        ("Rotation", "8,5", "108", "trouvé « 108 », attendu un pourcentage de 0 à 100"),
        ("Rotation", "8,5", "8;5", None),
        ("Droit", "droit de suite", "droit de suitte", "Vouliez-vous dire « droit_de_suite » ?"),
        ("Droit", "droit de suite", "", "trouvé «  », attendu droit_de_suite, droit_simple, non_reserve."),
        ("Nature", "action_logement", "comune", "Vouliez-vous dire « commune » ?"),
        ("Nature", "action_logement", "4", "trouvé « 4 », attendu etat_prioritaires, etat_agents"),
        ("Réservataire", ";AL;", ";Ville de Lège-Cap-Ferret;", "Écrivez par exemple « VILLE-DE-LEGE-CAP-FERRET »."),
        ("Réservataire", ";AL;", ";;", "Remplissez la cellule."),
        ("Commune", "93048", "Montreuil", "attendu un code INSEE de cinq caractères"),
        ("Territoire", "93048;", "93048;Est Ensemble", "le code INSEE d'une commune ou le SIREN d'un EPCI"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_line_column_found_and_expected(
    column: str, was: str, cell: str, told: str | None
) -> None:
    (fault,) = faults(ROW, ROW.replace(was, cell, 1))
    where = (
        "etat.csv:3 : 10 cellules trouvées, 9 attendues"
        if told is None
        else f"etat.csv:3, colonne « {column} » : "
    )
    assert fault.startswith(where)
    assert told is None or told in fault


def test_every_fault_is_told_at_once_in_order_of_line() -> None:
    found = faults(ROW.replace("50", "x").replace("8,5", "y"), ROW, ROW.replace("AL", "al"))
    assert [fault.partition(" : ")[0] for fault in found] == [
        "etat.csv:2, colonne « Nombre »",
        "etat.csv:2, colonne « Rotation »",
        "etat.csv:4, colonne « Réservataire »",
    ]


def test_a_column_wrong_throughout_is_told_fifty_times_then_counted() -> None:
    found = faults(*[ROW.replace("50", "x")] * (TOLD_AT_MOST + 3))
    assert len(found) == TOLD_AT_MOST + 1
    assert found[-1] == "… et 3 autres fautes."


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Résidence;Réservataire;Nature;Nombre", "colonne droit absente. Trouvé : Résidence, Réservataire"),
        (
            f"{HEADER};Taux de rotation",
            "colonne « Taux de rotation » : la colonne « rotation » est là deux fois",
        ),
        ("", "colonne reservataire, nature, droit, nombre absente. Trouvé : "),
    ],
)
def test_a_wrong_header_is_told(header: str, told: str) -> None:
    assert told in faults(ROW, header=header)[0]


def test_a_holder_has_one_kind_and_one_territory() -> None:
    found = faults(ROW + "93048", ROW.replace("action_logement", "commune") + "93066")
    assert "« AL » est commune ici et action_logement ailleurs" in found[0]
    assert "« AL » est sur 93066 ici et sur 93048 ailleurs" in found[1]


def test_an_unquoted_decimal_comma_between_commas_is_recognised() -> None:
    (fault,) = faults(ROW.replace(";", ","), header=HEADER.replace(";", ","))
    assert "(une virgule décimale dans un fichier séparé par des virgules ?)" in fault


def test_a_file_without_rows_is_refused() -> None:
    assert faults() == ["etat.csv:2 : aucune ligne. Attendu : une ligne par résidence et par droit."]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"{HEADER}\nab\n".encode() + b"\x81;;", "octet 0x81 trouvé, attendu de l'UTF-8 ou du Windows-1252"),
        (f'{HEADER}\n{ROW}\n"{"x" * 200_000}'.encode(), "Vérifiez les guillemets."),
        (b" " * (BYTES_AT_MOST + 1), "Scindez le fichier."),
    ],
    ids=["bytes", "quotes", "size"],
)
def test_what_is_no_table_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableTableError, match=r"^etat.csv:") as refused:
        read_etat_des_lieux("etat.csv", content)
    assert told in str(refused.value)


def needs(*rows: str) -> list[str]:
    content = "\n".join(["Réservataire,Nature,Besoin", *rows]).encode()
    with pytest.raises(UnreadableTableError) as refused:
        read_needs("besoins.csv", content, {"AL": Holder("AL", "action_logement")})
    return str(refused.value).splitlines()


def test_needs_are_numbers_by_reservataire_and_newcomers_say_what_they_are() -> None:
    content = b"reservataire,nature,besoin\nAL,,20\nCD,departement,3\n"
    read = read_needs("besoins.csv", content, {"AL": Holder("AL", "action_logement")})
    assert dict(read.numbers) == {"AL": 20, "CD": 3}
    assert dict(read.newcomers) == {"CD": Holder("CD", "departement")}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["CD,,3"], "besoins.csv:2, colonne « Nature » : trouvé «  », attendu etat_prioritaires"),
        (["AL,,3", "AL,,4"], "besoins.csv:3, colonne « Réservataire » : « AL » est déjà plus haut"),
        (["AL,commune,3"], "« AL » est commune ici et action_logement ailleurs"),
        (["AL,,beaucoup"], "besoins.csv:2, colonne « Besoin » : trouvé « beaucoup »"),
    ],
)
def test_wrong_needs_are_told_the_same_way(rows: list[str], told: str) -> None:
    assert told in needs(*rows)[0]
