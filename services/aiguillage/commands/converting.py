"""`convert`: stock → flux, from an état des lieux to the table the parties negotiate on."""

import sys
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from aiguillage.commands.options import AsJson, Rules, day_given, settings_of
from aiguillage.conversion.attempts import Attempt, attempt, every_method
from aiguillage.conversion.caps import caps_in_force
from aiguillage.conversion.document import document
from aiguillage.conversion.drafts import Signature, drafts_of
from aiguillage.conversion.opening import Opened, open_files
from aiguillage.conversion.places import Places
from aiguillage.conversion.telling import show, show_side_by_side
from aiguillage.terminal.console import console_of
from chassis.clock import WallClock
from chassis.rulebook import load
from flux.calendar import legal_date
from flux.conversion import Conversion, EtatDesLieux, Method, Terms, Weighting

PARIS = "75"
"""Département whose civil day is today's, when none is given."""


def convert(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER", help="État des lieux, en CSV : une ligne par résidence et par droit."
        ),
    ],
    method: Annotated[
        Method | None, typer.Option(help="Comment les droits deviennent des parts du flux.")
    ] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Toutes les méthodes, côte à côte.")] = False,
    year: Annotated[
        int | None, typer.Option(min=2000, max=2100, help="Première année de flux ; sinon l'an prochain.")
    ] = None,
    years: Annotated[
        int | None, typer.Option(min=1, max=99, help="Années sur lesquelles les droits uniques s'étalent.")
    ] = None,
    needs: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Besoins négociés, en logements par an, CSV.")
    ] = None,
    weighted: Annotated[
        bool, typer.Option("--weighted", help="Pondère le pourcentage par la rotation.")
    ] = False,
    days: Annotated[
        bool, typer.Option("--days", help="Le pondère par les jours que les droits courent encore.")
    ] = False,
    flux: Annotated[
        int | None, typer.Option(min=1, help="Flux prévu ; sinon ce que la rotation libère.")
    ] = None,
    bailleur: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Le bailleur, pour les projets et ses propres règles.")
    ] = None,
    departement: Annotated[str | None, typer.Option(help="Département du stock.")] = None,
    drafts: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Projets de conventions à écrire.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Procès-verbal à écrire, en JSON.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Jour des projets, AAAA-MM-JJ ; sinon aujourd'hui.")
    ] = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Convertit un état des lieux du stock en flux.

    Les droits sur des logements désignés deviennent des parts du flux annuel ; les droits simples restent.
    """
    _refuse_without_sense(method, years, needs, compare=compare, has_weights=weighted or days)
    if drafts is not None and None in {method, bailleur, departement}:
        raise ValueError("--drafts : dites aussi --method, --bailleur et --departement.")
    day = legal_date(WallClock().now(), departement or PARIS) if on is None else day_given("--on", on)
    opened = open_files(file, needs)
    book = load(Path(settings_of(rules=rules).rules))
    caps, caps_from = caps_in_force(book, year or day.year + 1, departement or "", bailleur or "")
    terms = Terms(
        method=method or Method.DROITS_UNIQUES,
        year=year or day.year + 1,
        caps=caps,
        flux=flux,
        years=years,
        weighting=Weighting(rotation=weighted, days=days),
        needs=opened.needs.numbers,
        newcomers=opened.needs.newcomers,
    )
    attempts = _attempts(opened.etat, terms, compare=compare)
    record = document(opened, caps_from, attempts)
    if out is not None:
        out.write_bytes(record + b"\n")
    _tell(opened, attempts, record, compare=compare, as_json=as_json)
    if drafts is not None:
        signature = Signature(bailleur or "", departement or "", day, sha256(record).hexdigest())
        places = Places(opened.etat, book.lists.on(date(terms.year, 1, 1)))
        said = _draft(drafts, attempt(opened.etat, terms), opened.etat, places, signature)
        sys.stderr.write("".join(f"{sentence}\n" for sentence in said))


def _attempts(etat: EtatDesLieux, terms: Terms, *, compare: bool) -> list[Attempt]:
    if compare:
        return [attempt(etat, each) for each in every_method(terms)]
    alone = attempt(etat, terms)
    _made(alone)
    return [alone]


def _made(tried: Attempt) -> Conversion:
    """Its conversion; its refusal is the answer when nothing stands beside it."""
    if tried.conversion is None:
        raise ValueError(tried.refusal)
    return tried.conversion


def _refuse_without_sense(
    method: Method | None, years: int | None, needs: Path | None, *, compare: bool, has_weights: bool
) -> None:
    if method is None and not compare:
        raise ValueError(f"Choisissez --method {'|'.join(Method)}, ou --compare pour toutes les voir.")
    if method is Method.BESOINS and needs is None:
        raise ValueError("--method besoins : donnez le fichier des besoins négociés (--needs).")
    if compare:
        return
    for option, is_given, of in (
        ("--years", years is not None, Method.DROITS_UNIQUES),
        ("--weighted et --days", has_weights, Method.POURCENTAGE),
        ("--needs", needs is not None, Method.BESOINS),
    ):
        if is_given and method is not of:
            raise ValueError(f"{option} : seulement avec --method {of} ou --compare.")


def _tell(
    opened: Opened, attempts: Sequence[Attempt], record: bytes, *, compare: bool, as_json: bool
) -> None:
    if as_json:
        sys.stdout.write(record.decode() + "\n")
        return
    console = console_of()
    if compare:
        show_side_by_side(console, attempts, opened.etat)
    else:
        show(console, _made(attempts[0]), opened.etat)
    for source in opened.sources:
        described = source.to_json()
        console.print(f"Fichier {described['file']}, SHA-256 {described['sha256']}.")
    for remark in opened.remarks:
        console.print(remark)


def _draft(
    target: Path, tried: Attempt, etat: EtatDesLieux, places: Places, signature: Signature
) -> list[str]:
    """Write the drafts; returns what to tell of them. Nothing is written when one of them would be refused."""
    conversion = _made(tried)
    lines = list(drafts_of(conversion, etat, places, signature))
    target.write_bytes(b"".join(line + b"\n" for line in lines))
    said = [f"{len(lines)} brouillons de conventions écrits dans {target} : à relire, rien n'est publié."]
    lacking = places.untold(conversion)
    if lacking:
        said.append(
            f"Territoire à compléter avant signature : {', '.join(lacking)}. Leur droit porte sur leur propre "
            "territoire : remplissez « territoire » pour eux et « commune » à toutes les lignes."
        )
    return said
