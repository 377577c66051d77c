"""The answer to a file that came in: what it became, and what to do about what is wrong.

The same answer is written twice: as JSON for programs, and as text for people. What a document says
is hostile until shown otherwise: control characters stand in the text as escapes.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from gateway.naming import place_in_words
from gateway.store import documents
from gateway.store.answering import Became, Decided
from parsers.form import Problem

Status = Literal["accepted", "held", "not_readable", "already_received"]
_LINES_SHOWN = 200
_LINE_SHOWN = 1000
_KINDS = {
    "other": "document of a kind that is only archived",
    "received": "goods receipt",
    "shipped": "ship notice",
    "change": "order change",
    "cancel": "order cancellation",
    "credit_memo": "credit memo",
    "debit_memo": "debit memo",
}
_STATUS_WORDS = {
    "accepted": "TAKEN IN: all of it was read",
    "held": "HELD: part of it could not be read whole, and a person looks at that part",
    "not_readable": "NOT READABLE: nothing of it is used",
    "already_received": "ALREADY RECEIVED: nothing more is done with it",
}
_VERDICT_WORDS = {
    "matched": "matches its order and what was received",
    "matched_within_tolerance": "matches within the tolerances",
    "waiting": "waits, for what stands below",
    "exception": "does not match in what stands below",
    "unmatched": "cannot be matched yet",
    "duplicate": "repeats an invoice that we have",
}


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding on an invoice: its code, the invoice line, and the sentence."""

    code: str
    severity: str
    line: str | None = None
    sentence: str = ""


class DocumentAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one document of the file became, by its kind and by what people call it.

    The amounts and the verdict are those of an invoice.
    """

    position: int
    kind: str
    called: str
    number: str | None = None
    incomplete: bool = False
    verdict: str | None = None
    reason: str | None = None
    currency: str | None = None
    approved: Decimal | None = None
    pending: Decimal | None = None
    disputed: Decimal | None = None
    findings: tuple[Reason, ...] = ()
    problems: tuple[Problem, ...] = ()


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a file; `receipt` is its number, None where it could not be taken in at all.

    `acknowledgments` are the names of the files that acknowledge its interchanges; `members` are
    the answers to what was packed in it, each with its path there as `file`.
    """

    status: Status
    file: str
    partner: str
    receipt: int | None = None
    received_at: str
    decided_at: str
    repeat_of: int | None = None
    problems: tuple[Problem, ...] = ()
    documents: tuple[DocumentAnswer, ...] = ()
    acknowledgments: tuple[str, ...] = ()
    members: tuple["Answer", ...] = ()


class _Record(Struct):
    evidence: str | None = None
    operation: str | None = None
    type: str | None = None
    problems: tuple[Problem, ...] = ()


class _Result(Struct):
    currency: str | None = None
    approved: Decimal | None = None
    pending: Decimal | None = None
    disputed: Decimal | None = None
    findings: tuple[Reason, ...] = ()


_records, _results = msgspec.json.Decoder(_Record), msgspec.json.Decoder(_Result)
_problems = msgspec.json.Decoder(tuple[Problem, ...])
_json = msgspec.json.Encoder()


def answer(
    decided: Decided, became: Sequence[Became], acknowledgments: Sequence[str] = ()
) -> Answer:
    """Return the answer to a document from what is known of it."""
    return Answer(
        status=_status(decided, became),
        file=decided.name,
        partner=decided.partner,
        receipt=decided.id,
        received_at=decided.received_at,
        decided_at=decided.decided_at,
        repeat_of=decided.repeat_of,
        problems=_problems.decode(decided.problems) if decided.problems else (),
        documents=tuple(map(document_answer, became)),
        acknowledgments=tuple(acknowledgments),
    )


def refusal(partner: str, name: str, problem: Problem, at: str) -> Answer:
    """Return the answer to something that could not be taken in, `at` this time."""
    return Answer(
        status="not_readable",
        file=name,
        partner=partner,
        received_at=at,
        decided_at=at,
        problems=(problem,),
    )


def _status(decided: Decided, became: Iterable[Became]) -> Status:
    if decided.state == documents.DUPLICATE:
        return "already_received"
    if decided.state == documents.QUARANTINED:
        return "not_readable"
    return "held" if any(one.incomplete for one in became) else "accepted"


def document_answer(one: Became) -> DocumentAnswer:
    """Return what is told of one document of a file."""
    result = _results.decode(one.result) if one.result else _Result()
    record = _records.decode(one.body)
    return DocumentAnswer(
        position=one.position,
        kind=one.kind,
        called=called(one.kind, record.evidence, record.operation, record.type),
        number=one.number,
        incomplete=one.incomplete,
        verdict=one.verdict,
        reason=one.reason,
        currency=result.currency,
        approved=result.approved,
        pending=result.pending,
        disputed=result.disputed,
        findings=result.findings,
        problems=record.problems,
    )


def as_json(one: Answer) -> bytes:
    """Write an answer for programs."""
    return msgspec.json.format(_json.encode(one), indent=2) + b"\n"


def as_text(one: Answer) -> bytes:
    """Write an answer for people."""
    return "".join(f"{plain(line[:_LINE_SHOWN])}\n" for line in _text(one)).encode()


def _text(one: Answer) -> Iterator[str]:
    yield from _whole(one)
    for member in one.members[:_LINES_SHOWN]:
        yield ""
        yield f"--- {member.file}"
        yield from _whole(member)
    if len(one.members) > _LINES_SHOWN:
        yield ""
        yield f"... and {len(one.members) - _LINES_SHOWN} more, all of them in the JSON answer"


def _whole(one: Answer) -> Iterator[str]:
    yield _STATUS_WORDS[one.status]
    yield ""
    yield f"File:     {one.file}"
    if one.receipt is None:
        yield "Receipt:  none, it could not be taken in"
    else:
        yield f"Receipt:  no. {one.receipt}, {_moment(one.received_at)}"
    if one.repeat_of is not None:
        yield f"We already have this file: it is the same as receipt no. {one.repeat_of}."
    for name in one.acknowledgments[:_LINES_SHOWN]:
        yield f"Answered: {name}"
    yield from _problem_lines(one.problems, "")
    for shown in one.documents[:_LINES_SHOWN]:
        yield ""
        yield from _document_lines(shown)
        new = [problem for problem in shown.problems if problem not in one.problems]
        yield from _problem_lines(new, "   ")
    if any(shown.verdict for shown in one.documents):
        yield ""
        yield f"This is how it stood at {_moment(one.decided_at)}. What waits for an order or a"
        yield "receipt is judged again when that comes; the file need not be sent again for it."
    if len(one.documents) > _LINES_SHOWN:
        yield f"... and {len(one.documents) - _LINES_SHOWN} more, all of them in the JSON answer"


def _document_lines(one: DocumentAnswer) -> Iterator[str]:
    name = f"{one.called} {one.number}" if one.number else one.called
    if one.incomplete:
        yield f"{one.position + 1}. {name}: not complete, it is not used before that is settled"
    elif one.verdict:
        yield f"{one.position + 1}. {name}: {_VERDICT_WORDS.get(one.verdict, one.verdict)}"
    else:
        yield f"{one.position + 1}. {name}: taken in"
    if one.approved is not None:
        parts = f"approved {one.approved}, pending {one.pending}, disputed {one.disputed}"
        yield f"   {parts} {one.currency or ''}".rstrip()
    for reason in one.findings:
        where = f"line {reason.line}: " if reason.line else ""
        yield f"   {reason.code}: {where}{reason.sentence}"
    if one.reason and not one.findings:
        yield f"   {one.reason}"


def called(kind: str, evidence: str | None, operation: str | None, form: str | None) -> str:
    """Return what people call a record: a ship notice is no receipt, a change no order."""
    if kind == "receipt":
        return _KINDS.get(evidence or "", kind)
    said = (operation if kind == "purchase_order" else form) or kind
    return _KINDS.get(said, _KINDS.get(kind, kind.replace("_", " ")))


def _problem_lines(problems: Sequence[Problem], indent: str) -> Iterator[str]:
    for problem in problems[:_LINES_SHOWN]:
        where = f"{place_in_words(problem.at)}: " if problem.at else ""
        yield f"{indent}{'!' if problem.is_error else '-'} {where}{problem.message}"
        if problem.found is not None:
            yield f"{indent}    found:    {problem.found}"
        if problem.expected is not None:
            yield f"{indent}    expected: {problem.expected}"
        if problem.remedy:
            yield f"{indent}    remedy:   {problem.remedy}"


def _moment(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:19]} UTC"


def plain(text: str) -> str:
    """Return `text` with everything that is not to be seen (controls, bidi marks) as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _is_seen(c) else c.encode("unicode_escape").decode() for c in text)


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
