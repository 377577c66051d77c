"""The catalogue of events: all that this gateway announces, with its meaning and its data.

`version` is the day from which on the data has its fields; it is part of the address of the schema
that each event carries (`dataschema`). A new field gives a new day, a new meaning a new event; what
came `later` is told apart, so that an endpoint can keep the version that it was made with.
"""

from typing import Any

from msgspec import Struct

from gateway.events.data import (
    AcknowledgmentNews,
    AnswerNews,
    ArrivalNews,
    CommentNews,
    DeadNews,
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

FIRST = "2026-11-25"
"""The day of the first catalogue."""


_SECOND = "2026-11-26"


class Added(Struct, frozen=True):
    """A field that the data has since a day; `before` stands for it in what was told earlier."""

    day: str
    field: str
    before: Any = None


class Entry(Struct, frozen=True, kw_only=True):
    """A kind of event: `told` when, of which `subject`, with data of which type."""

    told: str
    subject: str
    data: type[Struct]
    first: str = FIRST
    later: tuple[Added, ...] = ()

    @property
    def versions(self) -> list[str]:
        """The days on which it got its fields, oldest first."""
        return sorted({self.first, *(one.day for one in self.later)})

    @property
    def version(self) -> str:
        """The newest of its versions."""
        return self.versions[-1]


def _file(told: str, data: type[Struct]) -> Entry:
    return Entry(told=told, subject="document/{receipt}", data=data)


def _record(told: str) -> Entry:
    return Entry(told=told, subject="record/{record}", data=RecordNews)


def _result(told: str) -> Entry:
    return Entry(told=told, subject="record/{record}", data=ResultNews)


def _decided(told: str) -> Entry:
    return Entry(told=told, subject="record/{record}", data=DecisionNews)


def _review(told: str, data: type[Struct]) -> Entry:
    return Entry(told=told, subject="record/{record}", data=data)


def _punchout(told: str) -> Entry:
    return Entry(told=told, subject="punchout/{session}", data=PunchoutNews)


def _outgoing(told: str, data: type[Struct] = AcknowledgmentNews) -> Entry:
    return Entry(told=told, subject="outgoing/{number}", data=data)


def _person(told: str, data: type[Struct] = PersonNews) -> Entry:
    return Entry(told=told, subject="person/{number}", data=data)


def _as2(told: str) -> Entry:
    return Entry(told=told, subject="as2/{partner}/{file}", data=ArrivalNews)


def _endpoint(told: str) -> Entry:
    return Entry(told=told, subject="endpoint/{number}", data=EndpointNews)


CATALOGUE: dict[str, Entry] = {
    "file.received": _file("a file came in and has its receipt number", FileNews),
    "file.duplicate": _file("the same bytes came again from the same partner", FileNews),
    "file.rejected": Entry(
        told="something lay in a folder that cannot be taken in, such as a link or a pipe",
        subject="refusal/{partner}/{file}",
        data=RefusalNews,
    ),
    "file.quarantined": _file("nothing of a file could be used", QuarantineNews),
    "file.reread": _file("a file is read again, which could not be read, or not whole", RereadNews),
    "file.acknowledged": _file(
        "an interchange was answered by a TA1, 997, 999 or CONTRL that rejects or notes errors",
        AnswerNews,
    ),
    "document.invalid": _record("a document was read in part and waits for a person"),
    "document.corrected": Entry(
        told="a person corrected or confirmed what was read of a document",
        subject="record/{record}",
        data=CorrectionNews,
    ),
    "document.mapped": _record("a document of another kind became a record"),
    "document.unmapped": _record("a document is of a kind that is only archived"),
    "document.sent": _outgoing("an interchange of ours was put into a partner's folder", SentNews),
    "document.arrived": _as2("the AS2 server of a partner confirmed that it has a file of ours"),
    "document.not_arrived": _as2("the AS2 server of a partner refused a file of ours"),
    "order.received": _record("a purchase order came in"),
    "order.changed": _record("a change of an order came in"),
    "order.cancelled": _record("the cancellation of an order came in"),
    "order.acknowledged": _record("a supplier answered to an order"),
    "order.sent": _punchout(
        "the supplier took an order that a cart became, or it lies in the supplier's folder"
    ),
    "order.not_sent": _punchout("a supplier refused such an order, or could not be reached"),
    "punchout.session_started": _punchout("a supplier opened its shop for a user"),
    "punchout.session_failed": _punchout("a supplier did not open its shop"),
    "punchout.session_expired": _punchout("nobody came back from a shop in time"),
    "punchout.cart_returned": _record("a cart came back from a supplier's shop"),
    "punchout.cart_rejected": _punchout("a post to a return address was refused"),
    "punchout.cart_ordered": _punchout("a person made a cart an order"),
    "payment.received": _record("a remittance advice was read"),
    "shipment.notified": _record("a supplier said that goods have left"),
    "shipment.received": _record("the buyer said that goods have come"),
    "invoice.received": _record("an invoice was read whole"),
    "invoice.credit_received": _record("a credit memo was read whole"),
    "invoice.matched": _result(
        "an invoice agrees with its order and receipts, exactly or within tolerance"
    ),
    "invoice.waiting": _result(
        "an invoice waits for something that is still to come, such as a receipt"
    ),
    "invoice.exception": _result(
        "an invoice is held, or belongs to no order, and a person has to decide"
    ),
    "invoice.duplicate": _result("an invoice was found to be a duplicate"),
    "reconciliation.changed": _result(
        "the money or the findings of an invoice changed, its verdict did not"
    ),
    "invoice.exception_resolved": _decided("a person accepted an invoice"),
    "invoice.rejected": _decided("a person rejected an invoice"),
    "invoice.decision_undone": _decided("a person took the decision on an invoice back"),
    "invoice.repaired": _decided("a person accepted how lines of an invoice are to be read"),
    "invoice.relinked": _decided("a person said which order line a line of an invoice bills"),
    "invoice.tolerance_allowed": _decided("a person let a line of an invoice pass, this once"),
    "invoice.amendment_withdrawn": _decided(
        "a person took back a repair, a link or an allowance, and the invoice is matched without it"
    ),
    "invoice.short_paid": _review(
        "a person has the undisputed paid, and a debit memo takes the rest off", ShortPaidNews
    ),
    "invoice.short_pay_undone": _review("a person took a debit memo back", ShortPaidNews),
    "partner.changed": Entry(
        told="somebody put a profile live, after it was tried on what its partner sent last",
        subject="partner/{partner}",
        data=PartnerNews,
    ),
    "policy.limit_set": _review("a person set a limit on the page of an invoice", LimitNews),
    "policy.limit_ended": _review("a person ended such a limit", LimitNews),
    "question.asked": _review(
        "a person asked the receiver or the supplier something, by the link it has", QuestionNews
    ),
    "question.answered": _review(
        "the receiver or the supplier answered by that link", QuestionNews
    ),
    "question.withdrawn": _review("a person took such a question back", QuestionNews),
    "invoice.commented": Entry(
        told="a person said something about an invoice, or handed it to somebody",
        subject="record/{record}",
        data=CommentNews,
    ),
    "invoice.posted": Entry(
        told="a receiver said which document of its own an invoice became",
        subject="record/{record}",
        data=PostedNews,
    ),
    "invoice.post_failed": Entry(
        told="a receiver refused an invoice, or took its document back",
        subject="record/{record}",
        data=PostedNews,
    ),
    "acknowledgment.received": _outgoing("what we sent was acknowledged, perhaps with errors"),
    "acknowledgment.rejected": _outgoing("what we sent was rejected, whole or in part"),
    "acknowledgment.overdue": _outgoing("the acknowledgment of what we sent did not come in time"),
    "delivery.dead_lettered": Entry(
        told="the last try of a delivery failed",
        subject="endpoint/{number}",
        data=DeadNews,
        later=tuple(Added(_SECOND, field) for field in ("tries", "status", "answer")),
    ),
    "endpoint.paused": _endpoint("an endpoint stopped answering, and its events wait"),
    "endpoint.resumed": _endpoint("it answers again"),
    "key.created": Entry(told="an API key was made", subject="key/{number}", data=KeyNews),
    "key.revoked": Entry(told="an API key was ended", subject="key/{number}", data=KeyNews),
    "person.invited": _person("somebody was invited"),
    "person.changed": _person("the roles, groups, password or state of somebody were changed"),
    "person.signed_in": _person("somebody signed in", SignInNews),
    "person.signed_out": _person("a session of somebody ended before its time", SignInNews),
    "person.refused": _person("somebody was turned away at the sign-in", SignInNews),
    "group.changed": Entry(
        told="a group was made, moved or removed, or what it sets was changed",
        subject="group/{number}",
        data=GroupNews,
    ),
    "retention.applied": Entry(
        told="what was older than its retention was removed",
        subject="retention",
        data=RetentionNews,
    ),
    "retention.held": Entry(
        told="a person put a legal hold on documents", subject="retention", data=HoldNews
    ),
    "retention.released": Entry(
        told="a person ended a legal hold", subject="retention", data=HoldNews
    ),
    "audit.sealed": Entry(
        told="the newest digest of the event log's chain, once a day",
        subject="audit",
        data=SealNews,
    ),
}
