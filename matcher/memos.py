"""Subsequent debits: a supplier asks more for what an earlier invoice line billed (S6.5).

The debit lifts the invoice line's price. It is approved where the lifted price passes the gate,
otherwise only up to the order price; and it shares the fate of the goods: what pends pends with
them.
"""

from decimal import Decimal
from typing import Any

from msgspec import structs

from matcher.codes import CODES
from matcher.folding import line_key
from matcher.money import UNLIMITED, ZERO, bare, rounded
from matcher.notes import Note
from matcher.papers import Paper, Sheet
from matcher.price import Judgement, judge
from matcher.quantity import Portion
from matcher.settling import gate_of

_FATE = ("pend", "dispute")


class Lifts:
    """Lays subsequent debits on the invoice lines that they name, one after the other."""

    def __init__(self) -> None:
        self._lifted: dict[Sheet, Decimal] = {}

    def lay(self, debit: Sheet, invoice: Paper | None) -> None:
        """Fill in the money and the notes of one debit line."""
        target = _target(debit, invoice)
        if target is not None and _is_disputed(target):
            _dispute(debit, target)
            return
        if target is None or not (target.parts or target.paper.set_aside):
            _wait(debit)
            return
        debit.paper.documents |= target.paper.documents
        if target.paper.set_aside:
            debit.money.put(target.paper.set_aside, debit.amount)
            debit.note(_fate_of_document(debit, target, debit.amount))
            return
        judgement = self._judged(debit, target)
        allowed = _allowed(debit, target, judgement)
        self._lifted[target] = self._lifted.get(target, ZERO) + allowed
        debit.money.dispute += debit.amount - allowed
        _share_fate(debit, target, allowed)

    def _judged(self, debit: Sheet, target: Sheet) -> Judgement:
        billed = sum((part.billed for part in target.parts), ZERO)
        return judge(
            billed + self._lifted.get(target, ZERO) + debit.amount,
            sum((part.value for part in target.parts if part.value is not None), ZERO),
            gate_of(target, target.parts[0].account),
        )


def _target(debit: Sheet, invoice: Paper | None) -> Sheet | None:
    """Return the invoice line that the debit names, or the one on the same order line."""
    if invoice is None:
        return None
    named = debit.line.ref_line
    if named is None:
        return next((one for one in invoice.sheets if one.account is debit.account), None)
    found = (one for one in invoice.sheets if line_key(one.number) == line_key(named))
    return next(found, None)


def _is_disputed(target: Sheet) -> bool:
    """Whether an invoice line was disputed as a whole, before it was laid on any order line."""
    return not target.parts and any(CODES[note.code].bucket == "dispute" for note in target.notes)


def _dispute(debit: Sheet, target: Sheet) -> None:
    """Dispute a debit with the line that it lifts, for the same reasons."""
    debit.money.dispute += debit.amount
    for note in target.notes:
        if CODES[note.code].bucket == "dispute":
            debit.note(structs.replace(note, money=debit.amount))


def _wait(debit: Sheet) -> None:
    debit.money.pend += debit.amount
    values = {"invoice": debit.paper.claim.ref_invoice, "credited": debit.amount}
    sources = (debit.source("amount"),)
    debit.note(Note(code="WAITING_INVOICE", money=debit.amount, values=values, sources=sources))


def _allowed(debit: Sheet, target: Sheet, judgement: Judgement) -> Decimal:
    """Return how much of a debit the order allows, and note what it does not."""
    over = max(ZERO, min(debit.amount, judgement.variance))
    if judgement.kind == "over":
        debit.note(_price_note(debit, target, "PRICE_OVER", over, judgement))
        return debit.amount - over
    if judgement.kind != "within":
        return debit.amount
    account = target.parts[0].account
    left = account.cap_left * target.paper.rate_of(account.order)
    capped = ZERO if left == UNLIMITED else max(ZERO, over - rounded(left, debit.paper.unit))
    if over > capped:
        debit.note(_price_note(debit, target, "PRICE_TOL", over - capped, judgement))
    if capped:
        debit.note(_price_note(debit, target, "PRICE_CAP", capped, judgement))
    return debit.amount - capped


def _price_note(
    debit: Sheet, target: Sheet, code: str, money: Decimal, judgement: Judgement
) -> Note:
    part = target.parts[0]
    quantity = sum((one.laid for one in target.parts), ZERO)
    billed = judgement.expected + judgement.variance
    values: dict[str, Any] = {
        "billed": billed,
        "quantity": bare(quantity),
        "unit": part.account.unit or "",
        "price": part.price.first if part.price else None,
        "billed_price": billed / quantity if quantity else None,
        "expected": judgement.expected,
        "ceiling": judgement.ceiling,
        "variance": judgement.variance,
    }
    key = "price.cap_abs" if code == "PRICE_CAP" else "price.over_pct"
    return Note(
        code=code,
        money=money,
        values=values,
        sources=(debit.source("amount"), target.source("unit_price"), part.account.price_source),
        rule=part.account.limits.cite(key),
    )


def _share_fate(debit: Sheet, target: Sheet, allowed: Decimal) -> None:
    """Split the allowed money as the goods are split, and repeat the reasons."""
    portions = [portion for part in target.parts for portion in part.portions]
    total = sum((portion.quantity for portion in portions), ZERO)
    running = before = ZERO
    for portion in portions:
        running += portion.quantity
        upto = rounded(allowed * running / total, debit.paper.unit)
        share, before = upto - before, upto
        debit.money.put(portion.bucket, share)
        if portion.bucket in _FATE:
            _repeat_reason(debit, target, portion, share)
    if not portions:
        debit.money.approve += allowed
    if target.paper.is_held and debit.money.approve:
        held = debit.money.hold(debit.released)
        debit.note(_fate_of_document(debit, target, held))


def _repeat_reason(debit: Sheet, target: Sheet, portion: Portion, share: Decimal) -> None:
    for note in target.notes:
        if note.code in {portion.code, f"{portion.code}_OVERDUE"}:
            debit.note(structs.replace(note, money=share))


def _fate_of_document(debit: Sheet, target: Sheet, money: Decimal) -> Note:
    values = {"invoice": target.paper.claim.number, "credited": debit.amount}
    sources = (debit.source("amount"), target.source("amount"))
    return Note(code="WAITING_INVOICE", money=money, values=values, sources=sources)
