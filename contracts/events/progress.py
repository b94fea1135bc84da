"""Progress: where a convention stands against its commitment, on topic ``progress``."""

from pydantic import Field

from contracts.bodies import EmittedBody
from contracts.values import Code, Count, FractionText, Identifier, Instant, Many, PartyId, Year


class GapCauses(EmittedBody):
    """The gap split by cause; the parts sum to it."""

    flux: FractionText = Field(description="Too few dwellings freed.")
    refusals: FractionText = Field(description="Refusals by the réservataire or its candidates.")
    arbitration: FractionText = Field(description="The bailleur's arbitration.")


class Counters(EmittedBody):
    """The counters kept apart, never one counted number (arrêté du 28 novembre 2011).

    ``proposed`` = ``leased`` + ``refused`` + ``expired`` + ``not_attributed`` + ``withdrawn`` + ``open``.
    """

    proposed: Count = Field(description="Put at disposal; one annulled is not.")
    attributed: Count = Field(description="Attributed by the CALEOL; stays so if the candidate then refuses.")
    leased: Count = Field(description="Lease signed.")
    refused: Count = Field(description="Refused.")
    expired: Count = Field(description="Left without an answer.")
    withdrawn: Count = Field(0, description="Taken back: overridden, or its convention ended.")
    overridden: Count = Field(0, description="Re-assigned by the bailleur; pre-assignments too.")
    open: Count = Field(description="Awaiting an answer.")
    not_attributed: Count = Field(0, description="Ended by the CALEOL: nobody was retained.")
    annulled: Count = Field(0, description="Proposed, then the vacancy was corrected or was not free.")
    delegated: Count = Field(0, description="Designations made by the bailleur on its behalf.")
    refused_on_behalf: Count = Field(0, description="Of those refused, said by the bailleur on its behalf.")


class Forecast(EmittedBody):
    """Units expected at year end, with their interval."""

    units: FractionText = Field(description="Most likely.")
    low: FractionText = Field(description="Low end of the interval: eight chances in ten to fall inside.")
    high: FractionText = Field(description="High end of the interval.")


class Commitment(EmittedBody):
    """Where the convention stands against the year as it was announced."""

    year: FractionText = Field(description="Dwellings of the whole year: the objective, or share × forecast.")
    to_date: FractionText = Field(description="Its part for the days elapsed.")
    missing: FractionText = Field(description="``to_date`` minus units.")
    causes: GapCauses = Field(
        description="``missing`` split by cause; exclusions above the forecast are arbitration."
    )


class LineProgress(Counters):
    """One line of a convention that holds several."""

    line: Identifier = Field(description="The line.")
    units: FractionText = Field(description="Dwellings counted by its décompte.")
    expected: FractionText = Field(description="Dwellings it should have had by now.")
    gap: FractionText = Field(description="Expected minus units.")
    causes: GapCauses = Field(description="Why there is a gap.")


class ProgressUpdated(Counters):
    """How far a convention has come."""

    scope: str = Field(description="``<bailleur>:<departement>``.")
    sequence: int | None = Field(None, ge=1, description="Sequence of the last item counted.")
    year: Year = Field(description="Flux year.")
    convention_id: Identifier = Field(description="The convention; also the key of the compacted topic.")
    reservataire: PartyId | None = Field(None, description="Who holds it.")
    as_of: Instant = Field(description="Event time of the last item counted.")
    units: FractionText = Field(description="Dwellings counted by its décompte.")
    units_by_year: dict[str, FractionText] | None = Field(
        None,
        description="What was counted for it so far by the year it counts in, when some counts in another year.",
    )
    expected: FractionText = Field(description="Dwellings it should have had by now.")
    carried: FractionText | None = Field(
        None, description="Part of ``expected`` that its carry-over gave so far; none without a carry-over."
    )
    gap: FractionText = Field(description="Expected minus units: what is still owed.")
    causes: GapCauses | None = Field(None, description="Why there is a gap.")
    awaited: FractionText | None = Field(
        None,
        description="Part of the gap that proposals still open would fill; it stands in ``causes.flux``.",
    )
    commitment: Commitment | None = Field(
        None, description="Against the year announced; none without an objective or a declared forecast."
    )
    forecast: Forecast | None = Field(None, description="Where the year is heading; none too early.")
    flux: Count | None = Field(None, description="Dwellings of the scope's flux so far.")
    outside_flux: dict[Code, Count] | None = Field(
        None, description="Dwellings of the scope left outside the flux so far, by reason."
    )
    apart: Counters | None = Field(
        None, description="First lettings given by a concertation: counted apart, in nothing above."
    )
    lines: Many[LineProgress] | None = Field(None, description="Its lines, when it holds several.")
    by: dict[str, dict[str, dict[str, Count]]] = Field(
        description="Counters by typologie, financement, qpv, commune, construction_period (CCH R.441-5-1) and "
        "month of the event."
    )
