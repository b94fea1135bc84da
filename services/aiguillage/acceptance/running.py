"""Runs cases: the rulebook of each, its events, what is expected of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiguillage.acceptance.case import Case
from aiguillage.acceptance.closing import misclosed
from aiguillage.acceptance.counting import miscounted
from aiguillage.acceptance.events import events_of
from aiguillage.acceptance.matching import unmet
from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.playing import play
from aiguillage.acceptance.watching import Heard
from chassis.rulebook.faults import Fault
from flux.unanswered import UnansweredError


@dataclass(frozen=True, slots=True)
class Result:
    """What a case came to: passed when it has no fault; `heard` tells which rules spoke."""

    case: Case
    faults: tuple[Fault, ...]
    heard: Heard

    @property
    def is_passed(self) -> bool:
        """Whether everything it expects holds."""
        return not self.faults


def run(case: Case, ground: Ground) -> Result:
    """Run one case on a ground; a case whose files or bases are faulty is not played."""
    faults: list[Fault] = []
    rulebook, events = ground.under(case, faults), events_of(case, faults)
    if faults:
        return Result(case, tuple(sorted(faults)), Heard())
    try:
        played = play(case, events, rulebook)
        wrong = (*unmet(case, played), *miscounted(case, played), *misclosed(case, played, rulebook))
    except UnansweredError as unanswered:
        return Result(case, (Fault(case.path, 1, str(unanswered)),), Heard())
    return Result(case, wrong, played.heard)


def run_all(cases: Iterable[Case], ground: Ground) -> list[Result]:
    """Run cases one after the other."""
    return [run(case, ground) for case in cases]
