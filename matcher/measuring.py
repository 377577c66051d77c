"""How much a claim line bills, in the unit of its order line (S2.3, S2.4)."""

from decimal import Decimal

from matcher.accounts import LineAccount
from matcher.credits import is_price_credit
from matcher.money import ONE, bare
from matcher.notes import Note
from matcher.pairing import measured
from matcher.papers import Paper, Sheet


def measure(paper: Paper) -> None:
    """Give every paired line its quantity, or a note that says what is missing."""
    for sheet in paper.sheets:
        if sheet.account is None or paper.is_debit:
            continue
        sheet.quantity = measured(sheet, sheet.account)
        if sheet.quantity is None and not (sheet.gives_back and is_price_credit(sheet)):
            sheet.note(_unmeasured(sheet, sheet.account))


def _unmeasured(sheet: Sheet, account: LineAccount) -> Note:
    line = sheet.line
    sources = (sheet.source("uom"), account.order_source)
    if line.quantity is None:
        return Note(code="QTY_MISSING", money=sheet.amount, sources=sources)
    values = {
        "billed": bare(line.quantity),
        "billed_unit": line.uom or "pieces",
        "unit": account.unit or "its unit",
        "implied": _implied_factor(sheet, account),
    }
    return Note(code="UOM_MISMATCH", money=sheet.amount, values=values, sources=sources)


def _implied_factor(sheet: Sheet, account: LineAccount) -> Decimal | None:
    """Return the factor that would make the prices equal: a suggestion, never applied."""
    price = sheet.line.price
    if price is None or account.price is None or not account.price.first:
        return None
    return price / (sheet.line.per or ONE) / account.price.first
