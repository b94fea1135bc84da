"""`make faults SEED=… MINUTES=…`: prints what was injected and what the checker proved; exit code 1 if it did not."""

import argparse
import asyncio
import logging
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from chassis.telemetry import configure_logging
from tests.faults.campaign import Campaign, Report, campaign, tell
from tests.kafka import a_kafka
from tests.postgres import a_cluster


def on_real_servers(asked: Campaign, folder: Path, injected: Counter[str]) -> Report:
    """Play a campaign on servers of its own; the services' logs go to the folder."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers end too
    configure_logging(sys.stderr, "CRITICAL")
    logging.disable(logging.ERROR)  # clients tell of every connection they lose, and they lose many
    with a_kafka(is_relayed=True) as kafka, a_cluster(is_on_a_disk=True) as postgres:
        return asyncio.run(campaign(kafka, postgres, folder, asked, injected))


def main(
    words: Sequence[str] | None = None,
    play: Callable[[Campaign, Path, Counter[str]], Report] = on_real_servers,
) -> int:
    """Run one campaign; its logs stay in a folder that is named when something is wrong."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0)
    arguments = parser.parse_args(words)
    asked, folder = Campaign(arguments.seed, arguments.minutes), Path(mkdtemp(prefix="aiguillage-faults-"))
    return tell(asked, folder, partial(play, asked, folder))


if __name__ == "__main__":
    sys.exit(main())
