"""What the parties of a programme say: it is opened, they answer, and silence becomes agreement when time is up."""

from datetime import date, timedelta
from typing import Any

from contracts.authority import word_of
from contracts.rejected import Rejected, RejectionReason
from flux.calendar import legal_date
from flux.programme_split import Commitment, Home, merged
from orientation.domain.concertation.concluding import conclude, end_of, propose, wake
from orientation.domain.concertation.folding import content_of
from orientation.domain.concertation.programme import Programme
from orientation.domain.concertation.splitting import Lots, first_split, last_split, second_split
from orientation.domain.delegation import refuse_undelegated
from orientation.domain.work import Work

_ONE_DAY = timedelta(days=1)
LAST_ROUND = 2
"""A split is proposed again once, when objections free dwellings that others are still owed."""


def open_programme(work: Work) -> None:
    """Propose the split of a new programme; one opened before is recorded only, or refused when it differs."""
    data, known = work.cause.data, work.state.programmes.get(work.cause.data["programme_id"])
    if known is not None:
        if known.content != content_of(data):
            raise Rejected(
                RejectionReason.CONFLIT,
                "$.data.programme_id",
                f"Le programme {known.programme_id} est déjà ouvert avec un autre contenu : un programme ouvert ne "
                "se modifie pas. Ouvrez-en un autre sous un autre identifiant.",
            )
        _record(work, "opened", {"status": "recorded_only"})
        return
    answer_by = _answer_by(work, date.fromisoformat(data["answer_by"]))
    body = {name: data[name] for name in ("dwellings", "commitments", "answer_by")}
    _record(work, "opened", {**body, "status": "applied"})
    programme = work.state.programmes[data["programme_id"]]
    commitments = merged(_commitment(each) for each in data["commitments"])
    homes = [Home(each["dwelling_id"], each["financement"], each["typologie"]) for each in data["dwellings"]]
    asked = sorted({each.reservataire for each in commitments})
    propose(work, programme, first_split(homes, commitments), commitments, asked=asked, answer_by=answer_by)
    if not asked:
        close_round(work, programme)
    else:
        wake(work, programme.programme_id)


def answer(work: Work) -> None:
    """Note what a réservataire says of the split; the last word of a round counts, and the last answer ends it."""
    cause, data, programme = work.cause, work.cause.data, _asked(work)
    word = word_of(cause.type, cause.source, data)
    refuse_undelegated(work, word)
    status = _status(work, programme)
    objected = _objected(programme, data) if status == "applied" and data["answer"] == "object" else []
    values = {
        "reservataire": data["reservataire"],
        "round": data.get("round", programme.round),
        "answer": data["answer"],
        "objected": objected,
        "status": status,
        "spoken_by": word.spoken_by,
        "on_behalf": word.on_behalf,
    }
    if "reason_sha256" in data:
        values["reason_sha256"] = data["reason_sha256"]
    _record(work, "answered", values)
    if status == "applied" and programme.is_answered:
        close_round(work, programme)


def close_round(work: Work, programme: Programme) -> None:
    """Everybody answered, or time is up: propose once more what objections changed, or conclude."""
    if programme.round < LAST_ROUND and programme.given_up():
        again = second_split(programme)
        gaining = {again[name].reservataire for name in _moved(programme, again)} - {None}
        if gaining:
            asked = sorted(
                filter(None, gaining | {programme.lots[n].reservataire for n in programme.given_up()})
            )
            last_day = legal_date(work.at, work.state.scope.departement) + max(programme.planned, _ONE_DAY)
            propose(work, programme, again, programme.commitments, asked=asked, answer_by=last_day)
            return
    conclude(work, programme, last_split(programme))


def _moved(programme: Programme, again: Lots) -> list[str]:
    """Dwellings that the second split gives to somebody else than the first."""
    return [name for name, lot in again.items() if lot.reservataire != programme.lots[name].reservataire]


def _answer_by(work: Work, day: date) -> date:
    """The last day to answer; when the opening comes too late for it, as many days as were planned."""
    if day < work.on:
        raise Rejected(
            RejectionReason.DATE_IMPOSSIBLE,
            "$.data.answer_by",
            f"« {day} » est avant l'ouverture du programme, le {work.on} : donnez aux réservataires le temps de "
            "répondre.",
        )
    departement = work.state.scope.departement
    if end_of(day, departement) > work.at:
        return day
    return legal_date(work.at, departement) + max(day - work.on, _ONE_DAY)


def _asked(work: Work) -> Programme:
    """The programme an answer speaks of, when its réservataire has a word to say in it."""
    data = work.cause.data
    programme = work.state.programmes.get(data["programme_id"])
    if programme is None:
        raise Rejected(
            RejectionReason.PROGRAMME_INCONNU,
            "$.data.programme_id",
            f"Aucun programme « {data['programme_id']} » n'a été ouvert pour {work.state.scope} : "
            "vérifiez l'identifiant reçu.",
        )
    if data["reservataire"] not in programme.parties:
        raise Rejected(
            RejectionReason.HORS_CONCERTATION,
            "$.data.reservataire",
            f"Le programme {programme.programme_id} ne promet rien à {data['reservataire']}. "
            f"Réservataires concernés : {', '.join(programme.parties) or 'aucun'}.",
        )
    return programme


def _status(work: Work, programme: Programme) -> str:
    """Whether an answer changes something, comes late, or only says again what stands."""
    data = work.cause.data
    said_of = data.get("round", programme.round)
    if said_of > programme.round:
        raise Rejected(
            RejectionReason.VALEUR_INVALIDE,
            "$.data.round",
            f"Le tour {said_of} de la concertation n'a pas eu lieu : le dernier est le {programme.round}.",
        )
    if programme.conclusion is not None or said_of < programme.round:
        return "late"
    if data["reservataire"] not in programme.asked:
        return "recorded_only"
    before = programme.answer_of(data["reservataire"])
    if before is None or before.answer != data["answer"]:
        return "applied"
    objected = _objected(programme, data) if data["answer"] == "object" else []
    return "recorded_only" if list(before.objected) == objected else "applied"


def _objected(programme: Programme, data: dict[str, Any]) -> list[str]:
    """The dwellings an objection gives up: those it names, all its own when it names none."""
    own = programme.lots_of(data["reservataire"])
    named = data.get("objected")
    unknown = [] if named is None else [name for name in named if name not in own]
    if unknown:
        raise Rejected(
            RejectionReason.VALEUR_INVALIDE,
            "$.data.objected",
            f"La répartition ne donne pas {', '.join(unknown)} à {data['reservataire']}. "
            f"Ses logements : {', '.join(own) or 'aucun'}.",
        )
    return own if named is None else sorted(set(named))


def _commitment(each: dict[str, Any]) -> Commitment:
    return Commitment(each["reservataire"], each.get("financement"), each.get("typologie"), each["count"])


def _record(work: Work, change: str, values: dict[str, Any]) -> None:
    head = {"programme_id": work.cause.data["programme_id"], "change": change}
    work.record("programme.recorded", work.on.year, {**head, **values})
