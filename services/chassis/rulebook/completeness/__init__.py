"""Completeness: what every decision needs the rules to say, and the days and places where they do not.

- `needs` the keys every decision needs, family by family
- `gaps`  the keys that rules leave unsaid, over which days, for which class of layers
"""

from chassis.rulebook.completeness.gaps import gaps
from chassis.rulebook.completeness.needs import NEEDS, Need

__all__ = ["NEEDS", "Need", "gaps"]
