"""A person corrects what was read: a new revision of the record, its events, its new result.

All of it is one transaction. A correction holds for the revision that the person saw: where another
was first, nothing is written and the second is told who it was. A record that is whole now is
announced and matched like one that was read so; one that has a result must stay whole.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Literal

import msgspec
import zstandard
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.flows import news
from gateway.reading.child import record_of
from gateway.reading.wire import TEST, ReadRecord
from gateway.store import cases, corrections, exception
from gateway.store.corrections import Made, NewRevision
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.exception import Kept
from mappers.canonical import AnyRecord, Traced
from mappers.corrected import Change, Corrected, Correction, corrected
from mappers.rules import Mapped
from parsers.form import Problem

Judge = Callable[[Connection, Collection[int]], None]
Trace = Callable[[Kept], Mapping[str, Traced]]
_json = msgspec.json.Encoder()


class Asked(Struct, frozen=True, kw_only=True):
    """A correction asked for: of the revision that the person saw, under a key of its own."""

    record_id: int
    revision: int
    correction: Correction
    actor: str
    key: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of it.

    `saved` is still incomplete, `completed` goes on by itself; with `first` somebody else was
    first, with `needed` the record has a result and would no longer be whole, with `same` there was
    nothing to change: then nothing was written. `by` is the correction that counts.
    """

    state: Literal["saved", "completed", "first", "needed", "same"]
    by: Made | None = None
    record: AnyRecord | None = None


class CorrectionNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person corrected or confirmed values of a record; `revision` counts from 1.

    `digest` is the SHA-256 of the record as it is stored now. While it is `incomplete`, `problems`
    say what is still to be done.
    """

    document: int
    record: int
    revision: int
    kind: str
    number: str | None = None
    digest: str
    changes: tuple[Change, ...]
    incomplete: bool = False
    problems: tuple[Problem, ...] = ()


def correct(store: Store, clock: Clock, asked: Asked, trace: Trace, judge: Judge) -> Outcome | None:
    """Write a correction; None where there is no such record. The same key is the same correction.

    `judge` judges cases within the transaction, `trace` says where the values of a record stood.
    Raises RefusedError where something that was typed cannot be read.
    """
    with store.read() as connection:
        own = exception.kept(connection, asked.record_id)
        known = corrections.made_with(connection, asked.key)
    if own is None:
        return None
    if known is not None:
        now: AnyRecord = msgspec.json.decode(own.body, type=AnyRecord)
        return Outcome(state=_state(now), by=known, record=now)
    stood = trace(own)  # may read the file again, so not while others wait to write
    with store.write() as connection:
        return _write(connection, clock, asked, stood, judge)


def _write(
    connection: Connection, clock: Clock, asked: Asked, stood: Mapping[str, Traced], judge: Judge
) -> Outcome:
    own = exception.kept(connection, asked.record_id)
    made = corrections.made(connection, asked.record_id)
    if own is None or len(made) != asked.revision:
        return Outcome(state="first", by=made[-1] if made else None)
    record: AnyRecord = msgspec.json.decode(own.body, type=AnyRecord)
    now = corrected(record, stood, asked.correction)
    has_result = exception.result(connection, own.id) is not None
    if has_result and now.record.incomplete:
        return Outcome(state="needed", record=now.record)
    if not now.changes and _says(now.record) == _says(record):
        return Outcome(state="same", record=record)
    at = stamp(clock())
    new = _revision(own, now, asked)
    before = cases.touched(connection, [own.id])
    if not corrections.revise(connection, new, at):
        return Outcome(state="first")
    told = [_news(own, now, new)]
    if record.incomplete and not now.record.incomplete:
        told.append(news.of_record(own.document_id, own.id, new.record))
    announce(connection, [replace(one, actor=asked.actor) for one in told], at)
    if new.record.touches:
        left = {key for one in before for key in one.keys} - set(new.record.touches)
        judge(connection, {own.id, *cases.touching(connection, left)})
    by = corrections.made_with(connection, asked.key)
    return Outcome(state=_state(now.record), by=by, record=now.record)


def _state(record: AnyRecord) -> Literal["saved", "completed"]:
    return "saved" if record.incomplete else "completed"


def _says(record: AnyRecord) -> bytes:
    return _json.encode(record)


def _revision(own: Kept, now: Corrected, asked: Asked) -> NewRevision:
    read = record_of(Mapped(now.record, dict), own.position)
    return NewRevision(
        record_id=own.id,
        revision=asked.revision,
        record=replace(read, touches=_touches(read), trace=_packed(now.trace)),
        changes=now.changes,
        actor=asked.actor,
        idempotency_key=asked.key,
    )


def _touches(read: ReadRecord) -> tuple[str, ...]:
    """Return the keys of a record: test documents touch test documents only."""
    return tuple(f"{key}{TEST}" for key in read.touches) if read.test else read.touches


def _packed(trace: Mapping[str, Traced]) -> bytes:
    return zstandard.compress(_json.encode(trace))


def _news(own: Kept, now: Corrected, new: NewRevision) -> NewEvent:
    data = CorrectionNews(
        document=own.document_id,
        record=own.id,
        revision=new.revision + 1,
        kind=new.record.kind,
        number=new.record.number,
        digest=hashlib.sha256(new.record.body).hexdigest(),
        changes=now.changes,
        incomplete=now.record.incomplete,
        problems=now.record.problems if now.record.incomplete else (),
    )
    return NewEvent(
        type="document.corrected", subject=news.subject_of(own.id), data=_json.encode(data)
    )
