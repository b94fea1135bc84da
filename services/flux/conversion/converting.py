"""Stock → flux: applies the method the parties chose to their état des lieux."""

from collections.abc import Mapping
from fractions import Fraction

from flux.conversion.droits_uniques import busiest, fewest_years, longest, rights_of, spread
from flux.conversion.errors import ConversionError
from flux.conversion.etat_des_lieux import EtatDesLieux, Holder
from flux.conversion.outcome import Conversion, Method, Part, Terms
from flux.conversion.stock_share import shares_of


def convert(etat: EtatDesLieux, terms: Terms) -> Conversion:
    """The parts each réservataire gets; the order of lots changes nothing. Raises `ConversionError`.

    Droits simples and rights that ended before the year do not convert; their dwellings stay in the stock. Shares
    never sum above the flux and the State's caps hold every year. In counted methods the flux is in whole
    dwellings, its fraction left out: a cap counts dwellings that exist.
    """
    if terms.method is Method.POURCENTAGE:
        return _by_percentage(etat, terms)
    flux = _whole_flux(etat, terms)
    if terms.method is Method.DROITS_UNIQUES:
        return _by_rights(etat, terms, flux)
    return _by_needs(etat, terms, flux)


def _by_percentage(etat: EtatDesLieux, terms: Terms) -> Conversion:
    claims = shares_of(etat, terms.weighting, terms.year)
    shares = terms.caps.shares(claims, _kinds(etat.holders))
    freed = etat.freed_in_a_year() if terms.flux is None else Fraction(terms.flux)
    parts = (
        Part(
            holder=etat.holders[name],
            dwellings=sum(lot.dwellings for lot in lots),
            claimed=claims[name],
            share=shares[name],
            per_year=() if freed is None else (shares[name] * freed,),
        )
        for name, lots in etat.converting(terms.year).items()
    )
    return Conversion(terms, freed, tuple(parts))


def _by_rights(etat: EtatDesLieux, terms: Terms, flux: int) -> Conversion:
    lots = etat.converting(terms.year)
    rights = {name: rights_of(ours, terms.year) for name, ours in lots.items()}
    years = {name: terms.years or longest(ours, terms.year) for name, ours in lots.items()}
    drawn = spread(rights, years, _kinds(etat.holders), terms.caps, flux)
    if busiest(drawn) > flux:
        raise ConversionError(_too_many_rights(rights, busiest(drawn), flux))
    parts = (
        Part(
            holder=etat.holders[name],
            dwellings=sum(lot.dwellings for lot in ours),
            claimed=Fraction(-(-rights[name].__floor__() // years[name]), flux),
            share=Fraction(drawn[name][0], flux),
            per_year=tuple(map(Fraction, drawn[name])),
            rights=rights[name],
        )
        for name, ours in lots.items()
    )
    return Conversion(terms, Fraction(flux), tuple(parts))


def _by_needs(etat: EtatDesLieux, terms: Terms, flux: int) -> Conversion:
    holders = {**etat.holders, **terms.newcomers}
    given = terms.caps.dwellings(terms.needs, _kinds(holders), flux)
    if sum(given.values()) > flux:
        raise ConversionError(
            f"Les besoins négociés font {sum(given.values())} logements par an et le flux attendu est de {flux} : "
            "réduisez les besoins, ou corrigez le flux attendu (--flux)."
        )
    held = etat.converting(terms.year)
    parts = (
        Part(
            holder=holders[name],
            dwellings=sum(lot.dwellings for lot in held.get(name, ())),
            claimed=Fraction(terms.needs[name], flux),
            share=Fraction(given[name], flux),
            per_year=(Fraction(given[name]),),
        )
        for name in sorted(terms.needs)
    )
    return Conversion(terms, Fraction(flux), tuple(parts))


def _whole_flux(etat: EtatDesLieux, terms: Terms) -> int:
    freed = etat.freed_in_a_year() if terms.flux is None else Fraction(terms.flux)
    if freed is None:
        raise ConversionError(
            "Le flux attendu est inconnu : il manque la rotation d'une partie du parc. Donnez le nombre de "
            "logements attendus dans l'année (--flux), ou remplissez la colonne « rotation » à toutes les lignes."
        )
    if freed < 1:
        raise ConversionError(
            "Le flux attendu ne fait pas un logement par an : il n'y a rien à partager. "
            "Vérifiez la colonne « rotation », ou donnez le flux attendu (--flux)."
        )
    return freed.__floor__()


def _too_many_rights(rights: Mapping[str, Fraction], most: int, flux: int) -> str:
    years = fewest_years(rights.values(), flux)
    remedy = f"étalez-les sur {years} ans (--years {years})" if years else "convertissez par pourcentage"
    return f"Les droits feraient {most} logements dans une année, pour un flux attendu de {flux} : {remedy}."


def _kinds(holders: Mapping[str, Holder]) -> dict[str, str]:
    return {name: holder.kind for name, holder in holders.items()}
