"""First lettings (theme 7): in concertation, counted apart or not; or straight into the flux."""

from dataclasses import replace

from tests.model.deciding.moment import Moment, Wish
from tests.model.deciding.proposing import keep_apart, offer_apart
from tests.model.deciding.scope import Scope
from tests.model.deciding.table import seat
from tests.model.history.dossiers import Dossier, Place
from tests.model.rights.conventions import BAILLEUR, Line
from tests.model.rights.territory import covers
from tests.model.stream.predicted import Prediction


def in_concertation(
    scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction, wish: Wish
) -> Wish | None:
    """The wish its turn in the flux is taken with, or None: the dwelling waits, or was given by its concertation."""
    ruled = scope.rules.answer("neuf", moment.rules_of, scope.facts(dossier, moment.rules_of))
    programme = dossier.vacancy.get("programme_id")
    if ruled.get("first_letting") != "concertation" or programme is None:
        return wish
    if programme not in scope.splits and not wish.may_wait:
        return wish
    split = scope.splits.get(programme)
    if split is None:
        dossier.place = Place.CONCERTATION
        dossier.decisions += 1
        prediction.tell(
            "orientation.decided",
            vacancy_id=dossier.id,
            outcome="concertation",
            attempt=dossier.decisions,
            line=None,
        )
        return None
    home = dossier.vacancy["dwelling"]["dwelling_id"]
    is_corrected_in_the_flux = wish.line and not (dossier.proposals and dossier.proposals[-1].is_apart)
    if home not in split or is_corrected_in_the_flux:
        return wish
    is_apart = ruled.get("counted", "apart") == "apart"
    if dossier.arbitrated and is_apart:
        return _as_the_bailleur_said(scope, dossier, moment, prediction, wish)
    return _by_the_split(scope, dossier, moment, prediction, wish, split[home], is_apart=is_apart)


def _by_the_split(
    scope: Scope,
    dossier: Dossier,
    moment: Moment,
    prediction: Prediction,
    wish: Wish,
    given: str | None,
    *,
    is_apart: bool,
) -> Wish | None:
    """To whom the split names, unless it said no to this dwelling; to the flux where it names nobody."""
    if given is None or given in dossier.said_no:
        return wish
    if is_apart:
        offer_apart(scope, dossier, moment, given, line_of(scope, dossier, moment, given), prediction)
        return None
    own = [party for party in seat(scope, dossier, moment).parties if party.line.reservataire == given]
    if not own:
        offer_apart(scope, dossier, moment, given, line_of(scope, dossier, moment, given), prediction)
        return None
    able = next((party for party in own if party.is_eligible), None)
    return replace(wish, line=able.name, is_concerted=True) if able else wish


def _as_the_bailleur_said(
    scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction, wish: Wish
) -> Wish | None:
    """A first letting it re-assigned stays where it put it; once refused there, it joins the flux."""
    named = dossier.arbitrated
    if named in dossier.said_no:
        return wish
    if named in (BAILLEUR, scope.bailleur):
        keep_apart(scope, dossier, prediction)
    else:
        offer_apart(scope, dossier, moment, named, line_of(scope, dossier, moment, named), prediction)
    return None


def line_of(scope: Scope, dossier: Dossier, moment: Moment, reservataire: str) -> Line | None:
    """Its line that covers the dwelling, else the first of its convention in force; None where it has none."""
    facts = scope.facts(dossier, moment.rules_of)
    for convention in scope.in_force(dossier.declared_on):
        if convention.reservataire == reservataire:
            covering = [
                line
                for line in convention.lines
                if covers(line, facts, moment.rules_of, scope.rules, scope.lists(moment.rules_of))
            ]
            return (covering or list(convention.lines))[0]
    return None
