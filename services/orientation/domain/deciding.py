"""Deciding who receives a dwelling: assiette, first letting, parties, turn, terms (steps 2 to 8)."""

from datetime import timedelta

from flux.units import BAILLEUR
from orientation.domain import because
from orientation.domain.assiette import leaves_the_flux
from orientation.domain.candidates import seat
from orientation.domain.concertation.first_letting import let_first
from orientation.domain.decision import record
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant_text
from orientation.domain.offering import to_nobody, to_the_bailleur, to_the_chosen
from orientation.domain.ports import Facts
from orientation.domain.turn import NO_WISH, Wish, take_turn
from orientation.domain.work import Work


def decide(work: Work, dossier: Dossier, wish: Wish = NO_WISH) -> None:
    """Write the decision of a dossier that nobody holds, and the proposal it leads to.

    `dossier` may be new (not yet in the state); its next attempt is decided. Its first round follows the rules of
    the day it was declared on, however long it waited.
    """
    if dossier.has_accrued or wish.override is not None:
        _decide(work, dossier, wish)
        return
    with work.by_the_rules_of(work.declared_on(dossier)):
        _decide(work, dossier, wish)


def _decide(work: Work, dossier: Dossier, wish: Wish) -> None:
    facts = work.vacancy_facts(dossier)
    is_first = not dossier.has_accrued and wish.override is None
    if is_first and leaves_the_flux(work, dossier, facts):
        return
    if is_first:
        found = let_first(work, dossier, facts, wish)
        if found is None:
            return
        wish = found
    rotation = work.verdict("rotation", facts)
    table = seat(work, dossier, facts, rotation)
    if is_first and wish.may_wait and not table.is_covered and not _is_kept_by_the_bailleur(wish):
        _hold(work, dossier, facts, wish)
        return
    work.use(rotation, "method")
    turn = take_turn(work, dossier, rotation, table, wish)
    if not turn.is_first_round and wish.override is None and _attempts_are_spent(work, dossier, facts):
        turn.chosen = None
    if turn.chosen is None:
        to_nobody(work, dossier, turn, wish)
    elif turn.chosen.name == BAILLEUR:
        to_the_bailleur(work, dossier, turn, wish)
    else:
        to_the_chosen(work, dossier, facts, turn, wish)


def _is_kept_by_the_bailleur(wish: Wish) -> bool:
    return wish.is_arbitrated and wish.keep == BAILLEUR


def _hold(work: Work, dossier: Dossier, facts: Facts, wish: Wish) -> None:
    """The scope has no convention yet: wait for one, or for the limit."""
    delais = work.verdict("delais", facts)
    work.use(delais, "hold_days")
    until = work.at + timedelta(days=int(work.answer(delais, "hold_days")))
    text = instant_text(until)
    said = [*wish.said, because.held(until, work.state.scope.departement)]
    record(work, dossier, "held", "sans_convention", said, held_until=text, due=text)


def _attempts_are_spent(work: Work, dossier: Dossier, facts: Facts) -> bool:
    delais = work.verdict("delais", facts)
    spent = len(dossier.answered) >= int(work.answer(delais, "attempts"))
    if spent:
        work.use(delais, "attempts")
    return spent
