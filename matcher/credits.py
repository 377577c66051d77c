"""Credits: units and money that a memo takes back from an invoice (S5.7, S6.4).

Credited units form a cell in front of all others, valued at the credit's own price and offered
first to the invoice that the credit names, so that the pair cancels exactly. A credit on the price
lowers what the invoice line effectively bills. What finds no invoice yet waits; what exceeds the
billed is pending.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from matcher.money import ZERO, rounded
from matcher.notes import Note
from matcher.papers import Paper, Part, Sheet

NamedInvoice = Callable[[Paper], Paper | None]


def apply_credits(
    givebacks: Iterable[Sheet], parts: list[Part], named_invoice: NamedInvoice
) -> None:
    """Offer each credit, in the order given, to the parts on its order line."""
    for credit in givebacks:
        invoice = named_invoice(credit.paper)
        if _must_wait(credit.paper, invoice):
            _leave_pending(credit, credit.amount, "WAITING_INVOICE")
            continue
        on_line = [part for part in parts if _is_on_line(part, credit)]
        on_line.sort(key=lambda part: part.sheet.paper is not invoice)
        for part in on_line:
            part.sheet.paper.documents.add(credit.paper.claim.id)
            credit.paper.documents.add(part.sheet.paper.claim.id)
        take = _take_money if is_price_credit(credit) else _take_units
        left = take(credit, on_line)
        credit.money.approve += credit.amount - left
        if left > 0:
            code = "CREDIT_EXCEEDS_BILLED" if on_line else "WAITING_INVOICE"
            _leave_pending(credit, left, code)


def is_price_credit(credit: Sheet) -> bool:
    """Whether a credit is on the price: it says so, or it names no units."""
    if credit.line.kind is not None:
        return credit.line.kind == "price"
    return not credit.line.quantity


def _must_wait(paper: Paper, invoice: Paper | None) -> bool:
    """Return whether a credit waits: its invoice is not here, or is set aside."""
    if not paper.is_credit or not paper.claim.ref_invoice:
        return False
    return invoice is None or invoice.set_aside is not None


def _is_on_line(part: Part, credit: Sheet) -> bool:
    return part.account is credit.account or part.account in credit.siblings


def _take_units(credit: Sheet, parts: list[Part]) -> Decimal:
    """Take units back at the credit's own price; return the money that found none."""
    units, money = credit.quantity or ZERO, credit.amount
    for part in parts:
        taken = min(units, part.laid)
        if taken <= 0:
            continue
        share = money if taken == units else rounded(money * taken / units, credit.paper.unit)
        share = min(share, part.billed)
        billed = rounded(part.billed * taken / part.laid, credit.paper.unit)
        part.uncredited += max(ZERO, billed - share)
        part.credited += taken
        part.credit_money += share
        units -= taken
        money -= share
    return money


def _take_money(credit: Sheet, parts: list[Part]) -> Decimal:
    """Lower what the parts bill; return the money that found nothing to lower."""
    invoice_line = credit.line.ref_line
    left = credit.amount
    for part in sorted(parts, key=lambda one: one.sheet.number != invoice_line):
        taken = min(left, part.billed)
        part.price_credit += taken
        left -= taken
    return left


def _leave_pending(credit: Sheet, money: Decimal, code: str) -> None:
    credit.money.pend += money
    values = {
        "credited": credit.amount,
        "units": credit.quantity,
        "invoice": credit.paper.claim.ref_invoice,
        "left": money,
    }
    credit.note(Note(code=code, money=money, values=values, sources=(credit.source("quantity"),)))
