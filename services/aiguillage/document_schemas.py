"""Writes the JSON Schemas of the bilan and the forecast beside their guide: `python -m aiguillage.document_schemas`."""

import json
from pathlib import Path

from compliance.bilan.schema import schemas

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def files() -> dict[Path, str]:
    """What each file holds."""
    return {
        FOLDER / f"{name}.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
