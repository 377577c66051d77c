"""Settling an order: all live claims on it, laid on its cells in canonical order (S5, S6).

Everything that depends on other claims happens here, once for each order: which units a credit
takes back, where on the axis each claim lies, the budgets for price variance, the value limit. The
claims come sorted, so the outcome cannot depend on when they arrived.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

from matcher.accounts import LineAccount, OrderAccount
from matcher.credits import NamedInvoice, apply_credits
from matcher.money import UNLIMITED, ZERO, minor_unit, rounded
from matcher.papers import Part, Sheet
from matcher.price import Gate, judge
from matcher.quantity import ORDER_ONLY, Cell, Portion, ceiling, cells, lay
from matcher.remarks import limit_note, price_notes, quantity_notes


def settle(
    order: OrderAccount,
    claims: list[Sheet],
    givebacks: list[Sheet],
    named_invoice: NamedInvoice,
    as_of: dt.date,
) -> None:
    """Lay sorted claims and credits on an order; fill in the money and notes of their sheets."""
    parts = lay_parts(claims, lambda cut: apply_credits(givebacks, cut, named_invoice))
    for part in parts:
        part.sheet.parts.append(part)
    _judge(parts)
    for part in parts:
        for portion, money in part.shares:
            part.sheet.money.put(portion.bucket, money)
        for note in quantity_notes(part, as_of):
            part.sheet.note(note)
    for sheet in (*claims, *givebacks):
        sheet.money.dispute += sheet.billed - sheet.amount
        sheet.is_settled = True
    if order.order.limit is not None:
        _apply_value_limit(order, order.order.limit, claims)


def lay_parts(
    claims: list[Sheet], take_credits: Callable[[list[Part]], None] | None = None
) -> list[Part]:
    """Lay sorted claims on the cells of their order lines; only quantities are decided (S5).

    Writes on nothing but the parts that it returns, so it can be tried.
    """
    parts = list(_split(claims))
    if take_credits:
        take_credits(parts)
    axes: dict[tuple[LineAccount, int], tuple[Cell, ...]] = {}
    taken: dict[LineAccount, Decimal] = {}
    from_receipt: dict[tuple[LineAccount, str], Decimal] = {}
    for part in parts:
        account, way = part.account, way_of(part)
        if (account, way) not in axes:
            axes[account, way] = cells(way, account.stock, account.limits)
        part.axis, part.way = axes[account, way], way
        part.start = taken.get(account, ZERO)
        part.price = account.price and account.price.times(part.sheet.paper.rate_of(account.order))
        quantity = _allowed_by_receipt(part, from_receipt)
        part.portions = lay(part.axis, part.start, quantity)
        taken[account] = part.start + quantity
        part.beyond_receipt = part.laid - quantity
        if part.beyond_receipt:
            late = Portion(taken[account], part.beyond_receipt, "pend", "WAITING_RECEIPT")
            part.portions.append(late)
    return parts


def way_of(part: Part) -> int:
    """Return how many ways a claim is matched; a small one may skip the receipt (S1.2)."""
    way = part.account.limits.days("way")
    small = part.account.order.limits.amount("two_way_below")
    return ORDER_ONLY if small is not None and part.sheet.paper.total < small else way


def _split(claims: list[Sheet]) -> Iterator[Part]:
    """Cut each claim into one part for each order line that it lies on."""
    filled: dict[LineAccount, Decimal] = {}
    for sheet in claims:
        account, quantity = sheet.account, sheet.quantity
        if account is None or quantity is None:
            continue
        if sheet.siblings:
            yield from _spill(sheet, quantity, filled)
        else:
            filled[account] = filled.get(account, ZERO) + quantity
            yield Part(sheet, account, quantity, sheet.amount)


def _spill(sheet: Sheet, quantity: Decimal, filled: dict[LineAccount, Decimal]) -> Iterator[Part]:
    """Fill the schedules of one item in line order; the remainder stays on the last (S4.5)."""
    left, money = quantity, sheet.amount
    for account in sheet.siblings:
        room = ceiling(account.stock, account.limits) - filled.get(account, ZERO)
        is_last = account is sheet.siblings[-1]
        taken = left if is_last else min(left, max(ZERO, room))
        if taken <= 0:
            continue
        share = money if taken == left else rounded(money * taken / left, sheet.paper.unit)
        filled[account] = filled.get(account, ZERO) + taken
        left, money = left - taken, money - share
        yield Part(sheet, account, taken, share)


def _allowed_by_receipt(part: Part, used: dict[tuple[LineAccount, str], Decimal]) -> Decimal:
    """Return what a claim may take: no more than the receipt that it names brought (S5.2)."""
    name = part.sheet.line.receipt
    if name is None or part.way == ORDER_ONLY:
        return part.laid
    key = (part.account, name)
    left = part.account.receipts.get(name, ZERO) - used.get(key, ZERO)
    allowed = min(part.laid, max(ZERO, left))
    used[key] = used.get(key, ZERO) + allowed
    return allowed


def _judge(parts: list[Part]) -> None:
    """Hold each part against its price; floor and cap are budgets of the order line (S6.2)."""
    by_account: dict[LineAccount, list[Part]] = {}
    for part in parts:
        account = part.account
        part.judgement = judge(part.billed, part.value, gate_of(part.sheet, account))
        by_account.setdefault(account, []).append(part)
    for account, group in by_account.items():
        _share_budgets(account, group)


def gate_of(sheet: Sheet, account: LineAccount) -> Gate:
    """Return the price test that a claim line stands before."""
    paper, order = sheet.paper, account.order
    is_foreign = paper.currency not in {None, order.order.currency}
    extra = order.limits.percent("fx_pct") if is_foreign else None
    return Gate(
        limits=account.limits,
        unit=paper.unit,
        extra=extra or ZERO,
        is_spread=paper.is_spread,
    )


def _share_budgets(account: LineAccount, parts: list[Part]) -> None:
    failing = sum((_at_home(part, _failing(part)) for part in parts), ZERO)
    forgiven = failing <= (account.limits.amount("price.floor_abs") or ZERO)
    cap = account.limits.amount("price.cap_abs")
    left = UNLIMITED if cap is None else cap
    for part in parts:
        kind, variance = part.judgement.kind, part.judgement.variance
        over = ZERO
        if kind == "within" and left != UNLIMITED:
            rate = part.sheet.paper.rate_of(account.order)
            over = max(ZERO, variance - rounded(left * rate, part.sheet.paper.unit))
            left = max(ZERO, left - _at_home(part, variance))
        part.sheet.money.put("approve" if forgiven else "dispute", part.uncredited)
        _pay(part, part.billed - over, is_over=kind == "over" and not forgiven)
        for note in price_notes(part, over=over, forgiven=forgiven):
            part.sheet.note(note)
    account.cap_left = left


def _failing(part: Part) -> Decimal:
    """Return the variance that did not pass the gate, and what credits left of their units."""
    over = part.judgement.variance if part.judgement.kind == "over" else ZERO
    return over + part.uncredited


def _at_home(part: Part, amount: Decimal) -> Decimal:
    """Return an amount in the order's currency."""
    return amount / part.sheet.paper.rate_of(part.account.order)


def _pay(part: Part, payable: Decimal, *, is_over: bool) -> None:
    """Share the payable money out over the portions, and dispute the rest.

    Shares follow the contract value of each portion, rounded on the running sum so that they add
    up. What credits took back is approved: it cancels against the credit.
    """
    money, unit = part.sheet.money, part.sheet.paper.unit
    money.approve += part.credit_money + part.price_credit
    if is_over:
        payable = part.judgement.expected
    money.dispute += part.billed - payable
    weights = [_weight(part, portion) for portion in part.portions]
    total, running, before = sum(weights, ZERO), ZERO, ZERO
    for portion, weight in zip(part.portions, weights, strict=True):
        running += weight
        exact = running if is_over and part.value else payable * running / total
        upto = payable if running == total else rounded(exact, unit)
        part.shares.append((portion, upto - before))
        before = upto
    if not part.portions:
        money.dispute += payable


def _weight(part: Part, portion: Portion) -> Decimal:
    if part.price is not None:
        value = part.price.value(portion.start, portion.quantity)
        if part.value:
            return value
    return portion.quantity


def _apply_value_limit(order: OrderAccount, limit: Decimal, claims: list[Sheet]) -> None:
    """Cap the money approved over all claims in canonical order (S5.8)."""
    percent = order.limits.percent("limit.over_pct") or ZERO
    if percent == UNLIMITED:
        return
    left = max(ZERO, rounded(limit * (1 + percent), minor_unit(order.order.currency)))
    for sheet in claims:
        cancelled = sum((part.credit_money + part.price_credit for part in sheet.parts), ZERO)
        rate = sheet.paper.rate_of(order)
        counted = sheet.money.approve - cancelled
        over = max(ZERO, counted - rounded(left * rate, sheet.paper.unit))
        left = max(ZERO, left - (counted - over) / rate)
        if over > 0:
            sheet.money.approve -= over
            sheet.money.dispute += over
            sheet.note(limit_note(sheet, order, limit, over))
