"""Opening a claim's working paper: what each line bills, before anything is judged (S6.3, S7.3)."""

from collections.abc import Iterator
from decimal import Decimal

from matcher.entries import AnyClaim, ClaimLine
from matcher.folding import line_key
from matcher.ledger import Ledger
from matcher.money import ONE, ZERO, from_words, in_words, rounded
from matcher.notes import Calculation, Note
from matcher.papers import Paper, Sheet


def open_paper(claim: AnyClaim, ledger: Ledger) -> Paper:
    """Open the paper of one claim: its amounts, and what was already released."""
    party = ledger.parties.find(claim.supplier, claim.supplier_ids, claim.sender)
    paper = Paper(claim, party, _currency(claim, ledger))
    paper.rates = _rates(paper.currency, ledger)
    for sheet in paper.sheets:
        _read_amounts(sheet)
        for release in ledger.releases.get((claim.id, line_key(sheet.number)), ()):
            sheet.released += max(ZERO, rounded(release.amount, paper.unit))
            paper.releases.add(release.id)
    paper.documents |= paper.releases
    _read_header(paper)
    return paper


def _currency(claim: AnyClaim, ledger: Ledger) -> str | None:
    """Return the currency of a claim: an absent one is that of the order."""
    if claim.currency:
        return claim.currency
    numbers = (claim.order, *claim.orders, *(line.po for line in claim.lines))
    found = (order for number in numbers if number for order in ledger.find(number, None))
    return next((one.order.currency for one in found if one.order.currency), None)


def _rates(currency: str | None, ledger: Ledger) -> dict[str | None, Decimal]:
    """Return what one unit of each other currency is worth, where a rate is agreed (S7.5)."""
    known = {code for pair in ledger.policy.fx for code in pair.split("/")}
    rates = {one: ledger.policy.rate(one, currency) for one in known if currency in known}
    return {one: rate for one, rate in rates.items() if rate is not None}


def _read_header(paper: Paper) -> None:
    claim, unit = paper.claim, paper.unit
    for charge in claim.charges:
        before = paper.charges.get(charge.type, ZERO)
        paper.charges[charge.type] = before + rounded(charge.amount, unit)
    paper.tax = rounded(sum((one.amount for one in claim.taxes), ZERO), unit)
    paper.rounding = rounded(claim.rounding or ZERO, unit)
    _spread_allowances(paper)
    paper.total = sum_of(paper) if claim.total is None else rounded(claim.total, unit)


def sum_of(paper: Paper) -> Decimal:
    """Return what the parts of a claim add up to: net lines, charges, tax, rounding."""
    lines = sum((-one.billed if one.is_negative else one.billed for one in paper.sheets), ZERO)
    charges = sum(paper.charges.values(), ZERO)
    return lines + charges + paper.tax + paper.rounding - paper.unspread


def _read_amounts(sheet: Sheet) -> None:
    """Take the stated amount, or compute it; where they disagree the lesser is matched (S7.3)."""
    line, unit = sheet.line, sheet.paper.unit
    readings = list(_computed(line, unit))
    computed = readings[0] if readings else None
    if line.amount is None and computed is None:
        return
    stated = rounded(line.amount, unit) if line.amount is not None else computed or ZERO
    sheet.is_negative = stated < 0
    sheet.billed = sheet.amount = abs(stated)
    if computed is None or _agrees(stated, readings, unit):
        return
    sheet.amount = _matched(stated, readings, unit)
    sheet.calculations.append(_calculation(line, stated, unit))
    values = {
        "stated": stated,
        "computed": computed,
        "quantity": line.quantity,
        "price": line.price,
    }
    sheet.note(
        Note(
            code="ARITH_LINE",
            money=sheet.billed - sheet.amount,
            values=values,
            sources=(sheet.source("amount"), sheet.source("quantity"), sheet.source("unit_price")),
        )
    )


def _agrees(stated: Decimal, readings: list[Decimal], unit: Decimal) -> bool:
    return any(abs(stated - one) <= unit for one in readings)


def _matched(stated: Decimal, readings: list[Decimal], unit: Decimal) -> Decimal:
    """Return what is matched of a stated amount: the lesser reading where none agrees."""
    if not readings or _agrees(stated, readings, unit):
        return abs(stated)
    return min(abs(stated), abs(readings[0]))


def _computed(line: ClaimLine, unit: Decimal) -> Iterator[Decimal]:
    """Yield quantity x price, and weight x price if stated, less the line's allowances."""
    if line.price is not None:
        yield from _readings(_numbers(line), unit)


def _numbers(line: ClaimLine) -> dict[str, Decimal]:
    """Return what a line's amount is worked out from, as far as it is stated."""
    given = {
        "quantity": line.quantity,
        "weight": line.weight,
        "price": line.price,
        "per": line.per or ONE,
        "allowed": sum((one.amount for one in line.allowances), ZERO),
    }
    return {name: number for name, number in given.items() if number is not None}


def _readings(numbers: dict[str, Decimal], unit: Decimal) -> Iterator[Decimal]:
    for name in ("quantity", "weight"):
        if name in numbers:
            exact = numbers[name] * numbers["price"] / numbers["per"]
            yield rounded(exact - numbers["allowed"], unit)


def _calculation(line: ClaimLine, stated: Decimal, unit: Decimal) -> Calculation:
    numbers = _numbers(line) | {"stated": stated, "unit": unit}
    inputs = {name: in_words(number) for name, number in numbers.items()}
    return Calculation(rule="S7.3 line", inputs=inputs, outcome=rerun_line(inputs))


def rerun_line(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of a line's recorded arithmetic again."""
    numbers = {name: from_words(text) for name, text in inputs.items()}
    stated, unit = numbers["stated"], numbers["unit"]
    readings = list(_readings(numbers, unit))
    matched = _matched(stated, readings, unit)
    told = {"computed": readings[0], "matched": matched, "disputed": abs(stated) - matched}
    return {name: in_words(number) for name, number in told.items()}


def _spread_allowances(paper: Paper) -> None:
    """Spread header allowances over the lines; the last takes the remainder (S6.3)."""
    allowance = rounded(sum((one.amount for one in paper.claim.allowances), ZERO), paper.unit)
    sheets = [sheet for sheet in paper.sheets if not sheet.is_negative]
    base = sum((sheet.billed for sheet in sheets), ZERO)
    if not allowance or base <= 0:
        paper.unspread = allowance
        return
    left = total = min(allowance, base)
    paper.unspread = allowance - total
    paper.is_spread = True
    for sheet in sheets:
        is_last = sheet is sheets[-1]
        share = left if is_last else rounded(total * sheet.billed / base, paper.unit)
        share = min(share, sheet.billed)
        sheet.spread = share
        sheet.billed -= share
        sheet.amount = max(ZERO, sheet.amount - share)
        left -= share
