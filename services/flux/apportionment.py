"""Sharing a whole number of units in proportion to weights, so that the parts always sum to the whole."""

from collections.abc import Mapping


def apportion(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Parts of `amount` in proportion to `weights` by largest remainder; ties go to the first name.

    `amount` is not negative and `weights` are positive integers. The parts sum exactly to `amount`.
    """
    total = sum(weights.values())
    parts: dict[str, int] = {}
    remainders: list[tuple[int, str]] = []
    for name, weight in weights.items():
        part, remainder = divmod(amount * weight, total)
        parts[name] = part
        remainders.append((-remainder, name))
    missing = amount - sum(parts.values())
    if missing:
        for _, name in sorted(remainders)[:missing]:
            parts[name] += 1
    return parts
