"""Conventions de réservation: who is owed which share of a bailleur's flux, where, and how it is counted."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.bodies import Part, ScopedBody, same_departement
from contracts.values import (
    Amount,
    Code,
    Commune,
    Count,
    FreeText,
    Identifier,
    Label,
    Many,
    NearDate,
    PartyId,
    Percent,
    Quantity,
    TermDate,
    Weight,
    Year,
)
from contracts.vocabulary import (
    Confirmation,
    CorrectionMethod,
    CriterionKind,
    DecompteMethod,
    Delegation,
    Dimension,
    ForecastStatus,
    Management,
    ReservataireKind,
    Scale,
    YearOf,
)


class Reservataire(Part):
    """The organisation that holds the reservation; never a person."""

    id: PartyId = Field(description="Its id; names its topic ``proposals.<id>``.")
    kind: ReservataireKind = Field(description="What it is in law (CCH R.441-5).")
    name: Label | None = Field(None, description="Its name, as people read it.")


class Territory(Part):
    """Where a share is owed."""

    scale: Scale = Field(description="Scale at which the share binds orientation and monitoring.")
    code: Identifier | None = Field(None, description="EPCI or EPT code, or a zone of the zones referential.")
    communes: Many[Commune] | None = Field(None, description="INSEE codes, when the communes are listed.")

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.scale == "communes" and not self.communes:
            raise _missing("communes", "Une échelle « communes » demande la liste de ses communes.")
        if self.scale in {"epci", "ept", "zone"} and self.code is None and not self.communes:
            raise _missing("code", "Une échelle « epci », « ept » ou « zone » demande son code.")
        return self


class Line(Part):
    """One share on one territory, of a convention that holds several."""

    territory: Territory = Field(description="Where it is owed.")
    share_percent: Percent | None = Field(None, description="Share of the flux, percent as text.")
    objective: Count | None = Field(None, description="Dwellings a year, in place of a share.")

    @model_validator(mode="after")
    def _owes_one_thing(self) -> Self:
        one_of({"share_percent": self.share_percent, "objective": self.objective})
        return self


class Weights(Part):
    """What a dwelling is worth by the furthest stage it reached (décompte mixte)."""

    proposition: Weight = Field(description="Proposed only.")
    attribution: Weight = Field(description="Attributed by the CALEOL.")
    bail: Weight = Field(description="Lease signed.")


class Decompte(Part):
    """How the convention counts; null leaves it to the rules."""

    method: DecompteMethod | None = Field(None, description="Stage that counts.")
    weights: Weights | None = Field(None, description="Weights of the mixed method.")
    year_of: YearOf | None = Field(None, description="Year a later stage counts in.")


RANGED = frozenset({"construction_period", "floor", "rent"})
"""Dimensions that are numbers: a range may bound them."""


class Criterion(Part):
    """A share of the dwellings to reach, or dwellings never to propose; a segment, a list or a range."""

    dimension: Dimension = Field(description="What is looked at.")
    kind: CriterionKind = Field(description="Target to reach, or exclusion.")
    segment: Identifier | None = Field(None, description="Name in the segments referential.")
    in_: Many[Label | bool | Quantity] | None = Field(None, alias="in", description="Values of the segment.")
    from_: Quantity | None = Field(None, alias="from", description="Lowest value, included.")
    to: Quantity | None = Field(None, description="Highest value, included.")
    target_percent: Percent | None = Field(None, description="Share of the convention's dwellings to reach.")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        range_ = self.from_ if self.from_ is not None else self.to
        one_of({"segment": self.segment, "in": self.in_, "from": range_})
        if self.in_ == ():
            raise PydanticCustomError(
                "valeur_invalide",
                "La liste « in » est vide : aucun logement n'y est. Nommez des valeurs, ou supprimez le critère.",
                {"at": "in"},
            )
        if range_ is not None and self.dimension not in RANGED:
            raise PydanticCustomError(
                "range_of_words",
                "« from » et « to » bornent un nombre : {allowed}. Pour {dimension}, écrivez « segment » ou « in ».",
                {"allowed": ", ".join(sorted(RANGED)), "dimension": self.dimension},
            )
        if self.kind == "target" and self.target_percent is None:
            raise _missing("target_percent", "Un critère « target » demande son pourcentage à atteindre.")
        return self


class CarriedPart(Part):
    """One part of a carry-over: when it is due, and where it comes from."""

    year: Year = Field(description="Flux year it is due in.")
    units: Quantity = Field(description="Dwellings owed (negative: received in excess).")
    from_year: Year = Field(description="Year that left them: rules extinguish what is too old.")
    cause: Code = Field(description="Why: flux, refusals, arbitration…")


class CarryOver(Part):
    """What last years left owed, kept apart from the base."""

    units: Quantity = Field(description="Dwellings owed (negative: received in excess).")
    from_year: Year = Field(description="Year that left them; they are due in the next one.")
    cause: Code = Field(description="Why: flux, refusals, arbitration…")
    parts: Many[CarriedPart] | None = Field(
        None,
        description="The same in parts, and those due in later years; the first year's sum to ``units``.",
    )


class Correction(Part):
    """What the parties agreed to do about a missed objective."""

    method: CorrectionMethod | None = Field(None, description="The remedy.")
    years: int | None = Field(None, ge=1, le=30, description="Years it is spread over.")
    refund_eur: Amount | None = Field(None, description="Sum refunded for each right, euros.")
    drawing_until: Year | None = Field(
        None,
        description="Last year in which droits uniques are drawn; ``allongement`` draws what is owed after it.",
    )


class Effective(Part):
    """The days a convention is in force, both included."""

    from_: NearDate = Field(alias="from", description="First day.")
    until: TermDate | None = Field(None, description="Last day; none: until ended.")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until is not None and self.until < self.from_:
            raise PydanticCustomError(
                "date_impossible",
                "La convention finit le {until}, avant de commencer le {start}. Corrigez l'une des dates.",
                {"until": self.until.isoformat(), "start": self.from_.isoformat(), "at": "until"},
            )
        return self


class ConventionTerms(Part):
    """What the parties agreed; whatever is null is decided by the rules."""

    share_percent: Percent | None = Field(None, description="Share of the flux, percent as text.")
    objective: Count | None = Field(None, description="Dwellings a year, in place of a share.")
    shares: Many[Line] | None = Field(None, description="Several lines, in place of one share.")
    territory: Territory | None = Field(None, description="Where the share is owed.")
    decompte: Decompte | None = Field(None, description="How it is counted.")
    management: Management | None = Field(None, description="Direct or delegated.")
    confirmation: Confirmation | None = Field(None, description="Whether the bailleur confirms first.")
    respond_within_days: int | None = Field(None, ge=1, le=365, description="Days to name candidates.")
    stock_weight_percent: Percent | None = Field(None, description="Share of the stock, for the fixed order.")
    criteria: Many[Criterion] | None = Field(None, description="Targets and exclusions.")
    carry_over: CarryOver | None = Field(None, description="Owed from earlier years.")
    correction: Correction | None = Field(None, description="Agreed remedy of a missed objective.")
    delegates: Many[Delegation] | None = Field(
        None, description="What the bailleur may say on the réservataire's behalf; null: nothing."
    )


class ConventionSigned(ConventionTerms, ScopedBody):
    """One convention per bailleur × réservataire × département (CCH R.441-5)."""

    convention_id: Identifier = Field(description="Its id, never used again.")
    reservataire: Reservataire = Field(description="Who holds the reservation.")
    year: Year = Field(description="Flux year of the share.")
    effective: Effective = Field(description="Days in force.")

    @model_validator(mode="after")
    def _owes_one_thing(self) -> Self:
        one_of(
            {
                "share_percent": self.share_percent,
                "objective": self.objective,
                "shares": self.shares or None,
            }
        )
        same_departement(self.departement, self._communes())
        _adds_up(self.carry_over, self.year)
        _is_between_two(self.bailleur, self.reservataire.id)
        return self

    def _communes(self) -> Iterator[tuple[str, str]]:
        lines = enumerate(self.shares or ())
        places = [
            ("territory", self.territory),
            *((f"shares[{n}].territory", line.territory) for n, line in lines),
        ]
        for place, territory in places:
            for n, commune in enumerate((territory and territory.communes) or ()):
                yield f"{place}.communes[{n}]", commune


class ConventionAdjusted(ConventionSigned):
    """The same convention, stated anew in full."""


class ConventionEnded(ScopedBody):
    """The convention stops before its term."""

    convention_id: Identifier = Field(description="The convention ended.")
    on: NearDate = Field(description="Last day in force.")
    reason: FreeText = Field(description="Why, in a sentence without any person's name.")


class ConventionContested(ScopedBody):
    """A party disagrees with a convention as declared."""

    convention_id: Identifier = Field(description="The convention contested.")
    by: PartyId = Field(description="Who contests it.")
    reason: FreeText = Field(description="Why, in a sentence without any person's name.")


class ForecastDeclared(ScopedBody):
    """The flux a bailleur expects in a year, and what it expects to take out of it (CCH R.441-5-1)."""

    year: Year = Field(description="Year of the forecast.")
    flux: Count = Field(description="Dwellings expected in the flux.")
    by_operation: dict[Code, Count] | None = Field(
        None, description="Dwellings expected outside, by operation."
    )
    taux_rotation_percent: Percent | None = Field(
        None, description="Expected rotation rate, percent as text."
    )
    status: ForecastStatus = Field(description="Draft or shared.")


def one_of(choices: dict[str, object]) -> None:
    """Refuse a body that gives none, or several, of fields that exclude each other."""
    given = [name for name, value in choices.items() if value is not None]
    allowed = ", ".join(choices)
    if not given:
        raise _missing(next(iter(choices)), f"Il faut un et un seul de : {allowed}.")
    if len(given) > 1:
        raise PydanticCustomError(
            "valeur_invalide",
            "Il faut un et un seul de : {allowed} ; trouvés : {found}. Gardez-en un.",
            {"allowed": allowed, "found": ", ".join(given), "at": given[1]},
        )


def _adds_up(carry: CarryOver | None, year: int) -> None:
    """Refuse a carry-over whose parts of the first year do not make its units."""
    if carry is None or carry.parts is None:
        return
    first = max(year, carry.from_year + 1)
    found = sum((part.units for part in carry.parts if part.year == first), Decimal(0))
    if found != carry.units:
        raise PydanticCustomError(
            "valeur_invalide",
            "Les parts du report dues en {year} font {found} logements et « units » dit {said} : corrigez-les.",
            {"year": first, "found": str(found), "said": str(carry.units), "at": "carry_over.parts"},
        )


def _is_between_two(bailleur: str, reservataire: str) -> None:
    """Refuse a réservataire who goes by the bailleur's name: nobody could tell who speaks."""
    if reservataire in {bailleur, "BAILLEUR"}:
        raise PydanticCustomError(
            "valeur_invalide",
            "« {found} » désigne le bailleur : une convention lie le bailleur à un réservataire, qui a son propre "
            "identifiant. Corrigez-le.",
            {"found": reservataire, "at": "reservataire.id"},
        )


def _missing(field: str, message: str) -> PydanticCustomError:
    return PydanticCustomError("champ_manquant", "{said}", {"said": message, "at": field})
