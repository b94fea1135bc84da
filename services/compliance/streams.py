"""Which streams compliance's journal holds: the items of each scope, and the alerts told of each."""

_ALERTS = "alertes "


def alerts_of(scope: str) -> str:
    """The stream of a scope's alerts."""
    return f"{_ALERTS}{scope}"


def is_of_items(stream: str) -> bool:
    """Whether a stream of the journal holds a scope's items, and bears its name."""
    return not stream.startswith(_ALERTS)
