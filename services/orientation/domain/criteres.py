"""Whether a dwelling suits a convention (theme 6): by its own criteria, else by those of the rules."""

from dataclasses import dataclass

from flux.convention import Convention, Line
from flux.criteria import Criterion
from orientation.domain.echelle import is_inside
from orientation.domain.facts import of_line
from orientation.domain.ports import Facts, Verdict
from orientation.domain.work import Work


@dataclass(frozen=True, slots=True)
class Suiting:
    """The criteria of a line for a dwelling, and the sentence of the rule that excludes it, if one does."""

    criteria: tuple[Criterion, ...]
    excluded_by: str | None = None


def suiting(work: Work, convention: Convention, line: Line, facts: Facts) -> Suiting:
    """What binds a settled line for a dwelling; the rules are asked only when the convention wrote no criteria.

    A convention that writes an empty list has no criteria at all (scenario 6a).
    """
    if convention.has_own_criteria:
        return Suiting(convention.criteria)
    own = of_line(convention, line, inside=is_inside(work, line, facts))
    verdict = work.verdict("criteres", facts, own)
    targets = _targets(work, verdict)
    if not verdict.value("exclude"):
        return Suiting(targets)
    work.use(verdict, "exclude")
    return Suiting(targets, work.sentence(verdict, "exclude", {**facts, **own}))


def _targets(work: Work, verdict: Verdict) -> tuple[Criterion, ...]:
    """One target for each segment that rules name; the first rule to speak of a segment decides of it."""
    targets: dict[str, Criterion] = {}
    for rule, target in verdict.each("target"):
        criterion = Criterion.from_body(target)
        if criterion.key not in targets:
            targets[criterion.key] = criterion
            work.cite(rule)
    return tuple(targets.values())
