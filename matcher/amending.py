"""Accepted repairs, applied to the facts before they are judged (N21).

An amendment is a fact like any other: it comes in any order, and the same set gives the same
result. One that does not balance, or that speaks of lines which are not there, is refused with its
reason.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import structs

from matcher.entries import Amendment, AnyClaim, ClaimLine, Order, OrderLine
from matcher.folding import line_key
from matcher.money import ONE, ZERO, minor_unit, rounded


def amended_claim(
    claim: AnyClaim, amendments: Iterable[Amendment]
) -> tuple[AnyClaim, list[tuple[Amendment, str]]]:
    """Return a claim as its amendments have it, and those that could not be applied."""
    refused = []
    for amendment in sorted(amendments, key=lambda one: one.id):
        reason = _what_is_wrong(claim, amendment)
        if reason:
            refused.append((amendment, reason))
            continue
        gone = set(amendment.remove)
        kept = tuple(line for line in _numbered(claim) if line.number not in gone)
        claim = structs.replace(
            claim,
            lines=(*kept, *amendment.add),
            charges=(*claim.charges, *amendment.charges),
        )
    return claim, refused


def _what_is_wrong(claim: AnyClaim, amendment: Amendment) -> str:
    gone = [line for line in _numbered(claim) if line.number in set(amendment.remove)]
    if len(gone) != len(set(amendment.remove)):
        return "it removes lines that the document does not have"
    unit = minor_unit(claim.currency)
    before = sum((extended(line, unit) for line in gone), ZERO)
    after = sum((extended(line, unit) for line in amendment.add), ZERO)
    after += sum((charge.amount for charge in amendment.charges), ZERO)
    return "" if before == after else f"it turns {before} into {after}"


def _numbered(claim: AnyClaim) -> tuple[ClaimLine, ...]:
    """Return the lines, each with the number that it goes by: its own, or its place."""
    return tuple(
        line if line.number else structs.replace(line, number=str(place))
        for place, line in enumerate(claim.lines, 1)
    )


def extended(line: ClaimLine, unit: Decimal) -> Decimal:
    """Return what a line bills: its amount, or quantity times price."""
    if line.amount is not None:
        return line.amount
    if line.quantity is None or line.price is None:
        return ZERO
    return rounded(line.quantity * line.price / (line.per or ONE), unit)


def amended_order(order: Order, amendments: Iterable[Amendment]) -> Order:
    """Return an order with what was agreed on its lines since."""
    for amendment in sorted(amendments, key=lambda one: one.id):
        key = line_key(amendment.order_line or "")
        lines = tuple(
            _agreed(line, amendment) if line_key(line.number) == key else line
            for line in order.lines
        )
        order = structs.replace(order, lines=lines)
    return order


def _agreed(line: OrderLine, amendment: Amendment) -> OrderLine:
    return structs.replace(
        line,
        factors={**line.factors, **amendment.factors},
        substitutes=(*line.substitutes, *amendment.substitutes),
        tolerances={**line.tolerances, **amendment.tolerances},
    )
