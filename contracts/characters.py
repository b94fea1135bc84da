"""Characters that no label and no id may hold: controls, line separators, bidirectional marks, noncharacters.

An XLSX or a PDF cannot hold some of them, a terminal obeys others, and two ids that differ by a mark nobody sees look
the same. New messages are refused for them; what writes older ones for people puts `MARK` in their place.
"""

import re

from pydantic_core import PydanticCustomError

UNWRITABLE = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u2028\u2029"  # line and paragraph separators
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, overrides, isolates
    "\ufeff\ufffe\uffff"  # byte order mark, noncharacters that XML forbids
)
"""The inside of a character class of `re`."""
MARK = "\ufffd"
"""What stands in a written text for a character that cannot be written: �."""

_UNWRITABLE = re.compile(f"[{UNWRITABLE}]")


def refuse_unwritable(text: str) -> str:
    """The text, or the fault of the first character in it that no label may hold, by its code point."""
    found = _UNWRITABLE.search(text)
    if found is None:
        return text
    raise PydanticCustomError(
        "caractere_interdit",
        "« {found} » contient, à la position {place}, le caractère invisible U+{code} (commande, séparateur de lignes "
        "ou sens d'écriture), qu'aucun tableau ne peut écrire. Retirez-le, ou mettez une espace.",
        {"found": writable(text)[:40], "place": found.start() + 1, "code": f"{ord(found[0]):04X}"},
    )


def writable(text: str) -> str:
    """The text with `MARK` in place of each character that cannot be written."""
    return _UNWRITABLE.sub(MARK, text)
