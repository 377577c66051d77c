"""The canonical records: what every document becomes, whatever form it came in.

Immutable typed values whose JSON is the product's contract. Amounts and quantities are `Decimal`,
exact as the document states them; what the document does not say is None or empty and left out of
the JSON; what was computed and not stated is listed in `derived` as JSON pointers.
"""

from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from mappers.answered import (
    ElementFault,
    GroupResult,
    SegmentFault,
    SetCounts,
    SetResult,
    Verdict,
)
from mappers.parts import (
    Accounting,
    Address,
    Adjustment,
    BankAccount,
    Carrier,
    Day,
    DocumentRef,
    Freight,
    Item,
    OrderRef,
    Package,
    Party,
    PaymentAdjustment,
    PriceBasis,
    Schedule,
    Source,
    Tax,
    Terms,
    Totals,
)
from parsers.form import Box, Problem

__all__ = [  # what records are made of is part of them
    "Accounting",
    "Address",
    "Adjustment",
    "BankAccount",
    "Carrier",
    "Day",
    "DocumentRef",
    "ElementFault",
    "Freight",
    "GroupResult",
    "Item",
    "OrderRef",
    "Package",
    "Party",
    "PaymentAdjustment",
    "PriceBasis",
    "Problem",
    "Schedule",
    "SegmentFault",
    "SetCounts",
    "SetResult",
    "Source",
    "Tax",
    "Terms",
    "Totals",
]


class OrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A line of a purchase order.

    `unit_price` is per `price_basis`, or per one `uom` where that is absent.
    """

    number: str | None = None
    item: Item | None = None
    quantity: Decimal | None = None
    uom: str | None = None
    unit_price: Decimal | None = None
    price_basis: PriceBasis | None = None
    amount: Decimal | None = None
    requested_date: Day | None = None
    schedules: tuple[Schedule, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[Tax, ...] = ()
    accounting: tuple[Accounting, ...] = ()
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()


class CartLine(OrderLine, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A line of a returned cart."""

    lead_time_days: int | None = None
    quote_status: str | None = None


class ResponseLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a supplier says of an order line, or of a part of its quantity."""

    order_line: str | None = None
    status: Literal["accepted", "changed", "rejected", "backordered"] | None = None
    quantity: Decimal | None = None
    uom: str | None = None
    unit_price: Decimal | None = None
    promised_date: Day | None = None
    item: Item | None = None
    fields: dict[str, str] = msgspec.field(default_factory=dict)


class ReceiptLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Goods of one order line that were shipped or received.

    `quantity` is positive, `type` gives the direction.
    """

    number: str | None = None
    order: OrderRef | None = None
    item: Item | None = None
    type: Literal["delivery", "return"] | None = None
    quantity: Decimal | None = None
    uom: str | None = None
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    reason: str | None = None
    amount: Decimal | None = None
    weight: Decimal | None = None
    final: bool = False
    lots: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    fields: dict[str, str] = msgspec.field(default_factory=dict)


class InvoiceLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A line of an invoice: what is billed, for which order line, at which price."""

    number: str | None = None
    type: Literal["goods", "service", "charge", "tax"] | None = None
    order: OrderRef | None = None
    receipt: str | None = None
    item: Item | None = None
    quantity: Decimal | None = None
    uom: str | None = None
    unit_price: Decimal | None = None
    price_basis: PriceBasis | None = None
    amount: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[Tax, ...] = ()
    accounting: tuple[Accounting, ...] = ()
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()


class PaymentLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is paid of one document: `gross` less `discount` and adjustments is `paid`.

    `type` is what the paid document is, in the code of the format.
    """

    invoice: str | None = None
    type: str | None = None
    date: Day | None = None
    order: OrderRef | None = None
    gross: Decimal | None = None
    discount: Decimal | None = None
    paid: Decimal | None = None
    adjustments: tuple[PaymentAdjustment, ...] = ()
    fields: dict[str, str] = msgspec.field(default_factory=dict)


class AcknowledgmentOf(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Which of our documents an acknowledgment speaks of.

    `code` and `version` are those of the group (AK101, AK103); `sender` and `receiver` those of
    the interchange (UCI), identifier and qualifier with a colon between; `date` and `time` are the
    interchange's as it writes them (TA1).
    """

    interchange: str | None = None
    group: str | None = None
    transaction: str | None = None
    payload_id: str | None = None
    number: str | None = None
    code: str | None = None
    version: str | None = None
    sender: str | None = None
    receiver: str | None = None
    date: str | None = None
    time: str | None = None


class AcknowledgmentError(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One fault that an acknowledgment reports."""

    at: str | None = None
    code: str | None = None
    text: str | None = None


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="kind"):
    """What every record has.

    An `incomplete` one is shown to a person and neither matched nor announced.
    """

    source: Source = Source()
    problems: tuple[Problem, ...] = ()
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    incomplete: bool = False


class PurchaseOrder(
    Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="purchase_order"
):
    """A purchase order, its change or its cancellation.

    X12 850 and 860, EDIFACT ORDERS, cXML OrderRequest, UBL Order.
    """

    number: str | None = None
    operation: Literal["new", "change", "cancel"] | None = None
    type: Literal["standard", "blanket", "release", "other"] | None = None
    revision: str | None = None
    release: str | None = None
    date: Day | None = None
    currency: str | None = None
    contract: str | None = None
    buyer: Party | None = None
    supplier: Party | None = None
    ship_to: Party | None = None
    bill_to: Party | None = None
    requested_date: Day | None = None
    cancel_after: Day | None = None
    freight: Freight | None = None
    terms: tuple[Terms, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[Tax, ...] = ()
    accounting: tuple[Accounting, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    total: Decimal | None = None


class Cart(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="cart"):
    """A cart that came back from a punchout: a proposal, not yet an order.

    cXML PunchOutOrderMessage, OCI.
    """

    buyer_cookie: str | None = None
    operation: str | None = None
    currency: str | None = None
    supplier: Party | None = None
    total: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    ship_to: Party | None = None
    lines: tuple[CartLine, ...] = ()


class OrderResponse(
    Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="order_response"
):
    """What a supplier answers to an order (855, 865, ConfirmationRequest, ORDRSP)."""

    order: OrderRef | None = None
    number: str | None = None
    date: Day | None = None
    status: Literal["accepted", "accepted_with_changes", "rejected", "detail"] | None = None
    lines: tuple[ResponseLine, ...] = ()


class Receipt(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="receipt"):
    """Goods on their way (`shipped`, says the supplier) or taken in (`received`, says the buyer).

    `shipped_at` and `delivered_at` are ISO 8601 dates or timestamps, as the document gives them;
    `whole_orders` are the numbers of orders shipped whole, without a line of their own.
    """

    evidence: Literal["shipped", "received"] | None = None
    type: Literal["delivery", "return"] | None = None
    operation: Literal["new", "change", "cancel"] | None = None
    number: str | None = None
    date: Day | None = None
    shipped_at: str | None = None
    delivered_at: str | None = None
    supplier: Party | None = None
    buyer: Party | None = None
    ship_from: Party | None = None
    ship_to: Party | None = None
    carrier: Carrier | None = None
    tracking: tuple[str, ...] = ()
    bill_of_lading: str | None = None
    packing_slip: str | None = None
    packages: tuple[Package, ...] = ()
    whole_orders: tuple[str, ...] = ()
    lines: tuple[ReceiptLine, ...] = ()


class Invoice(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="invoice"):
    """A claim for payment, or a credit (810, INVOIC, InvoiceDetailRequest, UBL, CII, PDF, scan)."""

    type: Literal["invoice", "credit_memo", "debit_memo"] | None = None
    operation: Literal["new", "cancel"] | None = None
    number: str | None = None
    date: Day | None = None
    due_date: Day | None = None
    currency: str | None = None
    original: DocumentRef | None = None
    orders: tuple[str, ...] = ()
    supplier: Party | None = None
    buyer: Party | None = None
    bill_to: Party | None = None
    ship_to: Party | None = None
    remit_to: Party | None = None
    terms: tuple[Terms, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[Tax, ...] = ()
    accounting: tuple[Accounting, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    totals: Totals | None = None


class Acknowledgment(
    Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="acknowledgment"
):
    """Whether a document of ours was taken.

    X12 997, 999, TA1 and 824, EDIFACT CONTRL and APERAK, cXML StatusUpdateRequest and Response.
    `errors` are all faults in words; those of the syntax stand once more in `sets`, `groups` and
    `codes` (of the group, or of the interchange) as the standard codes them, so that a 997, 999,
    TA1 or CONTRL can be written again. `action` and `service` are as in `SetResult`.
    """

    of: AcknowledgmentOf | None = None
    status: Verdict | None = None
    errors: tuple[AcknowledgmentError, ...] = ()
    sets: tuple[SetResult, ...] = ()
    groups: tuple[GroupResult, ...] = ()
    counts: SetCounts | None = None
    codes: tuple[str, ...] = ()
    action: str | None = None
    service: str | None = None


class Payment(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="payment"):
    """Money paid, and for which documents (X12 820, EDIFACT REMADV): told, never matched.

    `type` is `debit` where the money is taken from the payee; `date` is the day it is to arrive.
    """

    type: Literal["credit", "debit"] | None = None
    number: str | None = None
    date: Day | None = None
    currency: str | None = None
    amount: Decimal | None = None
    method: str | None = None
    payer: Party | None = None
    payee: Party | None = None
    payer_account: BankAccount | None = None
    payee_account: BankAccount | None = None
    lines: tuple[PaymentLine, ...] = ()
    adjustments: tuple[PaymentAdjustment, ...] = ()


class Session(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="session"):
    """A punchout session being opened (PunchOutSetupRequest and its response)."""

    operation: str | None = None
    buyer_cookie: str | None = None
    return_url: str | None = None
    start_url: str | None = None
    user: str | None = None
    ship_to: Party | None = None
    selected_item: Item | None = None


class Other(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="other"):
    """A readable document of a kind that no table maps: archived, and shown by its source alone."""


AnyRecord = (
    PurchaseOrder
    | Cart
    | OrderResponse
    | Receipt
    | Invoice
    | Acknowledgment
    | Payment
    | Session
    | Other
)


class Traced(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where one value of a record came from: `text` and `box` quote the source.

    `name` says in words what stands at that place: `IT1/04 unit price`.
    """

    at: str
    text: str
    name: str | None = None
    page: int | None = None
    box: Box | None = None
    confidence: float = 1.0
    by: str = "text"
    start: int | None = None
    end: int | None = None
