"""Derives `figures.csv` and `territoires.yaml` from the open files on the social stock and on communes.

Run once per vintage: ``python -m aiguillage.sample.derive DATA_FOLDER TERRITOIRES.yaml``. Sources: SDES, RPLS
on 1 January 2024, stock and mobility per commune (`rpls_2024_communes_taux.csv`); INSEE and DGCL, commune to
EPCI, EPT, département and région (`com_epci_ept_dep_reg.csv`). Only figures are kept, never the files.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from json import dumps
from pathlib import Path

COMMUNES_KEPT = 25
"""Communes kept per département, by social stock; the rest only counts in its totals."""
GRAND_PARIS = "200054781"
"""SIREN of the Métropole du Grand Paris: there the EPT, not the EPCI, holds reservations."""
CITIES = {"75": ("751", "75056"), "69": ("6938", "69123"), "13": ("132", "13055")}
"""Département → (prefix of its arrondissement codes, commune they belong to)."""
COLUMNS = ("departement", "code", "name", "stock", "mobility", "city", "group", "scale", "group_name")

FIGURES_HEADER = (
    "# Social stock and yearly mobility: SDES, RPLS on 1 January 2024; EPCI and EPT: INSEE, DGCL.\n"
    "# A line without code is its departement: mobility is then the dwellings that changed tenant in the\n"
    "# year (stock x mobility rate, summed over its communes) and group its region.\n"
    "# Any other line is a commune or arrondissement: mobility in percent of its stock.\n"
)
TERRITOIRES_HEADER = (
    "# EPCI et EPT (SIREN) : nom et communes, tous complets. Source : INSEE et DGCL (communes, EPCI, EPT).\n"
    "# Y figurent les onze EPT de la Métropole du Grand Paris et les EPCI des vingt-cinq communes de chaque\n"
    "# département où le parc social est le plus grand ; ajoutez ceux qui manquent.\n"
)


def main(folder: Path, territoires: Path) -> None:
    """Writes `figures.csv` beside this file and the territories' referential where asked."""
    places = {row["com_code"]: row for row in _rows(folder / "com_epci_ept_dep_reg.csv", ";")}
    stock = defaultdict(list)
    for row in _rows(folder / "rpls_2024_communes_taux.csv", ","):
        stock[row["DEP"]].append(row)
    kept = {dep: _largest(rows) for dep, rows in sorted(stock.items())}
    lines = [line for dep in kept for line in _departement(dep, stock[dep], kept[dep], places)]
    target = Path(__file__).with_name("figures.csv")
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(FIGURES_HEADER)
        csv.writer(out, delimiter=";", lineterminator="\n").writerows([COLUMNS, *lines])
    codes = {row["DEPCOM_ARM"] for rows in kept.values() for row in rows}
    territoires.write_text(
        TERRITOIRES_HEADER + "\n".join(_territoires(places, codes)) + "\n", encoding="utf-8"
    )


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def _largest(rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return sorted(rows, key=lambda row: (-int(row["nb_ls"]), row["DEPCOM_ARM"]))[:COMMUNES_KEPT]


def _departement(
    dep: str,
    rows: Iterable[Mapping[str, str]],
    kept: Iterable[Mapping[str, str]],
    places: Mapping[str, Mapping[str, str]],
) -> Iterable[tuple[str, ...]]:
    figures = [(int(row["nb_ls"]), Decimal(row["tx_mob"]), row["REG"]) for row in rows]
    moves = sum((stock * mobility for stock, mobility, _ in figures), Decimal(0)) / 100
    name = places[next(iter(kept))["DEPCOM_ARM"]]["dep_name"]
    yield dep, "", name, str(sum(stock for stock, _, _ in figures)), f"{moves:.0f}", "", figures[0][2], "", ""
    for row in kept:
        code, place = row["DEPCOM_ARM"], places[row["DEPCOM_ARM"]]
        mobility = f"{Decimal(row['tx_mob']):.2f}"
        yield dep, code, row["LIBCOM"], row["nb_ls"], mobility, _city(dep, code), *_group(place)


def _city(dep: str, code: str) -> str:
    prefix, city = CITIES.get(dep, ("-", ""))
    return city if code.startswith(prefix) else ""


def _group(place: Mapping[str, str]) -> tuple[str, str, str]:
    if place["ept_siren"]:
        return place["ept_siren"], "ept", place["ept_name"]
    if not place["epci_siren"] or place["epci_siren"] == GRAND_PARIS:
        return "", "", ""
    return place["epci_siren"], "epci", place["epci_name"]


def _territoires(places: Mapping[str, Mapping[str, str]], kept: set[str]) -> Iterable[str]:
    """Every EPCI or EPT that holds a kept commune, and every EPT, with all their communes."""
    members: dict[str, tuple[str, list[str]]] = {}
    wanted = {_group(place)[0] for code, place in places.items() if code in kept or place["ept_siren"]}
    for code, place in sorted(places.items()):
        siren, _, name = _group(place)
        if siren and siren in wanted:
            members.setdefault(siren, (name, []))[1].append(code)
    for siren, (name, communes) in sorted(members.items()):
        yield f'"{siren}":\n  name: {dumps(name, ensure_ascii=False)}\n  communes: "{" ".join(communes)}"'


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
