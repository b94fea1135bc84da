"""Writes what is generated of the guide; with `--check` says what is stale, and exits 1."""

import sys
from pathlib import Path

from aiguillage.guide.editor import editor_settings
from aiguillage.guide.families import families_page

ROOT = Path(__file__).parents[3]


def pages() -> dict[Path, str]:
    """Every generated file of the checkout, with its text; the same code gives the same."""
    return {
        ROOT / "docs" / "operateur" / "familles.md": families_page(),
        ROOT / ".vscode" / "settings.json": editor_settings(),
    }


def main(arguments: list[str]) -> int:
    """Write what changed, or only say it: 1 when a file is stale, else 0."""
    stale = {
        path: text
        for path, text in pages().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
