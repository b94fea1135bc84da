"""The stored journals, laid out where a test can open them."""

import lzma
from pathlib import Path
from typing import Literal

from tests.postgres import PostgresCluster

FOLDER = Path(__file__).parent
Service = Literal["orientation", "compliance"]


def on_sqlite(number: str, service: Service, folder: Path) -> str:
    """The URL of a copy of a stored journal, as the SQLite file `<service>.sqlite` of a folder."""
    file = folder / f"{service}.sqlite"
    file.write_bytes(lzma.decompress((FOLDER / number / f"{service}.sqlite.xz").read_bytes()))
    return f"sqlite:///{file}"


def on_postgresql(number: str, service: Service, cluster: PostgresCluster, database: str) -> str:
    """The URL of a stored journal, restored from its dump into a new database."""
    url = cluster.create(database)
    dumped = lzma.decompress((FOLDER / number / f"{service}.sql.xz").read_bytes())
    cluster.execute(dumped.decode(), database)
    return url
