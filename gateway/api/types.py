"""What the API answers, as types: the server encodes them, the client decodes them.

Records and results are handed on as the JSON that was stored. Times are UTC ISO 8601. Fields may be
added; readers leave out what they do not know.
"""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from gateway.webhooks import CloudEvent
from mappers.canonical import AnyRecord, Cart
from matcher.result import Reconciliation
from parsers.form import Problem


def stored(body: bytes | None) -> Any:
    """Return JSON that the database holds, to be handed on as it is."""
    return msgspec.Raw(body) if body else None


class DocumentReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The receipt for a document; `repeat_of` is that of the same bytes sent before."""

    receipt: int
    name: str
    state: str
    href: str
    repeat_of: int | None = None


class DocumentReceipts(Struct, frozen=True, kw_only=True):
    """The receipts for the files of a form, in their order."""

    documents: list[DocumentReceipt]


class RecordBrief(Struct, frozen=True, kw_only=True):
    """A record without its content; `verdict` where it was matched."""

    id: int
    kind: str
    number: str | None
    incomplete: bool
    verdict: str | UnsetType = UNSET


class StoredRecord(RecordBrief, frozen=True, kw_only=True):
    """A canonical record, and the receipt number of the document that it was read from."""

    document: int
    record: AnyRecord


class DocumentBrief(Struct, frozen=True, kw_only=True):
    """A file that came in; `id` is its receipt number."""

    id: int
    partner: str
    name: str
    door: str
    sha256: str
    state: str
    format: str | None
    repeat_of: int | None
    problems: list[Problem]
    received_at: str
    decided_at: str | None


class Document(DocumentBrief, frozen=True, kw_only=True):
    """A file that came in, with the records that were read from it.

    `archive` is the receipt of the archive or e-mail that it came in, `members` are those of what
    came out of it.
    """

    records: list[RecordBrief]
    archive: int | None = None
    members: list[int] = []


class Result(Struct, frozen=True, kw_only=True):
    """The reconciliation of an invoice; `decided` once a person has decided on it."""

    record: int
    version: int
    changed_at: str
    decided: bool
    reconciliation: Reconciliation


class Decision(Struct, frozen=True, kw_only=True):
    """What a person or a program decided on an invoice."""

    record: int
    action: str
    reason: str
    actor: str
    at: str


class DocumentPage(Struct, frozen=True, kw_only=True):
    """Documents; `next` is what to give as `after` the next time."""

    items: list[DocumentBrief]
    next: int


class RecordPage(Struct, frozen=True, kw_only=True):
    """Records; `next` is what to give as `after` the next time."""

    items: list[StoredRecord]
    next: int


class ResultPage(Struct, frozen=True, kw_only=True):
    """Reconciliations; `next` is what to give as `after` the next time."""

    items: list[Result]
    next: int


class Decisions(Struct, frozen=True, kw_only=True):
    """All decisions on an invoice, oldest first."""

    items: list[Decision]


class EventPage(Struct, frozen=True, kw_only=True):
    """Events as webhooks tell them; `next` is what to give as `after` the next time."""

    events: list[CloudEvent]
    next: int


class Settled(Struct, frozen=True, kw_only=True):
    """What a receiver said of an event: one of both."""

    event: str
    document_number: str | None
    rejected: str | None


class StillOpen(Struct, frozen=True, kw_only=True):
    """Something that came in and is neither delivered nor rejected, and why."""

    day: str
    document: int
    partner: str
    name: str
    record: int | None
    kind: str | None
    number: str | None
    why: str


class Balance(Struct, frozen=True, kw_only=True):
    """Where everything is that came in on a day (UTC); the difference is zero."""

    day: str
    received: int
    delivered: int
    accepted: int
    open: int
    rejected: int
    difference: int
    what_is_open: list[StillOpen]


class Quarantine(Struct, frozen=True, kw_only=True):
    """Files in quarantine, newest first; `next` is what to give as `before` the next time."""

    items: list[DocumentBrief]
    next: int | None


class Delivery(Struct, frozen=True, kw_only=True):
    """An event on its way to an endpoint, or there; `answer` is the receiver's, cut short."""

    id: int
    url: str
    event_id: str
    event_type: str
    subject: str
    sequence: int
    state: str
    tries: int
    due_at: str
    status: int | None
    answer: str | None
    delivered_at: str | None
    paused: bool


class DeliveryPage(Struct, frozen=True, kw_only=True):
    """Deliveries, newest first; `next` is what to give as `before` the next time."""

    items: list[Delivery]
    next: int | None


class Partner(Struct, frozen=True, kw_only=True):
    """A partner: since when it sends, and whether anything is agreed with it beyond the usual."""

    name: str
    title: str | None
    since: str | None
    documents: int
    last_document_at: str | None
    profile: Literal["none", "good", "faulty"]


class PartnerPage(Struct, frozen=True, kw_only=True):
    """Partners by name; `next` is what to give as `after` the next time."""

    items: list[Partner]
    next: str | None


class PartnerDetail(Partner, frozen=True, kw_only=True):
    """A partner with what became of its documents, and what is wrong with its profile."""

    supplier: str | None
    states: dict[str, int]
    mistakes: list[str]


class Key(Struct, frozen=True, kw_only=True):
    """An API key without its secret; `hint` is how that begins."""

    id: int
    name: str
    hint: str
    rights: list[str]
    partner: str | None
    networks: list[str]
    created_at: str
    created_by: str
    expires_at: str | None
    used_at: str | None
    used_from: str | None
    revoked_at: str | None
    revoked_by: str | None


class NewKey(Key, frozen=True, kw_only=True):
    """A key with its secret, which is told this once."""

    secret: str


class KeyPage(Struct, frozen=True, kw_only=True):
    """Keys in the order of their making; `next` is what to give as `after` the next time."""

    items: list[Key]
    next: int


class PunchoutOrder(Struct, frozen=True, kw_only=True):
    """The order that a cart became, and how far it has got to the supplier."""

    number: str
    sending: str | None
    note: str | None
    payload_id: str | None
    document: int | None


class PunchoutSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person shopping at a supplier, from the request to the order."""

    id: int
    supplier: str
    protocol: str
    operation: str
    state: str
    reason: str | None = None
    requester: str | None = None
    test: bool
    edits: int | None = None
    start_url: str | None = None
    go_url: str | None = None
    page_url: str
    cart: Cart | None = None
    cart_document: int | None = None
    returned_at: str | None = None
    hold_until: str | None = None
    order: PunchoutOrder | None = None
    created_at: str
    expires_at: str


class PunchoutPage(Struct, frozen=True, kw_only=True):
    """Sessions, newest first; `next` is what to give as `before` the next time."""

    sessions: list[PunchoutSession]
    next: int | None
