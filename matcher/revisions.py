"""Which revision of an order governs: the highest approved one, however they came (S10.3)."""

import datetime as dt
from typing import TypeVar

from msgspec import structs

from matcher.entries import Order, OrderLine
from matcher.folding import line_key

_T = TypeVar("_T", Order, OrderLine)


def governing(revisions: list[Order]) -> tuple[Order, bool]:
    """Return the order as its revisions leave it, and whether two of them contradict each other.

    Drafts count only where nothing is approved. A partial revision is laid over what stood before.
    """
    approved = [one for one in revisions if one.status != "draft"] or revisions
    ordered = sorted(approved, key=lambda one: (*_rank(one), one.id))
    current = ordered[0]
    for later in ordered[1:]:
        current = _laid_over(current, later) if later.partial else later
    first = min((one.date for one in revisions if one.date), default=None)
    top = [one for one in ordered if _rank(one) == _rank(ordered[-1])]
    contradicted = any(_terms(one) != _terms(top[0]) for one in top[1:])
    return structs.replace(current, date=first), contradicted


def _rank(order: Order) -> tuple[bool, int, dt.date]:
    """Numbered revisions by number; those without one come after, by date."""
    if order.revision is not None:
        return (False, order.revision, dt.date.min)
    return (True, 0, order.date or dt.date.min)


def _terms(order: Order) -> tuple[object, ...]:
    """Return what two documents of one revision must agree on."""
    lines = {
        (
            line_key(line.number),
            line.quantity,
            line.amount,
            line.uom,
            line.price,
            line.per,
            line.discount,
            line.tiers,
            line.cancelled,
        )
        for line in order.lines
    }
    return (order.status, order.currency, order.discount, order.limit, frozenset(lines))


def _laid_over(base: Order, change: Order) -> Order:
    """Lay a partial revision over the order before it; what it leaves out stays as it was."""
    changed = {line_key(line.number): line for line in change.lines}
    lines = [
        _line_over(line, changed.pop(line_key(line.number), None), change.id)
        if line_key(line.number) in changed
        else structs.replace(line, document=line.document or base.id)
        for line in base.lines
    ]
    added = (structs.replace(line, document=change.id) for line in changed.values())
    return _over(base, change, lines=(*lines, *added), partial=base.partial)


def _line_over(base: OrderLine, change: OrderLine | None, document: str) -> OrderLine:
    return _over(base, change, document=document) if change else base


def _over(base: _T, change: _T, **fixed: object) -> _T:
    """Return `base` with every field that `change` states."""
    stated = {
        one.name: getattr(change, one.name)
        for one in structs.fields(change)
        if getattr(change, one.name) not in (one.default, None, {})
    }
    return structs.replace(base, **{**stated, **fixed})
