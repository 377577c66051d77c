"""Whether what order and invoice agree on is also what was agreed before: contracts (N22).

Contracts come with master data. They are held against what is billed: price tiers by item, caps on
surcharges, promised discounts. What they find is money to ask back; it changes no verdict by
itself, since the order was placed as it was.
"""

from collections.abc import Iterator
from decimal import Decimal

from matcher.entries import Contract, SurchargeCap
from matcher.folding import compact, gtin14
from matcher.ledger import Ledger
from matcher.money import HUNDRED, ZERO, rounded
from matcher.notes import Note
from matcher.papers import Paper, Part
from matcher.result import Source

_Item = tuple[str, str]


class Contracts:
    """All contracts, found by supplier and item."""

    def __init__(self, ledger: Ledger) -> None:
        self._general: list[Contract] = []
        self._by_item: dict[_Item, list[Contract]] = {}
        self._parties = ledger.parties
        for contract in ledger.master.contracts:
            items = list(_items(contract))
            for item in items:
                self._by_item.setdefault(item, []).append(contract)
            if not items:
                self._general.append(contract)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._general or self._by_item)

    def of(self, paper: Paper, item: list[_Item] | None = None) -> Iterator[Contract]:
        """Yield the contracts that hold for a claim: those of an item, or the general ones."""
        date = paper.claim.date
        listed = self._general if item is None else self._of_item(item)
        for contract in listed:
            first, last = contract.valid_from, contract.valid_to
            is_valid = not date or ((not first or first <= date) and (not last or date <= last))
            is_theirs = self._is_theirs(contract, paper)
            if is_valid and is_theirs and contract.currency in {None, paper.currency}:
                yield contract

    def _of_item(self, item: list[_Item]) -> list[Contract]:
        found = {one.number: one for key in item for one in self._by_item.get(key, ())}
        return [found[number] for number in sorted(found)]

    def _is_theirs(self, contract: Contract, paper: Paper) -> bool:
        theirs = self._parties.find(contract.supplier)
        names = contract.supplier
        parties = (paper.party, *(order.party for order in paper.orders))
        return any(party.is_same(theirs) or names in party.policy_names for party in parties)


def _items(contract: Contract) -> Iterator[_Item]:
    if contract.gtin:
        yield "gtin", gtin14(contract.gtin)
    if contract.vendor_part:
        yield "vendor_part", compact(contract.vendor_part)
    if contract.buyer_part:
        yield "buyer_part", compact(contract.buyer_part)


def check_contracts(paper: Paper, contracts: Contracts) -> None:
    """Hold an invoice against the contracts of its supplier."""
    for sheet in paper.sheets:
        for part in sheet.parts:
            keys = [*part.account.identity.keys, *sheet.identity.keys]
            notes = (_tier_note(part, contract) for contract in contracts.of(paper, keys))
            for note in filter(None, notes):
                sheet.note(note)
    for contract in contracts.of(paper):
        paper.notes += _surcharge_notes(paper, contract)
        paper.notes += _discount_notes(paper, contract)


def _tier_note(part: Part, contract: Contract) -> Note | None:
    """Compare what is billed with the tier that the ordered quantity earned."""
    factor = part.account.factor_of(contract.uom)
    if not factor or not part.laid:
        return None
    earned = max(part.account.ordered, part.laid) / factor
    tiers = [tier for tier in contract.tiers if tier.minimum <= earned]
    if not tiers:
        return None
    tier = max(tiers, key=lambda one: one.minimum)
    expected = rounded(part.laid / factor * tier.price, part.sheet.paper.unit)
    over = part.billed - expected
    if over <= 0:
        return None
    values = {
        "billed": part.billed,
        "quantity": part.laid,
        "unit": part.account.unit or "",
        "contract": contract.number,
        "minimum": tier.minimum,
        "price": tier.price,
        "expected": expected,
    }
    sources = (part.sheet.source("unit_price"), part.account.price_source)
    return Note(code="TIER_NOT_APPLIED", money=over, values=values, sources=sources)


def _surcharge_notes(paper: Paper, contract: Contract) -> Iterator[Note]:
    goods = paper.goods.total
    for kind, cap in sorted(contract.surcharges.items()):
        billed = paper.charges.get(kind, ZERO)
        allowed = _cap(cap, goods, paper)
        if allowed is None or billed <= allowed:
            continue
        values = {"type": kind, "billed": billed, "cap": allowed, "contract": contract.number}
        sources = (Source(paper.claim.id, "/adjustments"),)
        money = billed - allowed
        yield Note(code="SURCHARGE_OVER_CAP", money=money, values=values, sources=sources)


def _cap(cap: SurchargeCap, goods: Decimal, paper: Paper) -> Decimal | None:
    given = [] if cap.amount is None else [cap.amount]
    if cap.percent is not None:
        given.append(rounded(goods * cap.percent / HUNDRED, paper.unit))
    return min(given, default=None)


def _discount_notes(paper: Paper, contract: Contract) -> Iterator[Note]:
    """Compare a promised discount with what the header and the lines took off."""
    if not contract.discount:
        return
    lines = sum((one.amount for sheet in paper.sheets for one in sheet.line.allowances), ZERO)
    header = sum((one.amount for one in paper.claim.allowances), ZERO)
    given = lines + header
    goods = paper.goods.total + given
    expected = rounded(goods * contract.discount / HUNDRED, paper.unit)
    if given >= expected:
        return
    values = {
        "contract": contract.number,
        "percent": contract.discount,
        "goods": goods,
        "expected": expected,
        "given": given,
    }
    sources = (Source(paper.claim.id, "/adjustments"),)
    yield Note(code="DISCOUNT_NOT_GIVEN", money=expected - given, values=values, sources=sources)
