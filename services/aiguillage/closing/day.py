"""The day a year is closed on when nobody gives it: the same for `cloture` and for `bilan --rules`."""

from datetime import date, datetime

from compliance.domain.projection import Projection
from flux.calendar import legal_date
from flux.scope import Scope


def day_of_close(projection: Projection, now: datetime) -> date:
    """Today in the département, or the day of the scope's last item if it is later."""
    last = date.fromisoformat(projection.day(projection.as_of))
    return max(last, legal_date(now, Scope.parse(projection.scope).departement))
