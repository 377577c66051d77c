"""What is announced of records and results: which event, about what, with which data."""

import hashlib
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.reading.wire import ReadRecord
from gateway.store.cases import Known, Touched
from gateway.store.events import NewEvent
from matcher.result import Finding, InvoiceRef, LineResult, Reconciliation, TermsResult, Verdict
from parsers.form import Problem

_DATA_MAX_BYTES = 20_000  # what is bigger is announced by its head, and fetched by its number
_RECEIVED = {
    "invoice": "invoice.received",
    "purchase_order": "order.received",
    "order_response": "order.acknowledged",
    "cart": "punchout.cart_returned",
    "payment": "payment.received",
    "other": "document.unmapped",
}
_JUDGED: dict[Verdict, str] = {
    "matched": "invoice.matched",
    "matched_within_tolerance": "invoice.matched",
    "waiting": "invoice.waiting",
    "exception": "invoice.exception",
    "unmatched": "invoice.exception",
    "duplicate": "invoice.duplicate",
}
_OPERATIONS = {"change": "order.changed", "cancel": "order.cancelled"}
_json = msgspec.json.Encoder()


class _Said(Struct):
    """What a record says of itself that chooses its event."""

    operation: str | None = None
    type: str | None = None
    evidence: str | None = None
    problems: tuple[Problem, ...] = ()


_said = msgspec.json.Decoder(_Said)


class RecordNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The data of an event about a record: its document's receipt, and which record it is.

    `digest` is the SHA-256 of the record as it is stored: with the event, it is sealed.
    """

    document: int
    record: int
    position: int
    kind: str
    number: str | None = None
    supplier: str | None = None
    test: bool = False
    digest: str
    problems: tuple[Problem, ...] = ()


class ResultNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The data of an event about the result for an invoice.

    `version` counts its results from 1, `previous` is the verdict before. With `shortened`, lines
    and findings are left out: fetch the reconciliation of `record`.
    """

    document: int
    record: int
    version: int
    previous: str | None = None
    invoice: InvoiceRef
    type: str
    orders: tuple[str, ...] = ()
    verdict: Verdict
    currency: str | None = None
    approved: Decimal
    pending: Decimal
    disputed: Decimal
    codes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    lines: tuple[LineResult, ...] = ()
    terms: TermsResult | None = None
    recover: Decimal | None = None
    shortened: bool = False


def subject_of(record: int) -> str:
    """Return what the events about a record are ordered by."""
    return f"record/{record}"


def of_record(document: int, number: int, record: ReadRecord) -> NewEvent:
    """Return the event that tells of a record; an incomplete one is only told to be invalid."""
    said = _said.decode(record.body)
    news = RecordNews(
        document=document,
        record=number,
        position=record.position,
        kind=record.kind,
        number=record.number,
        supplier=record.supplier,
        test=record.test,
        digest=hashlib.sha256(record.body).hexdigest(),
        problems=said.problems if record.incomplete else (),
    )
    kind = "document.invalid" if record.incomplete else _kind(record.kind, said)
    return NewEvent(type=kind, subject=subject_of(number), data=_json.encode(news))


def _kind(kind: str, said: _Said) -> str:
    if kind == "receipt":
        return "shipment.received" if said.evidence == "received" else "shipment.notified"
    if kind == "invoice" and said.type == "credit_memo":
        return "invoice.credit_received"
    if kind == "purchase_order" and said.operation in _OPERATIONS:
        return _OPERATIONS[said.operation]
    return _RECEIVED.get(kind, "document.mapped")


def of_result(
    record: Touched, result: Reconciliation, version: int, known: Known | None
) -> NewEvent:
    """Return the event that tells of a result, or of its change from what was `known`."""
    previous = known.verdict if known else None
    news = ResultNews(
        document=record.document_id,
        record=record.id,
        version=version,
        previous=previous,
        invoice=result.invoice,
        type=result.type,
        orders=result.orders,
        verdict=result.verdict,
        currency=result.currency,
        approved=result.approved,
        pending=result.pending,
        disputed=result.disputed,
        codes=result.codes,
        findings=result.findings,
        lines=result.lines,
        terms=result.terms,
        recover=result.recover,
    )
    data = _json.encode(news)
    if len(data) > _DATA_MAX_BYTES:
        data = _json.encode(
            msgspec.structs.replace(news, findings=(), lines=(), orders=(), shortened=True)
        )
    kind = "reconciliation.changed" if previous == result.verdict else _JUDGED[result.verdict]
    return NewEvent(type=kind, subject=subject_of(record.id), data=data)


def of_quarantine(document: int, problems: tuple[Problem, ...]) -> NewEvent:
    """Return the event that tells of a file that cannot be used."""
    data = _json.encode({"document": document, "problems": problems})
    return NewEvent(type="file.quarantined", subject=f"document/{document}", data=data)
