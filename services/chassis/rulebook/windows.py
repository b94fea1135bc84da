"""A rule that counts answers says over how many days, and no other rule does."""

from collections.abc import Iterable, Iterator

from chassis.rulebook.alternatives import comparisons
from chassis.rulebook.effects import MOST_WINDOW_DAYS
from chassis.rulebook.facts import WINDOWED
from chassis.rulebook.faults import Fault, listed
from chassis.rulebook.rule import PLACEHOLDER, Rule


def windows(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Every rule that reads facts counted over a window it does not say, or says one it does not read."""
    for rule in rules:
        read = sorted(_facts_of(rule) & WINDOWED)
        is_said = "window_days" in rule.then
        if read and not is_said:
            message = "Ces faits se comptent sur des jours que la règle doit dire."
            remedy = "Ajoutez « window_days » sous « then »."
            yield rule.fault("then", message, ", ".join(read), f"de 1 à {MOST_WINDOW_DAYS} jours", remedy)
        elif is_said and not read:
            message = "La règle ne lit aucun fait qui se compte sur « window_days »."
            found = str(rule.then["window_days"])
            yield rule.fault("then", message, found, listed(sorted(WINDOWED)), "Retirez « window_days ».")


def _facts_of(rule: Rule) -> set[str]:
    """The facts a rule names: in its condition, as the figure it follows, in its sentence."""
    tested = {test.fact for test in comparisons(rule.when)}
    return {*tested, rule.then.get("figure", ""), *PLACEHOLDER.findall(rule.because)}
