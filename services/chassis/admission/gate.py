"""The gate of a service: finds out where its journal, its group and its topics stand, and has the table judge."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import structlog
from aiokafka import TopicPartition

from chassis.admission.heads import Heads, published_heads
from chassis.admission.situation import Commit, Partition, Situation
from chassis.admission.table import Verdict, judge
from chassis.bus.cluster import Cluster
from chassis.bus.incarnation.admits import NotAdmittedError
from chassis.bus.incarnation.incarnations import Incarnations
from chassis.bus.progress import GroupProgress
from chassis.bus.rewinding import rewind
from chassis.clock import Clock
from chassis.health import Check
from chassis.journal import Adoption, Identity, Journal, Mark, Marks
from chassis.metrics import Metrics
from chassis.settings.tuning import Tuning

log = structlog.get_logger("admission")

NOBODY_HEADS = Heads({}, {})


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a journal is held against: its service, the group and the topics it reads, the topic of its own facts."""

    service: str
    group: str
    pattern: str
    facts: str | None = None
    """None of a journal that is folded from what it reads, and publishes no facts of its own."""


@dataclass(slots=True)
class Gate:
    """Lets a consumer in, or says why not; `office` answers for a journal that is adopted at the first look."""

    belongs: Belongs
    journal: Journal
    cluster: Cluster
    tuning: Tuning
    clock: Clock
    metrics: Metrics
    marks: Marks = field(default_factory=Marks)
    office: str | None = None
    verdict: Verdict | None = None
    _identity: Identity | None = None
    _was_admitted: bool = False
    _incarnations: Incarnations = field(init=False)

    def __post_init__(self) -> None:
        self._incarnations = Incarnations(self.cluster)
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
        if self._incarnations.cluster_id and not self._incarnations.is_embedded:
            await self.journal.bind(self._incarnations.cluster_id)
        log.info("journal_admitted", service=self.belongs.service, case=str(verdict.case))
        return {TopicPartition(*place): at for place, at in verdict.starts.items()}

    async def look(self) -> Collection[str]:
        """The topics that were made again since the last look; nobody does on the embedded broker."""
        again = () if self._incarnations.is_embedded else await self._incarnations.look()
        self.metrics.offsets_came_back.labels(self.belongs.service).inc(len(again))
        return again

    def incarnation(self, topic: str) -> str:
        """The log a topic's offsets count in."""
        return self._incarnations.of(topic)

    def metadata(self, place: TopicPartition) -> str:
        """The journal's identity, the log, and the journal's mark there; nothing on the embedded broker."""
        if self._identity is None or self._incarnations.is_embedded:
            return ""
        incarnation = self._incarnations.of(place.topic)
        mark = self.marks.known.get((place.topic, place.partition, incarnation))
        return Commit(0, self._identity.journal_id, incarnation, mark).metadata()

    async def _situation(self, places: Collection[TopicPartition] | None) -> Situation:
        """Group and topics first, the journal last: what it holds by then may only be more."""
        await self._incarnations.look()
        found: dict[TopicPartition, Partition] = {}
        published = NOBODY_HEADS
        if not self._incarnations.is_embedded:
            async with GroupProgress(self.cluster, self.belongs.group, self.tuning) as progress:
                found = await self._partitions(progress, places)
                published = await published_heads(progress, self.belongs.service, self.belongs.facts)
        self._identity = await self.journal.identity()
        marks = await self.journal.marks()
        self.marks.written(marks)
        adopted = [adoption.at for adoption in await self.journal.adoptions()]
        ahead, contradicted = await published.ahead_of(self.journal, max(adopted, default=None))
        is_fold = self.belongs.facts is None
        return Situation(
            group=self.belongs.group,
            journal=self._identity,
            cluster_id=self._incarnations.cluster_id,
            is_embedded=self._incarnations.is_embedded,
            is_empty=not marks and not await self.journal.heads(),
            partitions=[self._marked(each, marks) for each in found.values()],
            ahead=ahead,
            contradicted=() if is_fold else contradicted,
            is_fold=is_fold,
            is_start=not self._was_admitted,
        )

    async def _partitions(
        self, progress: GroupProgress, places: Collection[TopicPartition] | None
    ) -> dict[TopicPartition, Partition]:
        led = await progress.led(self.belongs.pattern)
        asked = led if places is None else [place for place in places if place in set(led)]
        commits = await progress.commits(asked)
        begins, ends = await progress.beginnings(asked), await progress.ends(asked)
        return {
            place: Partition(
                place.topic,
                place.partition,
                begins[place],
                ends[place],
                self._incarnations.of(place.topic),
                Commit.of(commits[place].offset, commits[place].metadata) if place in commits else None,
            )
            for place in asked
        }

    def _marked(self, each: Partition, marks: Collection[Mark]) -> Partition:
        """The partition with what the journal knows of it, in this very log and in those of the same name before."""
        ours = [mark for mark in marks if (mark.topic, mark.partition) == (each.topic, each.partition)]
        here = [mark.offset for mark in ours if mark.incarnation == each.incarnation]
        cluster = f"{self._incarnations.cluster_id}/"
        before = [mark.offset for mark in ours if mark.incarnation.startswith(cluster)]
        return Partition(
            each.topic,
            each.partition,
            each.begin,
            each.end,
            each.incarnation,
            each.commit,
            here[0] if here else None,
            max(before) if before and not here and each.incarnation else None,
        )

    async def _adopt(self, before: str, office: str) -> None:
        """Have the group read everything again in this journal's name, then note who answers for it."""
        assert self._incarnations.cluster_id is not None  # noqa: S101 - the embedded broker refuses nobody
        self.marks.known.clear()
        await rewind(self.cluster, self.belongs.group, self.belongs.pattern, self.tuning, self.metadata)
        adoption = Adoption(self.clock.now(), office, self._incarnations.cluster_id, before)
        await self.journal.adopt(adoption)
        log.warning("journal_adopted", service=self.belongs.service, office=office, before=before)
