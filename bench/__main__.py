"""Runs the sections and prints one table for each: `python -m bench [--quick] [--json] [SECTION …]`."""

import argparse
import json
import signal
import sys
from collections.abc import Callable

from rich.console import Console

from bench import (
    bilan,
    decisions,
    end_to_end,
    forecasts,
    growth,
    kafka,
    parked,
    projections,
    reloads,
    restart,
    rules_check,
    rules_decisions,
    rules_explain,
    rules_save,
    verdicts,
)
from bench.report import Section, show
from bench.sizes import FULL, QUICK, Sizes

SECTIONS: dict[str, Callable[[Sizes], list[Section]]] = {
    "verdicts": lambda sizes: [verdicts.measure(sizes)],
    "decisions": lambda sizes: [decisions.measure(sizes)],
    "end_to_end": end_to_end.measure,
    "kafka": lambda sizes: [kafka.measure(sizes)],
    "rules": lambda sizes: [rules_decisions.measure(sizes)],
    "check": lambda sizes: [rules_check.measure(sizes)],
    "save": lambda sizes: [rules_save.measure(sizes)],
    "reloads": lambda sizes: [reloads.measure(sizes)],
    "explain": lambda sizes: [rules_explain.measure(sizes)],
    "projections": lambda sizes: [projections.measure(sizes)],
    "bilan": lambda sizes: [bilan.measure(sizes)],
    "forecasts": lambda sizes: [forecasts.measure(sizes)],
    "restart": lambda sizes: [restart.measure(sizes)],
    "parked": lambda sizes: [parked.measure(sizes)],
    "growth": lambda sizes: [growth.measure(sizes)],
}
WIDTH = 110


def main() -> None:
    """Entry point; targets that are not met are printed, and never an error. Asked to end, it ends its servers."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all if none"
    )
    parser.add_argument("--quick", action="store_true", help="sizes so small that figures mean little")
    parser.add_argument("--json", action="store_true", help="JSON on standard output, no tables")
    asked = parser.parse_args()
    unknown = set(asked.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    sizes = QUICK if asked.quick else FULL
    console = Console(stderr=asked.json, width=None if sys.stdout.isatty() else WIDTH)
    if asked.quick:
        console.print(
            "Quick sizes: they show that everything runs; figures and verdicts mean little.", style="bold"
        )
    found: list[Section] = []
    for name, measure in SECTIONS.items():
        if name in (asked.sections or SECTIONS):
            for section in measure(sizes):
                found.append(section)
                show(console, section)
    if asked.json:
        sys.stdout.write(json.dumps({"sections": [section.to_json() for section in found]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
