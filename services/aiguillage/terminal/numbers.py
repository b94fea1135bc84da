"""Numbers with their noun, as French agrees them: 0 événement, 1 événement, 2 événements."""


def agreed(number: int, singular: str, plural: str | None = None) -> str:
    """A whole number and its noun; the plural is the singular with an s on each word unless given."""
    if abs(number) <= 1:
        return f"{number} {singular}"
    return f"{number} {plural or ' '.join(f'{word}s' for word in singular.split())}"
