"""The scenarios an acceptance case may prove: what each means, and where operators and parties choose it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of the seminar's ten themes.

    `rules` are the rule files that make it, `fields` the fields of a convention that choose it for itself, by
    their names in `convention.signed`; `how` says the rest in a sentence.
    """

    label: str
    rules: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    how: str = ""

    def __str__(self) -> str:
        return self.label


_AGREED_EXCLUSIONS = (
    "assiette/mutation-inter-bailleurs",
    "assiette/rehabilitation-lourde",
    "assiette/rehabilitation-lourde-fin-de-travaux",
    "assiette/relogement-hors-renouvellement-urbain",
)
_OWN_SCALES = (
    "echelle/echelle-departement",
    "echelle/echelle-commune",
    "echelle/echelle-epci",
    "echelle/echelle-ept",
    "echelle/dans-le-territoire",
    "echelle/hors-du-territoire",
)
_CRITERIA = (
    "criteres/exclure-t1",
    "criteres/exclure-financement-intermediaire",
    "criteres/exclure-qpv",
    "criteres/exclure-avant-1949",
    "criteres/exclure-etage-sans-ascenseur",
    "criteres/exclure-rez-de-chaussee",
    "criteres/exclure-non-accessible",
    "criteres/exclure-loyer-eleve",
    "criteres/viser-grands-logements",
    "criteres/viser-tres-social",
    "criteres/viser-hors-qpv",
    "criteres/viser-recents",
    "criteres/viser-ascenseur",
    "criteres/viser-accessibles",
    "criteres/viser-rez-de-chaussee",
    "criteres/viser-petits-loyers",
    "rotation/rotation-fenetre-criteres",
)
_ALERTS = (
    "conformite/alerte-avance",
    "conformite/alerte-compte-rendu-manquant",
    "conformite/alerte-concertation-en-retard",
    "conformite/alerte-credit-du-bailleur",
    "conformite/alerte-decision-en-retard",
    "conformite/alerte-derive-qpv",
    "conformite/alerte-engagement-en-retard",
    "conformite/alerte-etat-dans-le-hors-qpv",
    "conformite/alerte-etat-hors-qpv",
    "conformite/alerte-exclusions",
    "conformite/alerte-logement-ouvert-deux-fois",
    "conformite/alerte-objectif-hors-d-atteinte",
    "conformite/alerte-offre-degradee",
    "conformite/alerte-parts-au-dessus-de-100",
    "conformite/alerte-plafond-agents",
    "conformite/alerte-plafond-etat",
    "conformite/alerte-premier-quartile",
    "conformite/alerte-prevision-manquante",
    "conformite/alerte-publics-prioritaires",
    "conformite/alerte-refus-abusifs",
    "conformite/alerte-refus-sans-motif",
    "conformite/alerte-reponse-en-retard",
    "conformite/alerte-retard",
    "conformite/alerte-retard-grave",
    "conformite/alerte-sans-convention",
    "conformite/alerte-vacance-longue",
)

SCENARIOS: Mapping[str, Scenario] = {
    "1a": Scenario(
        "Assiette : les exclusions du décret",
        ("assiette/dans-le-flux",),
        how="Les cinq exclusions et les réservations restées en stock sont la loi : elles s'appliquent sans fichier, "
        "et aucun ne les lève. `aiguillage rules show` les montre.",
    ),
    "1b": Scenario("Assiette : plus étroite, par accord des parties", _AGREED_EXCLUSIONS),
    "2a": Scenario(
        "Échelle : le département, sauf ceux qui ont leur propre territoire", _OWN_SCALES, ("territory",)
    ),
    "2b": Scenario(
        "Échelle : infra-départementale, la même pour tous les bailleurs",
        ("echelle/echelle-zone",),
        ("shares",),
        "La règle va dans `territories/<département>/` ; les zones dans `referentiels/zones.yaml`. Avec `code` elle "
        "donne la zone aux conventions qui n'écrivent pas de territoire ; sans lui elle leur demande de l'écrire.",
    ),
    "2c": Scenario(
        "Échelle : propre à un territoire, un bailleur, un réservataire",
        ("echelle/echelle-zone",),
        ("territory", "shares"),
        "La règle va dans `bailleurs/<siren>/`, avec `convention.reservataire` sous `when` pour un seul réservataire.",
    ),
    "3a": Scenario(
        "Décompte : à la proposition",
        ("decompte/decompte-proposition",),
        ("decompte",),
        "`method: proposition`.",
    ),
    "3b": Scenario(
        "Décompte : à l'attribution ou au bail",
        ("decompte/decompte-attribution", "decompte/decompte-bail"),
        ("decompte",),
        "`method: attribution` ou `bail`.",
    ),
    "3c": Scenario(
        "Décompte : mixte, par des poids",
        ("decompte/decompte-mixte", "decompte/decompte-annee-de-la-proposition"),
        ("decompte",),
        "`method: mixte` et ses `weights` ; `year_of` dit l'année d'une étape tardive.",
    ),
    "5a": Scenario("Orientation : un tour qui suit l'avancement", ("rotation/rotation-par-avancement",)),
    "5b": Scenario(
        "Orientation : un ordre fixe, au poids dans le stock",
        ("rotation/rotation-ordre-fixe",),
        ("stock_weight_percent",),
        "La règle choisit l'ordre pour tout le bailleur ; la convention donne son poids.",
    ),
    "6a": Scenario(
        "Critères : aucun", (), ("criteria",), "C'est le défaut ; `criteria: []` l'écrit, malgré les règles."
    ),
    "6b": Scenario(
        "Critères : exclusions et parts visées",
        _CRITERIA,
        ("criteria",),
        "Les parts visées de plusieurs règles s'ajoutent, une par segment ; une convention qui écrit ses critères n'a "
        "que ceux-là.",
    ),
    "7a": Scenario(
        "Neuf : première mise en location en concertation",
        ("neuf/premiere-location-concertation", "neuf/premiere-location-concertation-flux"),
    ),
    "7b": Scenario("Neuf : directement dans le flux", ("neuf/premiere-location-flux",)),
    "8": Scenario("Suivi : alertes levées et éteintes", _ALERTS),
    "9a": Scenario(
        "Correction : reporté l'année suivante, en relevant la part ou le nombre",
        (
            "correction/correction-report",
            "correction/correction-report-partiel",
            "correction/correction-refus-propres",
            "correction/correction-refus-reportes",
            "correction/correction-limites",
        ),
        ("correction", "carry_over"),
        "`method: report` ou `report_part` ; `aiguillage cloture` propose les conventions de l'année suivante.",
    ),
    "9b": Scenario(
        "Correction : remboursé, en tout ou partie",
        (
            "correction/correction-remboursement",
            "correction/correction-remboursement-partiel",
            "correction/correction-plafond-rembourse",
        ),
        ("correction",),
        "`method: remboursement` ; `refund_eur` est le montant d'un droit.",
    ),
    "9c": Scenario(
        "Correction : étalé sur plusieurs années, ou durée de tirage allongée",
        ("correction/correction-etalement", "correction/correction-allongement"),
        ("correction", "carry_over"),
        "`method: etalement` ou `allongement`, et `years` ; `drawing_until` dit la dernière année des droits uniques.",
    ),
    "10a": Scenario(
        "Gestion : directe",
        (
            "gestion/gestion-directe",
            "gestion/confirmation-par-le-bailleur",
            "delais/delais-ordinaires",
            "delais/delais-zone-tendue",
        ),
        ("management", "confirmation", "respond_within_days"),
    ),
    "10b": Scenario(
        "Gestion : déléguée",
        ("gestion/gestion-deleguee", "gestion/compte-rendu-par-trimestre"),
        ("management",),
    ),
}
"""Scenario by its code. Every one has a case in a complete set of rules."""
