"""Unanswered: what a decision needs and no rule says; `rules check` tells it before rules are taken in force."""

from datetime import date


class UnansweredError(LookupError):
    """No rule says a key that a decision needs; its text is French, with the remedy."""

    def __init__(self, key: str, on: date | None = None, scope: object = None) -> None:
        when = "" if on is None else f" le {on}"
        whom = "" if scope is None else f" pour {scope}"
        super().__init__(
            f"Aucune règle ne dit « {key} »{when}{whom} : complétez les règles (aiguillage rules check)."
        )
