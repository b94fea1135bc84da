"""Proposing: what giving a dwelling to a line or leaving it to the bailleur moves, and what is told of it."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.model.deciding.moment import Moment
from tests.model.deciding.scope import Scope
from tests.model.deciding.table import Party
from tests.model.history.dossiers import Dossier, Place, Proposal, Stage
from tests.model.history.movements import Account, Movement
from tests.model.rights.amounts import ONE
from tests.model.rights.calendar import instant
from tests.model.rights.conventions import BAILLEUR, Line
from tests.model.rights.decompte import decompte_of, worth
from tests.model.rights.facts import of_line
from tests.model.stream.predicted import Prediction


def no_holder(dossier: Dossier, prediction: Prediction) -> None:
    """Nobody may have it: nothing is credited either."""
    dossier.decisions += 1
    dossier.place = Place.NO_HOLDER
    prediction.tell(
        "orientation.decided",
        vacancy_id=dossier.id,
        outcome="no_holder",
        attempt=dossier.decisions,
        line=None,
    )


def keep(scope: Scope, dossier: Dossier, prediction: Prediction, told: dict[str, Any]) -> None:
    """The dwelling goes to the bailleur, which pays a turn for it."""
    dossier.decisions += 1
    dossier.place, dossier.current, dossier.kept_apart = Place.KEPT, None, False
    scope.move(prediction, one(dossier, "engaged", BAILLEUR), one(dossier, "counts", BAILLEUR, "kept"))
    prediction.tell(
        "orientation.decided",
        vacancy_id=dossier.id,
        outcome="kept_by_bailleur",
        attempt=dossier.decisions,
        line=None,
        **told,
    )


def keep_apart(scope: Scope, dossier: Dossier, prediction: Prediction) -> None:
    """The bailleur keeps a first letting by its own word: it stays counted apart."""
    dossier.decisions += 1
    dossier.place, dossier.current, dossier.kept_apart = Place.KEPT, None, True
    scope.move(prediction, one(dossier, "counts", BAILLEUR, "apart_kept"))
    prediction.tell(
        "orientation.decided",
        vacancy_id=dossier.id,
        outcome="kept_by_bailleur",
        attempt=dossier.decisions,
        counted_apart=True,
    )


def offer(
    scope: Scope,
    dossier: Dossier,
    moment: Moment,
    party: Party,
    prediction: Prediction,
    told: dict[str, Any],
    *,
    is_to_confirm: bool,
) -> None:
    """The line engages one turn; the proposal goes out at once, or once the bailleur confirmed it."""
    line = party.line
    dossier.decisions += 1
    dossier.current = Proposal(line.id, line.reservataire, line.convention.id)
    dossier.proposals.append(dossier.current)
    scope.move(prediction, one(dossier, "engaged", line.id))
    scope.movements.add(one(dossier, "mix", line.id, name) for name in party.criteria.names())
    waits = is_to_confirm and _gestion(scope, dossier, line, moment)["confirmation"] == "bailleur"
    dossier.place = Place.PRE_ASSIGNED if waits else Place.PROPOSED
    prediction.tell(
        "orientation.decided",
        vacancy_id=dossier.id,
        outcome=str(dossier.place),
        attempt=dossier.decisions,
        line=line.id,
        **told,
    )
    if not waits:
        issue(scope, dossier, moment, prediction)


def offer_apart(
    scope: Scope,
    dossier: Dossier,
    moment: Moment,
    reservataire: str,
    line: Line | None,
    prediction: Prediction,
) -> None:
    """A first letting goes, pour un tour, to whom the concertation or the bailleur named: the flux does not move."""
    dossier.decisions += 1
    name = line.id if line else f"tour:{reservataire}"
    dossier.current = Proposal(name, reservataire, line.convention.id if line else None, is_apart=True)
    dossier.proposals.append(dossier.current)
    prediction.tell(
        "orientation.decided",
        vacancy_id=dossier.id,
        outcome="proposed",
        attempt=dossier.decisions,
        line=name,
        counted_apart=True,
    )
    issue(scope, dossier, moment, prediction)


def issue(scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction) -> None:
    """The proposal is put at disposal."""
    proposal = dossier.current
    assert proposal is not None
    dossier.place = Place.PROPOSED
    proposal.issued_on = moment.happened_on
    told: dict[str, Any] = {"line": proposal.line}
    if proposal.convention is not None:
        line = scope.line(proposal.line)
        told["management"] = _gestion(scope, dossier, line, moment)["management"]
        told["respond_by"] = proposal.respond_by = _respond_by(scope, dossier, line, moment)
    for counter in ("proposed", "open"):
        count(scope, dossier, proposal, prediction, counter)
    prediction.tell("proposal.issued", vacancy_id=dossier.id, **told)
    reach(scope, dossier, proposal, Stage.PROPOSED, moment, prediction)


def reach(
    scope: Scope, dossier: Dossier, proposal: Proposal, stage: Stage, moment: Moment, prediction: Prediction
) -> None:
    """A proposal reaches a stage: what it is worth more than before is counted, and nothing is ever taken back."""
    proposal.stage = stage
    if proposal.is_apart:
        return
    decompte = decompte_of(
        scope.line(proposal.line), scope.facts(dossier, moment.rules_of), moment.rules_of, scope.rules
    )
    more = worth(decompte, stage) - proposal.worth
    if more > 0:
        proposal.worth += more
        year = (
            dossier.year if decompte["year_of"] == "proposal" else max(moment.happened_on.year, dossier.year)
        )
        scope.move(prediction, Movement(dossier.year, "counted", proposal.line, more, dossier.id, str(year)))


def count(
    scope: Scope, dossier: Dossier, proposal: Proposal, prediction: Prediction, counter: str, by: int = 1
) -> None:
    """One more, or one less, on a legal counter of the proposal's line."""
    name = f"apart_{counter}" if proposal.is_apart else counter
    scope.move(prediction, Movement(dossier.year, "counts", proposal.line, Fraction(by), dossier.id, name))


def one(dossier: Dossier, account: Account, line: str, name: str = "") -> Movement:
    """One dwelling on an account."""
    return Movement(dossier.year, account, line, ONE, dossier.id, name)


def _gestion(scope: Scope, dossier: Dossier, line: Line, moment: Moment) -> dict[str, Any]:
    """Management and confirmation: the convention's own words, else the rules'."""
    ruled = scope.rules.answer(
        "gestion", moment.rules_of, {**scope.facts(dossier, moment.rules_of), **of_line(line)}
    )
    told = line.convention.told
    return {**ruled, **{key: told[key] for key in ("management", "confirmation") if told.get(key)}}


def _respond_by(scope: Scope, dossier: Dossier, line: Line, moment: Moment) -> str:
    """By when an answer is awaited: the convention's days, else the rules', under the bound of the rules."""
    ruled = scope.rules.answer(
        "delais", moment.rules_of, {**scope.facts(dossier, moment.rules_of), **of_line(line)}
    )
    days = int(line.convention.told.get("respond_within_days") or ruled["respond_within_days"])
    days = min(days, int(ruled.get("respond_at_most_days") or days))
    return (instant(moment.at) + timedelta(days=days)).isoformat()
