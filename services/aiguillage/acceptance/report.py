"""All examples and all cases of a directory of rules: what fails, which scenario is proved, what is left untried."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiguillage.acceptance.coverage import Coverage, coverage
from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.reading import read_cases
from aiguillage.acceptance.running import Result, run
from aiguillage.acceptance.scenarios import SCENARIOS
from aiguillage.acceptance.watching import Heard
from chassis.rulebook import Rulebook
from chassis.rulebook.examples import try_examples
from chassis.rulebook.faults import Fault
from chassis.rulebook.file_names import ACCEPTANCE


@dataclass(frozen=True, slots=True)
class Report:
    """What `rules test` tells. `faults` are examples that fail, cases that fail, scenarios without a case."""

    digest: str
    examples: int
    results: tuple[Result, ...]
    faults: tuple[Fault, ...]
    coverage: Coverage

    def by_scenario(self) -> Mapping[str, list[Result]]:
        """Every scenario with its own cases, then those that combine it with another."""
        found: dict[str, list[Result]] = {scenario: [] for scenario in SCENARIOS}
        for result in sorted(self.results, key=lambda each: each.case.order):
            found[result.case.scenario].append(result)
        return found

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "digest": self.digest,
            "examples": self.examples,
            "scenarios": [
                {"scenario": code, "label": str(SCENARIOS[code]), "cases": [_case(each) for each in results]}
                for code, results in self.by_scenario().items()
            ],
            "faults": [asdict(fault) for fault in self.faults],
            "coverage": {
                "gaps": [asdict(gap) for gap in self.coverage.gaps],
                "unproved": list(self.coverage.unproved),
            },
        }


def report(directory: Path, rulebook: Rulebook) -> Report:
    """Try every example and run every case of a directory whose rulebook is loaded."""
    examples = try_examples(directory, rulebook)
    cases, unreadable = read_cases(directory)
    ground, heard = Ground(rulebook), Heard()
    results = [run(case, ground.of(case)) for case in cases]
    for result in results:
        heard.add(result.heard)
    proved = {case.scenario for case in cases}
    told = [
        *examples.faults,
        *examples.warnings,
        *unreadable,
        *(fault for result in results for fault in result.faults),
    ]
    told.extend(_unproved(code) for code in SCENARIOS if code not in proved)
    found = coverage(rulebook, examples.tried, heard)
    return Report(rulebook.digest, len(examples.tried), tuple(results), tuple(told), found)


def _unproved(scenario: str) -> Fault:
    message = f"Le scénario {scenario} n'a pas de cas ({SCENARIOS[scenario]})."
    return Fault(f"{ACCEPTANCE}/", 1, message, remedy=f"Écrivez {ACCEPTANCE}/{scenario}-01-….yaml.")


def _case(result: Result) -> dict[str, Any]:
    case = result.case
    return {
        "number": case.number,
        "title": case.said.title,
        "also": list(case.said.also),
        "path": case.path,
        "passed": result.is_passed,
    }
