"""Rounds: who gets a dwelling of the flux, the first time and each time it comes back, and what that moves."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.model.deciding.moment import NOBODY, Moment, Wish
from tests.model.deciding.proposing import keep, no_holder, offer
from tests.model.deciding.scope import Scope
from tests.model.deciding.table import Party, Table, seat, told_of
from tests.model.history.dossiers import Dossier, Place
from tests.model.history.movements import Movement
from tests.model.rights.amounts import NOTHING, ONE, deal
from tests.model.rights.conventions import BAILLEUR, HUNDRED
from tests.model.rights.rotation import Contender, whose_turn
from tests.model.stream.predicted import Prediction

NONE = ""


def has_begun(scope: Scope, dossier: Dossier) -> bool:
    """Whether its first round was credited."""
    return any(scope.movements.first_rounds(dossier.year).get(dossier.id, {}).values())


def play(scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction, wish: Wish = NOBODY) -> None:
    """The next round of a dwelling of the flux."""
    if has_begun(scope, dossier):
        _further_round(scope, dossier, moment, prediction, wish)
    else:
        _first_round(scope, dossier, moment, prediction, wish)


def _first_round(scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction, wish: Wish) -> None:
    """Everybody who covers the dwelling is credited its share, and the bailleur takes part."""
    if not wish.is_override:
        moment = moment.by_the_rules_of(dossier.declared_on)
    table = seat(scope, dossier, moment)
    waits = table.is_held and wish.may_wait and not wish.is_word_of_the_bailleur
    if waits:
        dossier.place = Place.HELD
        dossier.decisions += 1
        prediction.tell(
            "orientation.decided", vacancy_id=dossier.id, outcome="held", attempt=dossier.decisions, line=None
        )
        return
    credit = _first(dossier, moment, table.first_credit())
    chosen = _wished(table, wish) or _turn(scope, dossier, moment, table, credit, is_first=True)
    if chosen == NONE:
        no_holder(dossier, prediction)
        return
    scope.move(prediction, *credit, *_carry(dossier, table.first_carry()))
    _move_cycle(scope, dossier, moment, table, chosen)
    told = {"first_round": True, "alternatives": told_of(scope, dossier, table)}
    _give(scope, dossier, moment, prediction, table.party(chosen), told, wish)


def _further_round(
    scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction, wish: Wish
) -> None:
    """After a proposal that came to nothing: the next réservataire, or the bailleur once enough were tried."""
    table = seat(scope, dossier, moment)
    owed = _owed(scope, dossier)
    attempts = int(
        scope.rules.answer("delais", moment.rules_of, scope.facts(dossier, moment.rules_of))["attempts"]
    )
    may_go_on = len(dossier.said_no) < attempts and bool(table.eligible)
    if wish.is_override or may_go_on:
        credit = _further(dossier, _dealt(table, owed))
        chosen = _wished(table, wish) or _turn(scope, dossier, moment, table, credit, is_first=False)
    else:
        chosen, credit = BAILLEUR, _further(dossier, {BAILLEUR: owed})
    scope.move(prediction, *credit)
    told = {"first_round": False, "alternatives": told_of(scope, dossier, table)}
    _give(scope, dossier, moment, prediction, table.party(chosen), told, wish)


def _owed(scope: Scope, dossier: Dossier) -> Fraction:
    """What a further round credits: one turn less what was restored, so that credits go on summing to engagements."""
    moved = scope.movements.of_vacancy(dossier.id)
    engaged = sum((each.amount for each in moved if each.account == "engaged"), NOTHING)
    credit = sum((each.amount for each in moved if each.account == "credit"), NOTHING)
    return engaged + ONE - credit


def _dealt(table: Table, owed: Fraction) -> dict[str, Fraction]:
    """Among the round's réservataires in proportion to their shares, without those a cap stopped unless all are."""
    accruing = [party for party in table.eligible if party.accrues] or table.eligible
    return deal(owed, {party.name: party.share for party in accruing})


def _wished(table: Table, wish: Wish) -> str:
    """The line that is wished, if it may have the dwelling."""
    party = table.party(wish.line)
    if wish.line == BAILLEUR and wish.is_word_of_the_bailleur:
        return BAILLEUR
    if party is not None and (party.is_eligible or wish.is_word_of_the_bailleur or wish.is_concerted):
        return party.name
    return NONE


def _turn(
    scope: Scope, dossier: Dossier, moment: Moment, table: Table, credit: list[Movement], *, is_first: bool
) -> str:
    """Whose turn it is; the bailleur takes part in first rounds only."""
    ruled = scope.rotation(dossier, moment)
    window = Fraction(str(ruled.get("criteria_window") or 0))
    if ruled["method"] == "fixed_order":
        weights, balances = _weights(table), dict(scope.movements.sums("cycle", dossier.year))
        if is_first:
            balances = {name: balances.get(name, NOTHING) + weight for name, weight in weights.items()}
    else:
        weights = _held(table)
        balances = _balances(scope, dossier, credit)
    contenders = [
        Contender(
            party.name, weights[party.name], balances.get(party.name, NOTHING), _lacks(scope, dossier, party)
        )
        for party in table.eligible
        if weights.get(party.name)
    ]
    if is_first and weights.get(BAILLEUR):
        contenders.append(Contender(BAILLEUR, weights[BAILLEUR], balances.get(BAILLEUR, NOTHING)))
    number = sum(1 for weight in weights.values() if weight)
    return whose_turn(contenders, number, window) if contenders else NONE


def _lacks(scope: Scope, dossier: Dossier, party: Party) -> Fraction:
    return party.criteria.lacks(scope.mix(dossier, party.name)) if party.criteria.targets else NOTHING


def _held(table: Table) -> dict[str, Fraction]:
    return {**{party.name: party.share for party in table.parties}, BAILLEUR: table.remainder}


def _balances(scope: Scope, dossier: Dossier, credit: list[Movement]) -> dict[str, Fraction]:
    """Credit less engaged of everybody, the round's credit included."""
    found = dict(scope.movements.sums("credit", dossier.year))
    for line, amount in scope.movements.sums("engaged", dossier.year).items():
        found[line] = found.get(line, NOTHING) - amount
    for each in credit:
        found[each.line] = found.get(each.line, NOTHING) + each.amount
    return found


def _weights(table: Table) -> dict[str, Fraction]:
    """Weights in the stock; a line that writes none has its share, the bailleur the rest."""
    weights = {}
    for party in table.parties:
        told = party.line.convention.told.get("stock_weight_percent")
        weights[party.name] = party.share if told is None else Fraction(str(told)) / HUNDRED
    total = sum(weights.values(), NOTHING)
    if total > ONE:
        return deal(ONE, weights)
    return {**weights, BAILLEUR: ONE - total}


def _move_cycle(scope: Scope, dossier: Dossier, moment: Moment, table: Table, chosen: str) -> None:
    """The fixed order moves with first rounds alone: it is blind to what becomes of a dwelling afterwards."""
    if scope.rotation(dossier, moment)["method"] == "fixed_order":
        weights = _weights(table)
        weights[chosen] = weights.get(chosen, NOTHING) - ONE
        scope.movements.add(
            Movement(dossier.year, "cycle", name, weight, dossier.id) for name, weight in weights.items()
        )


def _give(
    scope: Scope,
    dossier: Dossier,
    moment: Moment,
    prediction: Prediction,
    party: Party | None,
    told: dict[str, Any],
    wish: Wish,
) -> None:
    """The chosen line engages the turn; without one the bailleur does."""
    if party is None:
        keep(scope, dossier, prediction, told)
        return
    is_settled = wish.line == party.name and (wish.is_word_of_the_bailleur or wish.is_concerted)
    offer(scope, dossier, moment, party, prediction, told, is_to_confirm=not is_settled)


def _first(dossier: Dossier, moment: Moment, given: Mapping[str, Fraction]) -> list[Movement]:
    return [
        Movement(
            dossier.year,
            "credit",
            line,
            amount,
            dossier.id,
            is_first_round=True,
            day="" if line == BAILLEUR else moment.at[:10],
        )
        for line, amount in given.items()
    ]


def _carry(dossier: Dossier, given: Mapping[str, Fraction]) -> list[Movement]:
    return [Movement(dossier.year, "carry", line, amount, dossier.id) for line, amount in given.items()]


def _further(dossier: Dossier, given: Mapping[str, Fraction]) -> list[Movement]:
    return [Movement(dossier.year, "credit", line, amount, dossier.id) for line, amount in given.items()]
