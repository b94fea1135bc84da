"""Why a message was refused: a code for machines, a place in the JSON, a sentence for who mends it.

Exception
└── Rejected    this message only: store it with its reason, go on with the next one
"""

from enum import StrEnum


class RejectionReason(StrEnum):
    """What is wrong with a refused message; the value is the header ``aiguillage-error-reason``."""

    MESSAGE_VIDE = "message_vide"
    """No value at all (a tombstone): inputs are never erased by key."""
    TROP_GRAND = "trop_grand"
    """More than 512 kB, a text or a number beyond its limit."""
    TEXTE_ILLISIBLE = "texte_illisible"
    """Not UTF-8."""
    CARACTERE_INTERDIT = "caractere_interdit"
    """U+0000 or a lone surrogate: no database keeps them; in a label or an id, a character nobody can write or see."""
    JSON_INVALIDE = "json_invalide"
    """Not JSON, or NaN / Infinity."""
    CLE_EN_DOUBLE = "cle_en_double"
    """The same key twice in one object: nobody can say which one was meant."""
    TROP_PROFOND = "trop_profond"
    """More than 32 levels."""
    ENVELOPPE = "enveloppe"
    """A CloudEvents attribute is missing or wrong."""
    ENTETE_INVALIDE = "entete_invalide"
    """A ``ce_`` Kafka header is null, not UTF-8 or there twice."""
    TYPE_INCONNU = "type_inconnu"
    """No such event in version 1."""
    TOPIC_INATTENDU = "topic_inattendu"
    """The event does not belong on this topic."""
    TOPIC_PARTAGE = "topic_partage"
    """A shared topic while ``AIGUILLAGE_TRUST`` is ``topics``."""
    EMETTEUR = "emetteur"
    """The topic, the source and the party in the body are not one and the same, or may not say this."""
    SANS_DELEGATION = "sans_delegation"
    """A bailleur says a réservataire's word, and no convention lets it."""
    CHAMP_MANQUANT = "champ_manquant"
    """A required field is absent."""
    TYPE_DE_VALEUR = "type_de_valeur"
    """A text where a number is due, and the like."""
    VALEUR_INCONNUE = "valeur_inconnue"
    """Not one of the allowed values."""
    VALEUR_INVALIDE = "valeur_invalide"
    """Right type, impossible content: a SIREN, a commune code, a negative surface…"""
    DATE_IMPOSSIBLE = "date_impossible"
    """Not a date, without time zone, or outside what can be."""
    DEPARTEMENT_INCOHERENT = "departement_incoherent"
    """The département is not that of the commune."""
    PART_EXCESSIVE = "part_excessive"
    """One share above 100 %."""
    DONNEE_PERSONNELLE = "donnee_personnelle"
    """A field names a person: only its path may be kept, never the message."""
    CONFLIT = "conflit"
    """The same identity with other content (found by the journal, not by the reader)."""
    VACANCE_INCONNUE = "vacance_inconnue"
    """An amendment or a withdrawal of a vacancy nobody declared."""
    VACANCE_DEJA_DECLAREE = "vacance_deja_declaree"
    """The vacancy was declared with other content: it is amended, not declared again."""
    PROGRAMME_INCONNU = "programme_inconnu"
    """An answer about a programme nobody opened."""
    HORS_CONCERTATION = "hors_concertation"
    """An answer of a réservataire to whom the programme promises nothing."""
    PROPOSITION_INCONNUE = "proposition_inconnue"
    """An outcome whose proposal never came within the limit."""
    TROP_EN_ATTENTE = "trop_en_attente"
    """An outcome whose proposal is not there, of a party that has too many of them waiting in the scope."""
    PROPOSITION_D_AUTRUI = "proposition_d_autrui"
    """An outcome that speaks of somebody else's proposal."""
    HORS_FLUX = "hors_flux"
    """An override of a dwelling that does not follow the rotation."""
    SANS_CONVENTION = "sans_convention"
    """An override in favour of a party without a convention that covers the dwelling."""
    CONVENTION_INCONNUE = "convention_inconnue"
    """An adjustment, an end or a contestation of a convention nobody signed."""
    CONVENTIONS_CHEVAUCHANTES = "conventions_chevauchantes"
    """Two conventions of one bailleur, réservataire and département in force at once (CCH art. R.441-5)."""
    TERRITOIRE_INCONNU = "territoire_inconnu"
    """A territory whose communes cannot be told."""
    PLAFOND_ETAT = "plafond_etat"
    """Shares of the State above its cap, or its agents' above theirs (CCH art. R.441-5-2)."""
    ERREUR_INTERNE = "erreur_interne"
    """The message broke the service each time it was tried: our fault, it is kept to be tried again."""


class Rejected(Exception):  # noqa: N818 - the field's word; a refused message is an outcome, not a failure
    """This message is refused; the next one may be good.

    ``reason`` is the code, ``path`` the JSON path of the fault (``$.data.dwelling.typologie``), ``message``
    one French sentence: what was found, what is allowed, what to do.
    """

    def __init__(self, reason: RejectionReason, path: str, message: str) -> None:
        super().__init__(reason, path, message)
        self.reason = reason
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.reason} {self.path}: {self.message}"
