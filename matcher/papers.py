"""The working papers of an assessment: what is noted while claims are laid against orders.

One `Paper` for each claim, one `Sheet` for each of its lines, one `Part` for each order line that a
sheet is laid on. They exist only inside `assess`: the result is written from them and they are
thrown away. Money on a sheet is positive in the direction of its document; the result turns credits
negative.
"""

import datetime as dt
from decimal import Decimal
from functools import cached_property

from matcher.accounts import Identity, LineAccount, OrderAccount
from matcher.entries import AnyClaim, BuyerDebit, ClaimLine, CreditMemo, DebitMemo, Invoice
from matcher.folding import compact, folded
from matcher.money import ONE, ZERO, from_words, in_words, minor_unit
from matcher.notes import Calculation, Note
from matcher.parties import Party
from matcher.price import Judgement, Price
from matcher.quantity import Cell, Portion
from matcher.result import Bucket, Source


class Money:
    """Three buckets that together hold what was billed (S9.3)."""

    __slots__ = ("approve", "dispute", "pend")

    def __init__(self) -> None:
        self.approve = self.pend = self.dispute = ZERO

    def put(self, bucket: Bucket, amount: Decimal) -> None:
        """Add `amount` to a bucket."""
        if bucket == "approve":
            self.approve += amount
        elif bucket == "pend":
            self.pend += amount
        else:
            self.dispute += amount

    def add(self, other: "Money", sign: int = 1) -> None:
        """Add another three buckets to these, or take them off."""
        self.approve += sign * other.approve
        self.pend += sign * other.pend
        self.dispute += sign * other.dispute

    def hold(self, released: Decimal = ZERO) -> Decimal:
        """Move what is approved and not yet released to pending; return how much moved."""
        moved = max(ZERO, self.approve - released)
        self.approve -= moved
        self.pend += moved
        return moved

    @property
    def total(self) -> Decimal:
        """The sum of the three."""
        return self.approve + self.pend + self.dispute

    def recorded(self) -> dict[str, str]:
        """Write the three down as words, for a calculation."""
        return {bucket: in_words(getattr(self, bucket)) for bucket in self.__slots__}

    @classmethod
    def recalled(cls, inputs: dict[str, str]) -> "Money":
        """Read what `recorded` wrote."""
        money = cls()
        for bucket in cls.__slots__:
            setattr(money, bucket, from_words(inputs[bucket]))
        return money


class Part:
    """The part of a sheet that lies on one order line: almost always all of it."""

    __slots__ = (
        "account",
        "amount",
        "axis",
        "beyond_receipt",
        "credit_money",
        "credited",
        "judgement",
        "portions",
        "price",
        "price_credit",
        "quantity",
        "shares",
        "sheet",
        "start",
        "uncredited",
        "way",
    )

    def __init__(
        self, sheet: "Sheet", account: LineAccount, quantity: Decimal, amount: Decimal
    ) -> None:
        self.sheet, self.account = sheet, account
        self.quantity, self.amount = quantity, amount
        self.credited = self.credit_money = self.price_credit = self.uncredited = ZERO
        self.start = self.beyond_receipt = ZERO
        self.axis: tuple[Cell, ...] = ()
        self.portions: list[Portion] = []
        self.shares: list[tuple[Portion, Decimal]] = []
        self.way = 0
        self.price: Price | None = None
        self.judgement = Judgement("missing")

    @property
    def laid(self) -> Decimal:
        """The quantity that is laid on the cells: what no credit has taken back (S5.7)."""
        return self.quantity - self.credited

    @property
    def billed(self) -> Decimal:
        """The money that is judged: that of the units which no credit has taken back (S5.7, S6.4).

        What credited units were billed at beyond their credit is `uncredited`, and disputed.
        """
        return self.amount - self.credit_money - self.price_credit - self.uncredited

    @property
    def value(self) -> Decimal | None:
        """What the laid quantity costs by the order, unrounded."""
        return None if self.price is None else self.price.value(self.start, self.laid)


class Sheet:
    """The working paper of one claim line.

    `billed` is what the line contributes to the document's total, `amount` what is matched: the
    lesser reading where its arithmetic is wrong (S7.3). Both are net of the line's share of header
    allowances, which is `spread`.
    """

    __slots__ = (
        "account",
        "amount",
        "billed",
        "calculations",
        "identity",
        "index",
        "is_negative",
        "is_settled",
        "line",
        "money",
        "notes",
        "orders",
        "paper",
        "parts",
        "quantity",
        "recover",
        "released",
        "siblings",
        "spread",
    )

    def __init__(self, paper: "Paper", index: int, line: ClaimLine) -> None:
        self.paper, self.index, self.line = paper, index, line
        self.identity = Identity(line.gtin, line.vendor_part, line.buyer_part, line.description)
        self.billed = self.amount = ZERO
        self.is_negative = False
        self.orders: list[OrderAccount] = []
        self.account: LineAccount | None = None
        self.siblings: list[LineAccount] = []
        self.quantity: Decimal | None = None
        self.parts: list[Part] = []
        self.money = Money()
        self.notes: list[Note] = []
        self.calculations: list[Calculation] = []
        self.released = self.recover = self.spread = ZERO
        self.is_settled = False

    @property
    def number(self) -> str:
        """The line's own number, or its place counted from 1."""
        return self.line.number or str(self.index + 1)

    @property
    def gives_back(self) -> bool:
        """Whether the line gives money back: a credit's line, or a negative line of an invoice."""
        return self.paper.is_credit != self.is_negative

    @property
    def is_laid(self) -> bool:
        """Whether the line takes part in the allocation: paired, measured, not set aside (S5.2)."""
        if self.account is None or self.paper.set_aside:
            return False
        return self.quantity is not None or (self.gives_back and not self.notes_of("UOM_MISMATCH"))

    @property
    def canonical_order(self) -> tuple[object, ...]:
        """The place in which claims are laid: never arrival time (S5.2)."""
        names_receipt = self.line.receipt is not None
        return (not self.released, not names_receipt, *self.paper.number_order, self.index)

    def source(self, field: str = "") -> Source:
        """Where one of its values stands, or the line itself."""
        pointer = f"{self.line.at}/{field}" if field else self.line.at
        return Source(self.paper.claim.id, pointer)

    def note(self, note: Note) -> None:
        """Write a note in the margin."""
        self.notes.append(note)

    def notes_of(self, code: str) -> list[Note]:
        """Return the notes of one code."""
        return [note for note in self.notes if note.code == code]


class Paper:
    """The working paper of one claim."""

    def __init__(self, claim: AnyClaim, party: Party, currency: str | None) -> None:
        self.claim, self.party, self.currency = claim, party, currency
        self.is_credit = isinstance(claim, CreditMemo | BuyerDebit)
        self.is_debit = isinstance(claim, DebitMemo)
        self.is_invoice = isinstance(claim, Invoice)
        self.sheets = [Sheet(self, index, line) for index, line in enumerate(claim.lines)]
        self.total = self.tax = self.rounding = ZERO
        self.charges: dict[str, Decimal] = {}
        self.notes: list[Note] = []
        self.calculations: list[Calculation] = []
        self.orders: list[OrderAccount] = []
        self.set_aside: Bucket | None = None
        self.is_held = False
        self.holding: list[str] = []
        self.is_spread = False
        self.unspread = ZERO
        self.extras = Money()
        self.documents: set[str] = {claim.id}
        self.releases: set[str] = set()
        self.rates: dict[str | None, Decimal] = {}

    @cached_property
    def unit(self) -> Decimal:
        """The minor unit of its currency."""
        return minor_unit(self.currency)

    @property
    def goods(self) -> Money:
        """The money of its lines, in the direction of the claim."""
        goods = Money()
        for sheet in self.sheets:
            goods.add(sheet.money, -1 if sheet.is_negative else 1)
        return goods

    @property
    def goods_bucket(self) -> Bucket:
        """Where money goes that follows the goods as one: with the first released goods (S7.1)."""
        goods = self.goods
        if goods.approve > 0:
            return "approve"
        return "dispute" if goods.dispute > 0 and goods.pend <= 0 else "pend"

    @property
    def direction(self) -> int:
        """1 for what we owe, -1 for what we get back."""
        return -1 if self.is_credit else 1

    @cached_property
    def number_order(self) -> tuple[object, ...]:
        """Date, folded number, number and id: what orders claims of one standing (S5.2)."""
        claim = self.claim
        date = claim.date or dt.date.max
        return (date, folded(claim.number), compact(claim.number), claim.id)

    @cached_property
    def canonical_order(self) -> tuple[object, ...]:
        """Its place among other documents: that of its first line."""
        released = any(sheet.released for sheet in self.sheets)
        names_receipt = any(sheet.line.receipt is not None for sheet in self.sheets)
        return (not released, not names_receipt, *self.number_order)

    def set_apart(self, bucket: Bucket, note: Note) -> None:
        """Take the claim out of the allocation: all its money goes to one bucket, dispute first."""
        self.notes.append(note)
        self.holding.append(note.code)
        if self.set_aside != "dispute":
            self.set_aside = bucket

    def hold(self, note: Note) -> None:
        """Stop payment: what could be approved is pending, but the claim keeps its place (S7.6)."""
        self.notes.append(note)
        self.holding.append(note.code)
        self.is_held = True

    def forget(self) -> None:
        """Let go of the lines once the result is written; what points in a circle is cut."""
        for sheet in self.sheets:
            sheet.parts = []
        self.sheets, self.notes, self.calculations = [], [], []

    def rate_of(self, order: OrderAccount) -> Decimal:
        """How many units of its currency one unit of the order's currency is."""
        return self.rates.get(order.order.currency, ONE)
