"""From canonical records to facts, and to the keys by which they find each other (S1, S12).

Records say what a document says; facts say what it means for matching. Nothing is guessed on the
way: a value that the document leaves out is left out here. A record whose numbers no document can
mean becomes a `Refused`, so that it is answered and never paid.
"""

from collections.abc import Iterable, Iterator

from mappers.canonical import (
    AnyRecord,
    Invoice,
    InvoiceLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
)
from matcher.entries import Fact, Master, Refused
from matcher.folding import compact, folded, gtin14
from matcher.from_invoices import facts_of_invoice
from matcher.from_orders import facts_of_order
from matcher.from_receipts import facts_of_receipt
from matcher.money import is_sane
from matcher.short import insane_number

__all__ = ["LIKE", "Fact", "Master", "facts_of", "keys_of", "recovery_keys_of"]

_KINDS = {"credit_memo": "credit_memo", "debit_memo": "debit_memo"}
_LONGEST = 40
LIKE = "like:"


def facts_of(record: AnyRecord, id: str) -> tuple[Fact, ...]:  # noqa: A002
    """Return what a record contributes to matching; `id` is the id of its document.

    Records that matching does not look at (carts, acknowledgments, ...) contribute nothing, and
    neither do incomplete ones, which a person completes first.
    """
    if record.incomplete:
        return ()
    try:
        facts = _facts(record, id)
    except ArithmeticError:  # a number that cannot even be calculated with
        return _refused(record, id, "a number is not finite, or absurdly large or fine")
    wrong = next((found for found in map(insane_number, facts) if found), "")
    return _refused(record, id, wrong) if wrong else facts


def _facts(record: AnyRecord, document: str) -> tuple[Fact, ...]:
    if isinstance(record, PurchaseOrder):
        return facts_of_order(record, document)
    if isinstance(record, Receipt):
        return facts_of_receipt(record, document)
    return facts_of_invoice(record, document) if isinstance(record, Invoice) else ()


def _refused(record: AnyRecord, document: str, reason: str) -> tuple[Refused, ...]:
    """Refuse a record that matters to matching, keeping what is known of it."""
    if isinstance(record, Invoice):
        total = record.totals.total if record.totals else None
        return (
            Refused(
                id=document,
                reason=reason,
                of=_KINDS.get(record.type or "", "invoice"),
                number=record.number,
                order=record.orders[0] if record.orders else None,
                supplier=record.supplier.name if record.supplier else None,
                currency=record.currency,
                total=total if total is not None and is_sane(total) else None,
            ),
        )
    if isinstance(record, PurchaseOrder):
        return (Refused(id=document, reason=reason, of="po", order=record.number),)
    if isinstance(record, Receipt):
        orders = {line.order.number for line in record.lines if line.order and line.order.number}
        return tuple(
            Refused(id=document, reason=reason, of="receipt", order=order)
            for order in sorted(orders)
        )
    return ()


def keys_of(record: AnyRecord) -> tuple[str, ...]:
    """Return the keys that a record touches; records that share one have to do with each other.

    `order:` and `goods:` keys bind: what they connect, directly or not, is one case. Those that
    begin with `LIKE` lead to claims to compare with (a duplicate, the invoice of a credit): they
    are followed from the claims of a case, but not on from there, or all suppliers' invoices would
    hang together.
    """
    if isinstance(record, PurchaseOrder):
        found = {f"order:{_order(record.number)}"} if record.number else set()
    elif isinstance(record, Receipt):
        found = _orders_of(record.lines)
        found |= {f"goods:{compact(record.number)}"} if record.number else set()
    elif isinstance(record, Invoice):
        found = _orders_of(record.lines) | {f"order:{_order(one)}" for one in record.orders}
        found |= set(_claim_keys(record))
    else:
        return ()
    return tuple(sorted(found))


def recovery_keys_of(record: AnyRecord) -> tuple[str, ...]:
    """Return the items that a record names: how a lost order is found again (S3.2)."""
    lines = record.lines if isinstance(record, PurchaseOrder | Invoice) else ()
    items = [line.item for line in lines if line.item]
    found = {f"gtin:{gtin14(item.gtin)}" for item in items if item.gtin}
    parts = (part for item in items for part in (item.buyer_part, item.supplier_part))
    found |= {f"part:{compact(part)}" for part in parts if part}
    return tuple(sorted(found))


def _order(number: str) -> str:
    return number.strip().upper()


def _orders_of(lines: Iterable[InvoiceLine | ReceiptLine]) -> set[str]:
    return {
        f"order:{_order(line.order.number)}" for line in lines if line.order and line.order.number
    }


def _claim_keys(record: Invoice) -> Iterator[str]:
    """Yield keys of a claim's number, of the one it names, and of near numbers."""
    original = record.original.number if record.original else None
    numbers = [folded(number) for number in (record.number, original) if number]
    yield from (f"{LIKE}{number}" for number in numbers)
    total = record.totals.total if record.totals else None
    if numbers and total is not None and is_sane(total):
        number, money = numbers[0], f"{total.normalize():f}"
        for place in range(len(number[:_LONGEST])):
            yield f"{LIKE}{number[:place]}{number[place + 1 :]}:{money}"
        yield f"{LIKE}{number}:{money}"
