"""The bilan of a département's year: from compliance's journal, and from a file of the stream; in its own process."""

import json
import subprocess
import sys

from bench.report import Row, Section
from bench.sizes import Sizes

MOST_SECONDS = 5.0


def measure(sizes: Sizes) -> Section:
    """The section."""
    command = [sys.executable, "-m", "bench.bilan_run", str(sizes.bilan_vacancies)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise RuntimeError(done.stderr)
    run = json.loads(done.stdout)
    section = Section(
        "bilan",
        f"bilan: {run['vacancies']:,} vacancies of a département, {run['items']:,} items, checks included",
    )
    for what, steps in run["sources"].items():
        section.rows.append(Row(what, {f"ms {step}": 1e3 * seconds for step, seconds in steps.items()}))
    journal = run["sources"]["journal"]
    section.at_most(
        f"bilan of {sizes.bilan_vacancies:,} vacancies from the journal within 5 s",
        sum(journal.values()),
        MOST_SECONDS,
    )
    section.notes += [
        "CPU time. From the journal projections come from their snapshot, and every row is counted again beside them;",
        "from a file every item is folded from the first. The year is a played one, its items for several vacancies",
        "each; the journal is written as the service writes it. The target is the whole line: three forms and checks.",
    ]
    return section
