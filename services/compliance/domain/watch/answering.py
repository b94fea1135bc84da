"""What a convention answered over the last days, as many as a rule of `conformite` says."""

from collections.abc import Sequence
from datetime import date

from compliance.domain.ports import Facts
from compliance.domain.tallies import Counts
from compliance.domain.watch.percent import percent
from compliance.domain.watch.seen import Seen


def answers_within(seen: Seen, lines: Sequence[str], day: date, window_days: int) -> Facts:
    """Its proposals and answers of a window that ends with `day`; all facts that hang on the window, and only they.

    Refusals and silences on dwellings that fit its own criteria are told by number, by frequency, and by the months
    they fall in.
    """
    found = [seen.since(line, day, window_days) for line in lines]
    refused = _sum(found, "fitting")
    months = {on[:7] for days in found for on, counts in days.items() if counts.get("fitting")}
    return {
        "answers.window_days": window_days,
        "answers.issued": _sum(found, "issued"),
        "answers.fitting_refusals": refused,
        "answers.fitting_refusals_percent": percent(refused, max(_sum(found, "issued_fitting"), refused)),
        "answers.refusal_months": len(months),
        "answers.without_reason": _sum(found, "refus_sans_motif"),
        "answers.expired": _sum(found, "sans_reponse"),
    }


def _sum(found: Sequence[dict[str, Counts]], name: str) -> int:
    return sum(counts.get(name, 0) for days in found for counts in days.values())
