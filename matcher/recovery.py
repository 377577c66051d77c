"""Which order is meant when its number is missing or matches nothing (S3.2).

Candidates are open orders of the same party and currency that share an item with the claim. Each
gets a score from how near its number is, how much of the claim its lines explain, and how well its
open amount fits. The best is taken only when it is good and clearly ahead of the second; otherwise
a person picks from the ranking. Orders that share no item can never score enough, so they are not
looked at.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from matcher.accounts import Identity, LineAccount, OrderAccount
from matcher.folding import edits, folded
from matcher.money import ONE, ZERO
from matcher.pairing import Weights, evidence
from matcher.papers import Paper, Sheet

_NUMBER, _ITEMS, _AMOUNT = Decimal("0.50"), Decimal("0.35"), Decimal("0.15")
_ITEMS_ALONE, _AMOUNT_ALONE = Decimal("0.70"), Decimal("0.30")
_KINDS = ("gtin", "vendor_part", "buyer_part")
_FARTHEST = 2
_MOST_CANDIDATES = 50


class Candidate(Struct, frozen=True):
    """An order that may be meant, its score, and the three clues that made it."""

    order: OrderAccount
    score: Decimal
    by_number: Decimal
    by_items: Decimal
    by_amount: Decimal


class Recovery:
    """Finds the order that a claim means; knows what other claims already bill on each line."""

    def __init__(
        self,
        orders: Iterable[OrderAccount],
        billed: dict[LineAccount, Decimal],
        weights: Weights,
    ) -> None:
        self.orders = [order for order in orders if order.order.status == "open"]
        self.billed, self.weights = billed, weights
        self._by_key: dict[tuple[str, str], list[OrderAccount]] | None = None

    def rank(self, paper: Paper, sheets: list[Sheet], number: str | None) -> list[Candidate]:
        """Return the candidates for these lines, best first."""
        found = [
            self._scored(order, paper, sheets, number)
            for order in self._nearest(self._sharing_an_item(sheets), number)
            if order.party.is_same(paper.party) is not False
            and paper.currency in {None, order.order.currency}
        ]
        return sorted(found, key=lambda one: (-one.score, one.order.name))

    def _sharing_an_item(self, sheets: list[Sheet]) -> list[OrderAccount]:
        if len(self.orders) <= _MOST_CANDIDATES:
            return self.orders
        index = self._index()
        keys = {key for sheet in sheets for key in _keys(sheet.identity)}
        found = {order.name: order for key in keys for order in index.get(key, ())}
        return [found[name] for name in sorted(found)]

    def _index(self) -> dict[tuple[str, str], list[OrderAccount]]:
        if self._by_key is None:
            self._by_key = {}
            for order in self.orders:
                keys = {key for line in order.lines for key in _keys(line.identity)}
                keys |= {
                    (kind, part)
                    for line in order.lines
                    for part in line.substitutes
                    for kind in _KINDS
                }
                for key in keys:
                    self._by_key.setdefault(key, []).append(order)
        return self._by_key

    @staticmethod
    def _nearest(orders: list[OrderAccount], number: str | None) -> list[OrderAccount]:
        if len(orders) <= _MOST_CANDIDATES or number is None:
            return orders[:_MOST_CANDIDATES]
        stated = folded(number)

        def distance(order: OrderAccount) -> int:
            found = edits(stated, folded(order.order.number), _FARTHEST)
            return _FARTHEST + 1 if found is None else found

        return sorted(orders, key=distance)[:_MOST_CANDIDATES]

    def _scored(
        self, order: OrderAccount, paper: Paper, sheets: list[Sheet], number: str | None
    ) -> Candidate:
        net = sum((sheet.billed for sheet in sheets), ZERO)
        near = _likeness(number, order.order.number) if number else ZERO
        items = self._explained(order, sheets, net)
        amount = _closeness(net, self._open_amount(order) * paper.rate_of(order))
        if number:
            score = _NUMBER * near + _ITEMS * items + _AMOUNT * amount
        else:
            score = _ITEMS_ALONE * items + _AMOUNT_ALONE * amount
        return Candidate(order, score, near, items, amount)

    def _explained(self, order: OrderAccount, sheets: list[Sheet], net: Decimal) -> Decimal:
        """Return the share of the claim's value whose lines have a partner on the order."""
        explained = ZERO
        for sheet in sheets:
            best = max(
                (evidence(sheet, line, self.weights, with_line=False) for line in order.lines),
                default=ZERO,
            )
            explained += sheet.billed if best >= self.weights.minimum else ZERO
        return explained / net if net else ZERO

    def _open_amount(self, order: OrderAccount) -> Decimal:
        total = ZERO
        for line in order.lines:
            billed = self.billed.get(line, ZERO)
            left = max(ZERO, line.ordered - billed)
            total += line.price.value(billed, left) if line.price else ZERO
        return total


def accepted(ranking: list[Candidate], least: Decimal, lead: Decimal) -> Candidate | None:
    """Return the best candidate when it is good enough and clearly ahead."""
    if not ranking or ranking[0].score < least:
        return None
    second = ranking[1].score if len(ranking) > 1 else ZERO
    return ranking[0] if ranking[0].score - second >= lead else None


def _likeness(one: str, other: str) -> Decimal:
    first, second = folded(one), folded(other)
    distance = edits(first, second, _FARTHEST)
    longest = max(len(first), len(second))
    return ZERO if distance is None or not longest else ONE - Decimal(distance) / longest


def _closeness(one: Decimal, other: Decimal) -> Decimal:
    largest = max(one, other)
    return min(one, other) / largest if largest > 0 else ZERO


def _keys(identity: Identity) -> list[tuple[str, str]]:
    return identity.keys + [("word", word) for word in identity.words]
