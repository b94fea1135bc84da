"""What each key of a rule file, of its examples and of the lists means, and each operator, in French."""

from collections.abc import Mapping

RULE_WORDS: Mapping[str, str] = {
    "id": "Identifiant : le nom du fichier, sans .yaml.",
    "title": "Ce que la règle dit, en une phrase.",
    "references": "Textes ou accords dont la règle vient : au moins un.",
    "references.title": "Article, arrêté ou accord, par son nom : « CCH art. R.441-5 ».",
    "references.href": "Adresse stable du texte, s'il en a une.",
    "owner": "Service qui répond de la règle : minuscules, chiffres, tirets.",
    "effective": "Dates entre lesquelles la règle est en vigueur.",
    "effective.from": "Premier jour, année-mois-jour.",
    "effective.until": "Dernier jour, compris ; absent : sans fin.",
    "replaces": "Identifiant de la règle finie la veille, que celle-ci remplace.",
    "regulatory": "oui : issue de la loi ; non : accord local, montré comme tel partout.",
    "active": "non : la règle est livrée éteinte ; un fichier du même nom, plus proche, l'allume.",
    "priority": "Le plus petit nombre l'emporte ; à égalité, l'identifiant.",
    "when": "Quand la règle s'applique : always, all, any, not, ou un test sur un fait.",
    "then": "Ce que la règle décide.",
    "because": "Ce que lira le réservataire ; peut citer un fait entre accolades : {dwelling.typologie}.",
    "accepts": "Contrôles de « rules check » que cette règle accepte, avec la raison ; la loi n'en a pas.",
    "accepts.check": "Nom du contrôle, tel que « rules check » le dit à la fin de la faute.",
    "accepts.because": "Pourquoi c'est voulu : texte, accord ou fait qui l'explique.",
}
"""By key of a rule file; a key of a key follows a point."""

EXAMPLE_WORDS: Mapping[str, str] = {
    "name": "L'exemple, en une phrase.",
    "facts": "Les faits ; un fait absent est non renseigné.",
    "matches": "La règle s'applique-t-elle ?",
    "winner": "Identifiant de la règle qui l'emporte dans tout le recueil.",
    "on": "Jour de la question ; par défaut le premier jour de la règle.",
    "departement": "Département de la question ; par défaut 75.",
    "bailleur": "SIREN du bailleur de la question.",
}
"""By key of an example."""

LIST_WORDS: Mapping[str, str] = {
    "arrondissements": "Arrondissements municipaux, par code de leur commune.",
    "arrondissements.name": "Nom de la commune.",
    "arrondissements.arrondissements": "Codes INSEE des arrondissements, en liste ou séparés par des espaces.",
    "arrondissements.from": "Premier jour où cette version vaut ; absent : depuis toujours.",
    "arrondissements.until": "Dernier jour, compris ; absent : sans fin.",
    "motifs-exclusion": "Motifs d'exclusion convenus entre les parties, par code ; ceux de la loi n'y sont pas.",
    "motifs-exclusion.label": "Le motif en toutes lettres, comme il se lit au bilan.",
    "motifs-exclusion.from": "Premier jour où le motif peut être donné ; absent : depuis toujours.",
    "motifs-exclusion.until": "Dernier jour, compris ; absent : sans fin.",
    "motifs-refus": "Motifs de refus, par code.",
    "motifs-refus.label": "Le motif en toutes lettres.",
    "motifs-refus.by": "Qui peut le donner : reservataire, candidat.",
    "motifs-refus.reasoned": "oui : vaut refus motivé.",
    "motifs-refus.from": "Premier jour où le motif peut être donné ; absent : depuis toujours.",
    "motifs-refus.until": "Dernier jour, compris ; absent : sans fin.",
    "publics": "Publics que disent les attributions, par code.",
    "publics.label": "Le public en toutes lettres.",
    "publics.kinds": "Types de réservataires dont c'est le public.",
    "publics.priority": "oui : compte parmi les ménages prioritaires (CCH L.441-1).",
    "publics.quartile": "oui : compte parmi le premier quartile (CCH L.441-1).",
    "publics.from": "Premier jour où cette version vaut ; absent : depuis toujours.",
    "publics.until": "Dernier jour, compris ; absent : sans fin.",
    "rpls-financement": "Codes de financement du RPLS.",
    "rpls-financement.label": "Intitulé du code.",
    "rpls-financement.financement": "Financement qui lui répond.",
    "rpls-financement.from": "Premier jour où cette version vaut ; absent : depuis toujours.",
    "rpls-financement.until": "Dernier jour, compris ; absent : sans fin.",
    "segments": "Segments des critères, par dimension puis par nom.",
    "segments.label": "Le segment en toutes lettres.",
    "segments.values": "Valeurs qu'il tient ; ou bien from et to.",
    "segments.from": "Borne basse, comprise.",
    "segments.to": "Borne haute, comprise.",
    "segments.effective": "Jours où cette version vaut ; absent : toujours.",
    "segments.effective.from": "Premier jour, année-mois-jour.",
    "segments.effective.until": "Dernier jour, compris ; absent : sans fin.",
    "territoires": "EPCI et EPT, par SIREN.",
    "territoires.name": "Nom de l'EPCI ou de l'EPT.",
    "territoires.communes": "Codes INSEE des communes, en liste ou séparés par des espaces.",
    "territoires.from": "Premier jour où cette version vaut ; absent : depuis toujours.",
    "territoires.until": "Dernier jour, compris ; absent : sans fin.",
    "zonage-abc": "Communes de chaque zone, en liste ou séparées par des espaces.",
    "zonage-abc.communes": "Codes INSEE des communes, en liste ou séparés par des espaces.",
    "zonage-abc.from": "Premier jour où cette version vaut ; absent : depuis toujours.",
    "zonage-abc.until": "Dernier jour, compris ; absent : sans fin.",
    "zones": "Zones nommées, que citent les conventions et les règles d'échelle.",
    "zones.label": "La zone en toutes lettres.",
    "zones.communes": "Codes INSEE des communes, en liste ou séparés par des espaces.",
    "zones.from": "Premier jour où cette version vaut ; absent : depuis toujours.",
    "zones.until": "Dernier jour, compris ; absent : sans fin.",
}
"""By list and key of its entries."""

OPERATOR_WORDS: Mapping[str, str] = {
    "is": "vaut",
    "is_not": "ne vaut pas",
    "in": "vaut l'une de ces valeurs",
    "not_in": "ne vaut aucune de ces valeurs",
    "at_least": "vaut au moins",
    "at_most": "vaut au plus",
    "more_than": "vaut plus de",
    "less_than": "vaut moins de",
    "between": "est entre ces deux bornes, comprises",
    "matches": "suit ce motif, sur tout le texte",
    "present": "est renseigné",
    "absent": "n'est pas renseigné",
}
"""Every operator, as said of a fact."""

JOIN_WORDS: Mapping[str, str] = {
    "all": "Toutes ces conditions.",
    "any": "L'une au moins de ces conditions.",
    "not": "Le contraire de cette condition (vrai aussi quand le fait n'est pas renseigné).",
}
"""What joins conditions."""
