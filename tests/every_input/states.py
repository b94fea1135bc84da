"""The states a subject can be in when an input comes: each is reached by events, and says what it has reached."""

# ruff: noqa: ANN401 - bodies of events are JSON values

from collections.abc import Callable, Mapping
from typing import Any

from tests.every_input.bodies import AL, ETAT, OUTSIDE, VILLE, about, convention, programme, report, vacancy
from tests.every_input.world import BAILLEUR, World

Reach = Callable[[World], None]


def _signed(world: World, **terms: Any) -> None:
    world.say("convention.signed", **convention(share="100", **terms))


def _said(kind: str, **body: Any) -> Reach:
    return lambda world: world.say(kind, **about(world), **body)


def _proposed(world: World, **terms: Any) -> None:
    _signed(world, **terms)
    world.wait(hours=1)
    world.say("vacancy.declared", **vacancy())
    world.wait(hours=1)


def _after_proposal(*steps: Reach, **terms: Any) -> Reach:
    def reach(world: World) -> None:
        _proposed(world, **terms)
        for step in steps:
            step(world)
            world.wait(hours=1)

    return reach


def _declared(**more: Any) -> Reach:
    def reach(world: World) -> None:
        _signed(world)
        world.say("vacancy.declared", **vacancy(**more))

    return reach


def _held(world: World) -> None:
    world.say("vacancy.declared", **vacancy())


def _without_holder(world: World) -> None:
    world.say(
        "convention.signed",
        **convention(share="100", criteria=[{"dimension": "typologie", "in": ["T3"], "kind": "exclude"}]),
    )
    world.say("vacancy.declared", **vacancy())


def _kept(world: World) -> None:
    world.say("convention.signed", **convention(share="1"))
    world.say("vacancy.declared", **vacancy())


def _expired(world: World) -> None:
    world.say("convention.signed", **convention(AL, "50"))
    world.say("convention.signed", **convention(ETAT, "25"))
    world.say("vacancy.declared", **vacancy())
    world.wait(days=31)


def _handed_back(world: World) -> None:
    _proposed(world)
    world.wait(days=31)


def _parked(world: World) -> None:
    _signed(world)
    world.say("lease.signed", **about(world), signed_on="2026-02-02")
    world.say("candidates.designated", **about(world), count=3, on_behalf=False)


def _twice_open(world: World) -> None:
    _proposed(world)
    world.say("vacancy.declared", **vacancy("V2"))


def _over(world: World) -> None:
    _after_proposal(LEASED)(world)
    world.wait(days=400)


DESIGNATED = _said("candidates.designated", count=3, on_behalf=False)
RANKED = _said("caleol.decided", decision="attribution_rang", rank=2)
ATTRIBUTED = _said("caleol.decided", decision="attribution", public=["dalo"])
LEASED = _said("lease.signed", signed_on="2026-02-02")
REFUSED = _said("proposal.refused", by="reservataire", reason="hors_criteres")
BY_A_CANDIDATE = _said("proposal.refused", by="candidat", reason="hors_criteres", candidates_left=1)


def _overridden(world: World) -> None:
    world.say("decision.overridden", vacancy_id="V1", reservataire=BAILLEUR, reason="Urgence.")


def _amended(world: World) -> None:
    world.say("vacancy.amended", **vacancy(dwelling={"typologie": "T4"}))


def _amended_outside(world: World) -> None:
    world.say("vacancy.amended", **vacancy(purpose=OUTSIDE))


def _withdrawn(world: World) -> None:
    world.say("vacancy.withdrawn", vacancy_id="V1", reason="Vendu.")


def _confirmed(world: World) -> None:
    world.say("orientation.confirmed", **about(world))


VACANCY: Mapping[str, Reach] = {
    "vacancy undeclared": _signed,
    "vacancy parked for": _parked,
    "vacancy held": _held,
    "vacancy no_holder": _without_holder,
    "vacancy outside_flux": _declared(purpose=OUTSIDE),
    "vacancy outside_flux stock": _declared(stock_reservation="defense"),
    "vacancy kept_by_bailleur": _kept,
    "vacancy kept_by_bailleur overridden": _after_proposal(_overridden),
    "vacancy pre_assigned": _after_proposal(confirmation="bailleur"),
    "vacancy pre_assigned confirmed": _after_proposal(_confirmed, confirmation="bailleur"),
    "vacancy proposed": _after_proposal(),
    "vacancy proposed delegated": _after_proposal(management="deleguee"),
    "vacancy proposed by lease": _after_proposal(
        decompte={"method": "mixte", "weights": {"proposition": "0.5", "attribution": "0.5", "bail": "1"}}
    ),
    "vacancy proposed in two vacancies": _twice_open,
    "vacancy designated": _after_proposal(DESIGNATED),
    "vacancy designated ranked": _after_proposal(DESIGNATED, RANKED),
    "vacancy designated candidate refused": _after_proposal(DESIGNATED, RANKED, BY_A_CANDIDATE),
    "vacancy attributed": _after_proposal(DESIGNATED, ATTRIBUTED),
    "vacancy leased": _after_proposal(DESIGNATED, ATTRIBUTED, LEASED),
    "vacancy leased, long archived": _over,
    "vacancy refused": _after_proposal(REFUSED),
    "vacancy expired, proposed again": _expired,
    "vacancy expired, handed back": _handed_back,
    "vacancy withdrawn": _after_proposal(_withdrawn),
    "vacancy amended": _after_proposal(_amended),
    "vacancy amended outside_flux": _after_proposal(_amended_outside),
}
"""By name: each tells in its first words the status of `DecisionOutcome` or of a dossier it reaches."""


def _ended(on: str) -> Reach:
    def reach(world: World) -> None:
        _proposed(world)
        world.say("convention.ended", convention_id=f"C-{AL}", on=on, reason="Commun accord.")

    return reach


def _adjusted(world: World) -> None:
    _proposed(world)
    world.say("convention.adjusted", **convention(share="30"))


def _contested(world: World) -> None:
    _proposed(world)
    world.say("convention.contested", convention_id=f"C-{AL}", by=AL, reason="La part est fausse.")


def _answered(by: str) -> Reach:
    def reach(world: World) -> None:
        _contested(world)
        world.say(
            "contestation.answered",
            convention_id=f"C-{AL}",
            reservataire=AL,
            by=by,
            reason="C'est la part signée.",
        )

    return reach


def _of_lines(world: World) -> None:
    shares = [
        {"territory": {"scale": "communes", "communes": ["75114"]}, "share_percent": "50"},
        {"territory": {"scale": "departement"}, "share_percent": "25"},
    ]
    _signed_with(world, share_percent=None, shares=shares)


def _of_number(world: World) -> None:
    world.say("forecast.declared", year=2026, flux=20, status="partage")
    _signed_with(world, share_percent=None, objective=5)


def _with_carry(world: World) -> None:
    carry = {"units": 2, "from_year": 2025, "cause": "flux"}
    _signed_with(world, share_percent="40", carry_over=carry, correction={"method": "etalement", "years": 2})


def _signed_with(world: World, **terms: Any) -> None:
    world.say("convention.signed", **{**convention(), **terms})
    world.say("vacancy.declared", **vacancy())


CONVENTION: Mapping[str, Reach] = {
    "convention absent": lambda world: world.wait(hours=1),
    "convention signed": _signed,
    "convention not yet in force": lambda world: _signed(
        world, effective={"from": "2026-06-01", "until": "2026-12-31"}
    ),
    "convention past its term": lambda world: _signed(
        world, effective={"from": "2026-01-01", "until": "2026-01-31"}
    ),
    "convention of lines": _of_lines,
    "convention of a number": _of_number,
    "convention with a carry-over": _with_carry,
    "convention adjusted": _adjusted,
    "convention ended before": _ended("2026-02-01"),
    "convention ending later": _ended("2026-06-30"),
    "convention contested: open": _contested,
    "convention contested: answered": _answered(BAILLEUR),
    "convention contested: settled": _answered(AL),
}


def _opened(world: World) -> None:
    world.say("convention.signed", **convention(AL, "40"))
    world.say("programme.opened", **programme())
    world.wait(hours=1)


def _heard(*answers: tuple[str, str], days: int = 0) -> Reach:
    def reach(world: World) -> None:
        _opened(world)
        for who, word in answers:
            world.say("concertation.answered", programme_id="P1", reservataire=who, answer=word)
            world.wait(hours=1)
        world.wait(days=days)

    return reach


def _first_letting(*steps: Reach) -> Reach:
    def reach(world: World) -> None:
        _heard((AL, "agree"), (VILLE, "agree"))(world)
        world.say("vacancy.declared", **vacancy(home="N1", cause="neuf", programme_id="P1"))
        for step in steps:
            world.wait(hours=1)
            step(world)

    return reach


def _letting_awaited(world: World) -> None:
    _opened(world)
    world.say("vacancy.declared", **vacancy(home="N1", cause="neuf", programme_id="P1"))


def _never_opened(world: World) -> None:
    _signed(world)
    world.say("vacancy.declared", **vacancy(home="N1", cause="neuf", programme_id="P1"))


def _promised_to_none(world: World) -> None:
    _signed(world)
    world.say("programme.opened", **programme(commitments=[]))


PROGRAMME: Mapping[str, Reach] = {
    "programme absent": _never_opened,
    "programme opened": _opened,
    "programme opened, first letting in concertation": _letting_awaited,
    "programme answered": _heard((AL, "agree")),
    "programme objected, second round": _heard((AL, "object"), (VILLE, "object")),
    "programme concluded: agreed": _heard((AL, "agree"), (VILLE, "agree")),
    "programme concluded: objected": _heard((AL, "object"), (VILLE, "agree"), days=90),
    "programme concluded: unanswered": _heard(days=90),
    "programme concluded, promised to nobody": _promised_to_none,
    "programme first letting proposed apart": _first_letting(),
    "programme first letting leased apart": _first_letting(LEASED),
    "programme first letting refused apart": _first_letting(REFUSED),
    "programme first letting kept apart": _first_letting(_overridden),
}


def _forecast(status: str) -> Reach:
    def reach(world: World) -> None:
        _proposed(world)
        world.say(
            "forecast.declared",
            year=2026,
            flux=20,
            by_operation={OUTSIDE: 3},
            taux_rotation_percent="7.5",
            status=status,
        )

    return reach


def _reported(world: World) -> None:
    _proposed(world, management="deleguee")
    world.say("delegation.reported", **report())


def _excluded_and(*steps: Reach) -> Reach:
    def reach(world: World) -> None:
        _declared(purpose=OUTSIDE)(world)
        for step in steps:
            world.wait(hours=1)
            step(world)

    return reach


def _contest(world: World) -> None:
    world.say(
        "exclusion.contested", vacancy_id="V1", reservataire=AL, by=AL, reason="Ce n'est pas une mutation."
    )


def _answer(by: str) -> Reach:
    def reach(world: World) -> None:
        world.say("contestation.answered", vacancy_id="V1", reservataire=AL, by=by, reason="C'en est une.")

    return reach


OTHER: Mapping[str, Reach] = {
    "forecast projet": _forecast("projet"),
    "forecast partage": _forecast("partage"),
    "report given": _reported,
    "contestation open": _excluded_and(_contest),
    "contestation answered": _excluded_and(_contest, _answer(BAILLEUR)),
    "contestation settled": _excluded_and(_contest, _answer(AL)),
    "contestation of a flux dwelling": _after_proposal(_contest),
    "contestation of an unknown vacancy": lambda world: (_signed(world), _contest(world))[0],
}

STATES: Mapping[str, Reach] = {**VACANCY, **CONVENTION, **PROGRAMME, **OTHER}
"""Every state, by name; the first word is its subject."""


def reached(name: str) -> World:
    """The world in which a subject stands in a state."""
    world = World()
    STATES[name](world)
    world.wait(hours=1)
    return world
