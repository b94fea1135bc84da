"""What each family and each key of its `then` means, in French: read in editors and in the operator guide."""

from collections.abc import Mapping

FAMILY_WORDS: Mapping[str, tuple[str, str]] = {
    "assiette": (
        "une vacance",
        "Le logement libéré entre-t-il dans le flux ? La première règle qui s'applique décide seule.",
    ),
    "echelle": (
        "une convention et une vacance",
        "Sur quel territoire la convention s'exerce-t-elle, et couvre-t-elle ce logement ?",
    ),
    "neuf": (
        "une première mise en location",
        "Le logement neuf suit-il la concertation du programme, ou le flux ?",
    ),
    "criteres": (
        "une convention et un logement",
        "Le logement convient-il à la convention ? Consultée quand la convention n'écrit pas ses critères.",
    ),
    "rotation": (
        "un périmètre (un bailleur dans un département)",
        "À qui le tour, et que rend-on quand une proposition finit sans suite ?",
    ),
    "decompte": ("une convention", "À partir de quand un logement compte-t-il, et pour combien ?"),
    "delais": ("une convention et un logement", "Combien de temps chaque étape attend-elle ?"),
    "gestion": ("une convention", "Qui désigne les candidats, qui confirme, qui rend compte ?"),
    "conformite": ("l'avancement d'une convention ou d'un périmètre", "Quand alerter, et quand cesser ?"),
    "correction": ("un écart de fin d'année, par cause", "Comment rattraper ce qui manque ?"),
}
"""By family: what it decides for, and the question it answers."""

EFFECT_WORDS: Mapping[str, str] = {
    "assiette.outside_flux": "Hors du flux, pour ce motif.",
    "assiette.stock": "Reste réservé en stock, au titre de cette réservation.",
    "assiette.in_flux": "Dans le flux : compte, et est proposé.",
    "echelle.covers": "La convention couvre (oui) ou ne couvre pas (non) ce logement, quel que soit son territoire.",
    "echelle.scale": "Échelle du territoire d'une convention qui n'en écrit pas.",
    "echelle.code": "Nom de l'EPCI, de l'EPT ou de la zone, pour les échelles qui en ont plusieurs.",
    "neuf.first_letting": "concertation : attribué selon le partage du programme ; flux : comme une relocation.",
    "neuf.counted": "apart : compté hors du flux ; flux : compté avec le reste.",
    "criteres.exclude": "oui : ce logement n'est jamais proposé à ce réservataire.",
    "criteres.target": "Part visée de ce segment parmi les logements de la convention.",
    "criteres.target.dimension": "Critère sur lequel porte la part visée.",
    "criteres.target.segment": "Segment de referentiels/segments.yaml.",
    "criteres.target.percent": "Part visée, en pour cent.",
    "rotation.method": "progress : au plus en retard sur sa part ; fixed_order : ordre fixe, sans regarder les refus.",
    "rotation.restore": "Par cause de fin d'une proposition : le tour est rendu (oui) ou perdu (non).",
    "rotation.restore_cap_days": "Plafond de ce qui peut être rendu, en jours de la part.",
    "rotation.criteria_window": "À tant de logements près du plus en retard, les critères départagent ; 0 : jamais.",
    "rotation.caps": "Plafonds du flux de l'année, en pour cent ; la loi les borne.",
    "rotation.caps.etat": "Plafond de l'État, agents compris : 30 au plus.",
    "rotation.caps.etat_agents": "Plafond des agents de l'État : 5 au plus, compris dans celui de l'État.",
    "decompte.method": "Étape à laquelle un logement compte ; mixte : selon des poids.",
    "decompte.weights": "Ce que vaut un logement selon l'étape la plus avancée qu'il a atteinte ; avec method: mixte.",
    "decompte.weights.proposition": "Poids d'une proposition restée sans suite, de 0 à 1.",
    "decompte.weights.attribution": "Poids d'une attribution sans bail, de 0 à 1.",
    "decompte.weights.bail": "Poids d'un bail signé, de 0 à 1.",
    "decompte.year_of": "event : chaque étape compte dans son année ; proposal : dans l'année de la proposition.",
    "delais.respond_within_days": "Jours pour répondre à une proposition, quand la convention n'en dit rien.",
    "delais.respond_at_most_days": "Borne de ce délai, même quand la convention en écrit un plus long.",
    "delais.attempts": "Propositions successives avant que le logement revienne au bailleur pour un tour.",
    "delais.hold_days": "Jours pendant lesquels une vacance attend une convention ou la concertation de son programme.",
    "delais.wait_for_proposal_days": "Jours pendant lesquels une suite attend sa proposition avant d'être rejetée.",
    "gestion.management": "directe : le réservataire désigne ; deleguee : le bailleur désigne pour lui.",
    "gestion.confirmation": "bailleur : la proposition attend sa confirmation ; none : elle part aussitôt.",
    "gestion.within_hours": "Heures pour confirmer ; passé ce temps la proposition part.",
    "gestion.report_within_days": "Jours pour rendre compte d'une gestion déléguée.",
    "conformite.alert": "L'alerte : son nom et sa gravité.",
    "conformite.alert.kind": "Nom de l'alerte.",
    "conformite.alert.severity": "Gravité de l'alerte.",
    "conformite.raise_at": "Seuil auquel l'alerte se lève.",
    "conformite.clear_at": "Seuil auquel elle s'éteint : en deçà du premier, pour qu'elle ne clignote pas.",
    "correction.action": "Ce qui est fait de l'écart.",
    "correction.years": "Sur combien d'années.",
    "correction.part_percent": "Part de l'écart reportée, en pour cent.",
    "correction.cap_percent": "Plafond de ce qui s'ajoute dans une année, en pour cent.",
    "correction.refund_eur": "Remboursement par droit, en euros.",
    "correction.advice": "Conseil, tel qu'il sera lu.",
}
"""By family and key of `then` (a key of a key follows a point): a sentence."""
