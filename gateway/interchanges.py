"""Records written as X12 and EDIFACT interchanges, and read again before anybody gets them.

What is written is read by the same tables and compared with its record. A figure or a day that
reads otherwise, or a fault that a receiver would have to acknowledge, and nothing is written; what
the format has no place for is told. Sets and messages made elsewhere (acknowledgments) need no
record: `parsers.x12.write` and `parsers.edifact.write` put them into envelopes.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gateway.addressing import edifact_envelope, x12_envelope
from gateway.formats import read_documents
from gateway.partners import profile_of, tables_of
from mappers.canonical import AnyRecord
from mappers.differences import Difference, differences, leaves
from mappers.edifact import tables as edifact_tables
from mappers.edifact import written as edifact_kinds
from mappers.partners import PartnerError
from mappers.profile import EdifactWriting, Profile, Writing
from mappers.rows import Table
from mappers.writing import Outgoing, UnwritableError
from mappers.x12 import tables as x12_tables
from mappers.x12 import written as x12_kinds
from parsers.edifact import write as edifact_write
from parsers.form import Problem
from parsers.x12 import write as x12_write

_EXPECTED = frozenset({"document.not_mapped", "edifact.not_ascii", "partner.other_sender"})
"""What a reader remarks of an interchange that is as it was meant: we are its sender, not they."""


_FAULTS = ("x12.", "edifact.", "value.")
"""What an acknowledgment would say of it; other warnings are as true of the record itself."""


_MEANINGS = frozenset({"evidence", "operation", "status", "type"})
"""Fields of few words, of which each means something else."""

_NOBODY = Profile(writing=Writing(edifact=EdifactWriting(always_una=True)))
"""How it is written where nothing is agreed with a partner."""


class Written(Struct, frozen=True, kw_only=True):
    """An interchange, and what the records say that it does not."""

    data: bytes
    problems: tuple[Problem, ...] = ()


class _Drafted(Struct, frozen=True):
    """A record as it stands in its document, and why texts of it had no room."""

    record: AnyRecord
    refused: Mapping[str, str]


def kind_of(to: str) -> type[Struct]:
    """Return the record class that the format `to` (`x12-850`, `edifact-orders`) is made of."""
    syntax, _, name = to.partition("-")
    kinds: Any = x12_kinds.KINDS if syntax == "x12" else edifact_kinds.KINDS
    record: type[Struct] = kinds[name.upper()].record
    return record


def write_interchange(
    records: Sequence[AnyRecord], to: str, outgoing: Outgoing, partner: str | None = None
) -> Written:
    """Return records as one interchange in the format `to`, by the rows of a partner.

    Raises `UnwritableError` with its problems where something would be said otherwise than the
    records have it, or the standard asks for what they do not say.
    """
    syntax, _, name = to.partition("-")
    try:
        profile, tables = profile_of(partner) or _NOBODY, tables_of(syntax, partner)
    except PartnerError as fault:
        raise UnwritableError(str(fault)) from fault
    make = _x12 if syntax == "x12" else _edifact
    try:
        drafted, data = make(records, name.upper(), tables, outgoing, profile)
    except (x12_write.WriteError, edifact_write.WriteError) as fault:
        raise UnwritableError(str(fault), (fault.problem,)) from fault
    problems = tuple(_told(drafted, _read(data, outgoing, partner), to))
    if any(problem.is_error for problem in problems):
        message = f"this would not be a {to} that says what the record says"
        raise UnwritableError(message, problems)
    return Written(data=data, problems=problems)


def _x12(
    records: Sequence[AnyRecord],
    kind: str,
    tables: Mapping[str, Table] | None,
    outgoing: Outgoing,
    profile: Profile,
) -> tuple[list[_Drafted], bytes]:
    envelope = x12_envelope(records, kind, outgoing, profile)
    table = (tables or x12_tables.TABLES)[kind]
    defaults, counted = x12_kinds.defaults_of(kind, outgoing.sent_at), x12_kinds.KINDS[kind].counted
    drafted, sets = [], []
    for record in records:
        draft, manner = x12_write.draft_of(kind, envelope.version)
        arranged = x12_kinds.write_set(kind, record, table, draft, manner.refused)
        drafted.append(_Drafted(arranged, manner.refused))
        segments = x12_write.segments_of(draft, defaults, counted)
        sets.append(x12_write.WrittenSet(kind, segments))
    return drafted, x12_write.write_interchange(sets, envelope)


def _edifact(
    records: Sequence[AnyRecord],
    kind: str,
    tables: Mapping[str, Table] | None,
    outgoing: Outgoing,
    profile: Profile,
) -> tuple[list[_Drafted], bytes]:
    envelope = edifact_envelope(records, kind, outgoing, profile)
    table, directory = (tables or edifact_tables.TABLES)[kind], envelope.directory
    defaults, mark = edifact_kinds.defaults_of(kind), (envelope.service or edifact_write.USUAL)[2]
    drafted, messages = [], []
    for record in records:
        draft, manner = edifact_write.draft_of(kind, directory, mark)
        writing = edifact_kinds.Message(kind, table, directory, manner.refused)
        arranged = edifact_kinds.write_message(writing, record, draft)
        drafted.append(_Drafted(arranged, manner.refused))
        segments = edifact_write.segments_of(draft, defaults)
        messages.append(edifact_write.WrittenMessage(kind, segments))
    return drafted, edifact_write.write_interchange(messages, envelope)


def _read(data: bytes, outgoing: Outgoing, partner: str | None) -> list[AnyRecord]:
    year = outgoing.sent_at.year
    documents = read_documents(
        io.BytesIO(data), name="written", sha256="", year=year, partner=partner
    )
    return [mapped.record for mapped in documents]


def _told(drafted: list[_Drafted], read: list[AnyRecord], to: str) -> Iterator[Problem]:
    """Yield what is to be said of documents, by what reads back of each."""
    for number, (asked, back) in enumerate(zip(drafted, read, strict=True), 1):
        name = getattr(asked.record, "number", None)
        at = " ".join(filter(None, (f"record {number}", name and f"({name})")))
        for problem in back.problems:
            if problem.code not in _EXPECTED:
                yield _of_reader(problem, at)
        for one in differences(asked.record, back):
            yield _difference(one, at, to, asked.refused)


def _of_reader(problem: Problem, at: str) -> Problem:
    """Return what a reader of the document finds wrong with it."""
    is_fault = problem.code.startswith(_FAULTS) and not problem.code.endswith(".not_ascii")
    stops = problem.is_error or is_fault
    return Problem(
        code=problem.code,
        severity="error" if stops else "warning",
        message=problem.message,
        at=f"{at}, {problem.at}",
        found=problem.found,
        expected=problem.expected,
        pointer=problem.pointer,
        remedy="Complete the record, or correct it." if stops else problem.remedy,
    )


def _difference(one: Difference, at: str, to: str, refused: Mapping[str, str]) -> Problem:
    asked = _shown(one.asked)
    where, is_text = _in_words(one.pointer), isinstance(one.asked, str)
    if one.read is not None:
        is_free = is_text and not _decides(one.pointer)
        return Problem(
            code="written.changed",
            severity="warning" if is_free else "error",
            message=f"{where} is {asked} but would read as {_shown(one.read)}",
            at=at,
            found=_shown(one.read),
            expected=asked,
            pointer=one.pointer,
            remedy="Give a value that the format can carry.",
        )
    stuck = next((leaf for leaf in leaves(one.asked) if str(leaf) in refused), None)
    reason = refused.get(str(stuck))
    return Problem(
        code="written.does_not_fit" if reason else "written.no_place",
        severity="error" if reason and not isinstance(stuck, str) else "warning",
        message=f"{where} {f'does not fit: {reason}' if reason else f'has no place in {to}'}",
        at=at,
        found=asked,
        expected=reason,
        pointer=one.pointer,
        remedy="Send it another way where the partner needs it.",
    )


def _decides(pointer: str) -> bool:
    """Whether a text says what is to be done; the type of a tax is but its name."""
    *_, parent, _, name = ("", "", *pointer.split("/"))
    return name in _MEANINGS and parent != "taxes"


def _in_words(pointer: str) -> str:
    """Say a JSON pointer as a person would: `/lines/0/uom` is `uom of line 1`."""
    words: list[str] = []
    for name in pointer.strip("/").split("/"):
        if name.isdigit() and words:
            single = "tax" if words[-1] == "taxes" else words[-1].removesuffix("s")
            words[-1] = f"{single} {int(name) + 1}"
        else:
            told = "answered document" if name == "of" else name.replace("_", " ")
            words.append(told.replace("~1", "/").replace("~0", "~"))
    return " of ".join(reversed(words))


def _shown(value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, Struct):
        parts = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return ", ".join(f"{name} {_shown(one)}" for name, one in parts if one)
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(map(_shown, value))
    return str(value)
