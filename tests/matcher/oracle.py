"""A second opinion on matching: the rules written again, for few documents, without the matcher.

It knows one order, its goods and its invoices, and no credits; numbers are fractions and whole
cents. It fills in the money and the codes of a case's bills and their lines.
"""

from fractions import Fraction
from typing import NamedTuple

from tests.matcher.oracle_cases import Bill, BilledLine, Case, OrderedLine, rounded

ENDLESS = Fraction(10**12)
APPROVE, PEND, DISPUTE = range(3)
Piece = tuple[Fraction, int, str]


class Goods(NamedTuple):
    owed: Fraction
    kept: Fraction
    accepted: Fraction
    rejected: Fraction
    waiting: Fraction
    credited: Fraction
    final: bool
    cancelled: bool


class Priced(NamedTuple):
    one: BilledLine
    pieces: list[Piece]
    billed: int
    due: int
    gate: int


def judge(case: Case) -> None:
    """Fill in what is due to every bill of a case."""
    claims = [one for bill in sorted(case.bills, key=_date_of) for one in bill.lines]
    claims.sort(key=lambda one: one.receipt is None)
    for place, line in enumerate(case.lines):
        _judge_line(case, place, line, [one for one in claims if one.line == place])
    _limit(case, claims)
    state = {"closed": "PO_CLOSED", "draft": "PO_NOT_APPROVED"}.get(case.status)
    for one in claims:
        if state:
            one.codes.add(state)
        if state or "PRICE_UNDER_BLOCK" in one.codes:
            _hold(one.money)
    used = 0
    for bill in sorted(case.bills, key=_order_of_bill):
        used = _judge_header(case, bill, used)


def _date_of(bill: Bill) -> tuple[int, str]:
    return (bill.day, bill.number)


def _order_of_bill(bill: Bill) -> tuple[bool, int, str]:
    return (all(one.receipt is None for one in bill.lines), bill.day, bill.number)


def _hold(money: list[int]) -> None:
    money[PEND] += money[APPROVE]
    money[APPROVE] = 0


def _limit_of(case: Case, table: str, key: str) -> Fraction | None:
    value = case.policy.get(table, {}).get(key)
    return None if value is None else Fraction(value)


def _tolerance(case: Case, base: Fraction, name: str) -> Fraction:
    share = base * (_limit_of(case, "qty", f"{name}_pct") or Fraction(0)) / 100
    absolute = _limit_of(case, "qty", f"{name}_abs")
    return share if absolute is None else min(share, absolute)


def _goods(case: Case, place: int, line: OrderedLine) -> Goods:
    came = sum(quantity for _, at, quantity, _ in case.receipts if at == place)
    credited = sum(q for _, at, q, why in case.returns if at == place and why == "credit")
    replaced = sum(q for _, at, q, why in case.returns if at == place and why != "credit")
    kept = max(0, came - credited - replaced)
    accepted = sum(a for _, at, a, _ in case.inspections if at == place)
    rejected = sum(r for _, at, _, r in case.inspections if at == place)
    owed = min(line.quantity, max(0, came - replaced)) if line.cancelled else line.quantity
    return Goods(
        owed=Fraction(owed),
        kept=Fraction(kept),
        accepted=Fraction(min(accepted, kept)),
        rejected=Fraction(rejected),
        waiting=Fraction(max(0, kept - accepted - rejected)),
        credited=Fraction(credited),
        final=line.final or any(last for _, at, _, last in case.receipts if at == place),
        cancelled=line.cancelled,
    )


def _cells(case: Case, way: int, goods: Goods, top: Fraction) -> list[Piece]:
    """Return the cells of the axis in their order, before they are cut at what was ordered."""
    room = max(Fraction(0), top - goods.credited)
    plain = max(Fraction(0), goods.owed - goods.credited)
    approved = room
    if way > 2:
        base, name = (goods.kept, "received") if way == 3 else (goods.accepted, "accepted")
        approved = min(base + _tolerance(case, base, name), room)
        plain = min(plain, base)
    plain = min(plain, approved)
    cells = [(plain, APPROVE, ""), (approved - plain, APPROVE, "QTY_TOL")]
    if way == 4:
        rejects = PEND if "rejected" in case.policy else DISPUTE
        cells.append((goods.waiting, PEND, "WAITING_INSPECTION"))
        cells.append((goods.rejected, rejects, "QTY_REJECTED"))
    cells.append((goods.credited, DISPUTE, "RETURN_NOT_CREDITED"))
    if way > 2:
        cells.append(_missing(goods))
    return cells


def _missing(goods: Goods) -> Piece:
    if goods.cancelled:
        return (ENDLESS, DISPUTE, "PO_CANCELLED")
    if goods.final:
        return (ENDLESS, DISPUTE, "QTY_OVER_RECEIVED")
    return (ENDLESS, PEND, "WAITING_RECEIPT")


def _axis(case: Case, place: int, line: OrderedLine) -> list[tuple[Fraction, Fraction, int, str]]:
    goods = _goods(case, place, line)
    top = goods.owed + (0 if goods.cancelled else _tolerance(case, goods.owed, "ordered"))
    axis, at = [], Fraction(0)
    for size, bucket, code in _cells(case, line.way, goods, top):
        end = min(at + size, top)
        if end > at:
            axis.append((at, end, bucket, code))
            at = end
    over = "PO_CANCELLED" if goods.cancelled else "QTY_OVER_ORDERED"
    return [*axis, (at, ENDLESS * 2, DISPUTE, over)]


def _judge_line(case: Case, place: int, line: OrderedLine, claims: list[BilledLine]) -> None:
    axis, at, used = _axis(case, place, line), Fraction(0), dict[str, Fraction]()
    over = 1 + (_limit_of(case, "price", "over_pct") or Fraction(0)) / 100
    priced = []
    for one in claims:
        taken = _by_receipt(case, place, line.way, one, used)
        pieces = [
            (min(end, at + taken) - max(start, at), bucket, code)
            for start, end, bucket, code in axis
            if min(end, at + taken) > max(start, at)
        ]
        at += taken
        if taken < one.quantity:
            pieces.append((one.quantity - taken, PEND, "WAITING_RECEIPT"))
        due = one.quantity * line.price
        priced.append(Priced(one, pieces, one.quantity * one.price, due, rounded(due * over)))
    failing = sum(one.billed - one.due for one in priced if one.billed > one.gate)
    forgiven = failing <= 100 * (_limit_of(case, "price", "floor_abs") or Fraction(0))
    _pay(case, priced, forgiven=forgiven)


def _by_receipt(
    case: Case, place: int, way: int, one: BilledLine, used: dict[str, Fraction]
) -> Fraction:
    if one.receipt is None or way == 2:
        return Fraction(one.quantity)
    came = sum(q for id_, at, q, _ in case.receipts if id_ == one.receipt and at == place)
    taken = min(Fraction(one.quantity), max(Fraction(0), came - used.get(one.receipt, Fraction(0))))
    used[one.receipt] = used.get(one.receipt, Fraction(0)) + taken
    return taken


def _pay(case: Case, priced: list[Priced], *, forgiven: bool) -> None:
    cap = _limit_of(case, "price", "cap_abs")
    left = ENDLESS if cap is None else cap * 100
    for one in priced:
        payable = one.billed
        if one.due < one.billed <= one.gate:
            variance = one.billed - one.due
            capped = int(max(Fraction(0), variance - left))
            left = max(Fraction(0), left - variance)
            payable -= capped
            one.one.codes |= {"PRICE_CAP"} if capped else set()
            one.one.codes |= {"PRICE_TOL"} if variance > capped else set()
        elif one.billed > one.gate:
            payable = one.billed if forgiven else one.due
            one.one.codes.add("PRICE_TOL" if forgiven else "PRICE_OVER")
        elif one.billed < one.due:
            one.one.codes.add("PRICE_UNDER_BLOCK" if _is_too_cheap(case, one) else "PRICE_UNDER")
        _share(one, payable)


def _is_too_cheap(case: Case, one: Priced) -> bool:
    block = _limit_of(case, "price", "under_block_pct")
    return block is not None and one.billed < rounded(one.due * (1 - block / 100))


def _share(priced: Priced, payable: int) -> None:
    """Share money out over the pieces, rounded on the running sum."""
    one, running, before = priced.one, Fraction(0), 0
    one.money[DISPUTE] += priced.billed - payable
    for size, bucket, code in priced.pieces:
        running += size
        upto = rounded(payable * running / one.quantity)
        one.money[bucket] += upto - before
        before = upto
        one.codes |= {code} if code else set()


def _limit(case: Case, claims: list[BilledLine]) -> None:
    if not case.limit:
        return
    left = rounded(case.limit * (1 + (_limit_of(case, "limit", "over_pct") or Fraction(0)) / 100))
    for one in claims:
        over = max(0, one.money[APPROVE] - left)
        left -= one.money[APPROVE] - over
        one.money[APPROVE] -= over
        one.money[DISPUTE] += over
        one.codes |= {"BLANKET_LIMIT"} if over else set()


def _judge_header(case: Case, bill: Bill, used: int) -> int:
    """Fill in a bill; returns what of the freight is used up with it."""
    goods = [sum(one.money[bucket] for one in bill.lines) for bucket in range(3)]
    where = APPROVE if goods[APPROVE] else DISPUTE if goods[DISPUTE] and not goods[PEND] else PEND
    bill.money = goods
    used += _charge(case, bill, where, used)
    _tax(case, bill)
    _foot(bill, where)
    if bill.stranger_bank:
        bill.codes.add("BANK_CHANGE")
        for money in (bill.money, *(one.money for one in bill.lines)):
            _hold(money)
    return used


def _charge(case: Case, bill: Bill, where: int, used: int) -> int:
    if not bill.freight:
        return 0
    if where == DISPUTE:
        bill.money[DISPUTE] += bill.freight
        return 0
    share, absolute = (_limit_of(case, "charge", f"over_{one}") for one in ("pct", "abs"))
    given = [] if share is None else [case.planned * share / 100]
    given += [] if absolute is None else [absolute * 100]
    allowed = case.planned + min(given, default=Fraction(0))
    if not case.planned:
        allowed = 100 * (_limit_of(case, "charge", "unplanned_abs") or Fraction(0))
    passed = min(bill.freight, rounded(max(Fraction(0), allowed - used)))
    bill.money[where] += passed
    bill.money[DISPUTE] += bill.freight - passed
    if passed < bill.freight:
        bill.codes.add("CHARGE_OVER" if case.planned else "CHARGE_UNPLANNED")
    elif bill.freight + used > case.planned:
        bill.codes.add("CHARGE_TOL")
    return passed


def _tax(case: Case, bill: Bill) -> None:
    bases: dict[Fraction, list[int]] = {}
    slack = 0
    for one in bill.lines:
        rate = case.lines[one.line].rate
        if rate is not None:
            base = bases.setdefault(rate, [0, 0, 0])
            base[:] = [sum(pair) for pair in zip(base, one.money, strict=True)]
            slack += 1
    billed = sum(bill.taxes.values())
    due = sum(rounded(rate * sum(base)) for rate, base in bases.items())
    if billed != due:
        over = "TAX_OVER" if billed > due else "TAX_UNDER"
        bill.codes.add("TAX_ROUNDING" if abs(billed - due) <= slack else over)
    payable = due if billed - due > slack else billed
    bill.money[DISPUTE] += billed - payable
    if payable:
        _follow(bill, bases, payable, is_due=payable == due)


def _follow(bill: Bill, bases: dict[Fraction, list[int]], payable: int, *, is_due: bool) -> None:
    """Have tax go where its base goes."""
    if is_due:
        approved = sum(rounded(r * b[APPROVE]) for r, b in bases.items())
        kept = sum(rounded(r * (b[APPROVE] + b[PEND])) for r, b in bases.items())
    else:
        whole = sum(r * sum(b) for r, b in bases.items())
        approved = rounded(payable * sum(r * b[APPROVE] for r, b in bases.items()) / whole)
        both = sum(r * (b[APPROVE] + b[PEND]) for r, b in bases.items())
        kept = rounded(payable * both / whole)
    bill.money[APPROVE] += approved
    bill.money[PEND] += kept - approved
    bill.money[DISPUTE] += payable - kept


def _foot(bill: Bill, where: int) -> None:
    """Have the buckets make the stated total: rounding, or what does not add up."""
    if not bill.apart:
        return
    is_rounding = abs(bill.apart) <= 5
    bill.codes.add("ROUNDING" if is_rounding else "ARITH_TOTAL")
    if is_rounding or bill.apart > 0:
        bill.money[where if is_rounding else DISPUTE] += bill.apart
    missing = sum(bill.money) - bill.total
    for bucket in (DISPUTE, PEND, APPROVE):
        cut = max(0, min(bill.money[bucket], missing))
        bill.money[bucket] -= cut
        missing -= cut
