"""The facts (S1) that matching judges: frozen values, named once here and used everywhere.

A fact says what a document contributed, and nothing about how it arrived. Their JSON is the short
form of `dockmatch match --facts`: `rename` gives each field its short name, so the same types read
it. Quantities are in the unit the document states; money in its currency; percents in percent; tax
rates are fractions. `at` is the JSON pointer of a line in its canonical record, for the sources of
a finding.
"""

import datetime as dt
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

Day = dt.date  # so that a field may be called `date`


class Entry(
    Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="type", tag="entry"
):
    """What every fact has: the id of the document that it comes from."""

    id: str


class PayTerms(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={"net_days": "net", "percent": "disc_pct", "days": "disc_days", "end_of_month": "eom"},
):
    """Payment terms: net days, and `percent` off within `days`; absolute days where stated."""

    net_days: int | None = None
    percent: Decimal | None = None
    days: int | None = None
    end_of_month: bool = False
    net_date: Day | None = None
    discount_date: Day | None = None


class Charge(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A charge on top of the goods: freight, handling, packaging, ..."""

    amount: Decimal
    type: str = "other"
    at: str = ""


class Allowance(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A deduction; negative where a line adds a charge to its own price."""

    amount: Decimal


class TaxAmount(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Tax as billed: `rate` is a fraction, `taxable` the base where the document states it."""

    amount: Decimal
    rate: Decimal | None = None
    taxable: Decimal | None = None


class Tier(
    Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, rename={"minimum": "min"}
):
    """A price that holds from `minimum` units on."""

    minimum: Decimal
    price: Decimal


class Catch(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Catch weight: ordered in pieces, priced in `uom`; one piece is expected to weigh `ratio`."""

    uom: str
    ratio: Decimal
    tol_pct: Decimal | None = None


class OrderLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={
        "number": "n",
        "quantity": "qty",
        "discount": "disc_pct",
        "factors": "uom_conv",
        "tax_rate": "tax",
        "tolerances": "tol",
        "description": "desc",
    },
):
    """A line of an order as it stands (S1.1); `document` says so, if not its order's."""

    number: str
    quantity: Decimal | None = None
    uom: str | None = None
    price: Decimal | None = None
    per: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    tier_basis: Literal["ordered", "cumulative"] = "ordered"
    discount: Decimal | None = None
    factors: dict[str, Decimal] = field(default_factory=dict)
    catch: Catch | None = None
    basis: Literal["qty", "amount"] = "qty"
    amount: Decimal | None = None
    way: int | None = None
    tax_rate: Decimal | None = None
    category: str | None = None
    tolerances: dict[str, object] = field(default_factory=dict)
    description: str | None = None
    vendor_part: str | None = None
    buyer_part: str | None = None
    gtin: str | None = None
    substitutes: tuple[str, ...] = ()
    cancelled: bool = False
    final: bool = False
    at: str = ""
    document: str = ""


class Order(
    Entry,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    tag="po",
    rename={"revision": "rev", "discount": "discount_pct", "self_billed": "ers"},
):
    """One revision of a purchase order.

    `supplier_ids` are further names of the supplier as `scheme:value`. A `partial` revision lays
    its lines over the one before; `revision` None leaves the order of revisions to their dates.
    """

    number: str
    revision: int | None = None
    release: str | None = None
    supplier: str | None = None
    supplier_ids: tuple[str, ...] = ()
    date: Day | None = None
    currency: str | None = None
    status: Literal["open", "draft", "closed", "cancelled"] = "open"
    terms: PayTerms | None = None
    charges: tuple[Charge, ...] = ()
    discount: Decimal | None = None
    limit: Decimal | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    self_billed: bool = False
    partial: bool = False
    lines: tuple[OrderLine, ...] = ()


class GoodsLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={"quantity": "qty", "purpose": "for", "stock": "of", "description": "desc"},
):
    """Goods of an order line that came, went back, were inspected or were announced.

    Without `firm` the line number is only what the sender counts by: a part that disagrees wins.
    """

    po_line: str | None = None
    quantity: Decimal | None = None
    uom: str | None = None
    weight: Decimal | None = None
    amount: Decimal | None = None
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    final: bool = False
    purpose: Literal["credit", "replacement"] = "credit"
    stock: Literal["accepted", "rejected", "uninspected"] | None = None
    po: str | None = None
    release: str | None = None
    firm: bool = True
    vendor_part: str | None = None
    buyer_part: str | None = None
    gtin: str | None = None
    description: str | None = None
    at: str = ""


class Goods(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="goods"):
    """A document about goods; with `replaces` it takes the place of those of its `number`."""

    number: str | None = None
    po: str | None = None
    date: Day | None = None
    replaces: bool = False
    lines: tuple[GoodsLine, ...] = ()


class Receipt(
    Goods,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    tag="receipt",
    rename={"ship_notice": "asn"},
):
    """Goods taken in; `ship_notice` names the ship notice that it confirms."""

    ship_notice: str | None = None


class Return(Goods, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="return"):
    """Goods sent back, for credit or for replacement."""


class Inspection(Goods, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="inspection"):
    """What quality control accepted and rejected."""


class ShipNotice(
    Goods,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    tag="asn",
    rename={"expected": "eta"},
):
    """Goods said to be on their way: an expectation, not a receipt (S1.3)."""

    expected: Day | None = None


class ClaimLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={"number": "n", "quantity": "qty", "tax_rate": "tax", "description": "desc"},
):
    """A line of an invoice, credit or debit memo; `amount` is net of its own allowances.

    Without `firm` the order line is only the line's own number: it counts where no part disagrees.
    """

    number: str = ""
    quantity: Decimal | None = None
    uom: str | None = None
    price: Decimal | None = None
    per: Decimal | None = None
    amount: Decimal | None = None
    po: str | None = None
    release: str | None = None
    po_line: str | None = None
    firm: bool = True
    receipt: str | None = None
    kind: Literal["qty", "price"] | None = None
    ref_line: str | None = None
    description: str | None = None
    vendor_part: str | None = None
    buyer_part: str | None = None
    gtin: str | None = None
    tax_rate: Decimal | None = None
    allowances: tuple[Allowance, ...] = ()
    weight: Decimal | None = None
    service_date: Day | None = None
    at: str = ""


class Claim(
    Entry,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    tag="claim",
    rename={"order": "po", "taxes": "tax"},
):
    """A document that asks for money or gives it back; amounts are positive, the type directs.

    `orders` are the orders that its header names where that is more than the one in `order`.
    """

    number: str = ""
    supplier: str | None = None
    supplier_ids: tuple[str, ...] = ()
    supplier_name: str | None = None
    sender: str | None = None
    date: Day | None = None
    currency: str | None = None
    order: str | None = None
    orders: tuple[str, ...] = ()
    release: str | None = None
    total: Decimal | None = None
    taxes: tuple[TaxAmount, ...] = ()
    charges: tuple[Charge, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    rounding: Decimal | None = None
    terms: PayTerms | None = None
    tax_id: str | None = None
    bank: str | None = None
    remit_to: str | None = None
    ref_invoice: str | None = None
    lines: tuple[ClaimLine, ...] = ()


class Invoice(Claim, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="invoice"):
    """A supplier's claim."""


class CreditMemo(Claim, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="credit_memo"):
    """A supplier's credit: money back for units, or off their price."""


class BuyerDebit(Claim, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="buyer_debit"):
    """A debit memo that we issue; it works like the supplier's credit (S5.7)."""


class DebitMemo(Claim, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="debit_memo"):
    """A supplier's subsequent debit on an earlier invoice line (S6.5)."""


class Release(
    Entry,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    tag="release",
    rename={"quantity": "qty"},
):
    """Money that was already let go for an invoice line (S10.4)."""

    invoice: str
    line: str
    amount: Decimal
    quantity: Decimal | None = None


class Void(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="void"):
    """Takes another fact back: by its document id, or by kind and number."""

    target: str | None = None
    kind: Literal["invoice", "credit_memo", "debit_memo", "receipt", "asn"] | None = None
    number: str | None = None
    supplier: str | None = None
    supplier_ids: tuple[str, ...] = ()


class Amendment(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="amendment"):
    """A person's decision on how lines are to be read: a repair that was accepted (N21).

    On a claim it puts `add` and `charges` in the place of the lines in `remove`, the sum unchanged.
    On an order line it agrees unit factors, substitutes, or a tolerance.
    """

    shape: str = ""
    claim: str | None = None
    remove: tuple[str, ...] = ()
    add: tuple[ClaimLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    order: str | None = None
    order_line: str | None = None
    factors: dict[str, Decimal] = field(default_factory=dict)
    substitutes: tuple[str, ...] = ()
    tolerances: dict[str, object] = field(default_factory=dict)


class Refused(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="refused"):
    """A document whose facts cannot be used, and why; a claim is answered all the same."""

    reason: str
    at: str = ""
    of: str = ""
    number: str | None = None
    order: str | None = None
    supplier: str | None = None
    currency: str | None = None
    total: Decimal | None = None


AnyClaim = Invoice | CreditMemo | BuyerDebit | DebitMemo
AnyGoods = Receipt | Return | Inspection | ShipNotice
Fact = (
    Order
    | Receipt
    | Return
    | Inspection
    | ShipNotice
    | Invoice
    | CreditMemo
    | BuyerDebit
    | DebitMemo
    | Release
    | Void
    | Amendment
    | Refused
)


class Supplier(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What master data says of a supplier: the only place where payee details are believed.

    `ids` are `scheme:value` names as documents give them, `senders` the interchange or network ids
    that speak for the supplier.
    """

    group: str | None = None
    name: str | None = None
    ids: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    tax_id: str | None = None
    bank: str | None = None
    remit_to: str | None = None
    blocked: bool = False


class ItemMaster(
    Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, rename={"factors": "uom_conv"}
):
    """What master data says of an item: its unit factors."""

    factors: dict[str, Decimal] = field(default_factory=dict)


class AgreedUnit(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was agreed with a supplier on a unit: one `unit` holds `factor` of the unit `of`.

    It is meant for one `item` by any of its numbers, or for all of them; `supplier` are names of
    the supplier as `scheme:value`.
    """

    supplier: tuple[str, ...]
    unit: str
    factor: Decimal
    of: str
    item: str | None = None


class SurchargeCap(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The most that a kind of charge may be: percent of the goods, an amount, or the lesser."""

    percent: Decimal | None = None
    amount: Decimal | None = None


class Contract(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={"discount": "discount_pct"},
):
    """What was agreed with a supplier beside the order; tiers are for one item, the rest for all.

    `uom` is the unit of the tiers, the order's where it is absent; `surcharges` are by charge type.
    """

    number: str
    supplier: str
    vendor_part: str | None = None
    buyer_part: str | None = None
    gtin: str | None = None
    currency: str | None = None
    uom: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    tiers: tuple[Tier, ...] = ()
    discount: Decimal | None = None
    surcharges: dict[str, SurchargeCap] = field(default_factory=dict)


class Master(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Master data: suppliers by id, items by part number or GTIN, contracts, and agreed units."""

    suppliers: dict[str, Supplier] = field(default_factory=dict)
    items: dict[str, ItemMaster] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()
    units: tuple[AgreedUnit, ...] = ()
