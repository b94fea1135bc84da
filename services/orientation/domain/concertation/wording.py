"""The sentences of a concertation, in French a clerk can read aloud."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flux.calendar import legal_date
from flux.programme_split import Commitment, Home
from orientation.domain.instants import spoken_date

NO_PROGRAMME = "Aucun programme n'est déclaré pour cette première mise en location : il rejoint le flux."
NEVER_OPENED = (
    "Son programme n'a pas été ouvert à la concertation dans le délai d'attente : il rejoint le flux."
)
COUNTED_APART = "Proposé pour un tour : décompté à part, hors du flux."
UNDERWAY = "La concertation sur son programme est en cours : il attend sa conclusion."


def honours(commitment: Commitment, rank: int, honoured: int) -> str:
    """Which commitment a dwelling honours, and which of its dwellings it is."""
    partly = f", {honoured} honoré{_s(honoured)} en tout" if honoured < commitment.count else ""
    return (
        f"Honore l'engagement de {_dwellings(commitment)} envers {commitment.reservataire} "
        f"({rank} sur {commitment.count}{partly})."
    )


def free(home: Home, commitments: Sequence[Commitment]) -> str:
    """Why a dwelling of the split goes to nobody."""
    kind = f"{home.typologie} {home.financement}"
    if home.barred:
        names = " et ".join(sorted(home.barred))
        return f"{names} y a renoncé et aucun autre engagement ne le prend : il rejoint le flux."
    if any(each.suits(home) for each in commitments):
        return f"Les engagements qui demandent un {kind} sont déjà honorés : il rejoint le flux."
    return f"Aucun engagement ne demande un {kind} : il rejoint le flux."


def lack(commitment: Commitment, honoured: int, homes: Iterable[Home]) -> str:
    """What a commitment lacks, and why."""
    of_kind = [
        home
        for home in homes
        if commitment.financement in {None, home.financement}
        and commitment.typologie in {None, home.typologie}
    ]
    given_up = [home for home in of_kind if commitment.reservataire in home.barred]
    head = f"{commitment.count} promis, {honoured} honoré{_s(honoured)} : "
    if given_up:
        return head + f"{commitment.reservataire} a renoncé à {len(given_up)} logement{_s(len(given_up))}."
    if len(of_kind) < commitment.count:
        shared = ", que d'autres engagements demandent aussi" if honoured < len(of_kind) else ""
        return head + f"le programme compte {_counted(len(of_kind), commitment)}{shared}."
    return head + "les autres logements qui conviennent honorent d'autres engagements, au prorata."


def not_in_programme(programme_id: str) -> str:
    """Why a dwelling of a concluded programme goes to nobody: the split does not know it."""
    return f"Le logement n'est pas dans la répartition du programme {programme_id} : il rejoint le flux."


def not_opened_yet(until: datetime, departement: str) -> str:
    """Until when a dwelling waits for its programme."""
    day = spoken_date(legal_date(until, departement))
    return f"Son programme n'est pas encore ouvert : il attend jusqu'au {day}, puis rejoint le flux."


def nobody_took_it(reservataire: str) -> str:
    """Why a dwelling of the split joins the flux after all."""
    return f"Proposé à {reservataire} à l'issue de la concertation, sans suite : il rejoint le flux."


def concluded(programme_id: str, because: str) -> str:
    """Why a dwelling goes to a réservataire without a turn of the rotation."""
    return f"Répartition du programme {programme_id}. {because}"


def without_line(reservataire: str) -> str:
    """Why a dwelling that should count in the flux is counted apart."""
    return f"{reservataire} n'a pas de convention qui couvre ce logement : il est décompté à part."


def cannot(reservataire: str, obstacle: str) -> str:
    """Why a dwelling that counts in the flux does not go to the one the split names."""
    return (
        f"{reservataire}, à qui la répartition le donne, ne peut pas le recevoir dans le flux : {obstacle}."
    )


def place(promised: int, has: int, *, is_chosen: bool) -> str:
    """What each party of the programme reads of a dwelling offered by the split."""
    owed = f"{promised} promis, {has} dans la répartition"
    return (
        f"La répartition le lui donne ({owed})."
        if is_chosen
        else f"La répartition le donne à un autre ({owed})."
    )


def reassigned(reservataire: str) -> str:
    """The bailleur's own arbitration of a first letting."""
    return f"Le bailleur a décidé, avec un motif, de donner cette première mise en location à {reservataire}."


def _dwellings(commitment: Commitment) -> str:
    return _counted(commitment.count, commitment)


def _counted(number: int, commitment: Commitment) -> str:
    kind = " ".join(word for word in (commitment.typologie, commitment.financement) if word)
    return f"{number} logement{_s(number)} {kind}".rstrip()


def _s(number: int) -> str:
    return "s" if number > 1 else ""
