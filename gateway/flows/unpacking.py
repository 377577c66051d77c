"""Unpacking: members of archives and attachments of e-mails become documents of their own.

The bytes of the whole are in the archive already and stay there. A job takes the members out, puts
their bytes beside it, and then writes everything in one transaction: a receipt for each member with
its link to what it lay in, and the decision on the whole. What cannot be taken out is named with
its reason, to the sender in the answer and to everybody as an event; what would be too much is
refused whole, before anybody sees a part of it.
"""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Protocol

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.archive import Archive, Readable, Stored
from gateway.clock import Clock, stamp
from gateway.doors.complete import HEAD_BYTES, TAIL_BYTES, shape
from gateway.doors.messages import STRANGER, MailMessage
from gateway.doors.zips import (
    Budget,
    MemberError,
    RefusedError,
    UnpackingSettings,
    ZipArchive,
    name_of,
    too_deep,
)
from gateway.flows import keeping, news
from gateway.flows.chunks import work_of
from gateway.flows.intake import Arrived, Intake, packing, put_to_work
from gateway.jobs.port import Failure, Job, Jobs, LostJobError
from gateway.store import documents, members
from gateway.store.documents import QUARANTINED, READ, RECEIVED, Decision, Waiting
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.members import Member
from parsers.form import Problem

_TRIES = 3
_json = msgspec.json.Encoder()
_log = structlog.get_logger()


class _Container(Protocol):
    is_document: bool

    def members(self) -> Any: ...
    def open(self, entry: Any, /) -> Readable: ...


class _Taken(Struct):
    """A member in the archive; `parent` is the place of what it lay in, None for the whole.

    A `problem` keeps a packed one from being unpacked.
    """

    path: str
    stored: Stored
    packed: str | None
    truncated: bool
    parent: int | None
    problem: Problem | None = None


class _Refused(Struct, frozen=True):
    path: str
    problem: Problem


class Unpacking:
    """The handler of what is packed; `committed` is called after every commit."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        jobs: Jobs,
        settings: UnpackingSettings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._archive = intake.archive
        self._intake = intake
        self._jobs = jobs
        self._settings = settings
        self._clock = clock
        self.committed: Callable[[], None] = lambda: None

    def work(self, job: Job) -> None:
        """Unpack one document, and write what came out of it."""
        with self._store.read() as connection:
            waiting = documents.waiting(connection, work_of(job).documents)
        found = [(one, self._unpack(one)) for one in waiting]
        with self._store.write() as connection:
            for one, unpacked in found:
                self._write(connection, one, unpacked)
            self._jobs.done(connection, job)
        self._jobs.wake()
        self.committed()

    def failed(self, connection: Connection, job: Job, failure: Failure) -> bool:
        """Put an archive aside that fails each time."""
        if failure.transient or job.tries < _TRIES:
            return False
        for one in documents.waiting(connection, work_of(job).documents):
            _log.error("document.kills_its_reader", document=one.id, error=failure.text)
            self._refuse(connection, one, keeping.killer("this archive", failure.text))
        return True

    def _unpack(self, one: Waiting) -> "_Unpacker | Problem":
        if one.packed == "stranger":
            return STRANGER
        unpacker = _Unpacker(self._archive, self._settings)
        try:
            with self._archive.open(one.sha256) as source:
                unpacker.unpack(source, one.packed or "zip")
        except RefusedError as error:
            return error.problem
        return unpacker

    def _write(self, connection: Connection, one: Waiting, unpacked: "_Unpacker | Problem") -> None:
        if isinstance(unpacked, Problem):
            self._refuse(connection, one, unpacked)
        elif unpacked.is_document:
            documents.unpack_no_more(connection, one.id)
            put_to_work(connection, self._jobs, [one.id])
        else:
            self._receive(connection, one, unpacked)

    def _refuse(self, connection: Connection, one: Waiting, problem: Problem) -> None:
        self._decide(connection, [_decision(one.id, one.version, one.packed, (problem,))])
        quarantined = news.of_quarantine(one.id, (problem,))
        announce(connection, [quarantined], stamp(self._clock()))

    def _receive(self, connection: Connection, one: Waiting, unpacked: "_Unpacker") -> None:
        """Give each member its receipt, in the transaction that decides the whole."""
        arrivals = [_arrived(one, place, taken) for place, taken in enumerate(unpacked.taken)]
        receipts = self._intake.receive(connection, arrivals) if arrivals else []
        numbers = [receipt.number for receipt in receipts]
        within = [
            Member(
                document=number,
                archive=one.id if taken.parent is None else numbers[taken.parent],
                outermost=one.id,
                position=place,
                path=taken.path,
            )
            for place, (number, taken) in enumerate(zip(numbers, unpacked.taken, strict=True))
        ]
        members.add(connection, within)
        packed = [
            _decision(receipt.number, 1, taken.packed, (taken.problem,) if taken.problem else ())
            for receipt, taken in zip(receipts, unpacked.taken, strict=True)
            if taken.packed and receipt.state == RECEIVED
        ]
        whole = self._whole(one, unpacked)
        self._decide(connection, [*packed, whole])
        told = [
            news.of_quarantine(taken_number, (taken.problem,))
            for taken_number, taken in zip(numbers, unpacked.taken, strict=True)
            if taken.problem
        ]
        told += [_told(one, place, refused) for place, refused in enumerate(unpacked.refused)]
        announce(connection, told, stamp(self._clock()))

    def _whole(self, one: Waiting, unpacked: "_Unpacker") -> Decision:
        """Return what becomes of the whole: it is read where anything came out of it."""
        problems = tuple(replace(each.problem, at=each.path) for each in unpacked.refused)
        decision = _decision(one.id, one.version, one.packed, problems)
        return replace(decision, state=READ) if unpacked.taken else decision

    def _decide(self, connection: Connection, decisions: Sequence[Decision]) -> None:
        if not documents.decide(connection, decisions, stamp(self._clock())):
            raise LostJobError


class _Unpacker:
    """Takes out of one document, and of what is packed in it, within one budget."""

    def __init__(self, archive: Archive, settings: UnpackingSettings) -> None:
        self._archive = archive
        self._settings = settings
        self._budget = Budget(settings)
        self.is_document = False
        self.taken: list[_Taken] = []
        self.refused: list[_Refused] = []

    def unpack(self, source: BinaryIO, kind: str) -> None:
        """Fill `taken` and `refused`; raises RefusedError where nothing may be taken out."""
        container = self._opened(source, kind)
        self.is_document = container.is_document
        if not self.is_document:
            self._take_all(container, None, depth=1 if kind == "zip" else 0)

    def _opened(self, source: BinaryIO, kind: str) -> _Container:
        if kind == "mail":
            return MailMessage(source, self._budget)
        return ZipArchive(source, self._budget)

    def _take_all(self, container: _Container, parent: int | None, depth: int) -> None:
        prefix = "" if parent is None else f"{self.taken[parent].path}/"
        first = len(self.taken)
        with self._archive.batch() as batch:
            for path, entry in container.members():
                try:
                    ends = _Ends(container.open(entry))
                    stored = batch.add(ends)
                except MemberError as error:
                    self.refused.append(_Refused(prefix + path, error.problem))
                else:
                    self.taken.append(ends.taken(prefix + path, stored, parent))
            batch.settle()
        for place in range(first, len(self.taken)):
            if self.taken[place].packed:
                self._take_nested(place, depth + 1)

    def _take_nested(self, place: int, depth: int) -> None:
        taken = self.taken[place]
        if depth > self._settings.depth_max:
            taken.problem = too_deep(self._settings.depth_max)
            return
        with self._archive.open(taken.stored.sha256) as source:
            try:
                container = self._opened(source, "zip")
                if container.is_document:
                    taken.packed = None
                else:
                    self._take_all(container, place, depth)
            except RefusedError as error:
                if error.problem.code == "archive.too_much":
                    raise
                taken.problem = error.problem


class _Ends:
    """What is read, and both ends of it: they say which format it is, and whether it is whole."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._head = self._tail = b""

    def read(self, size: int, /) -> bytes:
        """Read on."""
        piece = self._source.read(size)
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + piece[-TAIL_BYTES:])[-TAIL_BYTES:]
        return piece

    def taken(self, path: str, stored: Stored, parent: int | None) -> _Taken:
        """Return what was read as a member."""
        return _Taken(
            path=path,
            stored=stored,
            packed=packing(self._head),
            truncated=shape(self._head, self._tail) == "incomplete",
            parent=parent,
        )


def _arrived(one: Waiting, place: int, taken: _Taken) -> Arrived:
    return Arrived(
        claim=f"{one.id}.{place}",
        partner=one.partner,
        name=name_of(taken.path),
        door=one.door,
        stored=taken.stored,
        truncated=taken.truncated,
        packed=taken.packed,
        archive=one.id,
    )


def _decision(
    number: int, version: int, packed: str | None, problems: tuple[Problem, ...]
) -> Decision:
    return Decision(
        id=number,
        version=version,
        state=QUARANTINED if problems else READ,
        format="mail" if packed == "stranger" else packed,
        problems=_json.encode(problems) if problems else None,
    )


def _told(one: Waiting, place: int, refused: _Refused) -> NewEvent:
    told = {"partner": one.partner, "name": refused.path, "problems": [refused.problem]}
    subject = f"refusal/{one.partner}/{one.id}-{place}"
    return NewEvent(type="file.rejected", subject=subject, data=_json.encode(told))
