"""The gate of a service: has the table judge where journal, group and topics stand, and keeps the answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import structlog
from aiokafka import TopicPartition

from chassis.admission.situation import Commit, Partition, Situation
from chassis.admission.surroundings import Belongs, Surroundings
from chassis.admission.table import Verdict, judge
from chassis.bus.incarnation.admits import NotAdmittedError
from chassis.clock import Clock
from chassis.health import Check
from chassis.journal import Adoption, Identity, Journal, Mark, Marks
from chassis.metrics import Metrics

log = structlog.get_logger("admission")


@dataclass(slots=True)
class Gate:
    """Lets a consumer in, or says why not; `office` answers for a journal that is adopted at the first look."""

    belongs: Belongs
    journal: Journal
    around: Surroundings
    clock: Clock
    metrics: Metrics
    marks: Marks = field(default_factory=Marks)
    office: str | None = None
    verdict: Verdict | None = None
    _identity: Identity | None = None
    _was_admitted: bool = False

    def __post_init__(self) -> None:
        self.metrics.journal_admitted.labels(self.belongs.service).set_function(lambda: int(self.is_admitted))

    @property
    def is_admitted(self) -> bool:
        """Whether the last look let it in."""
        return self.verdict is not None and self.verdict.refusal is None

    def check(self) -> Check:
        """Not ready while it is refused, and why, in French."""
        verdict = self.verdict
        if verdict is None:
            return Check(is_ready=False, detail={"case": None})
        refused = {"refused": verdict.refusal} if verdict.refusal else {}
        return Check(is_ready=self.is_admitted, detail={"case": str(verdict.case), **refused})

    async def admit(self, places: Collection[TopicPartition] | None = None) -> Mapping[TopicPartition, int]:
        """Look at these partitions, or at all; where to begin in those that must not go on where they are."""
        if places is not None and not places and self.is_admitted:
            return {}
        verdict = judge(await self._situation(places))
        if verdict.refusal is not None and verdict.is_adoptable and self.office and not self._was_admitted:
            await self._adopt(verdict.refusal, self.office)
            verdict = judge(await self._situation(places))
        self.verdict = verdict
        if verdict.refusal is not None:
            raise NotAdmittedError(verdict.refusal)
        self._was_admitted = True
        if self.around.cluster_id and not self.around.is_embedded:
            await self.journal.bind(self.around.cluster_id)
        log.info("journal_admitted", service=self.belongs.service, case=str(verdict.case))
        return {TopicPartition(*place): at for place, at in verdict.starts.items()}

    async def look(self) -> Collection[str]:
        """The topics that were made again since the last look; nobody does on the embedded broker."""
        again = () if self.around.is_embedded else await self.around.look()
        self.metrics.offsets_came_back.labels(self.belongs.service).inc(len(again))
        return again

    def incarnation(self, topic: str) -> str:
        """The log a topic's offsets count in."""
        return self.around.incarnation(topic)

    def metadata(self, place: TopicPartition) -> str:
        """The journal's identity, the log, and the journal's mark there; nothing on the embedded broker."""
        if self._identity is None or self.around.is_embedded:
            return ""
        incarnation = self.around.incarnation(place.topic)
        mark = self.marks.known.get((place.topic, place.partition, incarnation))
        return Commit(0, self._identity.journal_id, incarnation, mark).metadata()

    async def _situation(self, places: Collection[TopicPartition] | None) -> Situation:
        """Group and topics first, the journal last: what it holds by then may only be more."""
        await self.around.look()
        found, published = await self.around.stand(places)
        self._identity = await self.journal.identity()
        marks = await self.journal.marks()
        self.marks.written(marks)
        adopted = [adoption.at for adoption in await self.journal.adoptions()]
        ahead, contradicted = await published.ahead_of(self.journal, max(adopted, default=None))
        is_fold = self.belongs.facts is None
        return Situation(
            group=self.belongs.group,
            journal=self._identity,
            cluster_id=self.around.cluster_id,
            is_embedded=self.around.is_embedded,
            is_empty=not marks and not await self.journal.heads(),
            partitions=[self._marked(each, marks) for each in found],
            ahead=ahead,
            contradicted=() if is_fold else contradicted,
            is_fold=is_fold,
            is_start=not self._was_admitted,
        )

    def _marked(self, each: Partition, marks: Collection[Mark]) -> Partition:
        """The partition with what the journal knows of it, in this very log and in those of the same name before."""
        ours = [mark for mark in marks if (mark.topic, mark.partition) == (each.topic, each.partition)]
        here = [mark.offset for mark in ours if mark.incarnation == each.incarnation]
        cluster = f"{self.around.cluster_id}/"
        before = [mark.offset for mark in ours if mark.incarnation.startswith(cluster)]
        return replace(
            each,
            mark=here[0] if here else None,
            former_mark=max(before) if before and not here and each.incarnation else None,
        )

    async def _adopt(self, before: str, office: str) -> None:
        """Have the group read everything again in this journal's name, then note who answers for it."""
        assert self.around.cluster_id is not None  # noqa: S101 - the embedded broker refuses nobody
        self.marks.known.clear()
        await self.around.rewind(self.metadata)
        await self.journal.adopt(Adoption(self.clock.now(), office, self.around.cluster_id, before))
        log.warning("journal_adopted", service=self.belongs.service, office=office, before=before)
