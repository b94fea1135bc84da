"""Changes between two rulebooks as French text, line by line."""

from collections.abc import Iterator

from aiguillage.changes.changes import Changes
from aiguillage.changes.lists import ListChange
from aiguillage.changes.rules import EffectChange, Kind, RuleChange
from orientation.domain.instants import spoken_date

MOST_CODES = 12
"""Codes written out in a sentence before they are only counted; `--json` gives them all."""

SUBJECTS = {
    "assiette": "chaque logement libéré",
    "echelle": "chaque convention, pour chaque logement libéré",
    "neuf": "chaque première mise en location",
    "criteres": "chaque convention, pour chaque logement libéré",
    "rotation": "le tour de tout un périmètre",
    "decompte": "chaque convention",
    "delais": "chaque convention, pour chaque logement libéré",
    "gestion": "chaque convention",
    "conformite": "le suivi de chaque convention",
    "correction": "l'écart de fin d'année de chaque convention",
}
"""Whom each family decides for."""

_HAPPENED = {
    Kind.ADDED: "nouvelle",
    Kind.REPLACES: "remplace {other}",
    Kind.OVERLAYS: "prend la place de {other}",
    Kind.ENDED: "prend fin",
    Kind.PROLONGED: "prolongée",
    Kind.TURNED_ON: "activée",
    Kind.TURNED_OFF: "désactivée",
    Kind.CHANGED: "modifiée",
    Kind.REMOVED: "fichier retiré",
    Kind.REWORDED: "texte corrigé ({reworded})",
}


_FIELDS = {
    "title": "titre",
    "references": "références",
    "owner": "responsable",
    "because": "phrase",
    "accepts": "contrôles acceptés",
}


def told(found: Changes) -> Iterator[str]:
    """Every change in words, a blank line between rules; one line when nothing differs."""
    if not found.rules and not found.lists:
        reason = "mêmes règles, mêmes listes" if found.before == found.after else "seul le rangement diffère"
        yield f"Rien ne change : {reason}."
        return
    yield (
        f"De {found.before[:12]} à {found.after[:12]} : "
        f"{_counted(len(found.rules), 'règle')} et {_counted(len(found.lists), 'entrée')} de liste changent."
    )
    for rule in found.rules:
        yield ""
        yield from _rule(rule)
    if found.lists:
        yield ""
    for entry in found.lists:
        yield f"referentiels/{entry.list}.yaml{_entry(entry)}"
        yield from (f"  NON ADMIS : {sentence}" for sentence in entry.refused)


def _rule(rule: RuleChange) -> Iterator[str]:
    happened = ", ".join(
        _HAPPENED[kind].format(other=rule.other, reworded=", ".join(_FIELDS[name] for name in rule.reworded))
        for kind in rule.kinds
    )
    yield f"{rule.path} : {happened}"
    yield f"  « {rule.title} »"
    if Kind.ENDED in rule.kinds and rule.other is not None:
        yield f"  suite : {rule.other}"
    yield f"  dates : {_dates(rule)}"
    yield f"  touche : {rule.touches} ; {SUBJECTS[rule.family]}"
    if rule.condition_before is not None:
        yield f"  quand, avant : {rule.condition_before}"
    yield f"  quand : {rule.condition}"
    yield from (f"  {_effect(effect)}" for effect in rule.effects)
    yield from (f"  NON ADMIS : {sentence}" for sentence in rule.refused)
    yield from (f"  ATTENTION : {sentence}" for sentence in rule.warned)


def _dates(rule: RuleChange) -> str:
    start = f"à partir du {spoken_date(rule.first_day)}"
    return start if rule.last_day is None else f"{start}, jusqu'au {spoken_date(rule.last_day)} compris"


def _effect(effect: EffectChange) -> str:
    before, after = (value if value is not None else "rien" for value in (effect.before, effect.after))
    return f"{effect.label} : {before} → {after}"


def _entry(entry: ListChange) -> str:
    if not entry.entry:
        return " : libellés ou présentation seulement"
    if entry.added or entry.removed:
        moves = [
            f"{_counted(len(codes), 'code')} {word} ({_codes(codes)})"
            for codes, word in ((entry.added, "en plus"), (entry.removed, "en moins"))
            if codes
        ]
        return f" : {entry.entry} : {', '.join(moves)}"
    return f" : {entry.entry} : {entry.before or 'rien'} → {entry.after or 'rien'}"


def _codes(codes: tuple[str, ...]) -> str:
    rest = len(codes) - MOST_CODES
    return ", ".join(codes[:MOST_CODES]) + (f"… et {rest} autres" if rest > 0 else "")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
