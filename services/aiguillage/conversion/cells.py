"""Reads the cells of an état des lieux as clerks write them: « 8,5 % », « 31/12/2040 », « Droit de suite »."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from aiguillage.conversion.faults import CellError
from aiguillage.conversion.plain import plain
from contracts.refusals import closest
from contracts.values import Commune, PartyId
from contracts.vocabulary import ReservataireKind
from flux.conversion import Right

MOST_DWELLINGS = 10_000_000
SIREN_DIGITS = 9
RIGHTS = {
    "droit_de_suite": Right.DROIT_DE_SUITE,
    "suite": Right.DROIT_DE_SUITE,
    "droits_de_suite": Right.DROIT_DE_SUITE,
    "droit_simple": Right.DROIT_SIMPLE,
    "simple": Right.DROIT_SIMPLE,
    "droits_simples": Right.DROIT_SIMPLE,
    "droit_unique": Right.DROIT_SIMPLE,
    "pour_un_tour": Right.DROIT_SIMPLE,
    "non_reserve": Right.NON_RESERVE,
    "non_reserves": Right.NON_RESERVE,
    "aucun": Right.NON_RESERVE,
}
"""What clerks call the rights; told by the first name of each."""
KINDS: Mapping[str, str] = {
    **{kind: kind for kind in get_args(ReservataireKind)},
    "etat_pour_ses_agents": "etat_agents",
    "agents_de_l_etat": "etat_agents",
    "al": "action_logement",
    "ville": "commune",
    "1": "etat_agents",
    "2": "etat_prioritaires",
    "3": "action_logement",
    "6": "autre",
}
"""Kinds by what clerks call them, RPLS contingents included (4 and 5 name several kinds: they are not read)."""
_WHOLE = re.compile(r"[0-9]{1,10}(?:[.,]0{1,6})?")
_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,7}))?%?")
_DAY = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4}))")
_BLANKS = re.compile(r"[\s\u00a0\u202f]")
_PARTY, _COMMUNE = TypeAdapter(PartyId), TypeAdapter(Commune)


def count(cell: str) -> int:
    """A number of dwellings: « 1 250 », « 50,0 »."""
    bare = _BLANKS.sub("", cell)
    if not _WHOLE.fullmatch(bare) or int(re.split("[.,]", bare)[0]) > MOST_DWELLINGS:
        raise CellError(f"trouvé « {cell} », attendu un nombre entier de logements, par exemple 50.")
    return int(re.split("[.,]", bare)[0])


def percent(cell: str) -> Fraction | None:
    """A rate per dwelling: « 8,5 % » is 17/200; empty is unknown."""
    if not cell:
        return None
    read = _PERCENT.fullmatch(_BLANKS.sub("", cell))
    if read is not None:
        decimals = read[2] or ""
        rate = Fraction(int(read[1] + decimals), 100 * 10 ** len(decimals))
        if rate <= 1:
            return rate
    raise CellError(f"trouvé « {cell} », attendu un pourcentage de 0 à 100, par exemple 8 ou 8,5.")


def day(cell: str) -> date | None:
    """A last day: « 31/12/2040 » or « 2040-12-31 »; empty is unknown."""
    if not cell:
        return None
    read = _DAY.fullmatch(cell)
    try:
        if read is not None and read[1]:
            return date(int(read[1]), int(read[2]), int(read[3]))
        if read is not None:
            return date(int(read[6]), int(read[5]), int(read[4]))
    except ValueError:  # the 31st of February: told like any other text that is no day
        pass
    raise CellError(f"trouvé « {cell} », attendu une date réelle : JJ/MM/AAAA ou AAAA-MM-JJ.")


def right(cell: str) -> Right:
    """What stands on the dwellings."""
    found = RIGHTS.get(plain(cell))
    if found is None:
        allowed = [str(each) for each in Right]
        raise CellError(f"trouvé « {cell} », attendu {', '.join(allowed)}.{closest(plain(cell), allowed)}")
    return found


def kind(cell: str) -> str:
    """What the réservataire is in law."""
    found = KINDS.get(plain(cell))
    if found is None:
        allowed = list(get_args(ReservataireKind))
        raise CellError(f"trouvé « {cell} », attendu {', '.join(allowed)}.{closest(plain(cell), allowed)}")
    return found


def holder_of(contingent: str) -> str:
    """Who holds a contingent that nobody names: « 3 » is ACTION-LOGEMENT; a name that is one already stands."""
    found = KINDS.get(plain(contingent))
    if found is None or (contingent.isupper() and contingent.isascii()):
        return contingent
    return found.upper().replace("_", "-")


def party(cell: str) -> str:
    """A réservataire's id: it names a topic, so nothing is guessed but the spelling to write."""
    try:
        return _PARTY.validate_python(cell)
    except ValidationError:
        spelt = plain(cell).upper().replace("_", "-")[:64]
        remedy = f" Écrivez par exemple « {spelt} »." if spelt else " Remplissez la cellule."
        raise CellError(
            f"trouvé « {cell} », attendu un identifiant : capitales, chiffres et tirets, 64 au plus.{remedy}"
        ) from None


def commune(cell: str) -> str | None:
    """An INSEE code; empty is unknown."""
    if not cell:
        return None
    try:
        return _COMMUNE.validate_python(cell.zfill(5))
    except ValidationError:
        raise CellError(
            f"trouvé « {cell} », attendu un code INSEE de cinq caractères, par exemple 93048."
        ) from None


def territory(cell: str) -> str | None:
    """The code of a commune (INSEE) or of an EPCI or EPT (SIREN); empty is not said."""
    if len(_BLANKS.sub("", cell)) == SIREN_DIGITS and _BLANKS.sub("", cell).isdecimal():
        return _BLANKS.sub("", cell)
    try:
        return commune(cell)
    except CellError:
        raise CellError(
            f"trouvé « {cell} », attendu le code INSEE d'une commune ou le SIREN d'un EPCI ou EPT (neuf chiffres)."
        ) from None
