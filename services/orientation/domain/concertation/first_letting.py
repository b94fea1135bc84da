"""Where a first letting goes (step 3): it waits, goes to the one its concertation names, or joins the flux."""

from dataclasses import replace
from datetime import timedelta

from flux.units import BAILLEUR
from orientation.domain.candidates import seat
from orientation.domain.concertation import wording
from orientation.domain.concertation.apart import give, keep
from orientation.domain.concertation.programme import Lot, Programme
from orientation.domain.decision import record
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant_text
from orientation.domain.ports import Facts, Verdict
from orientation.domain.turn import Wish
from orientation.domain.work import Work


def let_first(work: Work, dossier: Dossier, facts: Facts, wish: Wish) -> Wish | None:
    """The wish its turn in the flux is taken with, or None: the dwelling waits, or was given by its concertation."""
    neuf = work.verdict("neuf", facts)
    way = neuf.value("first_letting")
    if way is None:
        return wish
    work.use(neuf, "first_letting")
    sentence = work.sentence(neuf, "first_letting", facts)
    if way == "flux":
        return replace(wish, said=(sentence,))
    programme_id = dossier.vacancy.get("programme_id")
    if programme_id is None:
        return replace(wish, said=(wording.NO_PROGRAMME,))
    programme = work.state.programmes.get(programme_id)
    if programme is None and not wish.may_wait:
        return replace(wish, said=(wording.NEVER_OPENED,))
    if programme is None or programme.conclusion is None:
        _wait(work, dossier, facts, neuf, sentence, is_opened=programme is not None)
        return None
    return _after(work, dossier, facts, wish, neuf, programme)


def _wait(
    work: Work, dossier: Dossier, facts: Facts, neuf: Verdict, sentence: str, *, is_opened: bool
) -> None:
    """Wait for the conclusion, or for a programme that nobody has opened yet and for the limit."""
    is_apart = _is_apart(work, neuf)
    if is_opened:
        record(work, dossier, "concertation", "neuf", [sentence, wording.UNDERWAY], counted_apart=is_apart)
        return
    delais = work.verdict("delais", facts)
    work.use(delais, "hold_days")
    until = work.at + timedelta(days=int(work.answer(delais, "hold_days")))
    said = [sentence, wording.not_opened_yet(until, work.state.scope.departement)]
    text = instant_text(until)
    record(
        work,
        dossier,
        "concertation",
        "programme_attendu",
        said,
        counted_apart=is_apart,
        held_until=text,
        due=text,
    )


def _after(
    work: Work, dossier: Dossier, facts: Facts, wish: Wish, neuf: Verdict, programme: Programme
) -> Wish | None:
    """Once concluded: to the one the bailleur named since, else the split, unless it said no to this dwelling.

    A corrected dwelling that somebody holds in the flux stays there.
    """
    lot = programme.lots.get(dossier.dwelling["dwelling_id"])
    if lot is None:
        return replace(wish, said=(wording.not_in_programme(programme.programme_id),))
    if wish.keep is not None and not dossier.is_apart:
        return wish
    if dossier.arbitrated is not None and _is_apart(work, neuf):
        return _arbitrated(work, dossier, facts, wish, dossier.arbitrated)
    return _by_the_split(work, dossier, facts, wish, neuf, lot, programme.programme_id)


def _by_the_split(
    work: Work, dossier: Dossier, facts: Facts, wish: Wish, neuf: Verdict, lot: Lot, programme_id: str
) -> Wish | None:
    """To the one the split names, apart or in the flux; to the flux when it names nobody, or one who said no."""
    said = wording.concluded(programme_id, lot.because)
    if lot.reservataire is None:
        return replace(wish, said=(said,))
    if lot.reservataire in dossier.answered:
        return replace(wish, said=(wording.nobody_took_it(lot.reservataire),))
    if _is_apart(work, neuf):
        work.use(neuf, "counted")
        give(work, dossier, facts, lot.reservataire, [said, wording.COUNTED_APART])
        return None
    return _in_the_flux(work, dossier, facts, wish, lot, said)


def _arbitrated(work: Work, dossier: Dossier, facts: Facts, wish: Wish, reservataire: str) -> Wish | None:
    """A first letting the bailleur re-assigned stays where it put it; once refused there, it joins the flux."""
    if reservataire in dossier.answered:
        return replace(wish, said=(wording.nobody_took_it(reservataire),))
    if reservataire in {BAILLEUR, work.state.scope.bailleur}:
        keep(work, dossier, [wording.reassigned(BAILLEUR)])
    else:
        give(work, dossier, facts, reservataire, [wording.reassigned(reservataire)], "arbitrage")
    return None


def _in_the_flux(work: Work, dossier: Dossier, facts: Facts, wish: Wish, lot: Lot, said: str) -> Wish | None:
    """A first letting that counts in the flux: its réservataire takes the turn with the line that covers it."""
    assert lot.reservataire is not None  # noqa: S101 - the caller found one
    table = seat(work, dossier, facts, work.verdict("rotation", facts))
    own = [party for party in table.parties if party.reservataire == lot.reservataire]
    if not own:
        give(work, dossier, facts, lot.reservataire, [said, wording.without_line(lot.reservataire)])
        return None
    able = next((party for party in own if party.is_eligible), None)
    if able is None:
        return replace(wish, said=(wording.cannot(lot.reservataire, str(own[0].obstacle)),))
    return replace(wish, said=(said,), concerted=able.name)


def _is_apart(work: Work, neuf: Verdict) -> bool:
    return bool(work.answer(neuf, "counted") == "apart")
