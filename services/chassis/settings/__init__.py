"""Settings of a deployment: what may be set, where it is read from, how a fault in it is worded."""

from chassis.settings.faults import SettingFault
from chassis.settings.settings import EMBEDDED, KafkaAccess, Settings, read_settings, variables

__all__ = [
    "EMBEDDED",
    "KafkaAccess",
    "SettingFault",
    "Settings",
    "read_settings",
    "variables",
]
