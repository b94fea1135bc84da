"""Whether a dwelling is in the flux at all: outside it, or kept in stock (step 2)."""

from orientation.domain.decision import record
from orientation.domain.dossier import Dossier
from orientation.domain.ports import Facts
from orientation.domain.work import Work


def leaves_the_flux(work: Work, dossier: Dossier, facts: Facts) -> bool:
    """Write the decision of a dwelling that the rules of `assiette` put outside the flux; whether they do."""
    assiette = work.verdict("assiette", facts)
    winner = assiette.matched[0] if assiette.matched else None
    for key in ("outside_flux", "stock"):
        rule = assiette.rule_for(key)
        if winner is not None and rule is not None and rule.id == winner.id:
            work.use(assiette, key)
            reason = str(assiette.value(key))
            record(work, dossier, "outside_flux", reason, [work.sentence(assiette, key, facts)])
            return True
    work.use(assiette, "in_flux")
    return False
