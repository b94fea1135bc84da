"""Where a line applies (theme 2): its own territory, else the one the rules give, and what they say it covers."""

from dataclasses import replace

from flux.convention import Convention, Line
from flux.territory import Territory
from orientation.domain.facts import of_convention, of_line
from orientation.domain.ports import Facts, Verdict
from orientation.domain.work import Work


def settled(work: Work, convention: Convention, line: Line, facts: Facts) -> Line:
    """The line with its territory settled: what the convention wrote, else what the rules of `echelle` name."""
    if line.territory.is_said:
        return line
    verdict = work.verdict("echelle", facts, of_convention(convention))
    territory = territory_of_rules(verdict)
    if territory is None:
        return line
    work.use(verdict, "scale")
    return replace(line, territory=territory)


def territory_of_rules(verdict: Verdict) -> Territory | None:
    """The territory named by the rule that gives the scale; None when it names none."""
    of_scale, of_code = verdict.rule_for("scale"), verdict.rule_for("code")
    if of_scale is None or of_code is None or of_scale.id != of_code.id:
        return None
    return Territory(str(verdict.value("scale")), str(verdict.value("code")))


def is_inside(work: Work, line: Line, facts: Facts) -> bool:
    """Whether the dwelling lies in the territory of a settled line."""
    return line.territory.contains(facts["dwelling.commune"], work.lists.territories)


def covers(work: Work, convention: Convention, line: Line, facts: Facts) -> bool:
    """Whether a line covers a dwelling: its geography, unless a rule of `echelle` says otherwise."""
    line = settled(work, convention, line, facts)
    inside = is_inside(work, line, facts)
    verdict = work.verdict("echelle", facts, of_line(convention, line, inside=inside))
    said = bool(verdict.value("covers", inside))
    if said != inside:
        work.use(verdict, "covers")
    return said
