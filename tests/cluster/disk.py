"""A disk in trouble, for programs started on it: what they write they cannot be sure of soon, or at all."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

SOURCE = Path(__file__).with_suffix(".c")


@dataclass(frozen=True, slots=True)
class Disk:
    """Well until told otherwise; only `fsync` and `fdatasync` know of it."""

    folder: Path
    """Readable by the programs; what they preload, and what troubles the disk, lie in it."""

    @classmethod
    def made(cls, folder: Path) -> Self:
        """Compile what is preloaded; a C compiler is what the services need anyway."""
        disk = cls(folder)
        command = ["cc", "-shared", "-fPIC", "-o", str(disk._preloaded), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True)  # noqa: S603 - our own source
        return disk

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program is started with to be on this disk."""
        return {"LD_PRELOAD": str(self._preloaded), "DISK_TROUBLE": str(self._trouble)}

    def suffer(self, trouble: Literal["slow", "failing"]) -> None:
        """Take 0.4 s for each call, or answer each with EIO, until it is `well`."""
        beside = self._trouble.with_suffix(".new")
        beside.write_text(trouble)
        beside.chmod(0o644)
        beside.replace(self._trouble)

    def be_well(self) -> None:
        """Do what is asked, at once."""
        self._trouble.unlink(missing_ok=True)

    @property
    def _preloaded(self) -> Path:
        return self.folder / "disk.so"

    @property
    def _trouble(self) -> Path:
        return self.folder / "trouble"
