"""Deciding who receives a dwelling: assiette, first letting, parties, turn, terms (steps 2 to 8)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flux.apportionment import apportion
from flux.criteria import FACT_OF_DIMENSION, mix_keys
from flux.ledger import YearLedger
from flux.rotation import Candidate, Ranked, rank
from flux.units import BAILLEUR, DWELLING, fraction_text, units_of_decimal
from orientation.domain import because
from orientation.domain.candidates import Party, Table, seat
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant_text
from orientation.domain.movement import movement
from orientation.domain.ports import Facts, Verdict
from orientation.domain.proposing import issue
from orientation.domain.terms import DEFAULT_ATTEMPTS, DEFAULT_HOLD_DAYS, terms_of
from orientation.domain.work import Work


@dataclass(frozen=True, slots=True)
class Wish:
    """What may steer a decision besides the rules: the bailleur's override, or the holder of a corrected dossier."""

    override: str | None = None
    keep: str | None = None
    may_wait: bool = True


NO_WISH = Wish()


def decide(work: Work, dossier: Dossier, wish: Wish = NO_WISH) -> None:
    """Write the decision of a dossier that nobody holds, and the proposal it leads to.

    `dossier` may be new (not yet in the state); its next attempt is decided.
    """
    facts = work.vacancy_facts(dossier)
    if not dossier.has_accrued and wish.override is None and _leaves_the_flux(work, dossier, facts):
        return
    rotation = work.verdict("rotation", facts)
    table = seat(work, dossier, facts, rotation)
    waits = wish.may_wait and wish.override is None and not dossier.has_accrued
    if waits and not table.is_covered:
        _hold(work, dossier, facts)
        return
    _take_turn(work, dossier, facts, rotation, table, wish)


def _leaves_the_flux(work: Work, dossier: Dossier, facts: Facts) -> bool:
    """Steps 2 and 3: outside the assiette, kept in stock, or a first letting that goes to concertation."""
    assiette = work.verdict("assiette", facts)
    winner = assiette.matched[0] if assiette.matched else None
    for key in ("outside_flux", "stock"):
        rule = assiette.rule_for(key)
        if winner is not None and rule is not None and rule.id == winner.id:
            work.use(assiette, key)
            reason = str(assiette.value(key))
            _write(work, dossier, "outside_flux", reason, [work.sentence(assiette, key, facts)])
            return True
    work.use(assiette, "in_flux")
    neuf = work.verdict("neuf", facts)
    if neuf.value("first_letting") == "concertation":
        work.use(neuf, "first_letting")
        sentence = work.sentence(neuf, "first_letting", facts)
        apart = neuf.value("counted", "apart") == "apart"
        _write(work, dossier, "concertation", "neuf", [sentence], counted_apart=apart)
        return True
    return False


def _hold(work: Work, dossier: Dossier, facts: Facts) -> None:
    """The scope has no convention yet: wait for one, or for the limit."""
    delais = work.verdict("delais", facts)
    work.use(delais, "hold_days")
    until = work.at + timedelta(days=int(delais.value("hold_days", DEFAULT_HOLD_DAYS)))
    text = instant_text(until)
    sentence = because.held(until, work.state.scope.departement)
    _write(work, dossier, "held", "sans_convention", [sentence], held_until=text, due=text)


@dataclass(slots=True)
class _Turn:
    """One turn being decided: who sits there, what accrues, in which order, and who takes it."""

    table: Table
    credit: dict[str, int]
    cycle: dict[str, int]
    order: list[Ranked]
    chosen: Party | None
    is_first_round: bool
    fixed: dict[str, int] | None = None
    """Weights of the fixed order, when that is the method."""
    steered: str | None = None
    """Why the chosen party stands first when it is not by its turn."""


def _take_turn(
    work: Work, dossier: Dossier, facts: Facts, rotation: Verdict, table: Table, wish: Wish
) -> None:
    """Steps 4 to 8: accrue, rank, choose, set the terms, write."""
    work.use(rotation, "method")
    is_first_round = not dossier.has_accrued
    turn = _rank(work, dossier, rotation, table, is_first_round=is_first_round)
    turn.chosen = _choose(turn, wish)
    turn.steered = because.steered(override=wish.override, keep=wish.keep, chosen=turn.chosen)
    if not is_first_round and wish.override is None and _attempts_are_spent(work, dossier, facts):
        turn.chosen = None
    if turn.chosen is None:
        _nobody(work, dossier, turn)
    elif turn.chosen.name == BAILLEUR:
        _keep(work, dossier, turn, _sentences(work, dossier, turn, wish), "part_non_reservee")
    else:
        _offer(work, dossier, facts, turn, wish)


def _rank(work: Work, dossier: Dossier, rotation: Verdict, table: Table, *, is_first_round: bool) -> _Turn:
    year = work.state.ledger.year(dossier.year)
    eligible = [p for p in table.parties if p.is_eligible and (is_first_round or p.name != BAILLEUR)]
    credit = table.accruals() if is_first_round else _further_credit(dossier, eligible)
    is_fixed = rotation.value("method", "progress") == "fixed_order"
    cycle = _cycle_weights(table) if is_fixed and is_first_round else {}
    account = _cycle_balances(year, cycle) if is_fixed else _balances(year, credit)
    window = units_of_decimal(str(rotation.value("criteria_window", "0")))
    weights = _cycle_weights(table) if is_fixed else table.shares()
    candidates = [
        Candidate(p.name, weights[p.name], account(p.name), p.lateness)
        for p in eligible
        if weights.get(p.name)
    ]
    order = rank(candidates, len([w for w in weights.values() if w]), window)
    return _Turn(table, credit, cycle, order, None, is_first_round, weights if is_fixed else None)


def _further_credit(dossier: Dossier, eligible: list[Party]) -> dict[str, int]:
    """A further round credits what was not restored, to that round's réservataires in proportion."""
    with_room = [party for party in eligible if party.has_room]
    weights = {party.name: party.share for party in with_room or eligible}
    if not weights or not dossier.owed:
        return {}
    return apportion(dossier.owed, weights)


def _balances(year: YearLedger, credit: dict[str, int]) -> Any:  # noqa: ANN401 - a local closure
    return lambda name: year.balance(name) + credit.get(name, 0)


def _cycle_balances(year: YearLedger, cycle: dict[str, int]) -> Any:  # noqa: ANN401 - a local closure
    return lambda name: year.cycle.get(name, 0) + cycle.get(name, 0)


def _cycle_weights(table: Table) -> dict[str, int]:
    """Weights of the fixed order (5b): the stock's, the bailleur holding the remainder."""
    weights = {
        p.name: p.share
        if p.convention is None or p.convention.stock_weight is None
        else p.convention.stock_weight
        for p in table.parties
        if p.name != BAILLEUR
    }
    total = sum(weights.values())
    if total > DWELLING:
        return apportion(DWELLING, weights)
    if total < DWELLING:
        weights[BAILLEUR] = DWELLING - total
    return weights


def _choose(turn: _Turn, wish: Wish) -> Party | None:
    parties = {party.name: party for party in turn.table.parties}
    if wish.override is not None:
        return parties.get(wish.override) or Party(BAILLEUR, 0, BAILLEUR)
    ranked = [entry.candidate.party for entry in turn.order]
    if wish.keep in ranked:
        return parties[wish.keep]
    return parties[ranked[0]] if ranked else None


def _attempts_are_spent(work: Work, dossier: Dossier, facts: Facts) -> bool:
    delais = work.verdict("delais", facts)
    spent = len(dossier.answered) >= int(delais.value("attempts", DEFAULT_ATTEMPTS))
    if spent:
        work.use(delais, "attempts")
    return spent


def _nobody(work: Work, dossier: Dossier, turn: _Turn) -> None:
    """A first round nobody may take has no holder; a further one hands the dwelling back to the bailleur."""
    if turn.is_first_round:
        _write(work, dossier, "no_holder", "sans_titulaire", [because.NOBODY], turn=turn)
        return
    turn.credit = {BAILLEUR: dossier.owed} if dossier.owed else {}
    _keep(work, dossier, turn, [because.hand_back(len(dossier.answered))], "remise")


def _keep(work: Work, dossier: Dossier, turn: _Turn, sentences: list[str], reason: str) -> None:
    moved = _movement(work, dossier, turn, BAILLEUR, {BAILLEUR: {"kept": 1}})
    _write(work, dossier, "kept_by_bailleur", reason, sentences, turn=turn, ledger=moved)


def _offer(work: Work, dossier: Dossier, facts: Facts, turn: _Turn, wish: Wish) -> None:
    """Pre-assign the dwelling, or propose it at once."""
    party = turn.chosen
    assert party is not None  # noqa: S101 - the caller chose it
    assert party.convention is not None  # noqa: S101 - only the bailleur has none
    terms = terms_of(work, party.convention, facts)
    sentences = _sentences(work, dossier, turn, wish)
    waits = terms.needs_confirmation and wish.override is None
    if waits:
        sentences.append(because.confirm_by(terms.confirm_within_hours))
    extra: dict[str, Any] = {"line": party.name, "management": terms.management}
    if waits:
        extra["due"] = instant_text(work.at + timedelta(hours=terms.confirm_within_hours))
    moved = _movement(work, dossier, turn, party.name, {party.name: {"pre_assigned": 1}} if waits else None)
    reason = "arbitrage" if wish.override else "tour"
    outcome = "pre_assigned" if waits else "proposed"
    if not waits:
        extra["proposal_id"] = work.next_id(ahead=1)
    _write(work, dossier, outcome, reason, sentences, turn=turn, ledger=moved, **extra)
    if not waits:
        issue(work, work.state.dossiers[dossier.vacancy_id], terms, sentences)


def _movement(
    work: Work, dossier: Dossier, turn: _Turn, name: str, counts: dict[str, dict[str, int]] | None
) -> dict[str, Any]:
    """What the decision moves: everybody's credit, and one dwelling engaged by the chosen party."""
    cycle = dict(turn.cycle)
    if cycle:
        cycle[name] = cycle.get(name, 0) - DWELLING
    party = turn.chosen
    keys = (
        mix_keys(party.criteria, dossier.dwelling, work.rulebook.lists)
        if party is not None and party.criteria
        else ()
    )
    return movement(
        dossier.year,
        credit=turn.credit,
        engaged={name: DWELLING},
        cycle=cycle,
        mix={f"{name}|{key}": DWELLING for key in keys},
        counts=counts,
    )


def _sentences(work: Work, dossier: Dossier, turn: _Turn, wish: Wish) -> list[str]:
    """The decision's reasons: assiette, turn, what could not be checked."""
    party, year = turn.chosen, work.state.ledger.year(dossier.year)
    assert party is not None  # noqa: S101 - the caller chose it
    sentences = []
    if wish.override is not None:
        sentences.append(because.overridden(party.reservataire))
    elif wish.keep == party.name:
        sentences.append(because.ALREADY_HOLDING)
    elif turn.fixed is not None:
        sentences.append(because.fixed_turn(party, turn.fixed.get(party.name, 0)))
    else:
        credit = year.credit.get(party.name, 0) + turn.credit.get(party.name, 0)
        sentences.append(because.turn(party, credit, year.engaged.get(party.name, 0)))
    if turn.table.is_normalised:
        sentences.append(because.NORMALISED)
    unknown = _missing(turn.table, dossier)
    if unknown:
        sentences.append(because.missing_facts(unknown))
    return sentences


def _missing(table: Table, dossier: Dossier) -> list[str]:
    dimensions = {c.dimension for party in table.parties for c in party.criteria}
    return sorted(d for d in dimensions if dossier.dwelling.get(FACT_OF_DIMENSION[d]) is None)


def _alternatives(work: Work, dossier: Dossier, turn: _Turn) -> list[dict[str, Any]]:
    """Everybody at the table: the chosen first, then in order of turn, then those who may not."""
    year = work.state.ledger.year(dossier.year)
    parties = {party.name: party for party in turn.table.parties}
    chosen = turn.chosen.name if turn.chosen is not None else None
    ranked = sorted(turn.order, key=lambda entry: entry.candidate.party != chosen)
    rows = []
    for position, entry in enumerate(ranked):
        party = parties.pop(entry.candidate.party)
        credit, engaged = _standing(year, turn, party.name)
        sentence = (
            because.place(entry, position, credit, engaged, turn.steered)
            if turn.fixed is None
            else because.fixed_place(position, turn.steered)
        )
        rows.append(_row(party, credit, engaged, sentence))
    for party in parties.values():
        credit, engaged = _standing(year, turn, party.name)
        sentence = because.obstacle(party) if party.obstacle else because.NEXT_ROUND
        rows.append(_row(party, credit, engaged, sentence))
    return sorted(rows, key=lambda row: row["line"] != chosen)


def _standing(year: YearLedger, turn: _Turn, name: str) -> tuple[int, int]:
    return year.credit.get(name, 0) + turn.credit.get(name, 0), year.engaged.get(name, 0)


def _row(party: Party, credit: int, engaged: int, sentence: str) -> dict[str, Any]:
    return {
        "reservataire": party.reservataire,
        "convention_id": None if party.convention is None else party.convention.id,
        "line": party.name,
        "share": fraction_text(party.share),
        "credit": fraction_text(credit),
        "engaged": fraction_text(engaged),
        "eligible": party.is_eligible,
        "because": sentence,
    }


def _write(
    work: Work,
    dossier: Dossier,
    outcome: str,
    reason: str,
    sentences: list[str],
    *,
    turn: _Turn | None = None,
    **extra: Any,  # noqa: ANN401 - the fields of a decision that only some outcomes have
) -> None:
    """Record `orientation.decided`."""
    party = None if turn is None else turn.chosen
    convention = None if party is None else party.convention
    values: dict[str, Any] = {
        "decision_id": work.next_id(),
        "vacancy_id": dossier.vacancy_id,
        "attempt": dossier.attempt + 1,
        "supersedes": dossier.decision_id,
        "decided_at": work.at_text,
        "declared_at": dossier.declared_at,
        "outcome": outcome,
        "reservataire": None if convention is None else convention.reservataire,
        "convention_id": None if convention is None else convention.id,
        "reason": reason,
        "alternatives": [] if turn is None else _alternatives(work, dossier, turn),
        "because": [sentence for sentence in sentences if sentence],
        "rules": work.take_used(),
        "rulebook": work.rulebook.rules.digest,
        "vacancy": dossier.vacancy,
        **extra,
    }
    if turn is not None and turn.is_first_round and turn.credit and "ledger" in extra:
        values["first_round"] = True
    warnings = _warnings(work, dossier, turn)
    if warnings:
        values["warnings"] = warnings
    work.record("orientation.decided", dossier.year, values)


def _warnings(work: Work, dossier: Dossier, turn: _Turn | None) -> list[str]:
    """What somebody should look at: shares above 100 %, a dwelling already open under another vacancy."""
    warnings = []
    if turn is not None and turn.table.is_normalised:
        warnings.append("parts_superieures_a_100")
    other = work.state.dwellings.get(dossier.dwelling["dwelling_id"])
    if other is not None and other != dossier.vacancy_id:
        warnings.append(f"logement_deja_ouvert:{other}")
    return warnings
