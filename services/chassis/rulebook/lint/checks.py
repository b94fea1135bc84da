"""The checks a rule may accept by name, with a reason: `accepts: [{check, because}]`."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from chassis.rulebook.faults import Fault

if TYPE_CHECKING:
    from chassis.rulebook.rule import Rule

NEVER, ALWAYS = "jamais-vraie", "toujours-vraie"
IMPOSSIBLE, UNLIKELY = "valeur-impossible", "valeur-peu-plausible"
UNKNOWN_COMMUNE, ELSEWHERE = "commune-inconnue", "autre-territoire"
SHADOWED, CONTRADICTORY = "jamais-gagnante", "contradiction"
EMPTY_FLUX, TARGETS = "flux-vide", "parts-visees"
NOT_LOOKED_AT = "trop-de-cas"

ACCEPTABLE: Mapping[str, str] = MappingProxyType(
    {
        NEVER: "une condition, ou une de ses possibilités, que rien ne remplit",
        ALWAYS: "un test ou une condition que tout remplit",
        IMPOSSIBLE: "une valeur que le fait ne peut pas prendre",
        UNLIKELY: "une valeur possible, mais peu plausible",
        UNKNOWN_COMMUNE: "un code de commune absent du code officiel géographique",
        ELSEWHERE: "un territoire ou un bailleur autre que celui du dossier",
        SHADOWED: "une règle que d'autres devancent dans tous les cas",
        CONTRADICTORY: "deux règles de même priorité qui se contredisent",
        EMPTY_FLUX: "des exclusions qui ne laissent rien dans le flux",
        TARGETS: "des parts visées dont la somme dépasse 100 %",
        NOT_LOOKED_AT: "une règle trop branchée pour être comparée en entier",
    }
)
"""Every check by name, and what it finds, in French. What the law says has no name here: it is not accepted."""


def accepted(faults: Iterable[Fault], rules: Iterable["Rule"]) -> Iterator[Fault]:
    """The faults no rule accepts, then a warning for each acceptance that silences nothing."""
    accepting = {rule.path: rule for rule in rules if rule.accepts}
    used: set[tuple[str, str]] = set()
    for fault in faults:
        rule = accepting.get(fault.path)
        if rule is not None and fault.check and fault.check in rule.accepts:
            used.add((fault.path, fault.check))
        else:
            yield fault
    for path, rule in accepting.items():
        for check in rule.accepts:
            if (path, check) not in used:
                message = "Ce contrôle ne dit rien de cette règle : l'accepter est inutile."
                yield rule.fault("accepts", message, check, remedy="Retirez-le de « accepts ».").as_warning()
