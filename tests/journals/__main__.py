"""Writes the stored journals of both services: `python -m tests.journals FOLDER [sqlite] [postgresql]`."""

import asyncio
import lzma
import sys
import tempfile
from pathlib import Path

from chassis.journal.migrating import upgrade
from tests.journals.writing import write
from tests.postgres import a_cluster

SERVICES = ("orientation", "compliance")


async def _on_sqlite(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        files = {service: Path(scratch) / f"{service}.sqlite" for service in SERVICES}
        await write(*(f"sqlite:///{file}" for file in files.values()))
        for service, file in files.items():
            _keep(folder / f"{service}.sqlite.xz", file.read_bytes())


async def _on_postgresql(folder: Path) -> None:
    with a_cluster() as cluster:
        urls = [cluster.create(service) for service in SERVICES]
        for url in urls:
            await upgrade(url)
        await write(*urls)
        for service in SERVICES:
            _keep(folder / f"{service}.sql.xz", cluster.statements(service).encode())


def _keep(file: Path, content: bytes) -> None:
    file.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


ENGINES = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}

if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for engine in sys.argv[2:] or ENGINES:
        asyncio.run(ENGINES[engine](target))
