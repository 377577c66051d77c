"""Which order line an invoice line speaks of (S4).

Each clue is evidence; together they are a noisy-or, S = 1 - product of (1 - weight). Identifiers
that disagree count against. Pairs that their keys decide alone are fixed first; the few lines that
remain are assigned so that the sum of the evidence is greatest. The weights are policy, with a
version.
"""

from collections.abc import Iterable
from decimal import Decimal

from matcher.accounts import LineAccount, OrderAccount
from matcher.assignment import assign
from matcher.folding import line_key
from matcher.money import ONE, ZERO, in_words
from matcher.notes import Note
from matcher.papers import Sheet
from matcher.policy import Limits
from matcher.result import Source

_SCALE = 10**9
_NEAR, _CLOSE = Decimal("0.005"), Decimal("0.05")


class Weights:
    """How much each clue counts, taken from the policy."""

    def __init__(self, limits: Limits) -> None:
        def share(name: str) -> Decimal:
            return limits.amount(f"pair.{name}") or ZERO

        self.minimum, self.join, self.rival = share("min"), share("join"), share("rival")
        self.line, self.gtin = share("weights.line"), share("weights.gtin")
        self.part, self.description = share("weights.part"), share("weights.description")
        self.near, self.close = share("weights.price_near"), share("weights.price_close")
        self.contradiction = share("weights.contradiction")
        self.other_line = share("weights.other_line")


def evidence(
    sheet: Sheet, account: LineAccount, weights: Weights, *, with_line: bool = True
) -> Decimal:
    """Return S: how sure it is that `sheet` bills the line of `account` (S4.1)."""
    equal, different = account.compare(sheet.identity)
    doubt = ONE
    for kind in equal:
        doubt *= ONE - (weights.gtin if kind == "gtin" else weights.part)
    doubt *= ONE - weights.description * _likeness(sheet, account)
    doubt *= ONE - _price_clue(sheet, account, weights)
    penalty = weights.contradiction**different
    if with_line and sheet.line.po_line is not None:
        if line_key(sheet.line.po_line) != account.key:
            penalty *= weights.other_line if sheet.line.firm else ONE
        elif sheet.line.firm or not different:
            doubt *= ONE - weights.line
    return (ONE - doubt) * penalty


def _likeness(sheet: Sheet, account: LineAccount) -> Decimal:
    """Jaccard: the share of all words that both descriptions have."""
    ours, theirs = sheet.identity.words, account.identity.words
    both = len(ours & theirs)
    return Decimal(both) / Decimal(len(ours | theirs)) if both else ZERO


def _price_clue(sheet: Sheet, account: LineAccount, weights: Weights) -> Decimal:
    quantity, price = measured(sheet, account), account.price
    if not quantity or price is None:
        return ZERO
    rate = sheet.paper.rate_of(account.order)
    value = price.first * quantity * rate
    gap = abs(sheet.amount - value)
    if gap <= value * _NEAR:
        return weights.near
    return weights.close if gap <= value * _CLOSE else ZERO


def measured(sheet: Sheet, account: LineAccount) -> Decimal | None:
    """Return what a claim line bills in the unit of an order line, None without a factor."""
    line = sheet.line
    if account.line.basis == "amount":
        return sheet.amount / sheet.paper.rate_of(account.order)
    if account.line.catch and line.weight is not None:
        return abs(line.weight)
    if line.quantity is None:
        return None
    found = account.factor_of(line.uom)
    return None if found is None else abs(line.quantity) * found


def pair(sheets: list[Sheet], orders: list[OrderAccount], weights: Weights) -> None:
    """Pair claim lines with the lines of the order (or orders) that they refer to.

    Each sheet gets its account, or a note that says why it has none.
    """
    accounts = [account for order in orders for account in order.lines]
    is_one_order = len(orders) == 1
    fixed = _fix_by_keys(sheets, orders[0]) if is_one_order else {}
    rest = [sheet for sheet in sheets if sheet.index not in fixed]
    if rest and accounts:
        taken = set(fixed.values())
        free = [one for one in accounts if one not in taken]
        scores = _scores(rest, accounts, weights, with_line=is_one_order)
        fixed |= _assigned(rest, accounts, free, scores, weights)
        _mark_ambiguous(rest, accounts, fixed, scores, weights)
        fixed |= _joined(rest, accounts, fixed, scores, weights)
    for sheet in sheets:
        _settle(sheet, fixed.get(sheet.index), orders)


def _fix_by_keys(sheets: list[Sheet], order: OrderAccount) -> dict[int, LineAccount]:
    """Fix the pairs whose keys point to one another and to nothing else."""
    found: dict[int, LineAccount] = {}
    claimed: dict[LineAccount, int] = {}
    for sheet in sheets:
        pointed = _pointed_at(sheet, order)
        for account in pointed:
            claimed[account] = claimed.get(account, 0) + 1
        if len(pointed) == 1:
            found[sheet.index] = pointed.pop()
    return {
        sheet.index: found[sheet.index]
        for sheet in sheets
        if sheet.index in found
        and claimed[found[sheet.index]] == 1
        and not found[sheet.index].compare(sheet.identity)[1]
    }


def _pointed_at(sheet: Sheet, order: OrderAccount) -> set[LineAccount]:
    """Return every order line that a key of the claim line names."""
    pointed: set[LineAccount] = set()
    if sheet.line.po_line is not None:
        named = order.by_number.get(line_key(sheet.line.po_line))
        if named is None and sheet.line.firm:
            return pointed
        if named and (sheet.line.firm or not named.compare(sheet.identity)[1]):
            pointed.add(named)
    for key in sheet.identity.keys:
        pointed.update(order.by_key.get(key, ()))
        pointed.update(order.by_key.get(("substitute", key[1]), ()))
    return pointed


_Scored = dict[tuple[int, int], Decimal]


def _scores(
    rest: list[Sheet], accounts: list[LineAccount], weights: Weights, *, with_line: bool
) -> _Scored:
    return {
        (row, column): evidence(sheet, account, weights, with_line=with_line)
        for row, sheet in enumerate(rest)
        for column, account in enumerate(accounts)
    }


def _assigned(
    rest: list[Sheet],
    accounts: list[LineAccount],
    free: list[LineAccount],
    scores: _Scored,
    weights: Weights,
) -> dict[int, LineAccount]:
    is_free = set(free)
    likely = {
        pair: int(score * _SCALE)
        for pair, score in scores.items()
        if score >= weights.minimum and accounts[pair[1]] in is_free
    }
    return {rest[row].index: accounts[column] for row, column in assign(likely).items()}


def _joined(
    rest: list[Sheet],
    accounts: list[LineAccount],
    fixed: dict[int, LineAccount],
    scores: _Scored,
    weights: Weights,
) -> dict[int, LineAccount]:
    """Let left-over lines join an occupied order line, on strong evidence only (S4.4)."""
    found: dict[int, LineAccount] = {}
    for row, sheet in enumerate(rest):
        if sheet.index in fixed or sheet.notes_of("PAIR_AMBIGUOUS"):
            continue
        best = max(range(len(accounts)), key=lambda column: (scores[row, column], -column))
        if scores[row, best] >= weights.join:
            found[sheet.index] = accounts[best]
    return found


def _mark_ambiguous(
    rest: list[Sheet],
    accounts: list[LineAccount],
    fixed: dict[int, LineAccount],
    scores: _Scored,
    weights: Weights,
) -> None:
    """Give up pairs that have an unused rival, as likely, at another price (S4.4)."""
    used = set(fixed.values())
    column_of = {account: column for column, account in enumerate(accounts)}
    for row, sheet in enumerate(rest):
        chosen = fixed.get(sheet.index)
        if chosen is None:
            continue
        bar = max(scores[row, column_of[chosen]] - weights.rival, weights.minimum)
        rivals = [
            account
            for column, account in enumerate(accounts)
            if account not in used and scores[row, column] >= bar and account.price != chosen.price
        ]
        if rivals:
            del fixed[sheet.index]
            _note_ambiguous(sheet, chosen, rivals)


def _note_ambiguous(sheet: Sheet, chosen: LineAccount, rivals: list[LineAccount]) -> None:
    choices = sorted([chosen, *rivals], key=lambda account: account.position)
    names = " or ".join(
        f"{one.line.number} at {in_words(one.price.first) if one.price else 'no price'}"
        for one in choices
    )
    sources = tuple(one.order_source for one in choices)
    sheet.note(
        Note(
            code="PAIR_AMBIGUOUS",
            money=sheet.billed,
            values={"choices": names},
            sources=(sheet.source("item"), *sources),
            rule="pair.rival",
        )
    )


def _settle(sheet: Sheet, account: LineAccount | None, orders: list[OrderAccount]) -> None:
    """Write down the pair, or why there is none."""
    if account is None:
        if not sheet.notes_of("PAIR_AMBIGUOUS"):
            _note_unpaired(sheet, orders)
        return
    sheet.account = account
    sheet.orders = [account.order]
    named = sheet.line.po_line
    if named is not None and sheet.line.firm and line_key(named) != account.key:
        values = {"named": named, "paired": account.line.number}
        sources = (sheet.source("order/line"), account.order_source)
        sheet.note(Note(code="PAIR_BY_ITEM", values=values, sources=sources))
    if named is None:
        sheet.siblings = siblings(account)


def _note_unpaired(sheet: Sheet, orders: list[OrderAccount]) -> None:
    line, order = sheet.line, orders[0]
    named = order.by_number.get(line_key(line.po_line)) if line.po_line and line.firm else None
    values = {"order": order.name, "item": describe(sheet), "named": line.po_line}
    sources: tuple[Source, ...] = (sheet.source("item"),)
    if named:
        values["ordered_item"] = _ordered_item(named)
        sources += (named.order_source,)
    code = "PAIR_CONFLICT" if named else "ITEM_NOT_ON_PO"
    sheet.note(Note(code=code, money=sheet.billed, values=values, sources=sources, rule="pair.min"))


def describe(sheet: Sheet) -> str:
    """Name what a claim line bills, by the best name that it has."""
    line = sheet.line
    return _named(line.buyer_part, line.vendor_part, line.gtin, line.description)


def _ordered_item(account: LineAccount) -> str:
    line = account.line
    return _named(line.buyer_part, line.vendor_part, line.gtin, line.description)


def _named(*names: str | None) -> str:
    return next((name for name in names if name), "an item without a number")


def siblings(account: LineAccount) -> list[LineAccount]:
    """Return the lines of one item and price, which are schedules of each other (S1.1)."""
    keys: Iterable[tuple[str, str]] = account.identity.keys
    order = account.order
    found = {one for key in keys for one in order.by_key.get(key, ())}
    if not found and account.identity.words:
        found = {one for one in order.lines if one.identity.words == account.identity.words}
    alike = [
        one
        for one in found
        if one.price == account.price
        and one.unit == account.unit
        and not one.compare(account.identity)[1]
    ]
    return sorted(alike, key=lambda one: one.position) if len(alike) > 1 else []
