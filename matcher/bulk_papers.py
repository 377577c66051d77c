"""The tables of whole documents for bulk matching: charges, tax and total of each invoice.

An invoice is in them where all its lines are in the tables of `matcher.bulk_tables`. Left to single
matching are those whose charges are taxed in part, whose charges stand on several orders or beside
such claims, and those whose numbers are too fine or too large.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from matcher.accounts import OrderAccount
from matcher.charges import limit_of
from matcher.money import ONE, UNLIMITED, ZERO, rounded
from matcher.papers import Paper, Sheet
from matcher.tax import is_other_rate, rate_of

_NO_LIMIT, _NO_RATE = 2**60, -1
_LARGEST_PRODUCT, _LARGEST_MONEY = 2**59, 2**50
_MOST_DECIMALS = 12
_ASIDE = {None: 0, "pend": 1, "dispute": 2}

Row = dict[str, int]


class DocumentTables(Struct, frozen=True):
    """Rows of documents and charges, the tax rates of their lines, and which invoices these are."""

    documents: list[Row]
    charges: list[Row]
    rates: dict[Sheet, int]
    keys: dict[int, str]


def document_tables(
    papers: list[Paper], numbers: Mapping[OrderAccount, int], places: Mapping[Paper, int]
) -> DocumentTables:
    """Make the rows of documents; `numbers` are those of the orders that are in the tables."""
    fitting = [paper for paper in papers if _fits(paper, numbers)]
    tangled = _tangled(papers, set(fitting))
    made = DocumentTables([], [], {}, {})
    pools: dict[tuple[int, str], int] = {}
    for paper in fitting:
        if any(paper.charges.values()) and not tangled.isdisjoint(paper.orders):
            continue
        made.documents.append(_document(paper, places[paper]))
        made.keys[places[paper]] = paper.claim.id
        parts = _rate_parts(paper)
        rates = ((sheet, rate_of(sheet)) for sheet in paper.sheets)
        made.rates.update({one: int(rate * parts) for one, rate in rates if rate is not None})
        for kind, row in _charges(paper, places[paper]):
            pool = pools.setdefault((numbers[paper.orders[0]], kind), len(pools))
            made.charges.append({"charge": len(made.charges), "pool": pool, **row})
    return made


def _fits(paper: Paper, numbers: Mapping[OrderAccount, int]) -> bool:
    """Whether the expression knows all that decides on an invoice as a whole."""
    accounts = [sheet.account for sheet in paper.sheets]
    is_paired = bool(accounts) and all(one and one.order in numbers for one in accounts)
    if not is_paired or not all(order in numbers for order in paper.orders):
        return False
    is_charged = any(paper.charges.values())
    if is_charged and any(tax.taxable is not None for tax in paper.claim.taxes):
        return False
    amounts = (*paper.charges.values(), paper.tax, paper.total)
    return min(amounts) >= 0 and _is_exact(paper)


def _is_exact(paper: Paper) -> bool:
    """Whether 64 bits hold every number of a document, and all that is worked out from them."""
    rates = [rate for sheet in paper.sheets if (rate := rate_of(sheet)) is not None]
    exponents = [rate.normalize().as_tuple().exponent for rate in rates]
    is_fine = all(isinstance(one, int) and -one <= _MOST_DECIMALS for one in exponents)
    if not is_fine or min(rates, default=ZERO) < 0:
        return False
    goods = sum((sheet.billed for sheet in paper.sheets), ZERO)
    money = goods + sum(paper.charges.values(), paper.tax + paper.total + abs(paper.rounding))
    parts = _rate_parts(paper)
    largest = max(ONE, *rates) if rates else ONE
    products = (money / paper.unit) ** 2 * largest * parts
    return money / paper.unit < _LARGEST_MONEY and products < _LARGEST_PRODUCT


def _tangled(papers: list[Paper], fitting: Collection[Paper]) -> set[OrderAccount]:
    """Return the orders whose charges cannot be told by a sum over one order's claims."""
    return {
        order
        for paper in papers
        if paper.charges and (paper not in fitting or len(paper.orders) > 1)
        for order in paper.orders
    }


def _document(paper: Paper, place: int) -> Row:
    limits, rated = paper.orders[0].limits, [rate_of(sheet) for sheet in paper.sheets]
    lines = len(rated) - rated.count(None)
    slack = max(limits.amount("tax.abs") or ZERO, paper.unit * lines)
    return {
        "document": place,
        "held": int(paper.is_held),
        "aside": _ASIDE[paper.set_aside],
        "total": _minor(paper.total, paper),
        "tax": _minor(paper.tax, paper),
        "rounding": _minor(paper.rounding - paper.unspread, paper),
        "rate_parts": _rate_parts(paper),
        "tax_slack": _minor(slack, paper),
        "total_slack": _minor(limits.amount("total.rounding_abs") or ZERO, paper),
        "other_rate": int(any(map(is_other_rate, paper.sheets))),
    }


def _charges(paper: Paper, place: int) -> Iterator[tuple[str, Row]]:
    order = paper.orders[0]
    for kind, billed in sorted(paper.charges.items()):
        limit = limit_of(paper, [order], order.limits, kind)
        allowed = max(ZERO, limit.allowed)
        if allowed != UNLIMITED:
            allowed = rounded(allowed, paper.unit)
        yield (
            kind,
            {
                "document": place,
                "place": place,
                "billed": _minor(billed, paper),
                "allowed": _minor(allowed, paper),
                "planned": _minor(limit.planned, paper),
                "is_planned": int(limit.is_planned),
            },
        )


def _rate_parts(paper: Paper) -> int:
    """Return in how many parts of one all rates of a document are whole."""
    exponents = [
        rate.normalize().as_tuple().exponent
        for sheet in paper.sheets
        if (rate := rate_of(sheet)) is not None
    ]
    return int(
        10 ** max((-one for one in exponents if isinstance(one, int) and one < 0), default=0)
    )


def _minor(amount: Decimal, paper: Paper) -> int:
    """Return an amount in minor units, downwards: limits may be finer than these."""
    return _NO_LIMIT if amount == UNLIMITED else int(amount / paper.unit)
