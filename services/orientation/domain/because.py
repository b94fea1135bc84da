"""The sentences of a decision, in French a clerk can read aloud."""

from datetime import datetime
from functools import lru_cache

from flux.calendar import legal_date
from flux.rotation import Ranked
from flux.units import BAILLEUR, DWELLING, spoken
from orientation.domain.instants import spoken_date
from orientation.domain.parties import Party

KEPT_AS_REMAINDER = "C'est le tour du bailleur : le logement revient à sa part non réservée."
NOBODY = "Aucun réservataire ne peut recevoir ce logement et le bailleur n'a pas de part non réservée."
ALREADY_HOLDING = "La correction de la déclaration ne lui retire pas le tour qu'il avait déjà."
STILL_ARBITRATED = (
    "Le bailleur en avait décidé, avec un motif : la correction de la déclaration n'y change rien, et il reste compté "
    "comme son arbitrage."
)
CONCERTED = "La concertation le lui donne, décompté dans le flux : il prend ce tour."
CONFIRMED = "Le bailleur a confirmé cette orientation."
NOT_OPPOSED = "Le bailleur a laissé cette orientation suivre son cours."
NEXT_ROUND = "Ne prend part qu'au premier tour et aux remises."
NORMALISED = (
    "Les parts des conventions dépassent 100 % dans cette commune : elles ont été ramenées en proportion."
)


@lru_cache(maxsize=4_096)
def percent(share: int) -> str:
    """A share as a percentage read aloud: ``22,5 %``."""
    whole, rest = divmod(share, DWELLING // 100)
    decimals = f"{rest:07d}".rstrip("0")
    return f"{whole},{decimals} %" if decimals else f"{whole} %"


def turn(party: Party, credit: int, engaged: int) -> str:
    """Why the chosen party has its turn."""
    if party.name == BAILLEUR:
        return KEPT_AS_REMAINDER
    return (
        f"C'est le tour de {party.reservataire} : part de {percent(party.share)}{_carry(party)}, "
        f"crédit de {spoken(credit)} pour {spoken(engaged)} déjà engagé, le plus urgent à servir."
    )


def _carry(party: Party) -> str:
    """What a carry-over does to its share."""
    if not party.carry:
        return ""
    way = "dont" if party.carry > 0 else "après une reprise de"
    years = " de report" if party.carry > 0 else " reçus en trop"
    return f" ({way} {percent(abs(party.carry))}{years})"


def steered(
    *, override: str | None, keep: str | None, concerted: str | None, chosen: Party | None
) -> str | None:
    """Why the chosen party stands first when its turn is not the reason."""
    if override is not None:
        return "Désigné par le bailleur, avec un motif"
    if chosen is not None and concerted == chosen.name:
        return "Désigné par la concertation"
    if chosen is not None and keep == chosen.name:
        return "Garde le tour qu'il avait déjà"
    return None


def fixed_turn(party: Party, weight: int) -> str:
    """Why the chosen party has its turn in the fixed order (5b), which looks at no progress."""
    if party.name == BAILLEUR:
        return KEPT_AS_REMAINDER
    return f"C'est le tour de {party.reservataire} dans l'ordre fixe, où il pèse {percent(weight)}."


def fixed_place(position: int, steered: str | None) -> str:
    """Where an eligible party stands in the fixed order."""
    if position == 0:
        return f"{steered or 'Son tour est venu dans l’ordre fixe'}."
    return "Vient après dans l'ordre fixe."


def place(ranked: Ranked, position: int, credit: int, engaged: int, steered: str | None = None) -> str:
    """Where an eligible party stands in the order of turn."""
    balance = f"crédit {spoken(credit)}, engagé {spoken(engaged)}"
    if position == 0:
        return f"{steered or 'Son tour est venu'} ({balance})."
    if ranked.is_entitled:
        return f"Peut y prétendre, mais un autre doit être servi avant ({balance})."
    return f"Ce n'est pas encore son tour ({balance})."


def obstacle(party: Party) -> str:
    """Why a party may not take the dwelling."""
    return f"Ne peut pas le recevoir : {party.obstacle}."


def answer_by(respond_by: datetime, departement: str) -> str:
    """Until when the réservataire may answer."""
    return f"Réponse attendue jusqu'au {spoken_date(legal_date(respond_by, departement))}."


def confirm_by(hours: int) -> str:
    """Until when the bailleur may keep the last word."""
    return f"Pré-affecté : le bailleur a {hours} heures pour confirmer ou décider autrement avec un motif."


def held(until: datetime, departement: str) -> str:
    """Why a vacancy waits."""
    day = spoken_date(legal_date(until, departement))
    return f"Aucune convention n'est encore connue : le logement est mis en attente jusqu'au {day}."


def hand_back(attempts: int) -> str:
    """Why the dwelling goes back to the bailleur for one turn."""
    if attempts <= 1:
        return "Aucun autre réservataire ne peut le recevoir : il revient au bailleur pour un tour."
    return f"Après {attempts} propositions sans suite, il revient au bailleur pour un tour."


def missing_facts(names: list[str]) -> str:
    """Which facts a criterion could not be checked on."""
    return f"Non renseigné dans la déclaration, donc sans effet sur les critères : {', '.join(names)}."


def overridden(reservataire: str) -> str:
    """The bailleur's own arbitration."""
    return f"Le bailleur a décidé, avec un motif, d'attribuer ce tour à {reservataire} : compté comme son arbitrage."
