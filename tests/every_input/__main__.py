"""The whole product, or one part of it: `python -m tests.every_input [--part N --of M]`; exit code 1 on a fault."""

import argparse
import sys

from tests.every_input.product import Report, run


def main() -> int:
    """Run what is asked, print what was tried and each kind of fault."""
    asked = argparse.ArgumentParser(prog="tests.every_input", description=__doc__)
    asked.add_argument("--part", type=int, default=0)
    asked.add_argument("--of", type=int, default=1)
    given = asked.parse_args()
    report = run(Report(), part=given.part, of=given.of, pairs_part=given.part, pairs_of=given.of)
    sys.stdout.write(f"{report}\n")
    for kind, case in sorted(report.faults.items()):
        sys.stdout.write(f"  {kind}\n    {case}\n")
    return int(bool(report.faults))


if __name__ == "__main__":
    sys.exit(main())
