"""Where a service's rules come from, and how they change while it runs.

A source (`WatchedFolder`, `FollowedTopic`) makes offers; `InForce` takes the sound ones and keeps what it has when
one is faulty; `Reporting` tells everybody. `publication` is how a rulebook becomes a message.
"""

from chassis.rulesource.comparing import WithTheOneInForce
from chassis.rulesource.following import rule_source, rules_in_force, trusted_keys
from chassis.rulesource.in_force import InForce
from chassis.rulesource.offer import Offer, RuleSource
from chassis.rulesource.reporting import Reporting

__all__ = [
    "InForce",
    "Offer",
    "Reporting",
    "RuleSource",
    "WithTheOneInForce",
    "rule_source",
    "rules_in_force",
    "trusted_keys",
]
