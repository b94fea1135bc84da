"""Speaking Kafka safely: consume in batches, publish, follow a group, run a broker in-process.

Errors:

    Exception
    ├── Unavailable      the broker does not answer: retry with back-off (chassis.unavailable)
    │   └── Refused      it answers and lets us in or at something no more: somebody has to act
    ├── AccessFault      settings that let nobody in: told at start, with their remedy (a ValueError)
    └── EngineFault      a handler broke: the service stops, nothing of its batch is committed
"""

from aiokafka import TopicPartition

from chassis.bus.cluster import Cluster
from chassis.bus.consumption import Consumption
from chassis.bus.hearing import Alone, Group, Hearing
from chassis.bus.lasting import LastingProgress
from chassis.bus.membership import EngineFault, Subscription
from chassis.bus.not_let_in import Refused
from chassis.bus.pace import Pace
from chassis.bus.progress import GroupProgress, Lag, Stand, read_to_end, wait_applied
from chassis.bus.publisher import Placed, Publisher
from chassis.bus.records import Message, Record
from chassis.bus.state import ConsumerState
from chassis.bus.tail import Tail
from chassis.settings.access import Access, AccessFault
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

__all__ = [
    "Access",
    "AccessFault",
    "Alone",
    "Cluster",
    "ConsumerState",
    "Consumption",
    "EngineFault",
    "Group",
    "GroupProgress",
    "Hearing",
    "Lag",
    "LastingProgress",
    "Message",
    "Pace",
    "Placed",
    "Publisher",
    "Record",
    "Refused",
    "Stand",
    "Subscription",
    "Tail",
    "TopicPartition",
    "Tuning",
    "Unavailable",
    "read_to_end",
    "wait_applied",
]
