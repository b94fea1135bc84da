"""What each item of the ordered stream shows the watch."""

from collections.abc import Callable, Mapping
from typing import Any

from compliance.domain.state import Projection
from compliance.domain.watch.seen import Waiting

Data = Mapping[str, Any]

NOT_WAITING = frozenset({"outside_flux", "kept_by_bailleur"})
OFFERED = frozenset({"proposed", "pre_assigned"})
ITS_DOING = frozenset({"refus_motive", "refus_sans_motif", "sans_candidat", "sans_reponse"})
"""Ends of a proposal by the réservataire's own answer or silence."""
OUTSIDE_ITS_CRITERIA = "hors_criteres"
"""The refusal reason that says the dwelling was not what its convention asks for."""


def see(projection: Projection, kind: str, data: Data) -> None:
    """Take in an item, after its movement and its fold."""
    look = _LOOKS.get(kind)
    if look is not None:
        look(projection, data)


def _decided(projection: Projection, data: Data) -> None:
    seen, name, outcome = projection.seen, data["vacancy_id"], data["outcome"]
    seen.kept.pop(name, None)
    if outcome in NOT_WAITING:
        seen.waiting.pop(name, None)
        if outcome == "kept_by_bailleur":
            _keep(projection, name, data["year"])
        return
    vacancy = data["vacancy"]
    waiting = seen.waiting.get(name)
    if waiting is None:
        since = vacancy.get("available_on") or projection.day(data["declared_at"])
        waiting = seen.waiting[name] = Waiting(str(since), vacancy["dwelling"]["dwelling_id"])
    waiting.programme = vacancy.get("programme_id")
    line = data.get("line") if outcome in OFFERED else None
    waiting.line, waiting.step, waiting.due = line, outcome, ""
    waiting.fits = line is None or _fits(projection, line, data)


def _keep(projection: Projection, vacancy_id: str, year: int) -> None:
    """The bailleur keeps a dwelling; those of a year that is too far back are forgotten, the oldest first."""
    kept = projection.seen.kept
    kept[vacancy_id] = year
    while kept[oldest := next(iter(kept))] < year - 1:
        del kept[oldest]


def _fits(projection: Projection, line: str, data: Data) -> bool:
    """Whether a dwelling lies, in each dimension its holder aims at, in a segment it aims at."""
    moved = _aims((data.get("ledger") or {}).get("mix") or {}, line)
    if not moved:
        return True
    aimed = _aims(projection.ledger.year(data["year"]).mix, line) | _own_aims(projection, line)
    return {_dimension(key) for key in moved} >= {_dimension(key) for key in aimed}


def _aims(mix: Mapping[str, Any], line: str) -> set[str]:
    prefix = f"{line}|"
    return {key.removeprefix(prefix) for key in mix if key.startswith(prefix)}


def _own_aims(projection: Projection, line: str) -> set[str]:
    name = projection.lines.get(line)
    if name is None:
        return set()
    return {each.key for each in projection.commitments.terms(name).criteria if each.kind == "target"}


def _dimension(key: str) -> str:
    return key.partition(":")[0]


def _issued(projection: Projection, data: Data) -> None:
    waiting, line = projection.seen.waiting.get(data["vacancy_id"]), data.get("line")
    if waiting is None or line is None:
        return
    waiting.step, waiting.due = "proposed", data["respond_by"]
    names = ("issued", "issued_fitting") if waiting.fits else ("issued",)
    projection.seen.answered(line, projection.day(data["at"]), *names)


def _closed(projection: Projection, data: Data) -> None:
    _ended(projection, data, data["cause_of_closing"])


def _outcome(projection: Projection, data: Data) -> None:
    if data["outcome"] == "delegation.reported":
        _reported(projection, data)
    elif data["status"] == "applied":
        _applied(projection, data)


def _applied(projection: Projection, data: Data) -> None:
    waiting = projection.seen.waiting.get(data.get("vacancy_id", ""))
    if data.get("closes"):
        _ended(projection, data, data["closes"])
    elif data.get("stage") == "bail":
        projection.seen.waiting.pop(data["vacancy_id"], None)
    elif data["outcome"] == "candidates.designated" and waiting is not None:
        waiting.step = "designated"
    elif data.get("stage") == "attribution" and waiting is not None:
        waiting.step = "attributed"
        _attributed(projection, data)


def _ended(projection: Projection, data: Data, cause: str) -> None:
    """A proposal ends without a lease: the dwelling waits for its next decision, its holder's answer is counted."""
    waiting, line = projection.seen.waiting.get(data["vacancy_id"]), data.get("line")
    fits = waiting is not None and waiting.fits and data.get("reason") != OUTSIDE_ITS_CRITERIA
    if waiting is not None:
        waiting.line, waiting.step, waiting.due = None, "held", ""
    if line is not None:
        projection.seen.answered(line, projection.day(data["at"]), *_answers(data, cause, fits=fits))


def _answers(data: Data, cause: str, *, fits: bool) -> tuple[str, ...]:
    """What an end counts as among its holder's answers; what was said on its behalf is none of them."""
    if data.get("on_behalf"):
        return ("on_behalf",)
    return (cause, "fitting") if fits and cause in ITS_DOING else (cause,)


def _attributed(projection: Projection, data: Data) -> None:
    codes, line = data.get("public"), data.get("line")
    held = projection.held.get(data["vacancy_id"])
    if not codes or line is None or held is None:
        return
    counts = projection.seen.publics.setdefault(str(data["year"]), {}).setdefault(line, {})
    key = f"{held.dimensions['qpv']}:{'+'.join(sorted(codes))}"
    counts[key] = counts.get(key, 0) + 1


def _reported(projection: Projection, data: Data) -> None:
    """A report may give dwellings of the bailleur's own to a réservataire's public; sent again, it replaces."""
    about = [data["convention_id"], data["period"]]
    kept, given = projection.seen.kept, projection.seen.credits
    for name in [name for name, each in given.items() if each[:2] == about]:
        del given[name]
    for each in data.get("lines") or ():
        name = each["vacancy_id"]
        if name in kept and each["stage"] in {"attribution", "bail"} and each.get("public"):
            given[name] = [*about, kept[name], sorted(each["public"])]


def _vacancy(projection: Projection, data: Data) -> None:
    if data["status"] == "applied" and data["change"] == "withdrawn":
        projection.seen.waiting.pop(data["vacancy_id"], None)
        projection.seen.kept.pop(data["vacancy_id"], None)


def _programme(projection: Projection, data: Data) -> None:
    if data["change"] == "opened" and data["status"] == "applied":
        promised = sorted({each["reservataire"] for each in data.get("commitments") or ()})
        projection.seen.programmes[data["programme_id"]] = {
            "answer_by": data["answer_by"],
            "reservataires": promised,
        }


def _split(projection: Projection, data: Data) -> None:
    programme = projection.seen.programmes.get(data["programme_id"])
    if programme is not None:
        programme["answer_by"] = data["answer_by"]


def _concluded(projection: Projection, data: Data) -> None:
    projection.seen.programmes.pop(data["programme_id"], None)


_LOOKS: Mapping[str, Callable[[Projection, Data], None]] = {
    "orientation.decided": _decided,
    "proposal.issued": _issued,
    "proposal.expired": _closed,
    "proposal.withdrawn": _closed,
    "outcome.recorded": _outcome,
    "vacancy.recorded": _vacancy,
    "programme.recorded": _programme,
    "concertation.proposed": _split,
    "concertation.concluded": _concluded,
}
