"""The unit of work: one input being applied to a scope, the facts it causes so far, the verdicts it read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from contracts.envelope import derived_id
from contracts.inputs import Input
from flux.calendar import legal_date
from flux.law import Bound, Caps
from flux.unanswered import UnansweredError
from orientation.domain import facts as rule_facts
from orientation.domain import fold, own_topic
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant, instant_text
from orientation.domain.ports import Facts, Lists, Rulebook, RuleMatch, Verdict
from orientation.domain.state import ScopeState

Fact = tuple[str, dict[str, Any]]
"""A fact: short type and data (JSON values)."""

NO_FACTS: Facts = {}


@dataclass(slots=True)
class Work:
    """`at` is the instant the input is applied; rules are those in force on the input's own date."""

    state: ScopeState
    cause: Input
    at: datetime
    rulebook: Rulebook
    may_park: bool = True
    """Whether an outcome that comes before its proposal may wait for it."""
    caused: list[Fact] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    at_text: str = ""
    on: date = date.min
    """The civil day whose rules apply."""
    happened_on: date = date.min
    """The civil day of the event itself."""
    _asked: tuple[int, int, date] = (0, 0, date.min)
    _facts: Facts = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at_text = instant_text(self.at)
        self.on = self.happened_on = legal_date(self.cause.time, self.state.scope.departement)

    @contextmanager
    def by_the_rules_of(self, day: date) -> Iterator[None]:
        """Ask rules as they stood on another day, while the block runs."""
        before, self.on = self.on, day
        try:
            yield
        finally:
            self.on = before

    @contextmanager
    def as_of(self, day: date) -> Iterator[None]:
        """Apply something that happened on another day, while the block runs."""
        before, self.happened_on = self.happened_on, day
        try:
            with self.by_the_rules_of(day):
                yield
        finally:
            self.happened_on = before

    def next_id(self, ahead: int = 0) -> str:
        """Id of the next fact (or of one `ahead` of it): derived from the cause and the ordinal."""
        return derived_id(self.cause.identity, len(self.caused) + 1 + ahead)

    def record(self, kind: str, year: int, values: Mapping[str, Any]) -> None:
        """Write a fact and fold it at once, so that what follows sees it."""
        scope = self.state.scope
        data: dict[str, Any] = {
            "scope": str(scope),
            "sequence": self.state.sequence + 1,
            "year": year,
            "bailleur": scope.bailleur,
            "departement": scope.departement,
            "cause": self.cause.identity,
            "at": self.at_text,
            **values,
        }
        if own_topic.events_of(kind, data):
            known = self.state.reservataire_sequences.get(own_topic.addressee(data), 0)
            data["reservataire_sequence"] = known + 1
        self.caused.append((kind, data))
        fold.apply(self.state, kind, data)

    def verdict(self, family: str, facts: Facts, more: Facts = NO_FACTS) -> Verdict:
        """What the rules of a family say here on the input's date."""
        scope, rules = self.state.scope, self.rulebook.rules
        return rules.verdict(family, self.asked_on, scope.departement, scope.bailleur, facts, more)

    @property
    def asked_on(self) -> date:
        """The day rules are asked about: the input's, or the first of them when it is earlier."""
        return max(self.on, self.rulebook.rules.first_day)

    def answer(self, verdict: Verdict, key: str) -> Any:  # noqa: ANN401 - effects are typed by family
        """What the rules say of a key that every decision needs; None: they say none on purpose.

        Raises `UnansweredError`: no number of practice stands in the code.
        """
        if verdict.rule_for(key) is None:
            raise UnansweredError(key, self.asked_on, self.state.scope)
        return verdict.value(key)

    @property
    def lists(self) -> Lists:
        """The referentials as they stand on the input's date."""
        return self.rulebook.lists_on(self.on)

    def caps(self, rotation: Verdict) -> Caps:
        """The State's caps: the law's of the day, or lower ones of the rules (CCH art. R.441-5-2)."""
        rule = rotation.rule_for("caps")
        legal = self.rulebook.rules.law.caps(self.asked_on)
        return legal if rule is None else legal.lowered(rotation.value("caps"), rule.id)

    def use(self, verdict: Verdict, *keys: str) -> None:
        """Note which rules gave these effects, for the decision's list of rules."""
        for key in keys:
            rule = verdict.rule_for(key)
            if rule is not None:
                self.cite(rule)

    def cite(self, rule: RuleMatch) -> None:
        """Note a rule for the decision's list of rules."""
        self.used[rule.id] = None

    def cite_bound(self, bound: Bound) -> None:
        """Note the entry of law or the rule that gives a cap."""
        self.used[bound.by] = None

    def sentence(self, verdict: Verdict, key: str, facts: Facts) -> str:
        """The sentence of the rule that gives an effect, facts filled in; empty when no rule gives it."""
        rule = verdict.rule_for(key)
        return "" if rule is None else self.rulebook.rules.render(rule.because, facts)

    def take_used(self) -> list[str]:
        """The rules used since the last decision, in the order they were read."""
        used, self.used = list(self.used), {}
        return used

    def vacancy_facts(self, dossier: Dossier) -> Facts:
        """The facts rules read of a vacancy, its dwelling and the attempt: the one being decided, or in hand."""
        attempt = dossier.attempt + (dossier.status in {"open", "held", "concertation"})
        asked = (id(dossier.vacancy), attempt, self.on)
        if self._asked != asked:
            self._facts = rule_facts.of_vacancy(dossier.vacancy, attempt, self.state.scope, self.lists)
            self._asked = asked
        return self._facts

    def declared_on(self, dossier: Dossier) -> date:
        """Civil date of a dossier's declaration: it settles the flux year and the conventions in force."""
        return legal_date(instant(dossier.declared_at), self.state.scope.departement)
