"""The tables of bulk matching, made from facts: whole numbers, exactly (Scale 3).

Pairing, units and duplicates are worked out as `assess` does it; what remains, the money of every
claim line, is then one expression over columns (`matcher.bulk`). Each order line has a size of its
own in which all its numbers are whole. Orders whose claims need more than the expression knows
(credits, schedules of one item, named receipts, other currencies), or whose numbers are too fine or
too large for it, are named in `singly`: `assess` judges them.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, localcontext

from msgspec import Struct, structs

from matcher.accounts import LineAccount, OrderAccount
from matcher.bulk_papers import document_tables
from matcher.duplicates import Duplicates, mark_self_billed
from matcher.entries import Fact, Master
from matcher.holds import check_document, is_stopped
from matcher.ledger import Ledger
from matcher.measuring import measure
from matcher.money import EXACT, ONE, UNLIMITED, ZERO, rounded
from matcher.opening import open_paper
from matcher.papers import Paper, Sheet
from matcher.policy import Limits, Policy
from matcher.references import References

_NO_LIMIT, _NO_SHARE = 2**60, -1  # as `matcher.bulk` has them, which needs an extra
_LARGEST_PRODUCT, _LARGEST_MONEY = 2**60, 2**50
_QUANTITY_LIMITS = ("ordered", "received", "accepted")
_MOST_DECIMALS = 12
_ASIDE = {None: 0, "pend": 1, "dispute": 2}

Row = dict[str, int]


class Named(Struct, frozen=True, kw_only=True):
    """What the tables do not say of an order line, and its sentences do; `minor` is the cent."""

    order: str
    line: str
    unit: str
    minor: Decimal
    price: Decimal
    limit: Decimal | None


class Tables(Struct, frozen=True):
    """Rows for the tables by column; `keys` are (document, line index) by claim.

    `names` are those of the order lines, `singly` the orders that are left out. `documents` and
    `charges` are for `matcher.bulk_documents`; `invoices` are the documents by number, and an
    invoice that is not among them is to be judged singly.
    """

    order_lines: list[Row]
    claims: list[Row]
    keys: list[tuple[str, int]]
    names: list[Named]
    singly: frozenset[str]
    documents: list[Row] = []
    charges: list[Row] = []
    invoices: dict[int, str] = {}


class _UnfitError(ValueError):
    """A number that the tables cannot hold exactly."""


def tables_of(
    facts: Iterable[Fact], policy: Policy, as_of: dt.date, master: Master | None = None
) -> Tables:
    """Make the tables from facts; orders that need more than the expression are in `singly`."""
    with localcontext(EXACT):
        ledger = Ledger(facts, policy, master or Master())
        papers = [open_paper(claim, ledger) for claim in ledger.claims]
        papers.sort(key=lambda paper: paper.canonical_order)
        References(ledger, papers).resolve()
        for paper in papers:
            check_document(paper, ledger, as_of)
            measure(paper)
        invoices = [paper for paper in papers if paper.is_invoice]
        mark_self_billed(invoices)
        suspects = Duplicates(policy, ledger.parties).mark(invoices)
        doubtful = {paper for suspect in suspects for paper in suspect[:2]}
        return _Builder(ledger, papers, doubtful).tables()


class _Builder:
    """Writes the rows, order by order."""

    def __init__(self, ledger: Ledger, papers: list[Paper], doubtful: set[Paper]) -> None:
        self.ledger, self.doubtful = ledger, doubtful
        self.sheets: dict[OrderAccount, list[Sheet]] = {}
        for paper in papers:
            for sheet in paper.sheets:
                for order in sheet.orders:
                    self.sheets.setdefault(order, []).append(sheet)
        self.papers = papers
        self.places = {paper: place for place, paper in enumerate(papers)}
        self.numbers: dict[OrderAccount, int] = {}
        self.written: list[Sheet] = []
        self.made = Tables([], [], [], [], frozenset())

    def tables(self) -> Tables:
        """Write all orders that the expression can judge; name the others."""
        singly = set()
        orders = (one for group in self.ledger.orders.values() for one in group)
        for number, order in enumerate(orders):
            sheets = sorted(self.sheets.get(order, ()), key=lambda sheet: sheet.canonical_order)
            is_plain = _is_plain(order) and all(self._is_plain_claim(sheet) for sheet in sheets)
            if not is_plain or not self._write(number, order, sheets):
                singly.add(order.name)
        whole = document_tables(self.papers, self.numbers, self.places)
        for sheet, row in zip(self.written, self.made.claims, strict=True):
            row |= {
                "document": self.places[sheet.paper],
                "tax_rate": whole.rates.get(sheet, _NO_SHARE),
            }
        return structs.replace(
            self.made,
            singly=frozenset(singly),
            documents=whole.documents,
            charges=whole.charges,
            invoices=whole.keys,
        )

    def _is_plain_claim(self, sheet: Sheet) -> bool:
        """Whether a claim line is an ordinary one on a line of an order of its own."""
        paper, account = sheet.paper, sheet.account
        if not paper.is_invoice or paper in self.doubtful or account is None:
            return False
        if sheet.quantity is None or sheet.siblings or sheet.is_negative:
            return False
        is_simple = sheet.line.receipt is None and not sheet.released and not paper.is_spread
        is_home = paper.currency in {None, account.order.order.currency}
        return is_simple and is_home and sheet.billed == sheet.amount

    def _write(self, number: int, order: OrderAccount, sheets: list[Sheet]) -> bool:
        """Write the rows of one order, or none of them where a number does not fit."""
        minor = sheets[0].paper.unit if sheets else Decimal("0.01")
        billed: dict[LineAccount | None, list[Sheet]] = {}
        for sheet in sheets:
            billed.setdefault(sheet.account, []).append(sheet)
        lines: list[Row] = []
        claims: dict[Sheet, Row] = {}
        try:
            for account in order.lines:
                size = _Size(account, billed.get(account, []), minor)
                place = len(self.made.order_lines) + len(lines)
                lines.append({"line": place, "order_id": number, **size.order_line()})
                for sheet in billed.get(account, ()):
                    claims[sheet] = {"line": place, **size.claim(sheet)}
        except _UnfitError:
            return False
        self._add(order, lines, [(sheet, claims[sheet]) for sheet in sheets], minor)
        self.numbers[order] = number
        return True

    def _add(
        self, order: OrderAccount, lines: list[Row], claims: list[tuple[Sheet, Row]], minor: Decimal
    ) -> None:
        made = self.made
        made.order_lines.extend(lines)
        made.names.extend(
            Named(
                order=order.name,
                line=account.line.number,
                unit=account.unit or "",
                minor=minor,
                price=account.price.first if account.price else ZERO,
                limit=order.order.limit,
            )
            for account in order.lines
        )
        for sheet, row in claims:
            place = len(made.claims)
            made.claims.append({"claim": place, "place": place, **row})
            made.keys.append((sheet.paper.claim.id, sheet.index))
            self.written.append(sheet)


def _is_plain(order: OrderAccount) -> bool:
    """Whether the expression knows all that decides on an order's claims."""
    is_strict = order.limits.amount("two_way_below") is None
    return is_strict and all(one.price and len(one.price.steps) == 1 for one in order.lines)


class _Size:
    """The size in which all numbers of one order line are whole."""

    def __init__(self, account: LineAccount, sheets: list[Sheet], minor: Decimal) -> None:
        self.account, self.limits, self.minor = account, account.limits, minor
        shares = [_share(self.limits, f"qty.{name}_pct") for name in _QUANTITY_LIMITS]
        stock = account.stock
        self.units = [
            *(stock.ordered, stock.received, stock.returned_credit, stock.returned_replacement),
            *(stock.accepted, stock.rejected, *(sheet.quantity or ZERO for sheet in sheets)),
            *(self.limits.amount(f"qty.{name}_abs") or ZERO for name in _QUANTITY_LIMITS),
        ]
        of_price = [_share(self.limits, f"price.{name}_pct") for name in ("over", "under_block")]
        fine = max(map(_decimals, shares))
        self.share_parts = 10 ** max(fine, *map(_decimals, of_price))
        self.parts = 10 ** (max(map(_decimals, self.units)) + fine)
        price = account.price.first / minor if account.price else ZERO
        self.price_parts = 10 ** _decimals(price)
        self.price = _whole(price, self.price_parts)
        self._check(sheets, shares + of_price)

    def _check(self, sheets: list[Sheet], shares: list[Decimal | None]) -> None:
        """Refuse what could overflow: see the bounds in `matcher.bulk`."""
        money = sum((sheet.amount for sheet in sheets), ZERO) / self.minor
        finite = (one for one in self.units if one != UNLIMITED)
        units = sum(finite, ZERO) * self.parts
        largest_share = max(one for one in (*shares, ZERO) if one is not None and one != UNLIMITED)
        widened = self.share_parts * (ONE + largest_share)
        products = (units * self.price * widened, units * widened, money * units)
        scale = self.parts * self.price_parts * self.share_parts
        if money >= _LARGEST_MONEY or max(*products, scale) >= _LARGEST_PRODUCT // 4:
            raise _UnfitError

    def order_line(self) -> Row:
        """Return the row of the order line."""
        account, limits, stock = self.account, self.limits, self.account.stock
        row = {
            "way": limits.days("way"),
            "parts": self.parts,
            "ordered": self._units(stock.ordered),
            "received": self._units(stock.received),
            "returned": self._units(stock.returned_credit),
            "returned_replacement": self._units(stock.returned_replacement),
            "accepted": self._units(stock.accepted),
            "rejected": self._units(stock.rejected),
            "final": int(stock.final),
            "cancelled": int(stock.cancelled),
            "rejects_pend": int(limits.choice("rejected") == "await_replacement"),
            "price": self.price,
            "value_parts": self.parts * self.price_parts,
            "share_parts": self.share_parts,
            "over_share": self._share("price.over_pct", absent=0),
            "under_share": self._share("price.under_block_pct", absent=_NO_SHARE),
            "cap": self._money(limits.amount("price.cap_abs"), absent=_NO_LIMIT),
            "floor": self._money(limits.amount("price.floor_abs"), absent=0),
            "value_limit": self._value_limit(),
            "expected_day": account.expected.toordinal() if account.expected else 0,
            "wait_days": account.order.limits.days("dates.receipt_wait_days"),
        }
        for name in _QUANTITY_LIMITS:
            row |= self._tolerance(name)
        return row

    def _tolerance(self, name: str) -> Row:
        """Return the two limits of a tolerance; where neither is given it is nought (S5.3)."""
        share = _share(self.limits, f"qty.{name}_pct")
        absolute = self.limits.amount(f"qty.{name}_abs")
        if absolute is None:
            bound = _NO_LIMIT if share is not None else 0
        else:
            bound = self._units(absolute)
        number = _NO_SHARE if share in {None, UNLIMITED} else _whole(share, self.share_parts)
        return {f"{name}_share": number, f"{name}_abs": bound}

    def claim(self, sheet: Sheet) -> Row:
        """Return the row of one claim line."""
        paper = sheet.paper
        is_stopped_here = is_stopped(sheet, self.account.order)
        return {
            "day": paper.claim.date.toordinal() if paper.claim.date else 0,
            "quantity": self._units(sheet.quantity or ZERO),
            "billed": self._money(sheet.amount, absent=0),
            "held": 1 if is_stopped_here else 2 * paper.is_held,
            "aside": _ASIDE[paper.set_aside],
        }

    def _units(self, quantity: Decimal) -> int:
        return _whole(quantity, self.parts)

    def _money(self, amount: Decimal | None, *, absent: int) -> int:
        return absent if amount is None else _whole(amount / self.minor, 1)

    def _share(self, key: str, *, absent: int) -> int:
        share = _share(self.limits, key)
        if share is None:
            return absent
        return _NO_SHARE if share == UNLIMITED else _whole(share, self.share_parts)

    def _value_limit(self) -> int:
        """Return the value limit with its tolerance in minor units, rounded once (S5.8)."""
        order = self.account.order
        percent = order.limits.percent("limit.over_pct") or ZERO
        if order.order.limit is None or percent == UNLIMITED:
            return _NO_LIMIT
        limit = max(ZERO, rounded(order.order.limit * (1 + percent), self.minor))
        return self._money(limit, absent=_NO_LIMIT)


def _share(limits: Limits, key: str) -> Decimal | None:
    return limits.percent(key)


def _decimals(number: Decimal | None) -> int:
    """Return how many decimals a number has; a number without end is refused."""
    if number is None or number == UNLIMITED:
        return 0
    exponent = number.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    if places > _MOST_DECIMALS:
        raise _UnfitError
    return places


def _whole(number: Decimal | None, parts: int) -> int:
    """Return a number in whole parts; refuses what that would round."""
    if number is None or number == UNLIMITED:
        return _NO_LIMIT
    scaled = number * parts
    whole = int(scaled)
    if scaled != whole or not -_NO_LIMIT < whole < _NO_LIMIT:
        raise _UnfitError
    return whole
