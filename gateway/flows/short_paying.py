"""Short paying: the undisputed is paid, and a debit memo of ours takes the rest off (S5.7, S9.3).

The memo is a document of its own: numbered, canonical, and never changed. Lines that are disputed
for their quantity or their price also become a fact, so that what was deducted is not billed again
unnoticed and later receipts are laid on what is left. That fact is used only where matching, tried
with it, settles exactly what it deducts; what no fact can settle, such as freight, the decision
itself closes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import Clock, moment_of, stamp
from gateway.flows.amending import Change, amend
from gateway.flows.deciding import UNDO_FOR, Outcome
from gateway.flows.judging import Judge
from gateway.flows.trying import attempt
from gateway.store import exception, memos
from gateway.store.amending import fact_of
from gateway.store.engine import Store
from gateway.store.exception import Kept, NewDecision
from gateway.store.memos import Memo, NewMemo
from mappers.canonical import (
    AnyRecord,
    DocumentRef,
    Invoice,
    InvoiceLine,
    OrderRef,
    Party,
    PurchaseOrder,
    Totals,
)
from matcher.entries import AnyClaim, BuyerDebit, ClaimLine, Void
from matcher.facts import facts_of
from matcher.result import Finding, LineResult, Reconciliation

_BY_QUANTITY = frozenset(
    {
        "QTY_OVER_ORDERED",
        "QTY_OVER_RECEIVED",
        "QTY_REJECTED",
        "RETURN_NOT_CREDITED",
        "PO_CANCELLED",
    }
)
_BY_PRICE = frozenset({"PRICE_OVER", "PRICE_CAP"})
_DISPUTING = _BY_QUANTITY | _BY_PRICE
_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


class Deduction(Struct, frozen=True, kw_only=True):
    """One line of a memo: what is deducted and why; of a line by its quantity or its price."""

    words: str
    amount: Decimal
    kind: Literal["qty", "price"] | None = None
    line: str | None = None
    order: OrderRef | None = None
    units: Decimal | None = None
    uom: str | None = None
    price: Decimal | None = None


class Draft(Struct, frozen=True, kw_only=True):
    """A memo before it has its number: what is paid now, what waits, and what is deducted."""

    paid: Decimal
    pending: Decimal
    deducted: Decimal
    currency: str | None
    deductions: tuple[Deduction, ...]


def draft(told: Reconciliation) -> Draft | None:
    """Return what a memo on a result would deduct; None where nothing is disputed, or no invoice.

    A duplicate, or an invoice without its order, is not paid short but rejected.
    """
    if told.type != "invoice" or told.disputed <= 0 or told.verdict in {"duplicate", "unmatched"}:
        return None
    deductions = tuple(_deductions(told))
    return Draft(
        paid=told.approved,
        pending=told.pending,
        deducted=told.disputed,
        currency=told.currency,
        deductions=deductions,
    )


def _deductions(told: Reconciliation) -> Iterator[Deduction]:
    left = told.disputed
    for line in told.lines:
        if line.disputed > 0:
            found = [one for one in told.findings if one.line == line.number and one.money > 0]
            yield from _of_line(line, found)
            left -= line.disputed
    if left > 0:
        words = " ".join(one.sentence for one in told.findings if not one.line and one.money > 0)
        yield Deduction(words=words or "Not agreed.", amount=left)


def _of_line(line: LineResult, found: list[Finding]) -> Iterator[Deduction]:
    """Split what is disputed of a line by the findings that dispute it, and a rest."""
    left = line.disputed
    for one in found:
        amount = min(one.money, left)
        if one.code not in _DISPUTING or amount <= 0:
            continue
        units = Decimal(one.values["units"]) if one.code in _BY_QUANTITY else None
        yield Deduction(
            words=one.sentence,
            amount=amount,
            kind="qty" if units is not None else "price",
            line=line.number,
            order=line.order,
            units=units,
            uom=one.values.get("unit") or None,
            price=amount / units if units else None,
        )
        left -= amount
    if left > 0:
        words = " ".join(one.sentence for one in found if one.code not in _DISPUTING)
        yield Deduction(
            words=words or "Not agreed.", amount=left, line=line.number, order=line.order
        )


def short_pay(store: Store, clock: Clock, judge: Judge, new: NewDecision) -> Outcome:
    """Pay what is undisputed, and write the debit memo of the rest, in one transaction."""
    settles = _settles(store, clock, judge, new)

    def make(connection: Connection, told: Reconciliation) -> Change | None:
        drafted, kept = draft(told), exception.kept(connection, new.record_id)
        if drafted is None or kept is None:
            return None
        number = f"DM-{memos.next_number(connection):06d}"
        fact = _fact(kept, drafted, number)
        buyer = _buyer(connection, told)
        written = _memo(clock, new, kept, drafted, number, buyer)
        memos.write(connection, written)
        return Change(
            event="invoice.short_paid",
            facts=(fact,) if fact and settles else (),
            reason=new.reason,
            more={"debit_memo": _told(written, drafted)},
            closes=not drafted.pending,
        )

    return amend(store, clock, judge, new, make)


def _settles(store: Store, clock: Clock, judge: Judge, new: NewDecision) -> bool:
    """Try whether the memo as a fact settles what it deducts, and nothing else."""
    with store.read() as connection:
        result = exception.result(connection, new.record_id)
        kept = exception.kept(connection, new.record_id)
    told = msgspec.json.decode(result.body, type=Reconciliation) if result else None
    drafted = draft(told) if told else None
    fact = _fact(kept, drafted, "trial") if kept and drafted else None
    if fact is None:
        return False
    more = (replace(fact, id="trial"),)
    trial = attempt(store, judge, new.record_id, (), clock().date(), more=more)
    if trial.own is None or trial.harms:
        return False
    before, after = trial.own
    return (after.disputed, after.pending) == (
        before.disputed - (fact.total or Decimal(0)),
        before.pending,
    )


def _fact(kept: Kept, drafted: Draft, number: str) -> BuyerDebit | None:
    """Return what a memo deducts of lines by quantity or price; None where that is nothing."""
    claim = next(
        (one for one in facts_of(_record.decode(kept.body), kept.key) if isinstance(one, AnyClaim)),
        None,
    )
    lines = tuple(_fact_lines(drafted.deductions))
    if claim is None or not lines:
        return None
    return BuyerDebit(
        id="",
        number=number,
        supplier=claim.supplier,
        supplier_ids=claim.supplier_ids,
        supplier_name=claim.supplier_name,
        date=claim.date,
        currency=claim.currency,
        ref_invoice=claim.number,
        total=sum((one.amount for one in lines if one.amount is not None), Decimal(0)),
        lines=lines,
    )


def _fact_lines(deductions: Iterable[Deduction]) -> Iterator[ClaimLine]:
    for place, one in enumerate(deductions, 1):
        if one.kind is None or one.order is None:
            continue
        yield ClaimLine(
            number=str(place),
            quantity=one.units,
            uom=one.uom if one.units is not None else None,
            amount=one.amount,
            po=one.order.number,
            po_line=one.order.line,
            kind=one.kind,
            ref_line=one.line,
        )


def _buyer(connection: Connection, told: Reconciliation) -> Party | None:
    """Return who buys, as the orders have it: many invoices do not say."""
    for one in exception.kept_by_key(connection, told.inputs):
        record = _record.decode(one.body)
        if isinstance(record, PurchaseOrder):
            found = record.buyer or record.bill_to or record.ship_to
            if found:
                return found
    return None


def _memo(  # noqa: PLR0913, PLR0917 - all that a memo is made of
    clock: Clock,
    new: NewDecision,
    kept: Kept,
    drafted: Draft,
    number: str,
    buyer: Party | None,
) -> NewMemo:
    now = clock()
    record = _canonical(_record.decode(kept.body), drafted, number, new.reason)
    record = replace(record, buyer=record.buyer or record.bill_to or buyer)
    return NewMemo(
        record_id=new.record_id,
        number=number,
        fact=fact_of(new.idempotency_key),
        body=msgspec.json.encode(replace(record, date=now.date())),
        currency=drafted.currency,
        amount=str(drafted.deducted),
        paid=str(drafted.paid),
        actor=new.actor,
        at=stamp(now),
    )


def _canonical(invoice: AnyRecord, drafted: Draft, number: str, reason: str) -> Invoice:
    """Return a memo as a canonical record; it names the invoice that it lowers."""
    billed = invoice if isinstance(invoice, Invoice) else Invoice()
    orders = [one.order.number for one in drafted.deductions if one.order and one.order.number]
    items = {line.number or str(n): line.item for n, line in enumerate(billed.lines, 1)}
    return Invoice(
        type="debit_memo",
        operation="new",
        number=number,
        currency=drafted.currency,
        original=DocumentRef(number=billed.number, date=billed.date),
        orders=tuple(dict.fromkeys(orders)) or billed.orders,
        supplier=billed.supplier,
        buyer=billed.buyer,
        bill_to=billed.bill_to,
        lines=tuple(
            InvoiceLine(
                number=str(place),
                type="goods" if one.line else "charge",
                order=one.order,
                item=items.get(one.line) if one.line else None,
                quantity=one.units,
                uom=one.uom if one.units is not None else None,
                unit_price=one.price,
                amount=one.amount,
                fields={"reason": one.words, **({"invoice_line": one.line} if one.line else {})},
            )
            for place, one in enumerate(drafted.deductions, 1)
        ),
        totals=Totals(total=drafted.deducted),
        notes=(reason,) if reason else (),
    )


def _told(written: NewMemo, drafted: Draft) -> dict[str, object]:
    """Return what the event tells of a memo."""
    return {
        "number": written.number,
        "currency": written.currency,
        "amount": written.amount,
        "paid": written.paid,
        "lines": [
            {
                "invoice_line": one.line,
                "order": one.order.number if one.order else None,
                "order_line": one.order.line if one.order else None,
                "quantity": str(one.units) if one.units is not None else None,
                "uom": one.uom,
                "amount": str(one.amount),
                "reason": one.words,
            }
            for one in drafted.deductions
        ],
    }


def withdrawable(memo: Memo, now: datetime) -> bool:
    """Whether a memo can still be taken back."""
    return memo.withdrawn_at is None and now - moment_of(memo.at) <= UNDO_FOR


def withdraw(store: Store, clock: Clock, judge: Judge, new: NewDecision, number: int) -> Outcome:
    """Take a memo back within the time for undoing, and open the invoice again."""

    def make(connection: Connection, _told: Reconciliation) -> Change | None:
        memo = memos.one(connection, number)
        if memo is None or memo.record_id != new.record_id or not withdrawable(memo, clock()):
            return None
        memos.withdraw(connection, number, stamp(clock()))
        more: dict[str, object] = {
            "debit_memo": {"number": memo.number, "amount": memo.amount, "currency": memo.currency}
        }
        return Change(
            event="invoice.short_pay_undone",
            facts=(Void(id="", target=memo.fact),),
            reason=new.reason,
            more=more,
            reopens=True,
        )

    return amend(store, clock, judge, new, make)
