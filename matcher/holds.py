"""What stops a payment though the sums are right: payee, dates, order state (S7.4 - S7.8).

A hold on the line or on the document moves what could be approved to pending and leaves disputes
disputed: the amount may be right, but something is unproven. The claim keeps its place on the
order. Money that was already released cannot be held any more.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from matcher.accounts import OrderAccount
from matcher.entries import Supplier
from matcher.ledger import Ledger
from matcher.money import ZERO, is_currency
from matcher.notes import Note
from matcher.papers import Paper, Sheet
from matcher.parties import same_account
from matcher.policy import Limits
from matcher.result import Source

_HOLDING = frozenset({"PRICE_MISSING", "PRICE_UNDER_BLOCK"})


def check_document(paper: Paper, ledger: Ledger, as_of: dt.date) -> None:
    """Check who is asking, in which currency, and when; note what stops the payment."""
    _check_supplier(paper)
    _check_currency(paper)
    limits = paper.orders[0].limits if paper.orders else ledger.limits(paper.party.policy_names)
    known = ledger.parties.record(paper.party)
    for note in _payee_notes(paper, known):
        paper.hold(note)
    if paper.claim.id in ledger.contradicted:
        values = {"number": paper.claim.number}
        source = Source(paper.claim.id, "/number")
        paper.hold(Note(code="FACT_CONFLICT", money=paper.total, values=values, sources=(source,)))
    if not paper.is_credit:
        _check_dates(paper, limits, as_of)


def _check_supplier(paper: Paper) -> None:
    """Set apart a claim of a supplier from outside the order's party group (S7.6)."""
    for order in paper.orders:
        if paper.party.is_same(order.party) is False:
            values = {
                "supplier": _name(paper.claim.supplier, paper.claim.supplier_ids),
                "ordered_from": _name(order.order.supplier, order.order.supplier_ids),
                "order": order.name,
            }
            sources = (Source(paper.claim.id, "/supplier"), Source(order.order.id, "/supplier"))
            note = Note(code="SUPPLIER_MISMATCH", money=paper.total, values=values, sources=sources)
            paper.set_apart("pend", note)
            return


def _name(supplier: str | None, names: tuple[str, ...]) -> str:
    return supplier or ", ".join(name.partition(":")[2] for name in names) or "unknown"


def _check_currency(paper: Paper) -> None:
    """Another currency needs an agreed rate; what is no currency at all is never paid (S7.5)."""
    billed = paper.currency
    for order in paper.orders:
        ordered = order.order.currency
        is_known = billed is None or is_currency(billed)
        is_agreed = billed == ordered or ordered is None or ordered in paper.rates
        if is_known and is_agreed:
            continue
        values = {"currency": billed, "ordered_currency": ordered, "order": order.name}
        sources = (Source(paper.claim.id, "/currency"), Source(order.order.id, "/currency"))
        note = Note(
            code="CURRENCY_MISMATCH", money=paper.total, values=values, sources=sources, rule="fx"
        )
        paper.set_apart("dispute", note)
        return


def _payee_notes(paper: Paper, known: Supplier | None) -> Iterator[Note]:
    """Hold the claim's payee details against master data, the only place that is believed."""
    if known is None:
        return
    claim = paper.claim
    if known.blocked:
        values: dict[str, Any] = {"supplier": paper.party.id}
        source = (Source(claim.id, "/supplier"),)
        yield Note(code="SUPPLIER_BLOCKED", money=paper.total, values=values, sources=source)
    checks = (
        ("TAX_ID_MISMATCH", claim.tax_id, known.tax_id, "/supplier/tax_id"),
        ("BANK_CHANGE", claim.bank, known.bank, "/supplier/bank_account"),
        ("REMIT_TO_CHANGE", claim.remit_to, known.remit_to, "/remit_to"),
    )
    for code, stated, believed, pointer in checks:
        if stated and believed and not same_account(stated, believed):
            values = {"stated": stated, "known": believed, "supplier": paper.party.id}
            source = (Source(claim.id, pointer),)
            yield Note(code=code, money=paper.total, values=values, sources=source)


def _check_dates(paper: Paper, limits: Limits, as_of: dt.date) -> None:
    """Future dates hold; dates before the order and stale ones warn, or hold by policy (S7.4)."""
    date = paper.claim.date
    if date is None:
        return
    source = Source(paper.claim.id, "/date")
    values = {"date": date, "as_of": as_of, "days": abs((as_of - date).days)}
    if (date - as_of).days > limits.days("dates.future_days"):
        rule = limits.cite("dates.future_days")
        paper.hold(
            Note(
                code="INV_DATE_FUTURE",
                money=paper.total,
                values=values,
                sources=(source,),
                rule=rule,
            )
        )
    if (as_of - date).days > limits.days("dates.stale_days"):
        rule = limits.cite("dates.stale_days")
        paper.notes.append(Note(code="INV_STALE", values=values, sources=(source,), rule=rule))
    for order in paper.orders:
        ordered = order.order.date
        if ordered is not None and date < ordered:
            _note_before_order(paper, order, limits, {**values, "ordered_date": ordered})
            return


def _note_before_order(
    paper: Paper, order: OrderAccount, limits: Limits, values: dict[str, Any]
) -> None:
    sources = (Source(paper.claim.id, "/date"), Source(order.order.id, "/date"))
    values["order"] = order.name
    rule = limits.cite("dates.before_po")
    if limits.choice("dates.before_po") == "block":
        note = Note(
            code="INV_BEFORE_PO_BLOCK",
            money=paper.total,
            values=values,
            sources=sources,
            rule=rule,
        )
        paper.hold(note)
    else:
        paper.notes.append(Note(code="INV_BEFORE_PO", values=values, sources=sources, rule=rule))


def hold_line(sheet: Sheet, order: OrderAccount) -> None:
    """Hold a line for the state of its order, or for its own price (S7.8, S5.8, S6.2)."""
    for note in _order_notes(sheet, order):
        sheet.note(note)
    if any(note.code in _HOLDING or note.code in _STATES.values() for note in sheet.notes):
        sheet.money.hold(sheet.released)


def is_stopped(sheet: Sheet, order: OrderAccount) -> bool:
    """Whether the state of its order alone stops the payment of a line."""
    return any(True for _ in _order_notes(sheet, order))


_STATES = {
    "draft": "PO_NOT_APPROVED",
    "closed": "PO_CLOSED",
    "contradicted": "PO_CONFLICT",
    "expired": "BLANKET_EXPIRED",
}


def _order_notes(sheet: Sheet, order: OrderAccount) -> Iterator[Note]:
    source = Source(order.order.id, "/number")
    values: dict[str, Any] = {"order": order.name}
    states: list[str] = [order.order.status]
    if order.is_contradicted:
        states.append("contradicted")
    date = sheet.line.service_date or sheet.paper.claim.date
    first, last = order.order.valid_from, order.order.valid_to
    if date and ((first and date < first) or (last and date > last)):
        states.append("expired")
        values |= {"date": date, "valid_from": first, "valid_to": last}
    for state in states:
        if state in _STATES:
            money = max(ZERO, sheet.money.approve - sheet.released)
            code = _STATES[state]
            yield Note(code=code, money=money, values=values, sources=(sheet.source(), source))
