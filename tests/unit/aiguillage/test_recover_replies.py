"""The page on saving explains what `journal recover` says, in the words it says it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAID_IN = (
    "aiguillage/commands/journal/recover.py",
    "orientation/recovering.py",
    "chassis/bus/rewinding.py",
    "chassis/admission/table.py",
)
SOURCES = "\n".join((ROOT / "services" / name).read_text(encoding="utf-8") for name in SAID_IN)
TABLE = (
    (ROOT / "docs" / "sauvegarde.md").read_text(encoding="utf-8").partition("| ce que dit la commande |")[2]
)
QUOTED = [
    quoted
    for row in TABLE.splitlines()
    if row.startswith("| `")
    for quoted in re.findall("`([^`]+)`", row.split("|")[1])
]


def test_the_page_quotes_what_is_said() -> None:
    assert len(QUOTED) > 1


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_reply_of_the_page_is_one_the_command_gives(quoted: str) -> None:
    words = r"\{.*\}".join(re.escape(part) for part in quoted.split("…"))
    assert re.search(words, SOURCES)
