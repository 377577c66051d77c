"""What is kept of a file that was read: which records as they are, which as incomplete, and why.

Pure functions. A truncated file is read for its answer alone: its records are kept incomplete, so
that they are never matched, and the file is quarantined.
"""

import hashlib

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.reading.wire import TEST, ReadFile, ReadRecord
from gateway.store.documents import QUARANTINED, READ, Decision, Waiting
from mappers.canonical import AnyRecord
from parsers.form import Problem

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_json = msgspec.json.Encoder()

TRUNCATED = Problem(
    code="file.truncated",
    message="the file breaks off: it ends before its format says that it is complete",
    expected="the end of the interchange, of the root element or of the PDF",
    remedy="Send the whole file again; write it under another name and rename it at the end.",
)
_EMPTY = Problem(
    code="file.no_documents",
    message="the file is well formed, but there is no document in it",
    remedy="Send the file again with its documents.",
)


class Outcome(Struct, frozen=True):
    """What becomes of a file, and its problems as a whole."""

    decision: Decision
    problems: tuple[Problem, ...]


def fact_key(partner: str, sha256: str, position: int) -> str:
    """Return the id of a record as a fact: the same whenever and wherever it is taken in."""
    digest = hashlib.sha256(f"{partner}\n{sha256}".encode()).hexdigest()
    return f"{digest[:24]}-{position}"


def kept(
    document: Waiting,
    record: ReadRecord,
    skip: tuple[int, ...] | None,
    told: Problem | None = None,
) -> ReadRecord:
    """Return `record` as it is stored; test documents touch test documents only.

    `told` is what its envelope has to say of it.
    """
    if told is not None:
        record = _incomplete(record, told) if told.is_error else _noted(record, told)
    if skip and record.position in skip:
        return _incomplete(record, killer("this document"))
    if document.truncated:
        return _incomplete(record, TRUNCATED)
    if record.incomplete:
        return replace(record, touches=())
    if record.test:
        return replace(record, touches=tuple(f"{key}{TEST}" for key in record.touches))
    return record


def _noted(record: ReadRecord, problem: Problem) -> ReadRecord:
    whole = _record.decode(record.body)
    if any(one.code == problem.code for one in whole.problems):  # its reader saw it as well
        return record
    body = _json.encode(replace(whole, problems=(*whole.problems, problem)))
    return replace(record, body=body)


def _incomplete(record: ReadRecord, problem: Problem) -> ReadRecord:
    whole = _record.decode(record.body)
    problems = whole.problems if record.incomplete else (*whole.problems, problem)
    body = _json.encode(replace(whole, problems=problems, incomplete=True))
    return replace(record, body=body, incomplete=True, touches=())


def killer(what: str, reason: str = "") -> Problem:
    """Return the problem of something that cannot be worked on without failing."""
    return Problem(
        code="file.kills_its_reader",
        message=f"working on {what} failed each time, alone as well as among others",
        found=reason or None,
        remedy="Ask the operator to look at it; nothing of it was used.",
    )


def outcome(document: Waiting, read: ReadFile, last: list[ReadRecord]) -> Outcome:
    """Return what becomes of a file, given its `last` records."""
    problems = read.problems
    if document.truncated and not problems:
        problems = (TRUNCATED, *_errors(last))
    if not read.count and not problems:
        problems = (_EMPTY,)
    return quarantined(document, problems, read.format) if problems else _taken(document, read)


def _errors(records: list[ReadRecord]) -> tuple[Problem, ...]:
    wholes = (_record.decode(one.body) for one in records[-1:] if one.incomplete)
    return tuple(problem for whole in wholes for problem in whole.problems if problem.is_error)


def _taken(document: Waiting, read: ReadFile) -> Outcome:
    decision = Decision(
        id=document.id, version=document.version, state=READ, format=read.format, problems=None
    )
    return Outcome(decision, ())


def quarantined(
    document: Waiting, problems: tuple[Problem, ...], file_format: str | None = None
) -> Outcome:
    """Return that nothing of a file is used, and why."""
    decision = Decision(
        id=document.id,
        version=document.version,
        state=QUARANTINED,
        format=file_format,
        problems=_json.encode(problems),
    )
    return Outcome(decision, problems)
