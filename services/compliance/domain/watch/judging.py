"""What the rules of `conformite` say of a subject: alerts to raise, to raise again graver or milder, to clear."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.domain.causes import Causes
from compliance.domain.ports import Facts, Match, Rules
from compliance.domain.watch.standing import Alert
from flux.scope import Scope

SUNDAY = 7
MOST_NAMED = 10
"""An alert names so many vacancies at most."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A convention or a whole scope in one flux year, or at present (None), with its facts as of the end of a day.

    `concerned` says by fact which vacancies or réservataires it is about, each with its own figure, if it has one.
    `within` gives the facts that hang on the number of days a rule looks back.
    """

    scope: Scope
    year: int | None
    facts: Facts
    convention_id: str | None = None
    causes: Causes | None = None
    remedy: Callable[[], Mapping[str, Any] | None] = lambda: None
    concerned: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    within: Callable[[int], Facts] = lambda _: {}

    def facts_for(self, rule: Match | None) -> Facts:
        """Its facts as a rule reads them, those of the rule's own window included."""
        window = None if rule is None else rule.effect.get("window_days")
        return self.facts if window is None else {**self.facts, **self.within(window)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One alert to tell: `rule` and `effect` that raise it; none of them when it is cleared."""

    kind: str
    subject: Subject
    before: Alert | None
    rule: Match | None = None
    silent: Match | None = None
    """The rule it stood by and that is still in force, its threshold no longer reached."""
    concerned: tuple[str, ...] = ()
    """What it is about, the gravest first."""

    @property
    def is_raised(self) -> bool:
        """Whether it is raised, or raised again: with another severity, or about something more."""
        return self.rule is not None


def judge(subject: Subject, standing: Mapping[str, Alert], rules: Rules, on: date) -> Iterator[Judgement]:
    """The alerts about a subject that change at the end of a day, in order of kind.

    Of several rules of one kind the first that holds decides, in their order of precedence.
    """
    scope = subject.scope
    in_force = rules.in_force("conformite", on, scope.departement, scope.bailleur)
    speaking = _speaking(subject, in_force, rules, on)
    for kind in sorted({*speaking, *standing}):
        before, of_kind = standing.get(kind), speaking.get(kind, [])
        kept = _kept(of_kind, before)
        holding = next(
            (rule for rule in of_kind if _holds(rule, before if rule in kept else None, subject, on)),
            None,
        )
        silent = kept[0] if kept else _guarded(in_force, kind, before)
        if holding is not None:
            named = _named(holding, subject, before)
            if before is None or _is_news(holding, named, before):
                yield Judgement(kind, subject, before, holding, concerned=named)
        elif before is not None and (kept or silent is None or not _holds(silent, before, subject, on)):
            yield Judgement(kind, subject, before, silent=silent)


def _speaking(
    subject: Subject, in_force: Sequence[Match], rules: Rules, on: date
) -> Mapping[str, Sequence[Match]]:
    """The rules that apply, by kind, in order of precedence; each is asked about its own window."""
    scope, applying = subject.scope, list[Match]()
    for window in {rule.effect.get("window_days") for rule in in_force}:
        answers = {} if window is None else subject.within(window)
        verdict = rules.verdict("conformite", on, scope.departement, scope.bailleur, subject.facts, answers)
        applying += [rule for rule in verdict.matched if rule.effect.get("window_days") == window]
    speaking, heard = dict[str, list[Match]](), set[str]()
    for rule in in_force:
        if rule.id not in heard and any(rule is one for one in applying):
            heard.add(rule.id)  # of namesakes that apply the nearest speaks
            speaking.setdefault(rule.effect["alert"]["kind"], []).append(rule)
    return speaking


def _guarded(in_force: Sequence[Match], kind: str, before: Alert | None) -> Match | None:
    """The rule that raised an alert and follows a figure, in force though its `when` no longer holds.

    `when` says whether there is enough to raise an alert; once it stands, only its figure clears it. Else an alert
    would come and go with the number of cases.
    """
    own = (rule for rule in in_force if before is not None and rule.id == before.rule)
    alike = (rule for rule in own if rule.effect["alert"]["kind"] == kind)
    return next((rule for rule in alike if "figure" in rule.effect), None)


def _is_news(rule: Match, named: Sequence[str], before: Alert) -> bool:
    """Whether an alert that stands is to be told again: it is graver or milder, or about something more."""
    return before.severity != rule.effect["alert"]["severity"] or not set(named) <= set(before.concerned)


def _named(rule: Match, subject: Subject, before: Alert | None) -> tuple[str, ...]:
    """What an alert is about: beyond the threshold by its own figure, or named before and not back yet."""
    effect, known = rule.effect, () if before is None else before.concerned
    found = subject.concerned.get(effect.get("figure", ""), {})
    beyond = {
        name: figure or 0
        for name, figure in found.items()
        if figure is None or _passes(effect, Decimal(figure), stands=name in known)
    }
    return tuple(sorted(beyond, key=lambda name: (-beyond[name], name))[:MOST_NAMED])


def _kept(of_kind: Sequence[Match], before: Alert | None) -> Sequence[Match]:
    """The rules of a kind an alert stands by: the one that raised it, then those after it on the same figure.

    A grave delay is a delay: when it is no longer grave, its milder rule has its own lower threshold to pass. When
    the rule that raised it is over, the first of the same severity takes its place: a threshold is never edited, its
    rule is ended and another replaces it.
    """
    if before is None:
        return []
    raised = [rule for rule in of_kind if rule.id == before.rule]
    alike = [rule for rule in of_kind if rule.effect["alert"]["severity"] == before.severity]
    first = next(iter(raised or alike), None)
    if first is None:
        return []
    figure, following = first.effect.get("figure"), of_kind[of_kind.index(first) :]
    return [rule for rule in following if rule.effect.get("figure") == figure]


def _holds(rule: Match, before: Alert | None, subject: Subject, on: date) -> bool:
    """Whether a rule that applies raises its alert, or keeps the one that stands by it."""
    effect, stands = rule.effect, before is not None
    if not _is_looked_at(effect.get("every"), on):
        return stands
    if before is not None and before.days_on(on) < effect.get("keep_days", 0):
        return True
    figure = effect.get("figure")
    if figure is None:
        return True
    found = subject.facts_for(rule).get(figure)
    return found is not None and _passes(effect, Decimal(found), stands=stands)


def _passes(effect: Mapping[str, Any], found: Decimal, *, stands: bool) -> bool:
    """Whether a figure is beyond the threshold that raises, or not yet back at the one that clears."""
    if "raise_at" in effect:
        return found > Decimal(effect["clear_at"]) if stands else found >= Decimal(effect["raise_at"])
    return found < Decimal(effect["clear_above"]) if stands else found < Decimal(effect["raise_below"])


def _is_looked_at(every: str | None, on: date) -> bool:
    if every == "week":
        return on.isoweekday() == SUNDAY
    return every != "month" or on.day == monthrange(on.year, on.month)[1]
