"""Progress: where a convention stands against its commitment, on topic ``progress``."""

from pydantic import Field

from contracts.bodies import EmittedBody
from contracts.values import Count, FractionText, Identifier, Instant, PartyId, Year


class GapCauses(EmittedBody):
    """The gap split by cause; the parts sum to it."""

    flux: FractionText = Field(description="Too few dwellings freed.")
    refusals: FractionText = Field(description="Refusals by the réservataire or its candidates.")
    arbitration: FractionText = Field(description="The bailleur's arbitration.")


class Counters(EmittedBody):
    """The counters kept apart, never one counted number (arrêté du 28 novembre 2011)."""

    proposed: Count = Field(description="Put at disposal.")
    attributed: Count = Field(description="Attributed by the CALEOL.")
    leased: Count = Field(description="Lease signed.")
    refused: Count = Field(description="Refused.")
    expired: Count = Field(description="Left without an answer.")
    withdrawn: Count = Field(0, description="Taken back.")
    overridden: Count = Field(0, description="Re-assigned by the bailleur.")
    open: Count = Field(description="Awaiting an answer.")


class Forecast(EmittedBody):
    """Units expected at year end, with their interval."""

    units: FractionText = Field(description="Most likely.")
    low: FractionText = Field(description="Low end of the interval.")
    high: FractionText = Field(description="High end of the interval.")


class ProgressUpdated(Counters):
    """How far a convention has come."""

    scope: str = Field(description="``<bailleur>:<departement>``.")
    sequence: int | None = Field(None, ge=1, description="Sequence of the last item counted.")
    year: Year = Field(description="Flux year.")
    convention_id: Identifier = Field(description="The convention; also the key of the compacted topic.")
    reservataire: PartyId | None = Field(None, description="Who holds it.")
    as_of: Instant = Field(description="Event time of the last item counted.")
    units: FractionText = Field(description="Dwellings counted by its décompte.")
    expected: FractionText = Field(description="Dwellings it should have had by now.")
    gap: FractionText = Field(description="Expected minus units: what is still owed.")
    causes: GapCauses | None = Field(None, description="Why there is a gap.")
    forecast: Forecast | None = Field(None, description="Where the year is heading.")
    by: dict[str, dict[str, dict[str, Count]]] = Field(
        description="Counters by typologie, financement, qpv, commune, construction_period (CCH R.441-5-1)."
    )
