"""Civil days and years of a département, in its legal time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
}


def instant(text: str) -> datetime:
    """An instant of the stream."""
    return datetime.fromisoformat(text).astimezone(UTC)


def civil_day(text: str, departement: str) -> date:
    """The civil day an instant falls on."""
    return instant(text).astimezone(ZoneInfo(ZONES.get(departement, "Europe/Paris"))).date()
