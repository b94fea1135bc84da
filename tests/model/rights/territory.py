"""Territory: whether a line covers a dwelling (échelle, theme 2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.model.rights.conventions import Line
from tests.model.rights.facts import of_line
from tests.model.rulebook.asking import Rules
from tests.model.rulebook.lists import Lists


def covers(line: Line, facts: Mapping[str, Any], day: date, rules: Rules, lists: Lists) -> bool:
    """Whether a line has rights where the dwelling stands."""
    asked = {**facts, **of_line(line)}
    asked["territory.contains"] = contains(line, asked, day, rules, lists)
    return bool(rules.answer("echelle", day, asked).get("covers", asked["territory.contains"]))


def contains(line: Line, facts: Mapping[str, Any], day: date, rules: Rules, lists: Lists) -> bool:
    """Whether the commune is in the line's territory."""
    territory = territory_of(line, facts, day, rules)
    if territory.get("scale") == "departement":
        return True
    communes = territory.get("communes") or lists.communes_of(
        str(territory["scale"]), str(territory.get("code"))
    )
    return facts["dwelling.commune"] in communes or facts["dwelling.city"] in communes


def is_wide(line: Line, facts: Mapping[str, Any], day: date, rules: Rules) -> bool:
    """Whether the line holds the whole département."""
    return territory_of(line, {**facts, **of_line(line)}, day, rules).get("scale") == "departement"


def territory_of(line: Line, facts: Mapping[str, Any], day: date, rules: Rules) -> Mapping[str, Any]:
    """The territory the line writes, or else the one the rules give."""
    if line.territory.get("scale"):
        return line.territory
    said = rules.answer("echelle", day, facts)
    return {**line.territory, **{key: said[key] for key in ("scale", "code") if said.get(key)}}
