"""Override: the bailleur has the last word on a dwelling, with a reason; it counts as its arbitration."""

from fractions import Fraction

from tests.model.deciding.closing import take_back
from tests.model.deciding.first_lettings import line_of
from tests.model.deciding.moment import Moment, Wish
from tests.model.deciding.proposing import keep_apart, offer_apart
from tests.model.deciding.rounds import play
from tests.model.deciding.scope import Scope
from tests.model.deciding.table import seat
from tests.model.history.dossiers import Dossier, Place
from tests.model.history.movements import Movement
from tests.model.rights.amounts import ONE
from tests.model.rights.conventions import BAILLEUR
from tests.model.stream.predicted import Prediction

OVERRIDDEN = "decision.overridden"


def override(scope: Scope, dossier: Dossier, moment: Moment, named: str, prediction: Prediction) -> str:
    """Take the dwelling from who has it, and give it to whom the bailleur names; what is recorded of it."""
    if dossier.is_beyond_correction:
        return "recorded_only"
    if dossier.kept_apart or (dossier.current is not None and dossier.current.is_apart):
        return _reassign(scope, dossier, moment, named, prediction)
    target = _target(scope, dossier, moment, named)
    if not target or dossier.place in (Place.OUTSIDE, Place.CONCERTATION):
        return "rejected"
    if dossier.current is not None and dossier.current.line == target:
        return "recorded_only"
    dossier.arbitrated = named
    if dossier.place is Place.KEPT:
        scope.move(
            prediction,
            Movement(dossier.year, "engaged", BAILLEUR, -ONE, dossier.id),
            Movement(dossier.year, "counts", BAILLEUR, -ONE, dossier.id, "kept"),
        )
    elif dossier.current is not None:
        take_back(scope, dossier, "override", prediction)
    play(scope, dossier, moment, prediction, Wish(target, is_word_of_the_bailleur=True, is_override=True))
    return "applied"


def _target(scope: Scope, dossier: Dossier, moment: Moment, named: str) -> str:
    if named in (BAILLEUR, scope.bailleur):
        return BAILLEUR
    table = seat(scope, dossier, moment)
    return next((party.name for party in table.parties if party.line.reservataire == named), "")


def _reassign(scope: Scope, dossier: Dossier, moment: Moment, named: str, prediction: Prediction) -> str:
    """A first letting counted apart stays apart, in other hands."""
    target = BAILLEUR if named in (BAILLEUR, scope.bailleur) else named
    holder = BAILLEUR if dossier.current is None else dossier.current.reservataire
    if target == holder:
        return "recorded_only"
    dossier.arbitrated = named
    if dossier.kept_apart:
        scope.move(
            prediction, Movement(dossier.year, "counts", BAILLEUR, Fraction(-1), dossier.id, "apart_kept")
        )
        dossier.kept_apart = False
    else:
        take_back(scope, dossier, "override", prediction)
    if target == BAILLEUR:
        keep_apart(scope, dossier, prediction)
    else:
        offer_apart(scope, dossier, moment, target, line_of(scope, dossier, moment, target), prediction)
    return "applied"
