"""Matching: what a job does with its chunk of documents.

Reading and mapping happen in a reader process, outside any transaction. Then everything that
follows from the chunk is one commit: records, the results of all cases that they touch, events, the
state of the documents, and the end of the job. Big files are stored in slices; a crash in between
is noticed by the records that are there already. A chunk that fails is halved until the cause
stands alone; a record that fails alone is kept as incomplete, a file as quarantined, each with the
reason.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import structlog
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import Clock, moment_of, stamp
from gateway.flows import keeping, news
from gateway.flows.acknowledging import Acknowledging, Decided
from gateway.flows.chunks import Work, job_for, work_of
from gateway.flows.judging import Judge
from gateway.jobs.port import Failure, Job, Jobs, LostJobError
from gateway.reading.pool import Readers, forget, records_of
from gateway.reading.wire import File, ReadFile, ReadRecord
from gateway.store import cases, documents, quarantine
from gateway.store.documents import Waiting
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.quarantine import Torn
from gateway.watching.logs import DOCUMENTS_SHOWN, bound
from gateway.watching.traces import NO_SPANS, Spans

_SLICE = 200  # records in one transaction: others wait for it
_TRIES_ALONE = 3
_FIRST_VERSION = 1  # of a file that nobody had read again

_log = structlog.get_logger()


class _Part(Struct, frozen=True):
    """Records of one file that go into one transaction; `ends` is whether they are its last."""

    read: ReadFile
    records: list[ReadRecord]
    ends: bool


class Matching:
    """The handler of chunks; `committed` is called after every commit that has news."""

    def __init__(
        self, store: Store, jobs: Jobs, readers: Readers, judge: Judge, clock: Clock
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._readers = readers
        self._judge = judge
        self._clock = clock
        self._acknowledging = Acknowledging(jobs)
        self._reached: dict[int, int | None] = {}  # of jobs whose files were read: at which record
        self.committed: Callable[[], None] = lambda: None
        self.spans: Spans = NO_SPANS

    def work(self, job: Job) -> None:
        """Read, map, match, and write it all."""
        work = work_of(job)
        numbers = list(work.documents)
        alone = numbers[0] if len(numbers) == 1 else None
        with (
            bound(documents=numbers[:DOCUMENTS_SHOWN]),
            self.spans.span("match", alone, documents=len(numbers)),
        ):
            self._work(job, work)

    def _work(self, job: Job, work: Work) -> None:
        with self._store.read() as connection:
            waiting = documents.waiting(connection, work.documents)
        files = self._readers.read([_file(one) for one in waiting]) if waiting else ()
        self._reached[job.id] = None
        try:
            self._write(job, work, files)
        finally:
            for one in files:
                forget(one)
        del self._reached[job.id]

    def _write(self, job: Job, work: Work, files: Sequence[ReadFile]) -> None:
        for parts, is_last in _with_last(_slices(files, _SLICE if work.skip is None else 1)):
            if work.skip is not None:
                self._reached[job.id] = _first_position(parts)
            with self._store.write() as connection:
                self._write_parts(connection, work, parts)
                if is_last:
                    self._jobs.done(connection, job)
            self.committed()

    def _write_parts(self, connection: Connection, work: Work, parts: Sequence[_Part]) -> None:
        now = self._clock()
        at = stamp(now)
        waiting = documents.waiting(connection, [part.read.document for part in parts])
        still = {one.id: one for one in waiting}
        parts = [part for part in parts if part.read.document in still]
        there = cases.stored_counts(connection, still)
        again = [one.id for one in waiting if one.version > _FIRST_VERSION]
        torn = quarantine.torn(connection, again)
        files = [(still[part.read.document], part.read) for part in parts]
        noted = self._acknowledging.note(connection, files)
        fresh = [
            (
                document,
                keeping.kept(
                    document, one, work.skip, noted.get(document.id, {}).get(one.position)
                ),
            )
            for part in parts
            for document in [still[part.read.document]]
            for one in part.records
            if one.position >= there.get(document.id, 0) or (document.id, one.position) in torn
        ]
        told, touching = _store(connection, fresh, torn, at)
        told += self._judge.judge(connection, touching, now.date(), at) if touching else []
        told += self._decide(connection, [part for part in parts if part.ends], still, now)
        announce(connection, told, at)

    def _decide(
        self,
        connection: Connection,
        ended: Iterable[_Part],
        still: dict[int, Waiting],
        now: datetime,
    ) -> list[NewEvent]:
        ended = list(ended)
        outcomes = [
            keeping.outcome(still[part.read.document], part.read, part.records) for part in ended
        ]
        if not documents.decide(connection, [one.decision for one in outcomes], stamp(now)):
            raise LostJobError
        told = [
            news.of_quarantine(one.decision.id, one.problems)
            for one in outcomes
            if one.decision.state == documents.QUARANTINED
        ]
        decided = [
            Decided(still[part.read.document], part.read, one.decision.state)
            for part, one in zip(ended, outcomes, strict=True)
        ]
        return told + self._acknowledging.answer(connection, decided, now)

    def rematch(self, record: int) -> None:
        """Judge again the case that a record belongs to: the day or the policy may be another."""
        now = self._clock()
        with self._store.write() as connection:
            told = self._judge.judge(connection, [record], now.date(), stamp(now))
            announce(connection, told, stamp(now))
        self.committed()

    def judge(self, connection: Connection, records: Collection[int]) -> None:
        """Judge the cases of records again, within the caller's transaction."""
        now = self._clock()
        announce(
            connection, self._judge.judge(connection, records, now.date(), stamp(now)), stamp(now)
        )

    def failed(self, connection: Connection, job: Job, failure: Failure) -> bool:
        """Halve a chunk that failed; alone, go record by record, and at last put it aside."""
        was_read = job.id in self._reached
        reached = self._reached.pop(job.id, None)
        if failure.transient:
            return False
        work = work_of(job)
        waiting = documents.waiting(connection, work.documents)
        if len(waiting) > 1:
            middle = len(waiting) // 2
            self._put(connection, [waiting[:middle], waiting[middle:]], None)
        elif waiting and reached is not None and reached not in (work.skip or ()):
            self._put(connection, [waiting], (*(work.skip or ()), reached))
        elif waiting and job.tries < _TRIES_ALONE:
            return False
        elif waiting and work.skip is None and was_read:
            self._put(connection, [waiting], ())
        elif waiting:
            self._quarantine(connection, waiting[0], failure)
        return True

    def _put(
        self,
        connection: Connection,
        chunks: Sequence[Sequence[Waiting]],
        skip: tuple[int, ...] | None,
    ) -> None:
        jobs = [job_for(chunk[0].partner, chunk, skip) for chunk in chunks]
        numbers = self._jobs.put(connection, jobs)
        given = zip(numbers, chunks, strict=True)
        documents.assign(connection, {one.id: number for number, chunk in given for one in chunk})

    def _quarantine(self, connection: Connection, one: Waiting, failure: Failure) -> None:
        _log.error("document.kills_its_reader", document=one.id, error=failure.text)
        at = stamp(self._clock())
        outcome = keeping.quarantined(one, (keeping.killer("this file", failure.text),))
        documents.decide(connection, [outcome.decision], at)
        announce(connection, [news.of_quarantine(one.id, outcome.problems)], at)


def _store(
    connection: Connection,
    fresh: Sequence[tuple[Waiting, ReadRecord]],
    torn: Mapping[tuple[int, int], Torn],
    at: str,
) -> tuple[list[NewEvent], list[int]]:
    """Store records; returns the events that tell of them, and which of them touch others.

    What was `torn` and is read again keeps its number, and is passed over where it is the same.
    """
    new, mended = [], {}
    for one, record in fresh:
        known = torn.get((one.id, record.position))
        if known is None:
            new.append((one, record))
        elif known.body != record.body:
            mended[known.id] = one, record
    rows = [
        (one.id, keeping.fact_key(one.partner, one.sha256, record.position), record)
        for one, record in new
    ]
    numbers = cases.insert_records(connection, rows, at)
    cases.mend_records(connection, {number: record for number, (_, record) in mended.items()})
    stored = mended | dict(zip(numbers, new, strict=True))
    touches = {number: record.touches for number, (_, record) in stored.items()}
    cases.insert_touches(connection, touches)
    told = [
        news.of_record(one.id, number, record)
        for number, (one, record) in stored.items()
        if not one.truncated  # that the file is put aside says it all
    ]
    return told, [number for number, keys in touches.items() if keys]


def _file(one: Waiting) -> File:
    return File(
        document=one.id,
        sha256=one.sha256,
        name=one.name,
        partner=one.partner,
        year=moment_of(one.received_at).year,
    )


def _slices(files: Iterable[ReadFile], size: int) -> Iterator[list[_Part]]:
    """Cut what was read into transactions of about `size` records; files keep their order."""
    parts: list[_Part] = []
    room = size
    for read in files:
        records: list[ReadRecord] = []
        for record in records_of(read):
            if not room:
                yield [*parts, _Part(read, records, ends=False)]
                parts, records, room = [], [], size
            records.append(record)
            room -= 1
        parts.append(_Part(read, records, ends=True))
    yield parts


def _with_last(slices: Iterable[list[_Part]]) -> Iterator[tuple[list[_Part], bool]]:
    """Pair each slice with whether it is the last one."""
    before: list[_Part] | None = None
    for parts in slices:
        if before is not None:
            yield before, False
        before = parts
    if before is not None:
        yield before, True


def _first_position(parts: Iterable[_Part]) -> int | None:
    return next((one.position for part in parts for one in part.records), None)
