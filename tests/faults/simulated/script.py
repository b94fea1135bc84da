"""The script of a simulation: what parties will say by themselves, in an order no party agreed on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from tests.faults.checker import Expected, Fed
from tests.faults.simulated.saying import PARTIES, SCOPES, Said, Scope, Voice

VACANT = datetime(2026, 3, 1, tzinfo=UTC)
MOST_LATE_HOURS = 60
JITTER = 12
"""How many places a message may be overtaken by."""

Line = Callable[[datetime], Said]
"""Makes a message at the moment it is said."""


def script(chance: Random, voice: Voice) -> list[Line]:
    """Conventions, vacancies, corrections, programmes, repeats, contradictions, nonsense; shuffled a little."""
    scopes = [scope for scope in SCOPES if chance.random() < 3 / 4] or [SCOPES[0]]
    lines = [line for scope in scopes for line in _scope(chance, voice, scope)]
    chance.shuffle(lines)
    signed = [line for scope in scopes for line in _conventions(chance, voice, scope)]
    ordered = [*signed, *lines]
    places = sorted(range(len(ordered)), key=lambda number: number + chance.randrange(JITTER))
    return [ordered[number] for number in places]


def _conventions(chance: Random, voice: Voice, scope: Scope) -> list[Line]:
    parties = [party for party in PARTIES if chance.random() < 2 / 3] or ["AL"]
    return [partial(voice.convention, scope, party) for party in parties]


def _scope(chance: Random, voice: Voice, scope: Scope) -> list[Line]:
    number = 100 * (SCOPES.index(scope) + 1)
    lines: list[Line] = []
    for vacancy in range(number, number + chance.randint(3, 6)):
        lines += _vacancy(chance, voice, scope, vacancy)
    lines += [line for line in _terms(voice, scope) + _nonsense(voice, scope) if chance.random() < 1 / 3]
    if chance.random() < 1 / 3:
        lines += _programme(chance, voice, scope, number)
    return lines


def _vacancy(chance: Random, voice: Voice, scope: Scope, number: int) -> list[Line]:
    """A declaration, and now and then what corrects it, repeats it or contradicts it."""
    name, is_contradicted = f"V{number}", chance.random() < 1 / 10
    late = timedelta(hours=chance.choice((0, 0, 0, chance.randrange(MOST_LATE_HOURS))))
    facts = voice.vacancy(scope, number, VACANT)
    cause = f"declared-{name}-{'-'.join(scope)}"

    def declare(at: datetime) -> Said:
        expected: Expected = "either" if is_contradicted else "accepted"
        return voice.event("vacancy.declared", scope, at - late, facts, id_=cause, expected=expected)

    lines: list[Line] = [declare]
    if is_contradicted:
        again = {**facts, "available_on": "2026-05-01"}
        id_ = chance.choice((cause, None))
        lines.append(lambda at: voice.event("vacancy.declared", scope, at, again, id_=id_))
    elif chance.random() < 1 / 10:
        lines.append(lambda at: voice.event("vacancy.declared", scope, at, facts, expected="accepted"))
    if chance.random() < 1 / 6:
        amended = {**facts, "dwelling": {**facts["dwelling"], "typologie": "T4"}}
        lines.append(lambda at: voice.event("vacancy.amended", scope, at, amended))
    if chance.random() < 1 / 8:
        body = {"vacancy_id": name, "reason": "Le locataire reste."}
        lines.append(lambda at: voice.event("vacancy.withdrawn", scope, at, body))
    if chance.random() < 1 / 8:
        early = {"vacancy_id": name, "reservataire": f"AL-{scope[1]}", "count": 2, "on_behalf": False}
        lines.append(lambda at: voice.event("candidates.designated", scope, at, early, by=f"AL-{scope[1]}"))
    return lines


def _terms(voice: Voice, scope: Scope) -> list[Line]:
    """What may become of conventions."""
    name, departement = f"C-CD-{'-'.join(scope)}", scope[1]
    ended = {"convention_id": name, "on": "2026-03-20", "reason": "Fin de la garantie."}
    contested = {"convention_id": name, "by": f"CD-{departement}", "reason": "Part insuffisante."}
    forecast = {"year": 2026, "flux": 40, "by_operation": {"vente": 3}, "status": "partage"}
    return [
        lambda at: voice.convention(scope, "AL", at, "convention.adjusted"),
        lambda at: voice.event("convention.ended", scope, at, ended),
        lambda at: voice.event("convention.contested", scope, at, contested, by=f"CD-{departement}"),
        lambda at: voice.event("forecast.declared", scope, at, forecast, expected="accepted"),
    ]


def _programme(chance: Random, voice: Voice, scope: Scope, number: int) -> list[Line]:
    """A new building, its concertation, and a first letting."""
    name, party = f"P{number}", f"AL-{scope[1]}"
    homes = [voice.dwelling(scope, 9_000 + number + home) for home in range(3)]
    opened = {
        "programme_id": name,
        "dwellings": homes,
        "commitments": [{"reservataire": party, "count": 2}],
        "answer_by": "2026-04-10",
    }
    said = {"programme_id": name, "reservataire": party, "answer": chance.choice(("agree", "object"))}
    letting = voice.vacancy(
        scope,
        number + 50,
        VACANT,
        cause="neuf",
        programme_id=name,
        dwelling=homes[0],
    )
    return [
        lambda at: voice.event("programme.opened", scope, at, opened),
        lambda at: voice.event("concertation.answered", scope, at, said, by=party),
        lambda at: voice.event("vacancy.declared", scope, at, letting, expected="accepted"),
    ]


def _nonsense(voice: Voice, scope: Scope) -> list[Line]:
    """Messages that are wrong whatever came before."""
    person = {"vacancy_id": "V1", "reason": "x", "nom": "Durand"}
    misspelt = voice.vacancy(scope, 1, VACANT, cause="oubli")
    nobody = {"vacancy_id": "V0", "reason": "Jamais déclarée."}
    return [
        lambda at: voice.event("vacancy.withdrawn", scope, at, person, expected="refused"),
        lambda at: voice.event("vacancy.declared", scope, at, misspelt, expected="refused"),
        lambda at: voice.event("vacancy.withdrawn", scope, at, nobody, expected="refused"),
        lambda _: Said(Fed("vacancies", b"{", "refused"), b"?"),
    ]
