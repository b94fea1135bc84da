"""An alert does not flicker: one threshold that raises and clears at once wants time between two looks."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from chassis.rulebook.faults import Fault
from chassis.rulebook.rule import Rule


def flickering(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Every rule whose alert could come and go each evening with a figure that barely moves."""
    for rule in rules:
        below, above = rule.then.get("raise_below"), rule.then.get("clear_above")
        if below is None or above is None or Decimal(below) != Decimal(above):
            continue
        if rule.then.get("every") not in {"week", "month"} and not rule.then.get("keep_days"):
            message = "Un même seuil allume et éteint chaque soir : l'alerte clignoterait."
            remedy = "Relevez « clear_above », ou ajoutez « every: month » ou « keep_days »."
            yield rule.fault("then", message, str(above), f"plus de {below}", remedy)
