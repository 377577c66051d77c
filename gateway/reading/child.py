"""A reader: the process in which files from outside are read and mapped, apart from all else.

It gets tasks on standard input and answers on standard output until its input ends. What it cannot
survive, it does not try to: it dies, and the gateway finds out which file was the cause.
"""

import os
import resource
import sys
import uuid
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from gateway.acknowledging.facts import Watched
from gateway.archive import Archive
from gateway.collecting import COLLECT_RARELY, collect
from gateway.formats import Arrival, read_arrived
from gateway.reading.wire import ITEM, File, ReadFile, ReadRecord, Reply, Task, frame, next_frame
from mappers.canonical import AnyRecord, PurchaseOrder
from mappers.rules import Mapped
from matcher.facts import keys_of, recovery_keys_of
from parsers.form import ParseError, Problem

_HERE_MAX = 1000  # records that still go into one message
_TRACED = {"pdf", "scan"}  # what is slow to read keeps its trace; of all others it is read again
_json = msgspec.json.Encoder()
_check = msgspec.json.Decoder(AnyRecord)


def main() -> None:
    """Serve: `python -m gateway.reading.child ARCHIVE MEMORY_BYTES`."""
    archive, memory = Archive(Path(sys.argv[1])), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    collect(COLLECT_RARELY)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between two answers
    tasks = msgspec.msgpack.Decoder(Task)
    while (content := next_frame(sys.stdin.buffer)) is not None:
        answers.write(frame(work(tasks.decode(content), archive)))
        answers.flush()


def work(task: Task, archive: Archive) -> Reply:
    """Read the files of a task."""
    return Reply(files=tuple(read(file, archive, Path(task.spool)) for file in task.files))


def read(file: File, archive: Archive, spool: Path) -> ReadFile:
    """Read one file of the archive to its end: it is used whole, or not at all."""
    watched = Watched()
    with archive.open(file.sha256) as source:
        try:
            records = _records(source, file, watched)
            first = list(islice(records, _HERE_MAX + 1))
            if len(first) <= _HERE_MAX:
                return ReadFile(
                    document=file.document,
                    format=_format(first),
                    records=tuple(one for _, one in first),
                    count=len(first),
                    interchanges=tuple(watched.interchanges),
                    replies=tuple(watched.replies),
                )
            path = spool / f"{uuid.uuid4().hex}.records"
            count = _write(path, (one for _, one in chain(first, records)))
        except ParseError as error:
            watched.break_off(error.problem)
            return ReadFile(
                document=file.document,
                problems=(error.problem,),
                interchanges=tuple(watched.interchanges),
            )
        except msgspec.ValidationError as error:
            return ReadFile(document=file.document, problems=(_misread(error),))
    return ReadFile(
        document=file.document,
        format=_format(first),
        spooled=str(path),
        count=count,
        interchanges=tuple(watched.interchanges),
        replies=tuple(watched.replies),
    )


def _records(source: BinaryIO, file: File, watched: Watched) -> Iterator[tuple[str, ReadRecord]]:
    arrival = Arrival(
        name=file.name,
        sha256=file.sha256,
        year=file.year,
        partner=file.partner,
        watch=watched.take,
    )
    for position, mapped in enumerate(read_arrived(source, arrival)):
        yield mapped.record.source.format, record_of(mapped, position)


def _format(records: list[tuple[str, ReadRecord]]) -> str | None:
    return records[0][0] if records else None


def _write(path: Path, records: Iterable[ReadRecord]) -> int:
    count = 0
    with path.open("xb") as spooled:
        for one in records:
            spooled.write(frame(one))
            count += 1
    return count


def _misread(error: msgspec.ValidationError) -> Problem:
    return Problem(
        code="document.misread",
        message="what was made of a document of this file is no valid record, which is our fault",
        found=str(error),
        remedy="Ask the operator to report it, with the file; nothing of it was used.",
    )


def record_of(mapped: Mapped, position: int) -> ReadRecord:
    """Return a record as it is stored; raises ValidationError where it breaks its own types."""
    record = mapped.record
    body = _json.encode(record)
    _check.decode(body)
    return ReadRecord(
        position=position,
        kind=str(record.__struct_config__.tag),
        number=_number(record),
        supplier=_supplier(record),
        incomplete=record.incomplete,
        test=record.source.test,
        body=body,
        touches=() if record.incomplete else _touches(record),
        trace=_packed(mapped) if record.source.format in _TRACED else None,
    )


def _touches(record: AnyRecord) -> tuple[str, ...]:
    """Return the keys of a record; an order is known by its items as well."""
    keys = keys_of(record)
    if isinstance(record, PurchaseOrder):
        keys += tuple(ITEM + item for item in recovery_keys_of(record))
    return keys


def _number(record: AnyRecord) -> str | None:
    number = getattr(record, "number", None) or getattr(record, "buyer_cookie", None)
    order = getattr(record, "order", None)
    return number or (order.number if order else None)


def _supplier(record: AnyRecord) -> str | None:
    supplier = getattr(record, "supplier", None) or getattr(record, "payee", None)
    if supplier is None:
        return None
    return supplier.name or next(iter(supplier.ids.values()), None)


def _packed(mapped: Mapped) -> bytes:
    return zstandard.compress(_json.encode(dict(mapped.trace().items())))


if __name__ == "__main__":
    main()
