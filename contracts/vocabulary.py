"""The closed lists of the language: the values a field may take, in the words of the law and of the trade."""

from typing import Literal

VacancyCause = Literal["conge", "deces", "expulsion", "mutation", "neuf", "fin_travaux", "autre"]
"""Why the dwelling became free."""

Purpose = Literal[
    "relocation",
    "mutation_interne",
    "relogement_renouvellement_urbain",
    "relogement_copropriete_degradee",
    "relogement_habitat_indigne",
    "vente",
    "relogement_hors_renouvellement_urbain",
    "rehabilitation_lourde",
    "mutation_inter_bailleurs",
]
"""What the bailleur means to do with it. CCH R.441-5 puts the second to the sixth outside the flux; the last
three leave it by local agreement only."""

StockReservation = Literal["defense", "securite_interieure", "etablissement_sante"]
"""Dwellings that stay reserved one by one (CCH L.441-1)."""

Typologie = Literal["T1", "T1bis", "T2", "T3", "T4", "T5", "T6", "T7"]
"""Size of a dwelling, in main rooms."""

Financement = Literal[
    "PLAI",
    "PLUS",
    "PLUS_CD",
    "PLS",
    "PLI",
    "PALULOS",
    "PCL",
    "PAP",
    "PLA",
    "HBM",
    "PLR",
    "PSR",
    "HLMO",
    "ILM",
    "ILN",
    "CFF",
    "LLS",
    "LLTS",
    "AUTRE",
]
"""The loan or aid that built the dwelling."""

ReservataireKind = Literal[
    "etat_prioritaires",
    "etat_agents",
    "action_logement",
    "commune",
    "epci",
    "ept",
    "departement",
    "region",
    "employeur",
    "autre",
]
"""Who holds the reservation (CCH R.441-5)."""

Scale = Literal["departement", "epci", "ept", "communes", "zone"]
"""The territory on which a share is owed."""

DecompteMethod = Literal["proposition", "attribution", "bail", "mixte"]
"""The stage at which a dwelling counts."""

YearOf = Literal["event", "proposal"]
"""Whose year a later stage counts in: its own, or that of the proposal."""

Management = Literal["directe", "deleguee"]
"""Who designates the candidates: the réservataire, or the bailleur on its behalf."""

Delegation = Literal["designation", "refusal", "contestation", "concertation"]
"""What a réservataire lets the bailleur say on its behalf."""

Confirmation = Literal["none", "bailleur"]
"""Whether the bailleur confirms before the proposal leaves."""

Dimension = Literal[
    "typologie", "financement", "qpv", "construction_period", "lift", "accessible", "floor", "rent"
]
"""What a criterion of a convention looks at."""

CriterionKind = Literal["target", "exclude"]
"""A share to reach within the convention, or dwellings never to propose."""

CorrectionMethod = Literal["report", "report_part", "etalement", "remboursement", "allongement"]
"""What is done about a missed objective."""

ForecastStatus = Literal["projet", "partage"]
"""A draft, or the figure shared with every réservataire."""

Answer = Literal["agree", "object"]
"""A réservataire's word on a proposed split of a new programme."""

RefusedBy = Literal["reservataire", "candidat"]
"""Who said no to the proposal."""

CaleolDecision = Literal[
    "attribution",
    "attribution_rang",
    "attribution_condition",
    "non_attribution",
    "irrecevabilite",
]
"""The five decisions of the allocation commission (CCH R.441-3)."""

Stage = Literal["proposition", "attribution", "bail", "refus"]
"""The furthest a dwelling went, in a delegated bailleur's report."""

DecisionOutcome = Literal[
    "proposed",
    "pre_assigned",
    "outside_flux",
    "concertation",
    "kept_by_bailleur",
    "no_holder",
    "held",
]
"""What was decided about a vacancy."""

OutcomeStatus = Literal["applied", "parked", "late", "recorded_only", "rejected"]
"""What an outcome changed: something; nothing yet; nothing any more; nothing by nature; or refused
after its wait."""

AlertSeverity = Literal["info", "warning", "critical"]
"""How urgent an alert is."""
