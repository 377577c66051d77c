"""A sample of each event, for the documentation and for trying out a receiver."""

import hashlib
from collections.abc import Callable
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.events import reviewing
from gateway.events.catalogue import CATALOGUE
from gateway.events.data import (
    AcknowledgmentNews,
    AnswerNews,
    ArrivalNews,
    CommentNews,
    DeadNews,
    Decision,
    DecisionNews,
    EndpointNews,
    FileNews,
    GroupNews,
    HoldNews,
    KeyNews,
    PersonNews,
    PostedNews,
    PunchoutNews,
    QuarantineNews,
    RefusalNews,
    RetentionNews,
    SealNews,
    SentNews,
    SignInNews,
)
from gateway.events.reviewing import LimitNews, QuestionNews, ShortPaidNews
from gateway.flows.correcting import CorrectionNews
from gateway.flows.news import RecordNews, ResultNews
from gateway.flows.profiling import PartnerNews
from gateway.flows.rereading import RereadNews
from gateway.store.events import Event
from mappers.canonical import OrderRef
from mappers.corrected import Change
from matcher.result import Finding, InvoiceRef, LineResult, Verdict
from parsers.form import Problem

_AT = "2026-11-25T08:30:00.000000Z"
_DUE = "2026-11-26T08:30:00.000000Z"
_URL = "https://erp.example/dockmatch"
_NUMBER = "BFC-208841"
_ORDER = "4500071201"
_SUPPLIER = "bellweather"
_SHA256 = hashlib.sha256(_NUMBER.encode()).hexdigest()
_UNREADABLE = Problem(
    code="file.truncated",
    message="The interchange breaks off",
    at="segment 12",
    remedy="Send the whole file again",
)
_INVOICE = InvoiceRef(number=_NUMBER, supplier=_SUPPLIER, id="d9f2c41b")
_VERDICTS: dict[str, Verdict] = {
    "invoice.matched": "matched",
    "invoice.waiting": "waiting",
    "invoice.duplicate": "duplicate",
}
_AS_JUDGED = ("invoice.relinked", "invoice.tolerance_allowed", "invoice.amendment_withdrawn")
_KINDS = {
    "order.received": ("purchase_order", _ORDER),
    "order.changed": ("purchase_order", _ORDER),
    "order.cancelled": ("purchase_order", _ORDER),
    "order.acknowledged": ("order_response", _ORDER),
    "punchout.cart_returned": ("cart", None),
    "payment.received": ("payment", "ACH-20711"),
    "shipment.notified": ("receipt", "BW-SH-88417"),
    "shipment.received": ("receipt", "GR-60411"),
    "document.mapped": ("catalog", "SPRING"),
    "document.unmapped": ("other", None),
}


_BY_PERSONS = (CommentNews, DecisionNews, ShortPaidNews, LimitNews, QuestionNews)


def sample(kind: str, number: int = 1) -> Event:
    """Return a sample of the events of a kind; `number` is its place in the log.

    Raises KeyError where the catalogue has no such kind.
    """
    entry = CATALOGUE[kind]
    return Event(
        sequence=number,
        id=f"evt_{hashlib.sha256(f'{kind} {number}'.encode()).hexdigest()[:32]}",
        at=_AT,
        actor="ann" if entry.data in {CommentNews, DecisionNews, HoldNews, KeyNews} else "gateway",
        type=kind,
        subject=entry.subject.format(
            receipt=1201, record=4711, session=31, number=7, partner=_SUPPLIER, file="9-1"
        ),
        data=msgspec.json.encode(_MAKERS[entry.data](kind)),
    )


def _file(kind: str) -> FileNews:
    return FileNews(
        document=1201,
        partner=_SUPPLIER,
        name=f"810-{_NUMBER}.x12",
        door="folder",
        sha256=_SHA256,
        size=1482,
        repeat_of=1187 if kind == "file.duplicate" else None,
    )


def _record(kind: str) -> RecordNews:
    of_kind, number = _KINDS.get(kind, ("invoice", _NUMBER))
    return RecordNews(
        document=1201,
        record=4711,
        position=0,
        kind=of_kind,
        number=number,
        supplier=_SUPPLIER,
        digest=_SHA256,
        problems=(_UNREADABLE,) if kind == "document.invalid" else (),
    )


def _result(kind: str) -> ResultNews:
    verdict = _VERDICTS.get(kind, "exception")
    pending = Decimal("38.00") if verdict == "exception" else Decimal("0.00")
    held = Finding(
        code="QTY_OVER_RECEIVED",
        severity="block",
        role="receiver",
        line="1",
        sentence="Billed 12, received 10: 2 over are 38.00.",
        values={"billed": "12", "received": "10"},
        money=pending,
    )
    line = LineResult(
        number="1",
        order=OrderRef(number=_ORDER, line="1"),
        verdict=verdict,
        approved=Decimal("190.00"),
        pending=pending,
        disputed=Decimal("0.00"),
        codes=(held.code,) if pending else (),
    )
    return ResultNews(
        document=1201,
        record=4711,
        version=2 if kind == "reconciliation.changed" else 1,
        previous=verdict if kind == "reconciliation.changed" else None,
        invoice=_INVOICE,
        type="invoice",
        orders=(_ORDER,),
        verdict=verdict,
        currency="USD",
        approved=line.approved,
        pending=pending,
        disputed=line.disputed,
        findings=(held,) if pending else (),
        lines=(line,),
    )


def _decided(kind: str) -> DecisionNews:
    if kind in _AS_JUDGED:
        return reviewing.decided(kind, _decided(""))
    accepted = kind != "invoice.rejected"
    total, nothing = Decimal("228.00"), Decimal("0.00")
    return DecisionNews(
        record=4711,
        version=1,
        decision=Decision(
            action="accept" if accepted else "reject",
            reason="The missing two came by courier." if accepted else "Two are missing.",
            actor="ann",
        ),
        invoice=_INVOICE,
        orders=(_ORDER,),
        verdict="exception",
        currency="USD",
        approved=total if accepted else nothing,
        pending=nothing,
        disputed=nothing if accepted else total,
        findings=(),
        lines=(),
        codes=(),
    )


def _punchout(kind: str) -> PunchoutNews:
    taken = kind == "order.sent"
    told = {
        "order.sent": "the supplier took it",
        "order.not_sent": "the supplier answered 400 Bad Request",
    }
    return PunchoutNews(
        session=31,
        supplier="marlowe-finch" if kind != "punchout.cart_ordered" else None,
        reason="the supplier answered 401"
        if kind.endswith(("session_failed", "cart_rejected"))
        else None,
        order="4500071206" if kind.startswith("order.") or kind.endswith("ordered") else None,
        state=("accepted" if taken else "refused") if kind in told else None,
        note=told.get(kind),
    )


def _arrival(kind: str) -> ArrivalNews:
    failed = kind.endswith("not_arrived")
    said = "processed/error: decryption-failed" if failed else "processed"
    return ArrivalNews(
        partner=_SUPPLIER,
        file=f"850-{_ORDER}.x12",
        disposition=f"automatic-action/MDN-sent-automatically; {said}",
        message_id="<OPENAS2-25112026083000+0000-4711@BUYER_SUPPLIER>",
        mic="7v7F++fQaNB1sVLFtMRp+dF+eG4=, sha-256",
    )


def _acknowledgment(kind: str) -> AcknowledgmentNews:
    overdue, rejected = kind.endswith("overdue"), kind.endswith("rejected")
    return AcknowledgmentNews(
        outgoing=7,
        partner=_SUPPLIER,
        kind="850",
        control="1042",
        number=_ORDER,
        file=f"850-{_ORDER}.x12",
        sent_at=_AT,
        due_at=_DUE,
        state=None if overdue else "rejected" if rejected else "accepted",
        document=None if overdue else 1207,
        errors=("AK5 R: one or more segments in error",) if rejected else (),
    )


_MAKERS: dict[type[Struct], Callable[[str], Struct]] = {
    FileNews: _file,
    RecordNews: _record,
    ResultNews: _result,
    DecisionNews: _decided,
    ShortPaidNews: lambda kind: reviewing.short_paid(kind, _decided("")),
    LimitNews: lambda kind: reviewing.limit(kind, _decided("")),
    QuestionNews: reviewing.question,
    CommentNews: lambda _: CommentNews(
        record=4711,
        number=_NUMBER,
        text="@receiver did the missing two come?",
        mentioned=("receiver",),
        assigned="receiver",
    ),
    PunchoutNews: _punchout,
    AcknowledgmentNews: _acknowledgment,
    QuarantineNews: lambda _: QuarantineNews(document=1201, problems=(_UNREADABLE,)),
    PartnerNews: lambda _: PartnerNews(
        partner="bellweather",
        before=hashlib.sha256(b"before").hexdigest(),
        after=hashlib.sha256(b"after").hexdigest(),
        files=25,
        documents=40,
        changed=3,
    ),
    RereadNews: lambda _: RereadNews(
        document=1201,
        partner=_SUPPLIER,
        name="810-BFC-208841.x12",
        was="quarantined",
        cause="file.truncated",
    ),
    RefusalNews: lambda _: RefusalNews(
        partner=_SUPPLIER,
        name="invoice",
        problems=(Problem(code="file.not_regular", message="this is a link, not a file"),),
    ),
    AnswerNews: lambda _: AnswerNews(
        document=1201, outgoing=7, kind="997", status="rejected", file="a.997.x12", test=False
    ),
    ArrivalNews: _arrival,
    SentNews: lambda _: SentNews(
        outgoing=7,
        partner=_SUPPLIER,
        file=f"850-{_ORDER}.x12",
        control=1042,
        kind="850",
        due_at=_DUE,
    ),
    CorrectionNews: lambda _: CorrectionNews(
        document=1201,
        record=4711,
        revision=1,
        kind="invoice",
        number=_NUMBER,
        digest=_SHA256,
        changes=(Change(pointer="/totals/total", before="228.80", after="228.00"),),
    ),
    DeadNews: lambda _: DeadNews(
        endpoint=7,
        url=_URL,
        event="evt_" + _SHA256[:32],
        tries=11,
        status=500,
        answer="the posting job is stopped",
    ),
    EndpointNews: lambda kind: EndpointNews(
        endpoint=7,
        url=_URL,
        note="5 failures in a row, the last one: status 500" if kind.endswith("paused") else None,
    ),
    PostedNews: lambda kind: PostedNews(
        record=4711,
        event="evt_" + _SHA256[:32],
        document_number="5105600123" if kind == "invoice.posted" else None,
        reason=None if kind == "invoice.posted" else "the period 2026-10 is closed",
    ),
    KeyNews: lambda _: KeyNews(
        key=7, name="erp", rights=["events:read", "events:settle"], partner=None
    ),
    PersonNews: lambda kind: PersonNews(
        person=3,
        name="mara",
        roles=["ap"],
        groups=["Facilities"],
        change="roles" if kind.endswith("changed") else None,
    ),
    SignInNews: lambda kind: SignInNews(
        person=3,
        name="mara",
        address="192.0.2.17",
        by="password" if kind.endswith("signed_in") else None,
        reason={"person.signed_out": "signed out", "person.refused": "password"}.get(kind),
        wait_seconds=5 if kind.endswith("refused") else None,
    ),
    GroupNews: lambda _: GroupNews(
        group=2,
        name="Facilities",
        change="setting",
        setting="way",
        before=None,
        after="2",
    ),
    RetentionNews: lambda _: RetentionNews(
        contents=118, bytes=4_410_220, answers=2066, events=731, files=118, digest=_SHA256
    ),
    HoldNews: lambda _: HoldNews(
        hold=3, partner=_SUPPLIER, document=None, reason="case 26-114, until it is settled"
    ),
    SealNews: lambda _: SealNews(last=9041, digest=_SHA256, at=_AT),
}
