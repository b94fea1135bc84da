"""Opens the clerks' files: what they say, and the digest by which anybody knows they are the same files."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiguillage.conversion.reading import Needs, read_etat_des_lieux, read_needs
from flux.conversion import EtatDesLieux


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read, told by its name without folder and its digest."""

    role: str
    file: str
    content: bytes

    def to_json(self) -> dict[str, object]:
        """Role, name, size and SHA-256."""
        digest = sha256(self.content).hexdigest()
        return {"role": self.role, "file": self.file, "bytes": len(self.content), "sha256": digest}


@dataclass(frozen=True, slots=True)
class Opened:
    """What the files say. `remarks`, in French, tell how they were read where it is not obvious."""

    etat: EtatDesLieux
    needs: Needs
    sources: tuple[Source, ...]
    remarks: tuple[str, ...]


def open_files(stock: Path, needs: Path | None) -> Opened:
    """The état des lieux, and the negotiated needs when there are any. Raises `UnreadableTableError`, `OSError`."""
    source = Source("etat_des_lieux", stock.name, stock.read_bytes())
    etat, table = read_etat_des_lieux(source.file, source.content)
    remarks = [f"Colonnes ignorées : {', '.join(table.ignored)}."] if table.ignored else []
    if table.encoding != "utf-8":
        remarks.append(f"Fichier lu en {table.encoding}.")
    if needs is None:
        return Opened(etat, Needs({}, {}), (source,), tuple(remarks))
    second = Source("besoins", needs.name, needs.read_bytes())
    return Opened(
        etat, read_needs(second.file, second.content, etat.holders), (source, second), tuple(remarks)
    )
