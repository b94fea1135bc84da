"""How much each section measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of vacancies, and of turns of which the best counts."""

    verdicts: int
    decisions: int
    replayed: int
    """Decisions whose verdicts are also asked of raw durable_rules."""
    end_to_end: int
    """At most 5 000: the embedded broker must hold them all before the first is read."""
    one_at_a_time: int
    growth: tuple[int, ...]
    rules: tuple[int, ...]
    """Numbers of rules loaded, ten delivered ones among them."""
    explained: int
    reloads: int
    projected: tuple[int, ...]
    """Items of one scope's stream that projections are rebuilt from."""
    bilan_vacancies: int
    """Of one département's year, whose bilan is written."""
    forecast_vacancies: int
    forecast_years: int
    """Years played in each regime."""
    on_kafka: int
    """Vacancies at once through real servers."""
    processes: tuple[int, ...]
    restarted: int
    """Rows of the journal a start is measured from."""
    parked: tuple[int, ...]
    """Outcomes that wait in one scope, none first."""
    beside_parked: int
    """Vacancies decided beside them."""
    turns: int


FULL = Sizes(
    20_000,
    4_000,
    1_000,
    5_000,
    500,
    (10_000, 100_000, 300_000),
    (10, 100, 500),
    200,
    1_000,
    (10_000, 100_000, 1_000_000),
    80_000,
    1_500,
    4,
    3_000,
    (1, 2, 3),
    1_000_000,
    (0, 1_000, 20_000),
    12_000,
    3,
)
QUICK = Sizes(
    1_000,
    100,
    50,
    100,
    10,
    (50, 100),
    (10, 30),
    5,
    30,
    (500, 1_000),
    400,
    1_000,
    1,
    60,
    (1,),
    200,
    (0, 200),
    100,
    1,
)
"""To see that everything runs; its figures mean little."""
