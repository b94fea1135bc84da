"""Vacancies: a dwelling is or will be free, is described better, is not free after all."""

from typing import Self

from pydantic import Field, model_validator

from contracts.bodies import InputBody, Part, ScopedBody, same_departement
from contracts.values import (
    Amount,
    Commune,
    ConstructionYear,
    Departement,
    FreeText,
    Identifier,
    NearDate,
    departement_of,
)
from contracts.vocabulary import Financement, Purpose, StockReservation, Typologie, VacancyCause


class Dwelling(Part):
    """A dwelling as its bailleur knows it; a fact left out makes the criteria on it not match."""

    dwelling_id: Identifier = Field(description="The bailleur's id of the dwelling (RPLS: 10 positions).")
    commune: Commune = Field(description="INSEE code of the commune or arrondissement, as text.")
    typologie: Typologie = Field(description="Main rooms.")
    financement: Financement = Field(description="Loan or aid that built it.")
    qpv: bool = Field(description="Whether it stands in a priority neighbourhood (QPV).")
    qpv_code: Identifier | None = Field(
        None, description="Code of that neighbourhood, with its vintage (QP…, QN…)."
    )
    construction_year: ConstructionYear | None = Field(None, description="Year of construction.")
    surface_m2: Amount | None = Field(None, description="Living area, square metres.")
    floor: int | None = Field(None, ge=-10, le=200, description="Floor, 0 at street level.")
    lift: bool | None = Field(None, description="Whether a lift serves it.")
    accessible: bool | None = Field(None, description="Whether a wheelchair can live there.")
    rent_eur: Amount | None = Field(None, description="Monthly rent without charges, euros.")
    charges_eur: Amount | None = Field(None, description="Monthly charges, euros.")
    conventionne: bool | None = Field(
        None, description="Whether it is under an APL convention (CCH L.831-1)."
    )


class Vacancy(Part):
    """A vacancy as its bailleur describes it."""

    available_on: NearDate = Field(description="First day it can be let.")
    cause: VacancyCause = Field(description="Why it became free.")
    purpose: Purpose = Field(description="What the bailleur means to do with it; some leave the flux.")
    stock_reservation: StockReservation | None = Field(
        None, description="Reserved one by one, hence not in the flux."
    )
    programme_id: Identifier | None = Field(None, description="Programme of a first letting.")
    dwelling: Dwelling = Field(description="The dwelling.")


class VacancyDeclared(Vacancy, InputBody):
    """A dwelling is or will be free (CCH R.441-5: the flux is made of these)."""

    vacancy_id: Identifier = Field(description="The bailleur's id of this vacancy, never used again.")
    departement: Departement | None = Field(None, description="Follows from the commune; checked when given.")

    def _departement(self) -> str:
        return departement_of(self.dwelling.commune)

    @model_validator(mode="after")
    def _in_one_departement(self) -> Self:
        if self.departement is not None:
            same_departement(self.departement, [("dwelling.commune", self.dwelling.commune)])
        return self


class VacancyAmended(VacancyDeclared):
    """The same vacancy, described anew in full; it may not move to another département."""


class VacancyWithdrawn(ScopedBody):
    """The dwelling is not free after all."""

    vacancy_id: Identifier = Field(description="The vacancy withdrawn.")
    reason: FreeText = Field(description="Why, in a sentence without any person's name.")
