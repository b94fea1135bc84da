"""Writes the operators' page of scenarios: `python -m aiguillage.acceptance`."""

import sys
from pathlib import Path

from aiguillage.acceptance.page import scenarios_page
from aiguillage.acceptance.reading import read_cases
from chassis.rulebook import RuleFileErrors, load

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "scenarios.md"


def main() -> None:
    """Write the page of the rules of this checkout."""
    rules = ROOT / "rules"
    cases, faults = read_cases(rules)
    if faults:
        raise RuleFileErrors(faults)
    PAGE.write_text(scenarios_page(load(rules), cases), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(cases)} cas.\n")


if __name__ == "__main__":
    main()
