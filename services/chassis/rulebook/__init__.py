"""The rulebook: what operators write in YAML, checked, and answered as verdicts.

`load` reads a directory of rule files into a `Rulebook`; `check` lists what is wrong with one. A `Rulebook`
is immutable: to change the rules, load another and swap the reference. Its `digest` names it for ever and
its `bundle` rebuilds it.

Errors::

    RuleFileErrors      the operator's: every fault found, each with file, line, found, allowed, remedy
    WrongFactError      the caller's: a fact has a value its catalogue entry does not allow
    EngineError         the engine's: stop, and page someone
"""

from chassis.rulebook.book import Rulebook
from chassis.rulebook.durable import EngineError
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.loading import check, load
from chassis.rulebook.projection import WrongFactError
from chassis.rulebook.referentiels import Referentiels, RefusalReason, Segment
from chassis.rulebook.verdict import RuleMatch, Verdict

__all__ = [
    "DatedLists",
    "EngineError",
    "Fault",
    "Referentiels",
    "RefusalReason",
    "RuleFileErrors",
    "RuleMatch",
    "Rulebook",
    "Segment",
    "Verdict",
    "WrongFactError",
    "check",
    "load",
]
