"""A conversion told to those who negotiate: one table a method or all side by side, and what was left out."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from aiguillage.conversion.attempts import Attempt, title_of
from aiguillage.conversion.figures import percent, schedule, spoken
from flux.conversion import Conversion, EtatDesLieux, LeftOut, Method, Part

REMAINDER = "Bailleur (reste)"
UNKNOWN = "—"


def show(console: Console, conversion: Conversion, etat: EtatDesLieux) -> None:
    """Print one conversion: a row for each réservataire, the bailleur's remainder, the total, then notes."""
    terms = conversion.terms
    table = Table(title=f"Conversion {terms.year} : {title_of(terms)}", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Réservataire", no_wrap=True)
    for name in ("Nature", "Parc", "Droits", "Part du flux", "Avant plafond", "Logements par an"):
        table.add_column(name, justify="left" if name == "Nature" else "right")
    for part in conversion.parts:
        table.add_row(*_cells(part, terms.year))
    left = conversion.bailleur_dwellings
    rest = UNKNOWN if left is None else spoken(left)
    table.add_row(REMAINDER, "", "", "", percent(conversion.bailleur_share), "", rest, end_section=True)
    whole = UNKNOWN if conversion.flux is None else spoken(conversion.flux)
    table.add_row("Total", "", str(etat.stock), "", percent(Fraction(1)), "", whole)
    console.print(table)
    for note in notes(conversion, etat):
        console.print(note)


def show_side_by_side(console: Console, attempts: Sequence[Attempt], etat: EtatDesLieux) -> None:
    """Print all methods in one table, dwellings a year and share of the flux; refusals below, then notes."""
    made = [each.conversion for each in attempts if each.conversion is not None]
    table = Table(
        title="Les méthodes côte à côte : part du flux (logements par an)",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    table.add_column("Réservataire", no_wrap=True)
    for conversion in made:
        table.add_column(title_of(conversion.terms), justify="right")
    for name in sorted({part.holder.id for conversion in made for part in conversion.parts}):
        table.add_row(name, *(_beside(conversion, name) for conversion in made))
    table.add_row(
        REMAINDER, *(_amount(each.bailleur_share, each.bailleur_dwellings) for each in made), end_section=True
    )
    table.add_row("Total", *(_amount(Fraction(1), each.flux) for each in made))
    console.print(table)
    for each in attempts:
        if each.refusal is not None:
            console.print(f"{title_of(each.terms)}, impossible : {each.refusal}")
    for note in dict.fromkeys(note for conversion in made for note in notes(conversion, etat)):
        console.print(note)


def notes(conversion: Conversion, etat: EtatDesLieux) -> Iterator[str]:
    """What must be said beside the figures: where the flux comes from, what is left out, what a cap took."""
    terms, flux = conversion.terms, conversion.flux
    if flux is not None:
        origin = "d'après la rotation du parc" if terms.flux is None else "déclaré"
        entire = "" if terms.method is Method.POURCENTAGE else " entiers"
        yield f"Flux attendu : {spoken(flux)} logements{entire} par an ({origin})."
        whole, caps = flux.__floor__(), terms.caps
        yield (
            f"Plafond de l'État : {percent(caps.state)} du flux, soit {caps.state_in(whole)} logements sur {whole} ; "
            f"dont ses agents : {percent(caps.agents)}, soit {caps.agents_in(whole)} (CCH R.441-5-2)."
        )
    yield f"Droits simples, laissés de côté : {_left_out(etat.simple_rights())}."
    lapsed = etat.lapsed(terms.year)
    if lapsed.lots:
        yield f"Droits de suite échus avant {terms.year}, laissés de côté : {_left_out(lapsed)}."
    for part in conversion.parts:
        if part.is_capped:
            before, after = percent(part.claimed), percent(part.share)
            yield f"{title_of(terms)} : {part.holder.id} demandait {before} du flux, ramené à {after} par le plafond."
        if part.undrawn:
            yield (
                f"{title_of(terms)} : droits de {part.holder.id} non tirés, {spoken(part.undrawn)} sur "
                f"{spoken(part.rights or Fraction(0))}, à régler entre les parties."
            )


def _cells(part: Part, year: int) -> tuple[str, ...]:
    return (
        part.holder.id,
        part.holder.kind,
        str(part.dwellings),
        UNKNOWN if part.rights is None else spoken(part.rights),
        percent(part.share),
        percent(part.claimed) if part.is_capped else "",
        schedule(part.per_year, year) or UNKNOWN,
    )


def _beside(conversion: Conversion, name: str) -> str:
    part = next((part for part in conversion.parts if part.holder.id == name), None)
    if part is None:
        return UNKNOWN
    return _amount(part.share, part.per_year[0] if part.per_year else None, is_capped=part.is_capped)


def _amount(share: Fraction, dwellings: Fraction | None, *, is_capped: bool = False) -> str:
    told = f"{spoken(share * 100)} %{' (plafonné)' if is_capped else ''}"
    return told if dwellings is None else f"{told}\n{spoken(dwellings)}"


def _left_out(left: LeftOut) -> str:
    if not left.lots:
        return "aucun"
    named = ", ".join(f"{name} {number}" for name, number in left.by_reservataire.items())
    return f"{left.dwellings} logements, {left.lots} ligne{'s' if left.lots > 1 else ''} ({named})"
