"""The remarks on a settled line: which cells its units fell into, how its price stands."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from matcher.accounts import OrderAccount
from matcher.money import ZERO, bare
from matcher.notes import Note
from matcher.papers import Part, Sheet
from matcher.quantity import ORDER_ONLY, WITH_ACCEPTANCE, Portion, ceiling
from matcher.result import Source

_RULES = {
    "QTY_OVER_ORDERED": "qty.ordered_pct",
    "WAITING_RECEIPT_OVERDUE": "dates.receipt_wait_days",
    "QTY_REJECTED": "rejected",
}
_EVIDENCE = {
    "QTY_OVER_RECEIVED": ("received",),
    "WAITING_RECEIPT": ("received", "announced"),
    "WAITING_RECEIPT_OVERDUE": ("received", "announced"),
    "WAITING_INSPECTION": ("received", "inspected"),
    "QTY_REJECTED": ("inspected",),
    "RETURN_NOT_CREDITED": ("returned",),
    "PO_CANCELLED": ("received",),
    "QTY_OVER_ORDERED": ("received",),
    "QTY_TOL": ("received", "inspected"),
}


def quantity_notes(part: Part, as_of: dt.date) -> Iterator[Note]:
    """Yield one note for each code that the part's units fell under."""
    found: dict[str, list[tuple[Portion, Decimal]]] = {}
    for portion, money in part.shares:
        if portion.code:
            found.setdefault(portion.code, []).append((portion, money))
    for code, shares in found.items():
        yield _quantity_note(part, _overdue(part, code, as_of), shares, as_of)


def _overdue(part: Part, code: str, as_of: dt.date) -> str:
    """Return the code: waiting too long is overdue, all that time alone changes (S10.1)."""
    date = part.sheet.paper.claim.date
    if code != "WAITING_RECEIPT" or date is None:
        return code
    waited = (as_of - date).days
    is_late = waited > part.account.order.limits.days("dates.receipt_wait_days")
    return "WAITING_RECEIPT_OVERDUE" if is_late else code


def _quantity_note(
    part: Part, code: str, shares: list[tuple[Portion, Decimal]], as_of: dt.date
) -> Note:
    account, sheet = part.account, part.sheet
    units = sum((portion.quantity for portion, _ in shares), ZERO)
    sources = (sheet.source("quantity"), account.order_source)
    way = part.way
    rule = "way" if code.startswith("WAITING") and way else None
    key = _RULES.get(code, _tolerance_key(part) if code == "QTY_TOL" else rule)
    return Note(
        code=code,
        money=sum((money for _, money in shares), ZERO),
        values=_quantity_values(part, units, shares[0][0].bucket, as_of),
        sources=sources + account.cited(*_EVIDENCE.get(code, ())),
        rule=_cite(part, key) if key else None,
    )


def _tolerance_key(part: Part) -> str:
    """Return which tolerance it took: the order's, where the goods had come and been accepted."""
    stock, end = part.account.stock, part.start + part.laid
    if part.way == WITH_ACCEPTANCE and end > stock.accepted:
        return "qty.accepted_pct"
    return "qty.received_pct" if part.way != ORDER_ONLY and end > stock.kept else "qty.ordered_pct"


def _cite(part: Part, key: str) -> str:
    limits = part.account.limits
    if key.endswith("_pct") and limits.amount(key.replace("_pct", "_abs")) is not None:
        return f"{limits.cite(key)}, {limits.cite(key.replace('_pct', '_abs'))}"
    return limits.cite(key)


def _quantity_values(part: Part, units: Decimal, bucket: str, as_of: dt.date) -> dict[str, Any]:
    account, stock = part.account, part.account.stock
    date = part.sheet.paper.claim.date
    return {
        "billed": bare(part.laid),
        "before": bare(part.start),
        "units": bare(units),
        "unit": account.unit or "",
        "way": part.way,
        "ordered": bare(stock.ordered),
        "received": bare(stock.received),
        "kept": bare(stock.kept),
        "returned": bare(stock.returned_credit),
        "accepted": bare(stock.accepted),
        "rejected": bare(stock.rejected),
        "inspecting": bare(stock.inspecting),
        "ceiling": bare(ceiling(stock, account.limits)),
        "bucket": "pending" if bucket == "pend" else "disputed",
        "expected": account.expected,
        "waited": (as_of - date).days if date else None,
        "receipt": part.sheet.line.receipt,
    }


_PRICE_RULES = {
    "PRICE_OVER": "price.over_pct",
    "PRICE_CAP": "price.cap_abs",
    "PRICE_UNDER_BLOCK": "price.under_block_pct",
}


def price_notes(part: Part, *, over: Decimal, forgiven: bool) -> Iterator[Note]:
    """Yield what is to be said of a part's price; `over` is variance beyond the line's budget."""
    kind, variance = part.judgement.kind, part.judgement.variance
    failing = part.uncredited + (variance if kind == "over" else ZERO)
    if failing > 0:
        yield _price_note(part, "PRICE_TOL" if forgiven else "PRICE_OVER", failing, "floor_abs")
    if kind == "missing":
        yield _price_note(part, "PRICE_MISSING", part.billed)
    elif kind == "within":
        if variance > over:
            yield _price_note(part, "PRICE_TOL", variance - over, "over_pct")
        if over > 0:
            yield _price_note(part, "PRICE_CAP", over)
    elif kind == "under":
        yield _price_note(part, "PRICE_UNDER", -variance)
    elif kind == "far_under":
        yield _price_note(part, "PRICE_UNDER_BLOCK", part.billed)


def _price_note(part: Part, code: str, money: Decimal, tolerance: str = "over_pct") -> Note:
    account, judgement = part.account, part.judgement
    key = _PRICE_RULES.get(code, f"price.{tolerance}" if code == "PRICE_TOL" else None)
    values = {
        "billed": part.billed + part.uncredited,
        "quantity": bare(part.laid),
        "unit": account.unit or "",
        "price": part.price.first if part.price else None,
        "billed_price": part.billed / part.laid if part.laid else None,
        "expected": judgement.expected,
        "ceiling": judgement.ceiling,
        "variance": abs(judgement.variance),
    }
    return Note(
        code=code,
        money=money,
        values=values,
        sources=(part.sheet.source("unit_price"), account.price_source),
        rule=account.limits.cite(key) if key else None,
    )


def limit_note(sheet: Sheet, order: OrderAccount, limit: Decimal, over: Decimal) -> Note:
    """Say that the order's value limit is used up (S5.8)."""
    values = {"limit": limit, "over": over, "order": order.name, "billed": sheet.amount}
    sources = (sheet.source("amount"), Source(order.order.id, "/limit"))
    rule = order.limits.cite("limit.over_pct")
    return Note(code="BLANKET_LIMIT", money=over, values=values, sources=sources, rule=rule)
