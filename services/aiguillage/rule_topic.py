"""The topic of rulebooks as an operator sees it: what was published, which instance runs what."""

from dataclasses import dataclass
from typing import Any

from aiguillage.commands.options import client_tuning
from chassis.bus import Cluster, Record, Tail
from chassis.rulebook.faults import RuleFileErrors
from chassis.rulesource.offer import Offer
from chassis.rulesource.publication import TOPIC, Publication, publication_in
from chassis.rulesource.reporting import REPORTS
from contracts.envelope import open_emitted
from contracts.rejected import Rejected


@dataclass(frozen=True, slots=True)
class Standing:
    """What one instance last said: the digest it runs, and how many faults it refused last, 0 for none."""

    service: str
    instance: str
    digest: str
    at: str
    fault_count: int
    forced: bool = False


@dataclass(frozen=True, slots=True)
class RuleTopic:
    """History of the publications, oldest first, and the instances in order of service and name."""

    publications: tuple[Publication, ...]
    standings: tuple[Standing, ...]

    def last_sound(self) -> tuple[Publication, Offer] | None:
        """The publication in force for whoever follows the topic; validated as a service would."""
        for publication in reversed(self.publications):
            offer = publication.offer()
            if offer.book is not None:
                return publication, offer
        return None

    def named(self, prefix: str) -> Publication:
        """The publication whose digest begins so; `ValueError` when none or several do."""
        found = {p.digest: p for p in self.publications if p.digest.startswith(prefix)}
        if len(found) != 1:
            known = ", ".join(dict.fromkeys(p.digest[:12] for p in self.publications)) or "aucun"
            raise ValueError(f"{len(found)} recueils publiés commencent par « {prefix} » ; publiés : {known}")
        return next(iter(found.values()))


async def read_topic(cluster: Cluster | str) -> RuleTopic:
    """Read both topics to their end; raises `Unavailable` when no broker answers."""
    cluster = Cluster.of(cluster)
    tuning = client_tuning(cluster)
    async with Tail(cluster, f"^({TOPIC}|{REPORTS.replace('.', chr(92) + '.')})$", tuning) as tail:
        records = await tail.read()
    said = sorted((r for r in records if r.value is not None), key=lambda r: (r.topic, r.partition, r.offset))
    publications = [p for r in said if r.topic == TOPIC and (p := _publication(r))]
    standings = {(s.service, s.instance): s for r in said if r.topic == REPORTS and (s := _standing(r))}
    return RuleTopic(tuple(publications), tuple(standings[key] for key in sorted(standings)))


def _publication(record: Record) -> Publication | None:
    """What a record publishes; services pass over what publishes nothing, so do we."""
    try:
        return publication_in(record.value)
    except RuleFileErrors:
        return None


def _standing(record: Record) -> Standing | None:
    try:
        data: dict[str, Any] = open_emitted(record.value or b"").data
        return Standing(
            data["service"],
            data["instance"],
            data["digest"],
            data["at"],
            int(data.get("fault_count", 0)),
            forced=bool(data.get("forced")),
        )
    except (Rejected, KeyError, TypeError):
        return None
