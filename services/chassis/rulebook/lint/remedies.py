"""What to write instead of a value that is nearly right: a decimal comma, a day the French way, `on` for yes."""

import re
from unicodedata import combining, normalize

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]?([0-9]{1,2})[/.-]?([0-9]{1,2})(?:[T ].*)?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f_'.][0-9]{3})+(?:[.,][0-9]+)?")
_WITH_UNIT = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)\s*(%|€|m²|m2|jours?|ans?|[a-zA-Zé]+)")
_YES = frozenset({"on", "o", "y", "1", "vrai", "x", "si"})
_NO = frozenset({"off", "n", "0", "faux", "aucun", "jamais"})


def number_remedy(value: object) -> str:
    """What to do with a text that is nearly a number; empty when it does not look like one."""
    text = value.strip() if isinstance(value, str) else ""
    if _GROUPED.fullmatch(text):
        return "N'écrivez pas de séparateur de milliers."
    unit = _WITH_UNIT.fullmatch(text)
    if unit is not None:
        return f"Écrivez le nombre seul, sans « {unit[2]} » : {unit[1].replace(',', '.')}."
    if "," in text:
        return "Remplacez la virgule par un point."
    return "Écrivez un nombre, sans heures ni minutes." if ":" in text else ""


def day_remedy(value: object) -> str:
    """The day as a rule file writes it, when it can be guessed; empty when not."""
    text = value.strip() if isinstance(value, str) else ""
    day_first, year_first = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    if day_first is not None:
        return _written(day_first[3], day_first[2], day_first[1])
    if year_first is not None:
        return _written(year_first[1], year_first[2], year_first[3], unlike=text)
    return ""


def _written(year: str, month: str, day: str, unlike: str = "") -> str:
    said = f"{year}-{month:0>2}-{day:0>2}"
    return "" if said == unlike else f"Écrivez {said}."


def yes_or_no_remedy(value: object) -> str:
    """The word to write for one that means yes or no elsewhere; empty when it means neither."""
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _YES:
        return "Écrivez oui."
    return "Écrivez non." if word in _NO else ""


def slug_remedy(value: object) -> str:
    """A name as rule files write them: `Pôle attributions` gives `pole-attributions`; empty when it holds nothing."""
    text = value if isinstance(value, str) else ""
    letters = "".join(letter for letter in normalize("NFKD", text.lower()) if not combining(letter))
    name = re.sub(r"[^a-z0-9_]+", "-", letters).strip("-_")
    return f"Écrivez {name[:80]}." if name and name != text else ""
