"""The topics of each party, in the role it was given: its name does not tell, an EPCI may bear its SIREN."""

from pydantic import TypeAdapter, ValidationError

from contracts.authority import RESERVATAIRE_SAYS
from contracts.catalogue import EMITTED, FAMILIES, TOPIC_OF
from contracts.speakers import Speaker
from contracts.values import PartyId, Siren

OF_RESERVATAIRES = frozenset(TOPIC_OF[kind] for kind in RESERVATAIRE_SAYS)
"""The families a réservataire says something in."""
_SIREN, _PARTY = TypeAdapter[str](Siren), TypeAdapter[str](PartyId)


def bailleur(siren: str) -> Speaker:
    """A bailleur; `ValueError` when that is no SIREN."""
    try:
        return Speaker("bailleur", _SIREN.validate_python(siren))
    except ValidationError as error:
        raise ValueError(
            f"« {siren} » n'est pas le SIREN d'un bailleur : neuf chiffres, sans faute."
        ) from error


def reservataire(name: str) -> Speaker:
    """A réservataire, nine digits or not; `ValueError` when that cannot name its topics."""
    return Speaker("reservataire", account(name))


def account(name: str) -> str:
    """A name somebody is known by on the cluster, party or observatory; `ValueError` when it cannot be."""
    try:
        return _PARTY.validate_python(name)
    except ValidationError as error:
        raise ValueError(f"« {name} » n'est pas un identifiant : A-Z, 0-9 et -, 64 au plus.") from error


def written_by(speaker: Speaker) -> list[str]:
    """The topics a party speaks on."""
    families = [each for each in FAMILIES if speaker.role == "bailleur" or each in OF_RESERVATAIRES]
    return [f"{family}.{speaker.party}" for family in families]


def told_to(speaker: Speaker) -> list[str]:
    """The topics meant for a party alone: its proposals, and what was refused of its words."""
    proposals = [f"proposals.{speaker.party}"] if speaker.role == "reservataire" else []
    return [*proposals, *(f"{topic}.rejected" for topic in written_by(speaker))]


def told_to_everybody() -> list[str]:
    """What services write, whoever it is for."""
    return sorted({topic for _, topics in EMITTED.values() for topic in topics if "{" not in topic})
