"""The ledger: a set of facts, put in order (S1, S10).

Facts come in any order and more than once. Here the same fact is kept once, voided facts go, the
governing revision of each order is found, and goods are booked on its lines. What cannot be booked
(a line that does not exist, a unit without a factor) is remembered with its reason: nothing is
dropped silently, and nothing doubtful counts as received.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

import msgspec

from matcher.accounts import Identity, LineAccount, OrderAccount
from matcher.amending import amended_claim, amended_order
from matcher.entries import (
    Amendment,
    AnyClaim,
    AnyGoods,
    BuyerDebit,
    CreditMemo,
    DebitMemo,
    Fact,
    GoodsLine,
    Inspection,
    Invoice,
    Master,
    Order,
    Receipt,
    Refused,
    Release,
    Return,
    ShipNotice,
    Void,
)
from matcher.folding import compact, line_key
from matcher.money import ZERO
from matcher.parties import Parties, Party
from matcher.policy import Policy
from matcher.result import Source
from matcher.revisions import governing
from matcher.units import agreed_factors

_CLAIMS = (Invoice, CreditMemo, BuyerDebit, DebitMemo)
_GOODS = (Receipt, Return, Inspection, ShipNotice)


def order_key(number: str) -> str:
    """Order numbers are compared as written, but for blanks and case."""
    return number.strip().upper()


class Ledger:
    """All orders with their goods, and all live claims; built once for each assessment."""

    def __init__(self, facts: Iterable[Fact], policy: Policy, master: Master) -> None:
        self.policy, self.parties, self.master = policy, Parties(master), master
        self.limits = cache(policy.limits)
        self.contradicted: set[str] = set()
        live = _without_voided(list(self._distinct(facts)), self.parties)
        self.amendments = [fact for fact in live if isinstance(fact, Amendment)]
        self.orders: dict[str, list[OrderAccount]] = {}
        self._open_accounts([fact for fact in live if isinstance(fact, Order)])
        self._book([fact for fact in live if isinstance(fact, _GOODS)])
        self.unused: dict[str, list[tuple[Source, str]]] = {}
        self.claims = [self._amended(fact) for fact in live if isinstance(fact, _CLAIMS)]
        self.refused = [fact for fact in live if isinstance(fact, Refused)]
        self.refusals: dict[str, list[tuple[Source, str]]] = {}
        for one in sorted(self.refused, key=lambda fact: fact.id):
            if one.order:
                place = (Source(one.id, one.at), one.reason)
                self.refusals.setdefault(order_key(one.order), []).append(place)
        self.releases: dict[tuple[str, str], list[Release]] = {}
        for fact in live:
            if isinstance(fact, Release):
                self.releases.setdefault((fact.invoice, line_key(fact.line)), []).append(fact)

    def find(self, number: str, release: str | None) -> list[OrderAccount]:
        """Return the orders of a number: more than one only where releases are not told apart."""
        found = self.orders.get(order_key(number), [])
        if release is not None and len(found) > 1:
            return [one for one in found if one.order.release == release] or found
        return found

    def _distinct(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Yield each fact once; of two with one id keep one, and remember the contradiction."""
        found: dict[tuple[str, str], Fact] = {}
        for fact in facts:
            key = (type(fact).__name__, fact.id)
            other = found.setdefault(key, fact)
            if other is not fact and other != fact:
                self.contradicted.add(fact.id)
                found[key] = min(other, fact, key=msgspec.json.encode)
        yield from found.values()

    def _amended(self, claim: AnyClaim) -> AnyClaim:
        """Return a claim as accepted repairs have it; remember those that do not fit it."""
        found = [one for one in self.amendments if one.claim == claim.id]
        if not found:
            return claim
        amended, refused = amended_claim(claim, found)
        self.unused[claim.id] = [(Source(one.id), reason) for one, reason in refused]
        return amended

    def _open_accounts(self, orders: list[Order]) -> None:
        revisions: dict[tuple[str, str | None], list[Order]] = {}
        for order in orders:
            key = (order_key(order.number), order.release or None)
            revisions.setdefault(key, []).append(order)
        for (number, _), group in revisions.items():
            order, contradicted = governing(group)
            agreed = [
                one for one in self.amendments if one.order and order_key(one.order) == number
            ]
            order = amended_order(order, agreed) if agreed else order
            account = self._open_account(order)
            account.is_contradicted = contradicted or any(
                one.id in self.contradicted for one in group
            )
            self.orders.setdefault(number, []).append(account)

    def _open_account(self, order: Order) -> OrderAccount:
        party = self.parties.find(order.supplier, order.supplier_ids)
        account = OrderAccount(order, party, self.limits(party.policy_names, None))
        for line in order.lines:
            limits = self.limits(party.policy_names, line.category)
            limits = self.policy.on_order(limits, order.number, line, party.policy_names)
            items = (line.gtin, line.buyer_part, line.vendor_part)
            factors = self._item_factors(*items)
            if self.master.units:
                agreed = agreed_factors(self.master.units, party.names, items, line.uom)
                factors = {**agreed, **factors}
            account.add(LineAccount(account, line, limits, factors))
        return account

    def _item_factors(self, *identifiers: str | None) -> dict[str, Decimal]:
        if self.master.items:
            for identifier in identifiers:
                if identifier and identifier in self.master.items:
                    return self.master.items[identifier].factors
        return {}

    def _book(self, goods: list[AnyGoods]) -> None:
        current = _current(goods)
        confirmed = {
            one.ship_notice for one in current if isinstance(one, Receipt) and one.ship_notice
        }
        for document in sorted(current, key=lambda one: one.id):
            is_confirmed = isinstance(document, ShipNotice) and (
                document.id in confirmed or document.number in confirmed
            )
            if document.id not in self.contradicted and not is_confirmed:
                for line in document.lines:
                    self._book_line(document, line)
        for accounts in self.orders.values():
            for account in accounts:
                _trust_ship_notices(account)

    def _book_line(self, document: AnyGoods, line: GoodsLine) -> None:
        number = line.po or document.po
        orders = self.find(number, line.release) if number else []
        here = Source(document.id, line.at)
        if len(orders) != 1:
            for order in orders:
                order.refused.append((here, "several orders have this number"))
            return
        targets = lines_for(orders[0], line)
        if not targets:
            name = line.po_line or line.description or "without a number"
            orders[0].refused.append((here, f"no order line fits line {name}"))
            return
        measured = targets[0].measure(line)
        is_inspection = isinstance(document, Inspection)
        if (measured is None and not is_inspection) or (measured is not None and measured < 0):
            reason = (
                f"quantity {line.quantity} cannot be counted in {targets[0].unit or 'its unit'}"
            )
            orders[0].refused.append((here, reason))
            return
        for account, quantity in _shared_out(targets, measured or ZERO, document):
            _post(account, document, line, quantity)


def lines_for(order: OrderAccount, goods: GoodsLine) -> list[LineAccount]:
    """Return the order lines that a goods line may speak of: one, or siblings of one item."""
    named = order.by_number.get(line_key(goods.po_line)) if goods.po_line else None
    if named and goods.firm:
        return [named]
    identity = Identity(goods.gtin, goods.vendor_part, goods.buyer_part, goods.description)
    if named and not named.compare(identity)[1]:
        return [named]
    for key in identity.keys:
        if key in order.by_key:
            return sorted(order.by_key[key], key=lambda account: account.position)
    return []


def _shared_out(
    targets: list[LineAccount], quantity: Decimal, document: AnyGoods
) -> Iterator[tuple[LineAccount, Decimal]]:
    """Fill siblings up to what each ordered; what is left over goes to the last."""
    for account in targets[:-1]:
        booked = account.announced if isinstance(document, ShipNotice) else account.received
        share = min(quantity, max(ZERO, account.ordered - booked))
        if share > 0:
            yield account, share
            quantity -= share
    if quantity > 0 or len(targets) == 1:
        yield targets[-1], quantity


def _post(account: LineAccount, document: AnyGoods, line: GoodsLine, quantity: Decimal) -> None:
    pointer = f"{line.at}/quantity"
    if isinstance(document, Receipt):
        _post_receipt(account, document, line, quantity)
        account.cite("received", document.id, pointer)
    elif isinstance(document, ShipNotice):
        account.announced += quantity
        account.announcements.append((document, quantity))
        account.cite("announced", document.id, pointer)
    elif isinstance(document, Return):
        _post_return(account, line, quantity)
        account.cite("returned", document.id, pointer)
    else:
        account.accepted += line.accepted or ZERO
        account.rejected += line.rejected or ZERO
        account.cite("inspected", document.id, f"{line.at}/accepted")


def _post_receipt(
    account: LineAccount, document: Receipt, line: GoodsLine, quantity: Decimal
) -> None:
    account.received += quantity
    account.confirming += quantity if document.ship_notice else ZERO
    account.final |= line.final
    if line.quantity is not None and line.uom in {None, account.line.uom}:
        account.pieces += line.quantity
    for name in {document.id, document.number or document.id}:
        account.receipts[name] = account.receipts.get(name, ZERO) + quantity
    if document.date:
        account.receipt_dates.append(document.date)


def _post_return(account: LineAccount, line: GoodsLine, quantity: Decimal) -> None:
    """Goods that go back leave the stock they were counted in, so nothing counts twice (S5.5)."""
    if line.purpose == "replacement":
        account.returned_replacement += quantity
    else:
        account.returned_credit += quantity
    if line.stock == "rejected":
        account.rejected -= quantity
    elif line.stock == "accepted":
        account.accepted -= quantity


def _trust_ship_notices(order: OrderAccount) -> None:
    """Let ship notices of trusted suppliers stand for receipts (S1.3).

    A receipt takes the place of the notice that it names. One that names none may be of any of the
    others, so the more of both counts, never their sum.
    """
    for account in order.lines:
        dates = [one.expected or one.date for one, _ in account.announcements]
        account.expected = max((date for date in dates if date), default=None)
        unnamed = account.received - account.confirming
        if not order.limits.flag("asn_is_receipt") or account.announced <= unnamed:
            continue
        account.received = account.confirming + account.announced
        for notice, quantity in account.announcements:
            for name in {notice.id, notice.number or notice.id}:
                account.receipts[name] = account.receipts.get(name, ZERO) + quantity
            if notice.date:
                account.receipt_dates.append(notice.date)


def _current(goods: list[AnyGoods]) -> list[AnyGoods]:
    """Leave out documents whose place a later one of the same number took."""
    newest: dict[tuple[str, str], AnyGoods] = {}
    for one in goods:
        if one.replaces and one.number:
            key = (type(one).__name__, one.number)
            newest[key] = max(newest.get(key, one), one, key=_age)
    return [
        one
        for one in goods
        if not one.number or newest.get((type(one).__name__, one.number), one) is one
    ]


def _age(document: AnyGoods) -> tuple[dt.date, str]:
    return (document.date or dt.date.min, document.id)


def _without_voided(facts: list[Fact], parties: Parties) -> list[Fact]:
    voids = {fact.id: fact for fact in facts if isinstance(fact, Void)}
    if not voids:
        return facts
    live = [void for void in voids.values() if _holds(void, voids)]
    targets = {void.target for void in live if void.target}
    numbers: dict[tuple[str, str], list[Party]] = {}
    for void in live:
        if void.number and not void.target:
            key = (void.kind or "invoice", compact(void.number))
            numbers.setdefault(key, []).append(parties.find(void.supplier, void.supplier_ids))
    return [
        fact
        for fact in facts
        if fact.id not in targets and not _is_taken_back(fact, numbers, parties)
    ]


def _holds(void: Void, voids: dict[str, Void], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a void stands: one that is voided itself does not, unless that void falls too."""
    seen |= {void.id}
    against = [one for one in voids.values() if one.target == void.id and one.id not in seen]
    return not any(_holds(one, voids, seen) for one in against)


def _is_taken_back(
    fact: Fact, numbers: dict[tuple[str, str], list[Party]], parties: Parties
) -> bool:
    number = getattr(fact, "number", None)
    tag = str(fact.__struct_config__.tag)
    voided = numbers.get((tag, compact(number))) if number else None
    if not voided:
        return False
    party = parties.find(getattr(fact, "supplier", None), getattr(fact, "supplier_ids", ()))
    return any(one.is_same(party) is not False for one in voided)
