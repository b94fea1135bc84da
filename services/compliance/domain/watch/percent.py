"""Parts in percent, as facts and thresholds compare them."""

from decimal import Decimal
from fractions import Fraction


def percent(part: Fraction | int, whole: Fraction | int) -> Decimal:
    """A part in percent, to the hundredth below; 0 of nothing."""
    return Decimal(int(Fraction(part * 10_000, whole)) if whole else 0) / 100
