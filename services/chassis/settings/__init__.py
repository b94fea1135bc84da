"""Settings of a deployment: what may be set, where it is read from, how a fault in it is worded."""

from chassis.settings.environment import PREFIX, drop_service_links
from chassis.settings.faults import SettingFault
from chassis.settings.settings import EMBEDDED, KafkaAccess, Settings, read_settings, variables

__all__ = [
    "EMBEDDED",
    "PREFIX",
    "KafkaAccess",
    "SettingFault",
    "Settings",
    "drop_service_links",
    "read_settings",
    "variables",
]
