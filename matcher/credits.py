"""Credits: units and money that a memo takes back from an invoice (S5.7, S6.4).

Credited units form a cell in front of all others, valued at the credit's own price and offered
first to the invoice that the credit names, so that the pair cancels exactly. A credit on the price
lowers what the invoice line effectively bills. What finds no invoice yet waits; what exceeds the
billed is pending.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from msgspec import Struct

from matcher.money import ZERO, from_words, in_words, rounded
from matcher.notes import Calculation, Note
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
    units, unit = credit.quantity or ZERO, credit.paper.unit
    offered = [(part.laid, part.billed) for part in parts]
    taking = _taking(units, credit.amount, offered, unit)
    for part, taken in zip(parts, taking.taken, strict=True):
        part.uncredited += taken.uncredited
        part.credited += taken.units
        part.credit_money += taken.money
    numbers = {"units": units, "credited": credit.amount, "unit": unit}
    _record("S5.7", credit, parts, numbers, [f"{in_words(q)}:{in_words(m)}" for q, m in offered])
    return taking.left


def _take_money(credit: Sheet, parts: list[Part]) -> Decimal:
    """Lower what the parts bill; return the money that found nothing to lower."""
    invoice_line = credit.line.ref_line
    parts = sorted(parts, key=lambda one: one.sheet.number != invoice_line)
    offered = [part.billed for part in parts]
    taken, left = _lowering(credit.amount, offered)
    for part, money in zip(parts, taken, strict=True):
        part.price_credit += money
    _record("S6.4", credit, parts, {"credited": credit.amount}, [in_words(one) for one in offered])
    return left


class _Taken(Struct, frozen=True):
    """What a credit takes back from one invoice line; `uncredited` was billed beyond its price."""

    units: Decimal
    money: Decimal
    uncredited: Decimal


class _Taking(Struct, frozen=True):
    """What a credit takes from each line that it is offered to, and the money it is left with."""

    taken: list[_Taken]
    left: Decimal


def _taking(
    units: Decimal, money: Decimal, offered: list[tuple[Decimal, Decimal]], unit: Decimal
) -> _Taking:
    """Offer credited units to lines, each with its units and money, one after the other."""
    found = []
    for laid, billed in offered:
        taken = max(ZERO, min(units, laid))
        if not taken:
            found.append(_Taken(ZERO, ZERO, ZERO))
            continue
        share = money if taken == units else rounded(money * taken / units, unit)
        share = min(share, billed)
        asked = rounded(billed * taken / laid, unit)
        found.append(_Taken(taken, share, max(ZERO, asked - share)))
        units -= taken
        money -= share
    return _Taking(found, money)


def _lowering(money: Decimal, offered: list[Decimal]) -> tuple[list[Decimal], Decimal]:
    """Lower what lines bill by a credit's money; return what each gave, and what is left."""
    found = []
    for billed in offered:
        found.append(min(money, billed))
        money -= found[-1]
    return found, money


def _record(
    rule: str, credit: Sheet, parts: list[Part], numbers: dict[str, Decimal], offered: list[str]
) -> None:
    """Write down what a credit was offered to, in that order."""
    if not parts:
        return
    inputs = {name: in_words(number) for name, number in numbers.items()}
    inputs["offered"] = " ".join(offered)
    rerun = rerun_units if rule == "S5.7" else rerun_price
    invoices = tuple(part.sheet.paper.claim.id for part in parts)
    facts = {"credited": invoices}
    credit.calculations.append(
        Calculation(rule=rule, inputs=inputs, outcome=rerun(inputs), facts=facts)
    )


def rerun_units(inputs: dict[str, str]) -> dict[str, str]:
    """Compute again what a recorded credit took back: units, money, and what was billed beyond."""
    pairs = (one.split(":") for one in inputs["offered"].split())
    offered = [(from_words(laid), from_words(billed)) for laid, billed in pairs]
    units, credited = from_words(inputs["units"]), from_words(inputs["credited"])
    taking = _taking(units, credited, offered, from_words(inputs["unit"]))
    taken = (
        ":".join(map(in_words, (one.units, one.money, one.uncredited))) for one in taking.taken
    )
    return {"taken": " ".join(taken), "left": in_words(taking.left)}


def rerun_price(inputs: dict[str, str]) -> dict[str, str]:
    """Compute again what a recorded credit on the price took off."""
    offered = [from_words(one) for one in inputs["offered"].split()]
    taken, left = _lowering(from_words(inputs["credited"]), offered)
    return {"taken": " ".join(map(in_words, taken)), "left": in_words(left)}


def _leave_pending(credit: Sheet, money: Decimal, code: str) -> None:
    credit.money.pend += money
    values = {
        "credited": credit.amount,
        "units": credit.quantity,
        "invoice": credit.paper.claim.ref_invoice,
        "left": money,
    }
    credit.note(Note(code=code, money=money, values=values, sources=(credit.source("quantity"),)))
