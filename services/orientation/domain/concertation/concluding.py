"""What a concertation writes: the split proposed, the split concluded, and the dwellings that waited for it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flux.calendar import legal_time
from flux.programme_split import Commitment
from orientation.domain.concertation.programme import Lot, Programme
from orientation.domain.concertation.splitting import Lots, honoured, lacks
from orientation.domain.deciding import decide
from orientation.domain.instants import instant, instant_text
from orientation.domain.work import Work


def propose(
    work: Work,
    programme: Programme,
    lots: Lots,
    commitments: Sequence[Commitment],
    *,
    asked: list[str],
    answer_by: date,
) -> None:
    """Propose a split to those who are asked, until the end of `answer_by` in legal time."""
    objections = [
        {"reservataire": each.reservataire, "objected": list(each.objected), **_reason(each.reason_sha256)}
        for each in programme.answers
        if each.answer == "object"
    ]
    values = {
        "round": programme.round + 1,
        "answer_by": answer_by.isoformat(),
        "respond_by": instant_text(end_of(answer_by, work.state.scope.departement)),
        "asked": asked,
        **({"objections": objections} if objections else {}),
    }
    _write(work, "concertation.proposed", programme, {**values, **_split(lots, commitments)})


def conclude(work: Work, programme: Programme, lots: Lots) -> None:
    """Conclude on a split: the dwellings that waited go to whom it gives them, the others join the flux."""
    last = [each.answer for each in programme.last_answers()]
    conclusion = "objected" if "object" in last else "agreed" if programme.answers else "unanswered"
    spoke = {each.reservataire for each in programme.answers}
    values = {
        "round": programme.round,
        "conclusion": conclusion,
        "answers": list(_answers(programme)),
        "silent": [party for party in programme.parties if party not in spoke],
    }
    _write(work, "concertation.concluded", programme, {**values, **_split(lots, programme.commitments)})
    wake(work, programme.programme_id)


def wake(work: Work, programme_id: str) -> None:
    """Decide again the dwellings that wait for a programme, in the order they were declared."""
    waiting = [
        dossier
        for dossier in work.state.dossiers.values()
        if dossier.status == "concertation" and dossier.vacancy.get("programme_id") == programme_id
    ]
    waiting.sort(key=lambda dossier: (instant(dossier.declared_at), dossier.vacancy_id))
    for dossier in waiting:
        decide(work, dossier)


def end_of(day: date, departement: str) -> datetime:
    """The instant a civil day ends in the legal time of a département."""
    return datetime.combine(day + timedelta(days=1), time.min, legal_time(departement))


def _answers(programme: Programme) -> Iterable[dict[str, Any]]:
    for each in programme.answers:
        yield {
            "reservataire": each.reservataire,
            "round": each.round,
            "answer": each.answer,
            "objected": list(each.objected),
            **_reason(each.reason_sha256),
        }
    for party in programme.asked:
        if programme.answer_of(party) is None:
            yield {"reservataire": party, "round": programme.round, "answer": "silent", "objected": []}


def _reason(digest: str | None) -> dict[str, str]:
    return {} if digest is None else {"reason_sha256": digest}


def _split(lots: Lots, commitments: Sequence[Commitment]) -> dict[str, Any]:
    numbers, why = honoured(lots), lacks(lots, commitments)
    told = [_commitment(each, numbers[place], why.get(place)) for place, each in enumerate(commitments)]
    return {
        "split": [_lot(name, lot) for name, lot in lots.items()],
        "commitments": told,
        "unmet": [told[place] for place in why],
    }


def _commitment(each: Commitment, number: int, why: str | None) -> dict[str, Any]:
    values = {
        "reservataire": each.reservataire,
        "financement": each.financement,
        "typologie": each.typologie,
        "count": each.count,
        "honoured": number,
        "because": why,
    }
    return {name: value for name, value in values.items() if value is not None}


def _lot(name: str, lot: Lot) -> dict[str, Any]:
    assert lot.home is not None  # noqa: S101 - a split in hand knows its dwellings
    values: dict[str, Any] = {
        "dwelling_id": name,
        "reservataire": lot.reservataire,
        "because": lot.because,
        "financement": lot.home.financement,
        "typologie": lot.home.typologie,
    }
    return values if lot.commitment is None else {**values, "commitment": lot.commitment + 1}


def _write(work: Work, kind: str, programme: Programme, values: Mapping[str, Any]) -> None:
    head = {
        "programme_id": programme.programme_id,
        "concertation_sequence": work.state.concertation_sequence + 1,
    }
    work.record(kind, work.on.year, {**head, **values})
