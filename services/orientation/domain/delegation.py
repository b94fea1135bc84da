"""Delegation: whether a convention lets the bailleur say a réservataire's word (`contracts.authority`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.authority import Word, word_of
from contracts.rejected import Rejected, RejectionReason
from flux.convention import Convention
from orientation.domain.dossier import Dossier
from orientation.domain.terms import management_of
from orientation.domain.work import Work

Data = Mapping[str, Any]

_WORDS = {
    "designation": "désigner des candidats",
    "refusal": "refuser, ou ne désigner personne,",
    "contestation": "contester, ou se dire satisfait,",
    "concertation": "répondre à la concertation",
}


def spoken(kind: str, source: str, data: Data) -> dict[str, Any]:
    """An outcome's fields with who said it, and whether on the réservataire's behalf."""
    word = word_of(kind, source, data)
    return {**data, "spoken_by": word.spoken_by, "on_behalf": word.on_behalf}


def word_in(work: Work, kind: str, data: Data) -> Word:
    """The word of an outcome made by `spoken`, one that waited included."""
    return word_of(kind, data["spoken_by"], {"bailleur": work.state.scope.bailleur, **data})


def refuse_undelegated(work: Work, word: Word, dossier: Dossier | None = None) -> None:
    """Refuse a word said on a réservataire's behalf that no convention delegates.

    Asked of the convention of the dossier's open proposal, else of those of the réservataire in force on the day of
    the event or, for a dossier, of its declaration.
    """
    if not word.on_behalf:
        return
    found = list(_conventions(work, word.party, dossier))
    asked: list[Convention | None] = [*found] if found else [None]
    if not any(_lets(work, word, convention, dossier) for convention in asked):
        raise _undelegated(word, found)


def is_unknown(work: Work, party: str) -> bool:
    """Whether a réservataire has no convention here yet that could delegate anything."""
    return all(convention.reservataire != party for convention in work.state.conventions.values())


def refuse_undelegated_by(work: Work, word: Word, convention: Convention) -> None:
    """The same where the act is about one convention: nobody else's may delegate it."""
    if word.on_behalf and not (convention.reservataire == word.party and _lets(work, word, convention, None)):
        raise _undelegated(word, [convention])


def _conventions(work: Work, party: str, dossier: Dossier | None) -> Iterable[Convention]:
    state = work.state
    if dossier is not None and dossier.convention_id is not None and dossier.reservataire == party:
        yield state.conventions[dossier.convention_id]
        return
    days = {work.happened_on} if dossier is None else {work.happened_on, work.declared_on(dossier)}
    in_force = {c.id: c for day in sorted(days) for c in state.in_force(day) if c.reservataire == party}
    yield from in_force.values()


def _lets(work: Work, word: Word, convention: Convention | None, dossier: Dossier | None) -> bool:
    """Whether a convention, or the rules alone where there is none, lets the bailleur say it."""
    delegated = () if convention is None else convention.delegates
    if word.act.delegation in delegated:
        return True
    if not word.act.is_designation or dossier is None:
        return False
    return management_of(work, convention, work.vacancy_facts(dossier)) == "deleguee"


def _undelegated(word: Word, conventions: list[Convention]) -> Rejected:
    delegation = str(word.act.delegation)
    names = ", ".join(convention.id for convention in conventions) or "aucune n'est connue"
    return Rejected(
        RejectionReason.SANS_DELEGATION,
        f"$.data.{word.act.fields[-1]}",
        f"{word.spoken_by} ne peut pas {_WORDS[delegation]} au nom de {word.party} : sa convention ({names}) ne le "
        f"délègue pas. C'est à {word.party} de le dire, ou à la convention de le déléguer "
        f'(delegates : ["{delegation}"]).',
    )
