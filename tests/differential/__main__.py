"""Compare many years with the model: `python -m tests.differential --decisions 100000 [--seed 1]`.

Exit code 1 where the model and the services disagree; each disagreement is printed with the year that shows it again.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import count
from time import monotonic

from tests.differential.settings import SETTINGS
from tests.differential.years import DEPARTEMENTS, played, rulebooks
from tests.model.stream.comparison import Comparison

VACANCIES = 400
MOST_SHOWN = 20


def compared(first_seed: int) -> Iterator[tuple[str, Comparison]]:
    """Years without end: each seed plays every setting, each time in another département."""
    for seed in count(first_seed):
        turned = DEPARTEMENTS[seed % len(DEPARTEMENTS) :] + DEPARTEMENTS[: seed % len(DEPARTEMENTS)]
        books = rulebooks(dict(zip(turned, SETTINGS, strict=True)))
        for departement, setting in books.settings.items():
            comparison = Comparison(books.folder)
            comparison.take_all(played(books, departement, VACANCIES, seed))
            yield f"seed {seed}, {departement}, {setting.name}", comparison


def main() -> int:
    """Compare until enough decisions were."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    seen, wrong, began = Counter[str](), 0, monotonic()
    for year, comparison in compared(asked.seed):
        seen += comparison.seen
        for disagreement in comparison.disagreements:
            wrong += 1
            if wrong <= MOST_SHOWN:
                print(f"{year}: {disagreement}", flush=True)  # noqa: T201 - what the command is for
        print(f"{seen['orientation.decided']} decisions, {wrong} disagreements: {year}", flush=True)  # noqa: T201
        if seen["orientation.decided"] >= asked.decisions:
            break
    seconds = monotonic() - began
    items = ", ".join(f"{number} {kind}" for kind, number in seen.most_common())
    print(f"{seen['orientation.decided']} decisions, {wrong} disagreements, {seconds:.0f} s ({items})")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
