"""The flux year: the civil year of the declaration, in the legal time of the département."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flux.law import LAW, Law

_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


@lru_cache(maxsize=128)
def legal_time(departement: str) -> ZoneInfo:
    """Time zone of a département; Paris time unless it lies overseas."""
    return ZoneInfo(_OVERSEAS.get(departement, "Europe/Paris"))


def legal_date(at: datetime, departement: str) -> date:
    """Civil date in the département at an aware instant."""
    return at.astimezone(legal_time(departement)).date()


def flux_year(at: datetime, departement: str) -> int:
    """Flux year of a dwelling declared at an aware instant; the dwelling keeps it for life."""
    return legal_date(at, departement).year


def documents_due(year: int, law: Law = LAW) -> date:
    """The last day of a year for the bilan of the year before and the forecast (CCH art. R.441-5-1): 28 February."""
    return law.last_day("documents", year)
