"""Conventions signed, adjusted, ended, contested; forecasts of the flux."""

from datetime import date
from typing import Any

from contracts.authority import word_of
from contracts.rejected import Rejected, RejectionReason
from flux.calendar import legal_date
from flux.caps import by_kinds
from flux.convention import Convention, state_shares
from flux.units import BAILLEUR, DWELLING, TOUR
from orientation.domain.because import percent
from orientation.domain.carrying import refuse_carry_above
from orientation.domain.deciding import decide
from orientation.domain.delegation import refuse_undelegated_by
from orientation.domain.echelle import territory_of_rules
from orientation.domain.facts import of_convention
from orientation.domain.instants import instant
from orientation.domain.ports import Lists
from orientation.domain.proposing import withdraw
from orientation.domain.signed_criteria import refuse_vain_criteria
from orientation.domain.vacancies import give_up_turn
from orientation.domain.work import Work


def sign(work: Work) -> None:
    """Accept a convention after its checks; vacancies held for want of one are decided."""
    convention = Convention.from_body(work.cause.data)
    if convention.id in work.state.conventions:
        raise Rejected(
            RejectionReason.CONFLIT,
            "$.data.convention_id",
            f"La convention {convention.id} existe déjà : publiez convention.adjusted pour la modifier.",
        )
    _accept(work, convention, "signed")


def adjust(work: Work) -> None:
    """Replace a convention's terms from now on; what was credited stays."""
    convention = Convention.from_body(work.cause.data)
    before = _known(work, convention.id)
    if before.reservataire != convention.reservataire:
        raise Rejected(
            RejectionReason.CONFLIT,
            "$.data.reservataire.id",
            f"La convention {convention.id} est celle de {before.reservataire} : elle ne change pas de réservataire. "
            "Mettez-y fin et signez-en une autre.",
        )
    _accept(work, convention, "adjusted")


def end(work: Work) -> None:
    """End a convention: it takes no dwelling declared after that day; proposals issued later are withdrawn."""
    convention = _known(work, work.cause.data["convention_id"])
    _record(work, convention, "ended", {"on": work.cause.data["on"], **_reason(work)})
    last_day = date.fromisoformat(work.cause.data["on"])
    for name in sorted(work.state.dossiers):
        dossier = work.state.dossiers[name]
        if dossier.convention_id != convention.id or not _issued_after(work, dossier.declared_at, last_day):
            continue
        if dossier.status in {"proposed", "designated"}:
            withdraw(work, dossier, "convention_ended")
            decide(work, dossier)
        elif dossier.status == "pre_assigned":
            give_up_turn(work, dossier)
            decide(work, dossier)


def contest(work: Work) -> None:
    """Record that a party contests a convention."""
    cause = work.cause
    convention, word = (
        _known(work, cause.data["convention_id"]),
        word_of(cause.type, cause.source, cause.data),
    )
    refuse_undelegated_by(work, word, convention)
    said = {"by": word.party, "spoken_by": word.spoken_by, "on_behalf": word.on_behalf}
    _record(work, convention, "contested", {**said, **_reason(work)})


def forecast(work: Work) -> None:
    """Record the flux foreseen for a year: caps and objectives count on it."""
    values = {
        name: value for name, value in work.cause.data.items() if name not in {"bailleur", "departement"}
    }
    work.record("forecast.recorded", int(work.cause.data["year"]), values)


def _accept(work: Work, convention: Convention, change: str) -> None:
    _refuse_taken_names(work, convention)
    _refuse_too_much(convention)
    _refuse_unknown_territory(work, convention)
    refuse_vain_criteria(convention, _lists_of(work, convention))
    others = [c for c in work.state.conventions.values() if c.id != convention.id and c.overlaps(convention)]
    others = [c for c in others if work.state.ended.get(c.id, date.max) >= convention.first_day]
    _refuse_overlap(convention, others)
    _refuse_above_caps(work, convention, others)
    _record(work, convention, change, convention.body)
    for name in _held(work):
        decide(work, work.state.dossiers[name])


def _lists_of(work: Work, convention: Convention) -> Lists:
    """The lists on the first day the convention can decide by: it may name a zone that is still to come."""
    return work.rulebook.lists_on(max(work.on, convention.first_day))


def _refuse_taken_names(work: Work, convention: Convention) -> None:
    """A line's name is its account: nobody else's, nor one of those the ledger keeps for itself."""
    others = {
        line.party: c.id for c in work.state.conventions.values() if c.id != convention.id for line in c.lines
    }
    for line in convention.lines:
        if line.party == BAILLEUR or line.party.startswith(TOUR):
            taken = "réservé au registre"
        elif line.party in others:
            taken = f"celui d'une ligne de la convention {others[line.party]}"
        else:
            continue
        raise Rejected(
            RejectionReason.CONFLIT,
            "$.data.convention_id",
            f"Le nom « {line.party} » est {taken} : donnez un autre identifiant à la convention.",
        )


def _refuse_too_much(convention: Convention) -> None:
    if convention.largest_share > DWELLING:
        raise Rejected(
            RejectionReason.PART_EXCESSIVE,
            "$.data.share_percent",
            f"Une part de {percent(convention.largest_share)} dépasse 100 % du flux : corrigez la part.",
        )


def _refuse_unknown_territory(work: Work, convention: Convention) -> None:
    """A commune, EPCI or EPT has its rights on its own territory: its communes must be known."""
    lists = _lists_of(work, convention)
    facts = {
        "vacancy.bailleur": work.state.scope.bailleur,
        "vacancy.departement": work.state.scope.departement,
    }
    verdict = work.verdict("echelle", facts, of_convention(convention))
    scale, ruled = work.answer(verdict, "scale"), territory_of_rules(verdict)
    for number, line in enumerate(convention.lines):
        territory = line.territory if line.territory.is_said or ruled is None else ruled
        unsaid = not territory.is_said and scale != "departement"
        if unsaid or not territory.is_known(lists.territories):
            where = f"$.data.shares[{number}].territory" if len(convention.lines) > 1 else "$.data.territory"
            raise Rejected(
                RejectionReason.TERRITOIRE_INCONNU,
                where,
                f"Les communes du territoire « {territory.code or scale} » ne sont pas connues : listez-les dans "
                "territory.communes, ou ajoutez ce territoire à rules/referentiels.",
            )


def _refuse_overlap(convention: Convention, others: list[Convention]) -> None:
    for other in others:
        if other.reservataire == convention.reservataire:
            raise Rejected(
                RejectionReason.CONVENTIONS_CHEVAUCHANTES,
                "$.data.effective",
                f"La convention {other.id} du même réservataire est en vigueur du {other.first_day} au "
                f"{other.last_day} : mettez-y fin par convention.ended avant d'en commencer une autre (R.441-5).",
            )


def _refuse_above_caps(work: Work, convention: Convention, others: list[Convention]) -> None:
    """The State holds at most 30 % of the flux, of which 5 points for its agents (CCH art. R.441-5-2)."""
    if not convention.is_state:
        return
    rotation = work.verdict("rotation", {"vacancy.bailleur": work.state.scope.bailleur})
    caps = work.caps(rotation)
    totals = _largest_state_shares([*others, convention])
    for total, (_, bound, label) in zip(totals, by_kinds(caps), strict=True):
        if total > bound.units:
            raise Rejected(
                RejectionReason.PLAFOND_ETAT,
                "$.data.share_percent",
                f"Avec cette convention la part {label} serait de {percent(total)} ; le plafond est de "
                f"{percent(bound.units)} du flux (R.441-5-2) : réduisez la part.",
            )
    refuse_carry_above(work, convention, others, caps)


def _largest_state_shares(conventions: list[Convention]) -> tuple[int, int]:
    """The State's shares and its agents' on the day they are largest: shares that never meet do not add up."""
    days = {convention.first_day for convention in conventions}
    sums = [state_shares([c for c in conventions if c.is_in_force(day)]) for day in days]
    return max(state for state, _ in sums), max(agents for _, agents in sums)


def _held(work: Work) -> list[str]:
    """Vacancies held in the scope, in the order they were declared."""
    held = [d for d in work.state.dossiers.values() if d.status == "held"]
    held.sort(key=lambda d: (instant(d.declared_at), d.vacancy_id))
    return [d.vacancy_id for d in held if any(True for _ in work.state.in_force(work.declared_on(d)))]


def _known(work: Work, name: str) -> Convention:
    convention = work.state.conventions.get(name)
    if convention is None:
        raise Rejected(
            RejectionReason.CONVENTION_INCONNUE,
            "$.data.convention_id",
            f"Aucune convention « {name} » pour {work.state.scope} : publiez d'abord convention.signed.",
        )
    return convention


def _issued_after(work: Work, declared_at: str, last_day: date) -> bool:
    return legal_date(instant(declared_at), work.state.scope.departement) > last_day


def _reason(work: Work) -> dict[str, Any]:
    return {name: work.cause.data[name] for name in ("reason_sha256",) if name in work.cause.data}


def _record(work: Work, convention: Convention, change: str, body: Any) -> None:  # noqa: ANN401 - JSON values
    values = {
        **body,
        "convention_id": convention.id,
        "reservataire": convention.body["reservataire"],
        "change": change,
    }
    work.record("convention.recorded", convention.year, values)
