"""Environment variables `AIGUILLAGE_…`: those a setting reads, those an orchestrator made, those nobody knows.

Kubernetes and container engines describe each service to its neighbours in variables named after it (service links): a
service called `aiguillage` gives every pod `AIGUILLAGE_PORT=tcp://10.0.0.1:8000`. They are no settings.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from difflib import get_close_matches

PREFIX = "AIGUILLAGE_"
TRACE = f"{PREFIX}TRACE"
"""Set, a fault of our own is told with where it broke, for whoever mends it."""
NESTED = "__"
"""Between a setting and one of its parts: `AIGUILLAGE_BUS__FETCH_MAX_BYTES`."""
_ADDRESS = re.compile(r"(tcp|udp|sctp)://", re.IGNORECASE)
_LINK_NAME = re.compile(r".*_SERVICE_(HOST|PORT(_\w+)?)|.*_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")


def drop_service_links(environment: MutableMapping[str, str]) -> list[str]:
    """Take out of an environment the variables an orchestrator made; returns their names, in order."""
    links = sorted(name for name, value in environment.items() if _is_service_link(name, value))
    for name in links:
        del environment[name]
    return links


def _is_service_link(name: str, value: str) -> bool:
    if not name.startswith(PREFIX):
        return False
    is_address = name.endswith("_PORT") and _ADDRESS.match(value) is not None
    return is_address or _LINK_NAME.fullmatch(name) is not None


def unknown_variables(environment: Mapping[str, str], settings: Iterable[str]) -> list[str]:
    """A French sentence for each variable of ours that no setting reads, with the nearest one that is read.

    `settings` are whole names of variables; one that ends with `__` stands for all that begin so.
    """
    known = sorted(settings)
    open_ended = tuple(name for name in known if name.endswith(NESTED))
    found = (name for name in sorted(environment) if name.startswith(PREFIX) and name not in known)
    return [_unknown(name, known) for name in found if not name.startswith(open_ended)]


def _unknown(name: str, known: list[str]) -> str:
    close = get_close_matches(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1)
    advice = f"Vouliez-vous dire {PREFIX}{close[0]} ?" if close else f"Réglages connus : {', '.join(known)}."
    return f"{name} : réglage inconnu. {advice}"
