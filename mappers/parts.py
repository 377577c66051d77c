"""What records are made of: parties, items, terms, amounts, and where a record came from.

Part of the contract of `mappers.canonical`, which hands all of it on.
"""

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

Day = dt.date  # so that a field may be called `date`


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A postal address; `country` is ISO 3166 alpha-2 where the document states it so."""

    deliver_to: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Party(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A business partner; `ids` maps a scheme (duns, gln, assigned_by_buyer, ...) to its value."""

    name: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    tax_id: str | None = None
    address: Address | None = None
    email: str | None = None
    phone: str | None = None
    contact: str | None = None
    bank_account: str | None = None


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is bought, by every number the document gives it."""

    buyer_part: str | None = None
    supplier_part: str | None = None
    supplier_part_aux: str | None = None
    manufacturer_part: str | None = None
    manufacturer: str | None = None
    gtin: str | None = None
    description: str | None = None
    classifications: dict[str, str] = msgspec.field(default_factory=dict)
    other_ids: dict[str, str] = msgspec.field(default_factory=dict)


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One window of the payment terms: a discount until a day, or the net day."""

    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    discount_days: int | None = None
    discount_date: Day | None = None
    net_days: int | None = None
    net_date: Day | None = None
    end_of_month: bool = False
    text: str | None = None


class Adjustment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An allowance (lowers the price) or a charge (raises it); `amount` is always positive."""

    type: Literal["allowance", "charge"]
    code: str | None = None
    reason: str | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    handling: str | None = None


class Tax(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One tax amount; `rate` in percent, `taxable` the base it is computed on."""

    type: str | None = None
    rate: Decimal | None = None
    taxable: Decimal | None = None
    amount: Decimal | None = None
    jurisdiction: str | None = None
    exempt: str | None = None


class Accounting(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One split of the cost: the codes it is booked under, by percent or amount."""

    cost_center: str | None = None
    gl_account: str | None = None
    project: str | None = None
    job: str | None = None
    department: str | None = None
    location: str | None = None
    requisitioner: str | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None
    segments: dict[str, str] = msgspec.field(default_factory=dict)


class OrderRef(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A reference to a purchase order, or to one line of it."""

    number: str | None = None
    line: str | None = None
    date: Day | None = None
    release: str | None = None


class DocumentRef(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A reference to another document by its number."""

    number: str | None = None
    date: Day | None = None


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where a record came from; `index` is the document's place in its file, from 0."""

    file: str = ""
    sha256: str = ""
    format: str = ""
    type: str = ""
    version: str | None = None
    index: int | None = None
    sender: str | None = None
    receiver: str | None = None
    control: str | None = None
    test: bool = False


class Freight(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How an order is to be shipped and who pays for it."""

    terms: str | None = None
    carrier: str | None = None
    scac: str | None = None


class Carrier(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who carries a shipment; `scac` is the carrier's four-letter code, `mode` how it travels."""

    name: str | None = None
    scac: str | None = None
    mode: str | None = None


class PriceBasis(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The quantity that a unit price buys, where that is not one of the line's unit.

    `factor` is how many units of the basis one unit of the line is (cXML conversionFactor).
    """

    quantity: Decimal | None = None
    uom: str | None = None
    factor: Decimal | None = None


class Schedule(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A part of an ordered quantity with its own day or place."""

    quantity: Decimal | None = None
    uom: str | None = None
    date: Day | None = None
    ship_to: Party | None = None


class Package(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A pallet or carton; `id` is the 18 digits of its SSCC, `parent` the package it stands in.

    With `id_to` it stands for equal packages of a range of numbers.
    """

    id: str | None = None
    id_to: str | None = None
    parent: str | None = None
    tracking: str | None = None
    type: str | None = None


class Totals(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An invoice's totals as stated.

    `net` is before tax, `total` the amount billed, `due` what is left to pay.
    """

    lines: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    shipping: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    rounding: Decimal | None = None
    total: Decimal | None = None
    prepaid: Decimal | None = None
    due: Decimal | None = None


class BankAccount(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An account that money leaves or reaches: its number, and the bank by its routing number."""

    number: str | None = None
    type: str | None = None
    bank: str | None = None


class PaymentAdjustment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What raises a payment or, with a minus, lowers it: a claim, a credit taken, an advance."""

    amount: Decimal | None = None
    code: str | None = None
    reason: str | None = None
    reference: str | None = None
