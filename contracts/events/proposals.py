"""Proposals: a dwelling is offered to a réservataire, and the offer ends without it."""

from typing import Literal

from pydantic import Field

from contracts.bodies import EmittedBody, StreamItem
from contracts.events.vacancies import Dwelling
from contracts.values import Code, Departement, Identifier, Instant, Many, PartyId, Siren, Year
from contracts.vocabulary import Management


class ProposalItem(StreamItem):
    """What every item about a proposal carries, on ``orientations`` and on ``proposals.<réservataire>``.

    On the réservataire's own topic ``sequence`` is `reservataire_sequence`.
    """

    proposal_id: Identifier = Field(description="Derived from the decision.")
    vacancy_id: Identifier = Field(description="The vacancy.")
    reservataire: PartyId = Field(description="Who is offered the dwelling.")
    convention_id: Identifier | None = Field(None, description="By which convention; none: pour un tour.")
    line: Identifier | None = Field(None, description="By which line of it.")
    attempt: int | None = Field(None, ge=1, description="Round of the dwelling, from 1.")
    because: Many[str] | None = Field(None, description="The explanation, in French.")
    reservataire_sequence: int | None = Field(
        None, ge=1, description="Place on ``proposals.<réservataire>``."
    )


class ProposalIssued(ProposalItem):
    """The dwelling is put at the réservataire's disposal (counted, arrêté du 28 novembre 2011)."""

    dwelling: Dwelling = Field(description="The dwelling as declared.")
    management: Management = Field(description="Who designates the candidates.")
    respond_by: Instant = Field(description="When the offer lapses without an answer.")
    construction_period: Identifier | None = Field(None, description="Segment of the construction year.")
    counted: Literal["apart", "flux"] | None = Field(
        None, description="``apart``: a first letting, for one turn, that the flux does not count."
    )
    programme_id: Identifier | None = Field(None, description="The programme of a first letting.")


class ProposalExpired(ProposalItem):
    """No answer in time: the dwelling goes on, and the réservataire is told (arrêté du 10 mars 2011)."""

    cause_of_closing: Code = Field(description="``sans_reponse``.")


class ProposalWithdrawn(ProposalItem):
    """The offer is taken back through no act of the réservataire."""

    spoken_by: PartyId | None = Field(None, description="Who took it back.")
    cause_of_closing: Literal["override", "amended", "withdrawn", "convention_ended", "handed_back"] = Field(
        description="Why it is taken back."
    )


class ProposalClosed(EmittedBody):
    """The proposal has come to an end, whatever its cause; of several, the last one stands.

    After ``attribution`` a ``bail`` follows, or the end of it all: ``refus_candidat``, ``non_attribution``…
    """

    scope: str = Field(description="``<bailleur>:<departement>``; also the message key.")
    sequence: int = Field(ge=1, description="Place on ``proposals.<réservataire>``.")
    year: Year = Field(description="Flux year of the vacancy.")
    bailleur: Siren = Field(description="SIREN of the landlord.")
    departement: Departement = Field(description="Département of the scope.")
    at: Instant = Field(description="When it happened (event time).")
    proposal_id: Identifier = Field(description="The proposal.")
    vacancy_id: Identifier = Field(description="The vacancy.")
    reservataire: PartyId = Field(description="Who was offered the dwelling.")
    convention_id: Identifier | None = Field(None, description="By which convention; none: pour un tour.")
    cause: Code = Field(
        description="``refus_motive``, ``refus_sans_motif``, ``sans_candidat``, ``refus_candidat``, "
        "``non_attribution``, ``irrecevabilite``, ``attribution``, ``bail``, ``sans_reponse``, ``override``, "
        "``amended``, ``withdrawn``, ``convention_ended``."
    )
    reason: Code | None = Field(None, description="Refusal code, of a refusal.")
    spoken_by: PartyId | None = Field(None, description="Who ended it; none: nobody, its time was over.")
    on_behalf: bool = Field(description="Said by the bailleur on behalf of the réservataire.")
