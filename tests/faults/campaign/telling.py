"""Whatever a campaign ends by, whoever reads of it can look into it and play it again."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.faults.campaign.campaign import Campaign, Report, told

Play = Callable[[Counter[str]], Report]
"""Plays the campaign, counting faults as they are injected."""


def tell(asked: Campaign, folder: Path, play: Play) -> int:
    """Print the report; of all but a sound one, the faults so far, the logs and the command. Returns the exit code.

    What the campaign raises goes on once that is said. The folder of the logs stays only when it is named, with
    something in it.
    """
    injected, is_sound = Counter[str](), False
    try:
        report = play(injected)
        sys.stdout.write(f"{report}\n")
        is_sound = report.verdict.is_sound and report.waits > 0
        if not report.waits:
            sys.stdout.write(
                "no wait ended while faults went on: nothing is proved of them, give it more minutes\n"
            )
    finally:
        if not is_sound:
            again = f"make faults SEED={asked.seed} MINUTES={asked.minutes:g}"
            logs = folder if any(folder.iterdir()) else "none: no service was started"
            sys.stdout.write(f"failed: {told(asked, injected)}\nlogs: {logs}\nagain: {again}\n")
            sys.stdout.flush()
        if is_sound or not any(folder.iterdir()):
            shutil.rmtree(folder)
    return 0 if is_sound else 1
