"""The same verdicts for years of facts: cells and price limits as prefix sums and clips (Scale 3).

Every rule of quantity and price cuts an axis at an edge, so one window pass over the claims of an
order line, in canonical order, says what `assess` says of each. `STATEMENT` is that pass in SQL as
DuckDB speaks it, over two tables of whole numbers. Whoever holds a connection runs it; nothing here
opens one. `tables_of` makes the tables from facts and names the orders whose claims need more than
a pass (credits, schedules of one item, named receipts, other currencies): those are judged singly.

Quantities are in ten-thousandths, prices in ten-thousandths of a minor unit, percentages in
millionths, money in minor units. A number with finer digits leaves its order to `assess`; a product
beyond 128 bits stops the statement instead of wrapping around.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, localcontext

from msgspec import Struct

from matcher.accounts import LineAccount, OrderAccount
from matcher.duplicates import Duplicates, mark_self_billed
from matcher.entries import Fact, Master
from matcher.holds import check_document
from matcher.ledger import Ledger
from matcher.measuring import measure
from matcher.money import EXACT, UNLIMITED, ZERO
from matcher.opening import open_paper
from matcher.papers import Paper, Sheet
from matcher.policy import Policy
from matcher.quantity import ORDER_ONLY, ceiling, tolerance
from matcher.references import References

QUANTITY_PARTS, PRICE_PARTS, SHARE_PARTS = 10**4, 10**4, 10**6
NO_LIMIT = 10**17
"""Stands for no limit; beyond every sum that the tables hold."""

ORDER_LINES = """
CREATE TABLE order_lines (
    line BIGINT PRIMARY KEY, way INTEGER, top BIGINT, kept_top BIGINT, accepted_top BIGINT,
    returned BIGINT, inspecting BIGINT, rejected BIGINT, rest_pends BOOLEAN, rejects_pend BOOLEAN,
    price BIGINT, over_share BIGINT, cap BIGINT, floor BIGINT
)
"""
CLAIMS = (
    "CREATE TABLE claims (claim BIGINT, line BIGINT, place BIGINT, quantity BIGINT, billed BIGINT)"
)

_ROUNDED = "((2 * ({n}) + ({d})) // (2 * ({d})))"
_VALUE_PARTS = f"({QUANTITY_PARTS}::HUGEINT * {PRICE_PARTS})"


def _rounded(number: str, divisor: str) -> str:
    """Return SQL that divides and rounds half away from zero; both are never negative."""
    return _ROUNDED.format(n=number, d=divisor)


def _within(edge: str) -> str:
    """Return SQL for how much of a claim lies below an edge of the axis."""
    return f"greatest(0, least({edge} - start, quantity))"


STATEMENT = f"""
WITH laid AS (
    SELECT claim, line, place, quantity::HUGEINT AS quantity, billed::HUGEINT AS billed,
        coalesce(sum(quantity) OVER before, 0)::HUGEINT AS start
    FROM claims
    WINDOW before AS (
        PARTITION BY line ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
), edged AS (
    SELECT laid.*, price::HUGEINT AS price, over_share, cap, floor, rest_pends, rejects_pend, top,
        greatest(0, least(
            CASE way WHEN 2 THEN top WHEN 3 THEN kept_top ELSE accepted_top END, top - returned
        )) AS approved_edge,
        CASE way WHEN 4 THEN inspecting ELSE 0 END AS inspecting,
        CASE way WHEN 4 THEN rejected ELSE 0 END AS rejected, returned
    FROM laid JOIN order_lines USING (line)
), cut AS (
    SELECT *,
        {_within("approved_edge")} AS to_approved,
        {_within("least(top, approved_edge + inspecting)")} AS to_inspected,
        {_within("least(top, approved_edge + inspecting + rejected)")} AS to_rejected,
        {_within("least(top, approved_edge + inspecting + rejected + returned)")} AS to_returned,
        {_within("top")} AS to_top,
        {_rounded("quantity * price", _VALUE_PARTS)} AS expected,
        {
    _rounded(f"quantity * price * ({SHARE_PARTS} + over_share)", f"{_VALUE_PARTS} * {SHARE_PARTS}")
} AS ceiling
    FROM edged
), judged AS (
    SELECT *, billed > ceiling AS fails,
        CASE WHEN billed > expected AND billed <= ceiling THEN billed - expected ELSE 0 END
            AS passed,
        CASE WHEN billed > ceiling THEN billed - expected ELSE 0 END AS failing
    FROM cut
), budgeted AS (
    SELECT *,
        greatest(0, passed - greatest(0, cap - coalesce(sum(passed) OVER before, 0))) AS capped,
        sum(failing) OVER (PARTITION BY line) <= floor AS forgiven
    FROM judged
    WINDOW before AS (
        PARTITION BY line ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
), payable AS (
    SELECT *, fails AND NOT forgiven AS is_over,
        CASE WHEN fails AND NOT forgiven THEN expected ELSE billed - capped END AS payable
    FROM budgeted
), shared AS (
    SELECT claim, line, billed, payable, rest_pends, rejects_pend, {
    ", ".join(
        f'''CASE WHEN is_over AND price > 0 THEN {_rounded(f"to_{edge} * price", _VALUE_PARTS)}
            ELSE {_rounded(f"payable * to_{edge}", "greatest(1, quantity)")} END AS {edge}'''
        for edge in ("approved", "inspected", "rejected", "returned", "top")
    )
}
    FROM payable
), pended AS (
    SELECT claim, line, billed, approved, (inspected - approved)
        + CASE WHEN rejects_pend THEN rejected - inspected ELSE 0 END
        + CASE WHEN rest_pends THEN top - returned ELSE 0 END AS pending
    FROM shared
)
SELECT claim, line, approved::BIGINT AS approved, pending::BIGINT AS pending,
    (billed - approved - pending)::BIGINT AS disputed
FROM pended
"""  # noqa: S608 - put together from the constants above alone
"""Says of each claim what is approved, pending and disputed, in minor units."""


class Tables(Struct, frozen=True):
    """Rows for both tables; `keys` are (document, line index), `singly` the orders left out."""

    order_lines: list[tuple[int | bool, ...]]
    claims: list[tuple[int, ...]]
    keys: list[tuple[str, int]]
    singly: frozenset[str]


class _TooFineError(ValueError):
    """A number that the tables cannot hold exactly."""


def tables_of(
    facts: Iterable[Fact], policy: Policy, as_of: dt.date, master: Master | None = None
) -> Tables:
    """Make the tables from facts; orders that need more than one pass are named in `singly`."""
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
        self.lines: list[tuple[int | bool, ...]] = []
        self.claims: list[tuple[int, ...]] = []
        self.keys: list[tuple[str, int]] = []

    def tables(self) -> Tables:
        """Write all orders that one pass can judge; name the others."""
        singly = set()
        for order in (one for group in self.ledger.orders.values() for one in group):
            sheets = self.sheets.get(order, [])
            is_plain = _is_plain(order) and all(self._is_plain_claim(sheet) for sheet in sheets)
            if not is_plain or not self._write(order, sheets):
                singly.add(order.name)
        return Tables(self.lines, self.claims, self.keys, frozenset(singly))

    def _is_plain_claim(self, sheet: Sheet) -> bool:
        """Whether a claim line is an ordinary one on a line of an order of its own."""
        paper, account = sheet.paper, sheet.account
        if not paper.is_invoice or paper.set_aside or paper.is_held or paper in self.doubtful:
            return False
        if account is None or sheet.quantity is None or sheet.siblings or sheet.is_negative:
            return False
        is_simple = sheet.line.receipt is None and not sheet.released and not paper.is_spread
        is_home = paper.currency in {None, account.order.order.currency}
        return is_simple and is_home and sheet.billed == sheet.amount

    def _write(self, order: OrderAccount, sheets: list[Sheet]) -> bool:
        """Write the rows of one order, or none of them where a number is too fine."""
        numbers = {line: len(self.lines) + index for index, line in enumerate(order.lines)}
        ordered = sorted(sheets, key=lambda sheet: sheet.canonical_order)
        try:
            unit = ordered[0].paper.unit if ordered else Decimal("0.01")
            lines = [_line_row(line, number, unit) for line, number in numbers.items()]
            claims = [
                _claim_row(sheet, len(self.claims) + index, numbers)
                for index, sheet in enumerate(ordered)
            ]
        except _TooFineError:
            return False
        self.lines += lines
        self.claims += claims
        self.keys += [(sheet.paper.claim.id, sheet.index) for sheet in ordered]
        return True


def _is_plain(order: OrderAccount) -> bool:
    """Whether the cells and the price of its lines are all that decides on an order's claims."""
    terms, limits = order.order, order.limits
    is_open = terms.status == "open" and not order.is_contradicted and terms.limit is None
    is_timeless = terms.valid_from is None and terms.valid_to is None
    is_strict = limits.amount("two_way_below") is None
    return is_open and is_timeless and is_strict and all(map(_is_plain_line, order.lines))


def _is_plain_line(line: LineAccount) -> bool:
    is_counted = line.line.basis == "qty" and line.line.catch is None
    has_price = line.price is not None and len(line.price.steps) == 1
    return is_counted and has_price and line.limits.amount("price.under_block_pct") is None


def _line_row(line: LineAccount, number: int, unit: Decimal) -> tuple[int | bool, ...]:
    stock, limits = line.stock, line.limits
    accepted = min(stock.accepted, stock.kept)
    price = line.price.first if line.price else ZERO
    cap = limits.amount("price.cap_abs")
    return (
        number,
        limits.days("way"),
        _whole(ceiling(stock, limits), QUANTITY_PARTS),
        _whole(stock.kept + tolerance(stock.kept, limits, "received"), QUANTITY_PARTS),
        _whole(accepted + tolerance(accepted, limits, "accepted"), QUANTITY_PARTS),
        _whole(stock.returned_credit, QUANTITY_PARTS),
        _whole(stock.inspecting, QUANTITY_PARTS),
        _whole(stock.rejected, QUANTITY_PARTS),
        limits.days("way") != ORDER_ONLY and not stock.final and not stock.cancelled,
        limits.choice("rejected") == "await_replacement",
        _whole(price / unit, PRICE_PARTS),
        _whole(limits.percent("price.over_pct") or ZERO, SHARE_PARTS),
        NO_LIMIT if cap is None else _whole(cap / unit, 1),
        _whole((limits.amount("price.floor_abs") or ZERO) / unit, 1),
    )


def _claim_row(sheet: Sheet, place: int, numbers: dict[LineAccount, int]) -> tuple[int, ...]:
    line = numbers[sheet.account] if sheet.account else -1
    quantity = _whole(sheet.quantity or ZERO, QUANTITY_PARTS)
    return (place, line, place, quantity, _whole(sheet.amount / sheet.paper.unit, 1))


def _whole(number: Decimal, parts: int) -> int:
    """Return a number in whole parts; raises where that would round it."""
    if number == UNLIMITED:
        return NO_LIMIT
    scaled = number * parts
    whole = int(scaled)
    if scaled != whole or not -NO_LIMIT < whole < NO_LIMIT:
        raise _TooFineError
    return whole
