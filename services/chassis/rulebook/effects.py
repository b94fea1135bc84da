"""What a rule's `then` may say, family by family."""

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.rulebook.checked import Checked, OrNone, one_of, within
from chassis.rulebook.facts import (
    FIGURES,
    MANAGEMENTS,
    METHODS_OF_DECOMPTE,
    OUTCOME_CAUSES,
    SCALES,
    STOCK_RESERVATIONS,
)
from chassis.rulebook.scalars import DecimalText, Percent, Sentence, Slug, Whole, YesNo, refuse
from flux.law import LAW, Cap, Holder

NAMED_SCALES = ("epci", "ept", "zone")
"""Scales whose territories are named sets of communes, held by the referentials."""


def _at_most(holder: Holder) -> Checked:
    """Tell editors of the law's highest cap; `legal.against` refuses what is above the law of the rule's days."""
    highest = max(Decimal(cap.percent) for cap in LAW.of(Cap) if cap.holder == holder)
    return Checked(lambda value: value, {"maximum": int(highest)})


def _only_yes(value: bool) -> bool:  # noqa: FBT001 - a validator takes the value alone
    if not value:
        remedy = "Écrivez outside_flux: <motif>, ou stock: <réservation>."
        refuse("« non » ne dit pas pourquoi le logement sort du flux.", "non", "oui", remedy)
    return value


Days = Annotated[Whole, within(0, 3660)]
MOST_WINDOW_DAYS = 180
"""Half a year: the monitoring remembers answers by day no longer."""


class Effect(BaseModel):
    """The keys of a family's `then`: at least one, none unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    exclusive: ClassVar[bool] = False
    """Whether the keys exclude one another."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        said = self.plain()
        if not said or (self.exclusive and len(said) > 1):
            message = "Une seule clé est possible ici." if said else "« then » ne dit rien."
            refuse(message, ", ".join(sorted(said)), ", ".join(type(self).model_fields))
        return self

    def plain(self) -> dict[str, Any]:
        """The keys written, as JSON values."""
        return self.model_dump(mode="json", exclude_none=True)


class Assiette(Effect):
    """Whether a vacancy counts in the flux (CCH art. R.441-5).

    `outside_flux` is a code of `motifs-exclusion.yaml`; the law's own reasons, and `stock`, are the law's alone.
    """

    exclusive: ClassVar[bool] = True
    outside_flux: Slug | None = None
    stock: Annotated[str, one_of(STOCK_RESERVATIONS)] | None = None
    in_flux: Annotated[YesNo, Checked(_only_yes, {"enum": ["oui", True]})] | None = None


class Echelle(Effect):
    """Where a convention applies (theme 2).

    `scale` and `code` give its territory to a convention that writes none: `code` names an EPCI or EPT of
    `territoires.yaml`, or a zone of `zones.yaml`; without it the convention must say its territory itself.
    """

    covers: YesNo | None = None
    scale: Annotated[str, one_of((*SCALES, "commune"))] | None = None
    code: Slug | None = None

    @model_validator(mode="after")
    def _names_a_set(self) -> Self:
        if self.code is not None and self.scale not in NAMED_SCALES:
            refuse(
                "« code » nomme le territoire d'une échelle qui en a plusieurs.",
                f"scale: {self.scale or 'absent'}",
                ", ".join(f"scale: {scale}" for scale in NAMED_SCALES),
            )
        return self


class Neuf(Effect):
    """How a first letting is handed out (theme 7)."""

    first_letting: Literal["concertation", "flux"] | None = None
    counted: Literal["apart", "flux"] | None = None


class Target(BaseModel):
    """A share of a convention's dwellings wanted in a segment of `segments.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    dimension: Literal[
        "typologie", "financement", "qpv", "construction_period", "lift", "accessible", "floor", "rent"
    ]
    segment: Slug
    percent: Percent


class Criteres(Effect):
    """Whether a dwelling suits a convention (theme 6)."""

    exclude: YesNo | None = None
    target: Target | None = None


class Caps(BaseModel):
    """Most of the flux, in percent, that the State and its agents may hold (CCH art. R.441-5-2)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    etat: Annotated[Percent, _at_most("etat")]
    etat_agents: Annotated[Percent, _at_most("etat_agents")]


class Rotation(Effect):
    """Whose turn it is, and what is given back when a proposal ends uncounted (theme 5)."""

    method: Literal["progress", "fixed_order"] | None = None
    restore: Annotated[dict[Annotated[str, one_of(OUTCOME_CAUSES)], YesNo], Field(min_length=1)] | None = None
    restore_cap_days: Annotated[Days, OrNone()] | None = None
    criteria_window: DecimalText | None = None
    caps: Caps | None = None


class Weights(BaseModel):
    """What a dwelling is worth by the furthest stage it reached, from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    proposition: DecimalText
    attribution: DecimalText
    bail: DecimalText

    @model_validator(mode="after")
    def _rise_to_one(self) -> Self:
        stages = [Decimal(self.proposition), Decimal(self.attribution), Decimal(self.bail)]
        if not 0 <= stages[0] <= stages[1] <= stages[2] <= 1:
            refuse(
                "Les poids croissent de 0 à 1.",
                ", ".join(map(str, stages)),
                "proposition ≤ attribution ≤ bail ≤ 1",
            )
        return self


class Decompte(Effect):
    """From when a dwelling counts (theme 3)."""

    method: Annotated[str, one_of(METHODS_OF_DECOMPTE)] | None = None
    weights: Weights | None = None
    year_of: Literal["event", "proposal"] | None = None

    @model_validator(mode="after")
    def _mixed_is_weighted(self) -> Self:
        if (self.method == "mixte") != (self.weights is not None):
            refuse(
                "« weights » va avec « method: mixte », et seulement avec elle.",
                self.method,
                "mixte + weights",
            )
        return self


class Delais(Effect):
    """How long each step waits, in days."""

    respond_within_days: Annotated[Whole, within(1, 366)] | None = None
    respond_at_most_days: Annotated[Whole, within(1, 366), OrNone()] | None = None
    attempts: Annotated[Whole, within(1, 50)] | None = None
    hold_days: Days | None = None
    wait_for_proposal_days: Days | None = None


class Gestion(Effect):
    """Who names the candidates, who confirms, who reports (theme 10)."""

    management: Annotated[str, one_of(MANAGEMENTS)] | None = None
    confirmation: Literal["none", "bailleur"] | None = None
    within_hours: Annotated[Whole, within(1, 24 * 366)] | None = None
    report_within_days: Annotated[Days, OrNone()] | None = None
    report_every: Annotated[Literal["month", "quarter", "year"], OrNone()] | None = None


def _word(value: str) -> str:
    if not _CODE.fullmatch(value):
        refuse("Une alerte se nomme en minuscules, chiffres et tirets bas.", value, "refus_sans_motif")
    return value


_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_WORD = Checked(_word, {"pattern": f"^{_CODE.pattern}$"})
"""A code of the contracts: it names the alert in `alert.raised`."""


class Alert(BaseModel):
    """An alert that the monitoring raises."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Annotated[Slug, _WORD]
    severity: Literal["info", "warning", "critical"]


class Conformite(Effect):
    """When the monitoring raises an alert, and when it clears it (theme 8).

    Without a `figure` the alert stands as long as the rule applies. With one, it is raised at a threshold and cleared
    at another: `raise_at` and `clear_at` for a figure that must stay low, `raise_below` and `clear_above` for one
    that must stay high. It is looked at when a day, a week or a month ends, and stands `keep_days` at least. Answers
    are counted over the last `window_days` days, that of the evening included.
    """

    alert: Alert
    advice: Sentence
    figure: Annotated[str, one_of(FIGURES)] | None = None
    raise_at: DecimalText | None = None
    clear_at: DecimalText | None = None
    raise_below: DecimalText | None = None
    clear_above: DecimalText | None = None
    every: Literal["day", "week", "month"] | None = None
    keep_days: Days | None = None
    window_days: Annotated[Whole, within(1, MOST_WINDOW_DAYS)] | None = None
    remedy: YesNo | None = None

    @model_validator(mode="after")
    def _one_pair_of_thresholds(self) -> Self:
        low, high = (self.raise_at, self.clear_at), (self.raise_below, self.clear_above)
        pairs = [pair for pair in (low, high) if any(pair)]
        if len(pairs) != (self.figure is not None) or not all(map(all, pairs)):
            refuse(
                "Une valeur suivie a un seuil qui allume et un seuil qui éteint, et eux seuls.",
                ", ".join(name for name in ("figure", *_THRESHOLDS) if getattr(self, name)) or "aucun",
                "figure + raise_at + clear_at, figure + raise_below + clear_above, ou rien",
            )
        return self

    @model_validator(mode="after")
    def _clears_beyond(self) -> Self:
        if self.raise_at and self.clear_at and Decimal(self.clear_at) >= Decimal(self.raise_at):
            refuse(
                "Une alerte s'éteint sous le seuil qui l'allume.", self.clear_at, f"moins de {self.raise_at}"
            )
        if self.raise_below and self.clear_above and Decimal(self.clear_above) < Decimal(self.raise_below):
            refuse(
                "Une alerte sur une valeur trop basse s'éteint au-dessus du seuil qui l'allume.",
                self.clear_above,
                f"{self.raise_below} au moins",
            )
        return self


_THRESHOLDS = ("raise_at", "clear_at", "raise_below", "clear_above")


class Correction(Effect):
    """What makes up for a gap at the year's end (theme 9)."""

    action: (
        Annotated[Literal["report", "report_part", "etalement", "remboursement", "allongement"], OrNone()]
        | None
    ) = None
    years: Annotated[Whole, within(1, 30)] | None = None
    part_percent: Percent | None = None
    cap_percent: Annotated[Percent, OrNone()] | None = None
    beyond_cap: Literal["etalement", "remboursement", "extinction"] | None = None
    extinction_years: Annotated[Whole, within(1, 30), OrNone()] | None = None
    refund_eur: DecimalText | None = None
    advice: Sentence | None = None


EFFECTS: dict[str, type[Effect]] = {
    "assiette": Assiette,
    "echelle": Echelle,
    "neuf": Neuf,
    "criteres": Criteres,
    "rotation": Rotation,
    "decompte": Decompte,
    "delais": Delais,
    "gestion": Gestion,
    "conformite": Conformite,
    "correction": Correction,
}
"""The model of `then` by family."""
