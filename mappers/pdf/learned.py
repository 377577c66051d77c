"""What is known of how one supplier lays out its invoices, as data that a person can read.

A layout says by what a page is recognised (the seller, and label words with their places) and where
each value stands: beside which words, and where on the page. It is learned from one invoice whose
values a person has confirmed (`mappers.pdf.teaching`), and looked up when the next one is read
(`mappers.pdf.recalling`). Values of the invoice itself are not part of it, but for the seller's.
"""

from typing import Literal

from msgspec import Struct

from mappers.canonical import Day
from mappers.pdf.dates import Order
from parsers.form import Box

Field = Literal[
    "number",
    "date",
    "due_date",
    "order",
    "supplier",
    "buyer",
    "net",
    "tax",
    "total",
    "due",
    "prepaid",
]
Side = Literal["after", "right", "below"]
Holds = Literal["quantity", "unit_price", "amount", "description", "supplier_part", "buyer_part"]


class Tag(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words beside a value, without case and accents, and where the value stands from them.

    `after` is in the same cell, `right` in a cell further right, `below` in one further down.
    """

    words: str
    value: Side


class Anchor(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where the value of `field` stands: beside `tags`, the best first, and in `box` on `page`.

    `page` counts from 1, points from its top left. `shape` is how a number is written (A-9 for
    KT-2041), `until` what stands right behind the value in the same cell.
    """

    field: Field
    page: int
    box: Box
    tags: tuple[Tag, ...] = ()
    shape: str | None = None
    until: str | None = None


class Landmark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that every invoice of a layout has, and where they begin on the first page."""

    words: str
    x: float
    top: float


class Seller(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Whose invoices these are: by one of these a page is known as this seller's."""

    name: str | None = None
    tax_id: str | None = None


class Heading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of the line table: the words of its heading, and what it holds."""

    words: str
    holds: Literal["quantity", "unit_price", "amount", "description", "supplier_part", "buyer_part"]


class Learned(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One layout of a supplier; `version` counts how often it was taught.

    `dates` is the order of day and month, `decimal` the decimal sign. `misleading` are words beside
    numbers that look like orders and are none. `by` confirmed the values, from `document`, `on` a
    day.
    """

    name: str
    version: int
    by: str
    on: Day
    document: str
    seller: Seller = Seller()
    dates: Order | None = None
    decimal: Literal[".", ","] | None = None
    currency: str | None = None
    misleading: tuple[str, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    headings: tuple[Heading, ...] = ()


class Memory(Struct, frozen=True, kw_only=True):
    """The layouts that may be used for a document.

    `is_theirs` says that it is known to come from the supplier of these layouts: its pages need not
    name their seller.
    """

    layouts: tuple[Learned, ...] = ()
    is_theirs: bool = False


NOTHING = Memory()
"""What is known before anything was learned."""
