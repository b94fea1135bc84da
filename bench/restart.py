"""Restart economics: how long a start takes from a journal of a million rows, and what a scope in memory weighs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.report import Row, Section
from bench.sizes import Sizes
from tests.postgres import a_cluster, wanting

SECONDS = 5.0
SERVICES = ("orientation", "compliance")


def measure(sizes: Sizes) -> Section:
    """The section: both services on SQLite, and on PostgreSQL where there is a server to start."""
    section = Section("restart", f"start from a journal of {sizes.restarted:,} rows".replace(",", " "))
    with ExitStack() as stack:
        places = [("SQLite", stack.enter_context(_sqlite()))]
        if reason := wanting():
            section.notes.append(f"PostgreSQL was not measured: {reason}.")
        else:
            places.append(("PostgreSQL", stack.enter_context(_postgresql())))
        made = _run("bench.restart_journal", str(sizes.restarted), *(url for _, url in places))
        for engine, url in places:
            for service in SERVICES:
                place = url.format(service=service)
                run = _run("bench.restart_run", service, place)
                _add(section, f"{service}, {engine}", made[place], run)
    section.notes += [
        "A start is opening the journal and knowing what to take up; loading rules and joining the group are apart.",
        "Scopes are loaded when they are needed, at most so many are held (AIGUILLAGE_SCOPES_IN_MEMORY); orientation",
        "knows each one's next wait, compliance looks at a few of them in each idle moment.",
    ]
    return section


def _add(section: Section, what: str, made: dict[str, float], run: dict[str, float]) -> None:
    figures = {
        "rows": made["rows"],
        "scopes": run["known"],
        "start ms": 1_000 * run["seconds"],
        "ms/scope loaded": 1_000 * run.get("load_seconds", run["seconds"] / max(run["known"], 1)),
        "held": run["held"],
        "kB/scope": run["bytes"] / 1024,
        "peak MB": run["peak_bytes"] / 1024 / 1024,
    }
    section.rows.append(Row(what, figures))
    section.at_most(f"{what}: started within 5 s", run["seconds"], SECONDS)
    if "limit" in run:
        bound = run["limit"] * run["bytes"] / 1024 / 1024
        section.notes.append(f"{what}: {run['limit']:.0f} scopes held at most, {bound:.0f} MB of states.")


def _run(module: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


@contextmanager
def _sqlite() -> Iterator[str]:
    with TemporaryDirectory(prefix="aiguillage-") as folder:
        yield f"sqlite:///{Path(folder)}/{{service}}.sqlite"


@contextmanager
def _postgresql() -> Iterator[str]:
    with a_cluster() as cluster:
        for service in SERVICES:
            cluster.create(service)
        yield cluster.url("{service}")
