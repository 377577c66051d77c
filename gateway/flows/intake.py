"""Intake: from bytes in the archive to a receipt, in one transaction for a whole batch.

The archive has the bytes before a row says so, and the row is committed before anybody is told.
An arrival counts once, however often it is recorded: its claim is unique. The same bytes from the
same partner get a receipt of their own that names the first one, and are not worked on again.
"""

import errno
import uuid
from collections.abc import Collection, Sequence
from typing import BinaryIO

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.archive import Archive, Stored, path_of
from gateway.clock import Clock, stamp
from gateway.doors.complete import HEAD_BYTES, TAIL_BYTES, is_zip, shape
from gateway.flows.chunks import plan
from gateway.jobs.port import Jobs
from gateway.store import documents
from gateway.store.documents import NewDocument, Receipt
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce


class Arrived(Struct, frozen=True, kw_only=True):
    """A file whose bytes are in the archive: who sent it, under which name, by which door.

    `truncated` says that its format shows no end: it is read for the answer, and never used.
    `packed` is zip or mail where its members become documents; a member has the receipt number of
    the `archive` that it came in.
    """

    claim: str
    partner: str
    name: str
    door: str
    stored: Stored
    truncated: bool = False
    packed: str | None = None
    archive: int | None = None


class Intake:
    """Gives receipts."""

    def __init__(self, store: Store, archive: Archive, jobs: Jobs, clock: Clock) -> None:
        self._store = store
        self.archive = archive
        self._jobs = jobs
        self._clock = clock

    def take(
        self, partner: str, name: str, source: BinaryIO, door: str, claim: str | None = None
    ) -> Receipt:
        """Archive one file and give it its receipt; `source` is seekable, at its start.

        The same claim gets the same receipt again.
        """
        head, tail = _ends_of(source)
        stored = self.archive.put(source)
        arrived = Arrived(
            claim=claim or uuid.uuid4().hex,
            partner=partner,
            name=name,
            door=door,
            stored=stored,
            truncated=shape(head, tail) == "incomplete",
            packed=packing(head),
        )
        return self.record([arrived])[0]

    def known(self, claims: Collection[str]) -> set[str]:
        """Return those of `claims` that have their receipt."""
        with self._store.read() as connection:
            return set(documents.receipts(connection, claims))

    def record(self, arrivals: Sequence[Arrived]) -> list[Receipt]:
        """Give receipts for archived files; one that has its receipt gets the same again."""
        with self._store.write() as connection:
            known = documents.receipts(connection, [one.claim for one in arrivals])
            fresh = [one for one in arrivals if one.claim not in known]
            if fresh:
                known |= {one.claim: one for one in self.receive(connection, fresh)}
        self._jobs.wake()
        return [known[one.claim] for one in arrivals]

    def receive(self, connection: Connection, fresh: Sequence[Arrived]) -> list[Receipt]:
        """Give receipts in the caller's transaction, who wakes the jobs when it is committed."""
        at = stamp(self._clock())
        owners = documents.partners(connection, {one.partner for one in fresh}, at)
        for sha256 in documents.keep_blobs(connection, [one.stored for one in fresh], at):
            if not path_of(self.archive.root, sha256).exists():  # removed since it was archived
                raise OSError(errno.ESTALE, "its bytes were just removed", sha256)
        rows = [_document(one, owners[one.partner]) for one in fresh]
        numbers = documents.receive(connection, rows, at)
        first = documents.first_with(connection, {(row.partner_id, row.sha256) for row in rows})
        receipts = [
            _receipt(row.claim, number, first[row.partner_id, row.sha256])
            for row, number in zip(rows, numbers, strict=True)
        ]
        documents.mark_repeats(connection, [one for one in receipts if one.repeat_of], at)
        announce(connection, map(_news, fresh, receipts), at)
        todo = [
            receipt.number
            for one, receipt in zip(fresh, receipts, strict=True)
            if not receipt.repeat_of and not (one.archive and one.packed)  # who unpacks, decides
        ]
        put_to_work(connection, self._jobs, todo)
        return receipts


def put_to_work(connection: Connection, jobs: Jobs, numbers: Collection[int]) -> None:
    """Give jobs to documents, in the caller's transaction; decided ones need none."""
    planned = plan(documents.waiting(connection, numbers))
    given = jobs.put(connection, [job for job, _ in planned])
    covered = zip(given, planned, strict=True)
    documents.assign(connection, {one: job for job, (_, chunk) in covered for one in chunk})


def _document(one: Arrived, partner_id: int) -> NewDocument:
    return NewDocument(
        claim=one.claim,
        partner_id=partner_id,
        sha256=one.stored.sha256,
        name=one.name,
        door=one.door,
        truncated=one.truncated,
        packed=one.packed,
        answered_with=one.archive is not None,
    )


def _receipt(claim: str, number: int, first: int) -> Receipt:
    repeat = first != number
    return Receipt(
        number=number,
        claim=claim,
        state=documents.DUPLICATE if repeat else documents.RECEIVED,
        repeat_of=first if repeat else None,
    )


def _news(one: Arrived, receipt: Receipt) -> NewEvent:
    told = {
        "document": receipt.number,
        "partner": one.partner,
        "name": one.name,
        "door": one.door,
        "sha256": one.stored.sha256,
        "size": one.stored.size,
    }
    if one.archive:
        told["archive"] = one.archive
    if receipt.repeat_of:
        told["repeat_of"] = receipt.repeat_of
    return NewEvent(
        type="file.duplicate" if receipt.repeat_of else "file.received",
        subject=f"document/{receipt.number}",
        data=msgspec.json.encode(told),
    )


def packing(head: bytes) -> str | None:
    """Return what the beginning of a file says that it is packed as; None for most."""
    return "zip" if is_zip(head) else None


def _ends_of(source: BinaryIO) -> tuple[bytes, bytes]:
    head = source.read(HEAD_BYTES)
    size = source.seek(0, 2)
    source.seek(max(size - TAIL_BYTES, 0))
    tail = source.read()
    source.seek(0)
    return head, tail
