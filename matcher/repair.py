"""Six shapes in which an invoice does not fit its order, and how to make it fit (N21).

    merged lines     one line bills several order lines at once
    split lines      several lines bill one order line in pieces
    unit drift       billed in another unit; the prices say how many of ours it is
    substitute part  the right line, quantity and price under another part number
    bundled freight  freight billed as a line, or inside the price of the goods
    quantity drift   slightly more than was ordered

They are looked for only in what matching left over, and proposed only where the sum is the same to
the cent. Accepting one is a decision of a person, and one fact (`matcher.amending`).
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import combinations
from typing import TypeVar

from msgspec import structs

from mappers.canonical import OrderRef
from matcher.accounts import LineAccount, OrderAccount
from matcher.charge_types import known_charge
from matcher.entries import Amendment, Charge, ClaimLine
from matcher.money import ONE, ZERO, bare, in_words, rounded
from matcher.pairing import describe
from matcher.papers import Paper, Sheet
from matcher.result import Repair

_T = TypeVar("_T")
_MOST_LINES = 12
_MOST_TOGETHER = 4
_LARGEST_DRIFT = Decimal("0.02")
_UNPAIRED = frozenset({"ITEM_NOT_ON_PO", "PAIR_CONFLICT"})


class Leftover:
    """What matching left over of one order: claim lines without a partner, order lines without."""

    def __init__(self, paper: Paper, order: OrderAccount) -> None:
        self.paper, self.order = paper, order
        used = {sheet.account for sheet in paper.sheets}
        self.sheets = [
            sheet
            for sheet in paper.sheets
            if sheet.account is None
            and sheet.billed == sheet.amount
            and any(note.code in _UNPAIRED for note in sheet.notes)
        ]
        self.lines = [line for line in order.lines if line not in used and _value(line, paper)]

    def ref(self, line: LineAccount | None = None) -> OrderRef:
        """Name the order, or a line of it."""
        return OrderRef(number=self.order.name, line=line.line.number if line else None)


def repairs_of(paper: Paper) -> tuple[Repair, ...]:
    """Return the repairs that would settle what is left over of an invoice."""
    if not paper.is_invoice or paper.set_aside:
        return ()
    found: list[Repair] = []
    taken: set[str] = set()
    leftovers = [Leftover(paper, order) for order in paper.orders]
    possible = (one for left in leftovers for shape in _SHAPES for one in shape(left))
    for repair in possible:
        if not taken & set(repair.lines) and _can_be_decided(repair, paper):
            taken |= set(repair.lines)
            found.append(repair)
    return tuple(found)


def _can_be_decided(repair: Repair, paper: Paper) -> bool:
    """Lines can be exchanged where their numbers name them, and no header allowance is on them."""
    if repair.decision.claim is None:
        return True
    numbers = [sheet.line.number for sheet in paper.sheets]
    return not paper.is_spread and all(numbers.count(name) == 1 for name in repair.lines)


def _value(line: LineAccount, paper: Paper) -> Decimal:
    """Return what an order line costs in full, in the claim's currency."""
    if line.price is None or line.line.basis == "amount":
        return ZERO
    return rounded(line.price.value(ZERO, line.ordered) * paper.rate_of(line.order), paper.unit)


def _substitute_part(left: Leftover) -> Iterator[Repair]:
    for sheet in left.sheets:
        stated = (sheet.line.vendor_part, sheet.line.buyer_part, sheet.line.gtin)
        parts = tuple(part for part in stated if part)
        fitting = [line for line in left.lines if parts and _is_same_deal(sheet, line)]
        if len(fitting) == 1:
            line = fitting[0]
            yield Repair(
                shape="substitute_part",
                sentence=f"Line {sheet.number} bills {parts[0]} in quantity and price of order "
                f"line {line.line.number}: agree it as a substitute.",
                lines=(sheet.number,),
                order=left.ref(line),
                money=sheet.billed,
                decision=Amendment(
                    id="",
                    shape="substitute_part",
                    order=left.order.order.number,
                    order_line=line.line.number,
                    substitutes=parts,  # one that disagrees would stand against the others
                ),
            )


def _is_same_deal(sheet: Sheet, line: LineAccount) -> bool:
    factor = line.factor_of(sheet.line.uom)
    quantity = sheet.line.quantity
    if factor is None or quantity is None or quantity * factor != line.ordered:
        return False
    return sheet.amount == _value(line, sheet.paper)


def _merged_lines(left: Leftover) -> Iterator[Repair]:
    """One line whose amount is the sum of several order lines, in only one way."""
    for sheet in left.sheets:
        groups = list(_sums(left.lines, sheet.amount, lambda line: _value(line, left.paper)))
        if len(groups) != 1:
            continue
        lines = [_claim_for(line, left.paper) for line in groups[0]]
        numbers = " and ".join(line.line.number for line in groups[0])
        yield Repair(
            shape="merged_lines",
            sentence=f"Line {sheet.number} bills {in_words(sheet.amount)}, the sum of order lines "
            f"{numbers}: read it as {len(lines)} lines.",
            lines=(sheet.number,),
            order=left.ref(),
            money=sheet.billed,
            decision=_decision("merged_lines", left, (sheet,), lines),
        )


def _split_lines(left: Leftover) -> Iterator[Repair]:
    """Several lines whose amounts are together what one order line costs, in only one way."""
    for line in left.lines:
        groups = list(_sums(left.sheets, _value(line, left.paper), lambda sheet: sheet.billed))
        if len(groups) != 1:
            continue
        numbers = tuple(sheet.number for sheet in groups[0])
        yield Repair(
            shape="split_lines",
            sentence=f"Lines {' and '.join(numbers)} bill together "
            f"{in_words(_value(line, left.paper))}, what order line {line.line.number} costs: "
            "read them as one line.",
            lines=numbers,
            order=left.ref(line),
            money=_value(line, left.paper),
            decision=_decision(
                "split_lines", left, tuple(groups[0]), [_claim_for(line, left.paper)]
            ),
        )


def _sums(things: list[_T], total: Decimal, worth: Callable[[_T], Decimal]) -> Iterator[list[_T]]:
    """Yield the groups of two to four things that are together worth `total`."""
    if len(things) > _MOST_LINES:
        return
    for size in range(2, _MOST_TOGETHER + 1):
        for group in combinations(things, size):
            if sum((worth(one) for one in group), ZERO) == total:
                yield list(group)


def _unit_drift(left: Leftover) -> Iterator[Repair]:
    for sheet in left.paper.sheets:
        line, quantity = sheet.account, sheet.line.quantity
        if line is None or line.order is not left.order or not sheet.notes_of("UOM_MISMATCH"):
            continue
        factor = _whole_factor(sheet, line)
        if factor is None or not quantity or quantity * factor > max(line.ordered, line.received):
            continue
        uom, own = sheet.line.uom or "", line.unit or "units"
        yield Repair(
            shape="unit_drift",
            sentence=f"Line {sheet.number} bills {in_words(bare(quantity))} {uom}; at the order's "
            f"price one {uom} is {in_words(factor)} {own}: agree the factor.",
            lines=(sheet.number,),
            order=left.ref(line),
            money=sheet.billed,
            decision=Amendment(
                id="",
                shape="unit_drift",
                order=left.order.order.number,
                order_line=line.line.number,
                factors={uom: factor},
            ),
        )


def _whole_factor(sheet: Sheet, line: LineAccount) -> Decimal | None:
    """Return how many of the order's units the billed unit is, where the prices say it evenly."""
    if line.price is None or not line.price.first or not sheet.line.quantity:
        return None
    rate = sheet.paper.rate_of(line.order)
    units = sheet.amount / (line.price.first * rate) / sheet.line.quantity
    factor = bare(units)
    is_whole = factor == factor.to_integral_value() and factor > ONE
    value = rounded(factor * sheet.line.quantity * line.price.first * rate, sheet.paper.unit)
    return factor if is_whole and value == sheet.amount else None


def _bundled_freight(left: Leftover) -> Iterator[Repair]:
    for sheet in left.sheets:
        kind = known_charge(sheet.line.description)
        if kind:
            yield _freight_line(left, sheet, kind)
    billed = left.paper.charges
    for charge in left.order.order.charges:
        if charge.type not in billed:
            yield from _freight_in_price(left, charge)


def _freight_line(left: Leftover, sheet: Sheet, kind: str) -> Repair:
    return Repair(
        shape="bundled_freight",
        sentence=f"Line {sheet.number} bills {describe(sheet)}: read its "
        f"{in_words(sheet.billed)} as a charge for {kind}.",
        lines=(sheet.number,),
        order=left.ref(),
        money=sheet.billed,
        decision=_decision(
            "bundled_freight", left, (sheet,), [], Charge(type=kind, amount=sheet.billed)
        ),
    )


def _freight_in_price(left: Leftover, charge: Charge) -> Iterator[Repair]:
    """Find a line dearer than ordered by just the charge that was planned and not billed."""
    for sheet in left.paper.sheets:
        for part in sheet.parts:
            over = part.judgement.variance
            is_it = part.judgement.kind == "over" and over == charge.amount
            if part.account.order is not left.order or not is_it or len(sheet.parts) > 1:
                continue
            line = _without_allowance(sheet, sheet.billed - over)
            yield Repair(
                shape="bundled_freight",
                sentence=f"Line {sheet.number} is {in_words(over)} dearer than ordered, which is "
                f"the {charge.type} that the order planned: read it as such.",
                lines=(sheet.number,),
                order=left.ref(part.account),
                money=over,
                decision=_decision(
                    "bundled_freight",
                    left,
                    (sheet,),
                    [line],
                    Charge(type=charge.type, amount=over),
                ),
            )


def _quantity_drift(left: Leftover) -> Iterator[Repair]:
    for sheet in left.paper.sheets:
        for part in sheet.parts:
            over = sum(
                (one.quantity for one in part.portions if one.code == "QTY_OVER_ORDERED"), ZERO
            )
            line = part.account
            if line.order is not left.order or not ZERO < over <= line.ordered * _LARGEST_DRIFT:
                continue
            ordered, end = in_words(bare(line.ordered)), part.start + part.laid
            yield Repair(
                shape="quantity_drift",
                sentence=f"Line {sheet.number} is {in_words(bare(over))} over the {ordered} "
                f"{line.unit or ''} ordered: allow {in_words(bare(end))}.",
                lines=(sheet.number,),
                order=left.ref(line),
                money=sheet.money.dispute,
                decision=Amendment(
                    id="",
                    shape="quantity_drift",
                    order=left.order.order.number,
                    order_line=line.line.number,
                    tolerances=_allowing(end - line.ordered),
                ),
            )


def _allowing(units: Decimal) -> dict[str, object]:
    amount = str(units)
    limits = {
        f"{name}_{kind}": value
        for name in ("ordered", "received")
        for kind, value in (("pct", "unlimited"), ("abs", amount))
    }
    return {"qty": limits}


def _claim_for(line: LineAccount, paper: Paper) -> ClaimLine:
    """Return a claim line that bills an order line in full."""
    return ClaimLine(
        number=f"{paper.sheets[-1].index + 2}.{line.line.number}",
        quantity=line.ordered,
        uom=line.unit,
        amount=_value(line, paper),
        po=line.order.order.number,
        po_line=line.line.number,
    )


def _without_allowance(sheet: Sheet, amount: Decimal) -> ClaimLine:
    return structs.replace(sheet.line, price=None, amount=amount, allowances=())


def _decision(
    shape: str,
    left: Leftover,
    sheets: tuple[Sheet, ...],
    add: list[ClaimLine],
    *charges: Charge,
) -> Amendment:
    return Amendment(
        id="",
        shape=shape,
        claim=left.paper.claim.id,
        remove=tuple(sheet.number for sheet in sheets),
        add=tuple(add),
        charges=charges,
    )


_SHAPES: tuple[Callable[[Leftover], Iterator[Repair]], ...] = (
    _substitute_part,
    _bundled_freight,
    _merged_lines,
    _split_lines,
    _unit_drift,
    _quantity_drift,
)
