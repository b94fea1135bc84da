"""Instants as the stream writes them, and dates as a clerk reads them."""

from datetime import UTC, date, datetime

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def instant_text(at: datetime) -> str:
    """An aware instant as RFC 3339 in UTC, ``2026-03-01T09:00:00Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The aware instant of an RFC 3339 text."""
    return datetime.fromisoformat(text)


def spoken_date(day: date) -> str:
    """A civil date read aloud: ``1er mars 2026``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"
