"""The scenarios an acceptance case may prove, in the order of the seminar's ten themes, each in a sentence."""

from collections.abc import Mapping

SCENARIOS: Mapping[str, str] = {
    "1a": "Assiette : les exclusions du décret",
    "1b": "Assiette : plus étroite, par accord des parties",
    "2a": "Échelle : le département, sauf ceux qui ont leur propre territoire",
    "2b": "Échelle : infra-départementale, la même pour tous les bailleurs",
    "2c": "Échelle : propre à un territoire, un bailleur, un réservataire",
    "3a": "Décompte : à la proposition",
    "3b": "Décompte : à l'attribution ou au bail",
    "3c": "Décompte : mixte, par des poids",
    "5a": "Orientation : un tour qui suit l'avancement",
    "5b": "Orientation : un ordre fixe, au poids dans le stock",
    "6a": "Critères : aucun",
    "6b": "Critères : exclusions et parts visées",
    "7a": "Neuf : première mise en location en concertation",
    "7b": "Neuf : directement dans le flux",
    "10a": "Gestion : directe",
    "10b": "Gestion : déléguée",
}
"""Scenario → what it means. Every one has a case in a complete set of rules."""
