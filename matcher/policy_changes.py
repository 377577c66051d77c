"""What another policy would change: its entries, whom they reach, and which verdicts they move.

All three are pure: the caller brings facts, and results that were made by both policies.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct

from matcher.entries import Fact, Master, Order, Release
from matcher.folding import line_key
from matcher.money import ZERO
from matcher.parties import Parties
from matcher.policy import KEYS, Limits, Override, Policy
from matcher.result import Reconciliation

Pair = tuple[Reconciliation, Reconciliation]
_COMPANY = "company"


class Difference(Struct, frozen=True, omit_defaults=True):
    """An entry that two policies have differently; None where one of them has none."""

    key: str
    scope: str
    before: str | None = None
    after: str | None = None


class Reach(Struct, frozen=True, kw_only=True):
    """Whom an override affects among known orders: suppliers, categories, and how many lines."""

    scope: str
    suppliers: tuple[str, ...]
    categories: tuple[str, ...]
    lines: int


class Move(Struct, frozen=True, kw_only=True):
    """Invoices of one currency whose verdict or money another policy would change alike.

    `approved` is how much more would be approved, `pending` and `disputed` likewise.
    """

    before: str
    after: str
    currency: str | None
    invoices: tuple[str, ...]
    approved: Decimal
    pending: Decimal
    disputed: Decimal


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Return every entry that `after` has differently from `before`."""
    old, new = dict(_entries(before)), dict(_entries(after))
    return tuple(
        Difference(key, scope, old.get((scope, key)), new.get((scope, key)))
        for scope, key in dict.fromkeys((*old, *new))
        if old.get((scope, key)) != new.get((scope, key))
    )


def _entries(policy: Policy) -> Iterator[tuple[tuple[str, str], str]]:
    company = policy.limits()
    for key in KEYS:
        yield (_COMPANY, key), company.shown(key)
    for override in policy.overrides:
        limits = Limits({**company.values, **override.values}, company.origins)
        yield from (((override.name, key), limits.shown(key)) for key in override.values)
    for pair, rate in policy.fx.items():
        yield (_COMPANY, f"fx.{pair}"), f"{rate:f}"
    for code, change in policy.codes.items():
        shown = ", ".join(part for part in (change.severity, change.role) if part)
        yield (_COMPANY, f"codes.{code}"), shown


def reach(policy: Policy, facts: Iterable[Fact], master: Master) -> tuple[Reach, ...]:
    """Return for each override the order lines among `facts` that it holds for."""
    parties = Parties(master)
    orders = [fact for fact in facts if isinstance(fact, Order)]
    return tuple(_reach_of(override, orders, parties) for override in policy.overrides)


def _reach_of(override: Override, orders: list[Order], parties: Parties) -> Reach:
    suppliers, categories, lines = set[str](), set[str](), set[tuple[str, str]]()
    for order in orders:
        party = parties.find(order.supplier, order.supplier_ids)
        for line in order.lines:
            names = override.order is None or override.is_of(order.number, line.number)
            if names and override.holds(party.policy_names, line.category):
                lines.add((order.number, line_key(line.number)))
                suppliers.add(order.supplier or party.number or "unknown")
                categories |= {line.category} if line.category else set()
    return Reach(
        scope=override.name or "everything",
        suppliers=tuple(sorted(suppliers)),
        categories=tuple(sorted(categories)),
        lines=len(lines),
    )


def open_claims(results: Iterable[Reconciliation], facts: Iterable[Fact]) -> frozenset[str]:
    """Return the claims that can still change: those of which not all money was released."""
    released: dict[str, Decimal] = {}
    for fact in facts:
        if isinstance(fact, Release):
            released[fact.invoice] = released.get(fact.invoice, ZERO) + fact.amount
    return frozenset(
        one.invoice.id
        for one in results
        if released.get(one.invoice.id, ZERO) < one.approved + one.pending + one.disputed
        or one.type != "invoice"
    )


def moves(pairs: Iterable[Pair]) -> tuple[Move, ...]:
    """Return how verdicts and money move between (before, after) of each claim; most money first.

    A claim whose outcome stays the same is in none of them.
    """
    found: dict[tuple[str, str, str | None], list[Pair]] = {}
    for was, new in pairs:
        if _outcome(was) != _outcome(new):
            found.setdefault((was.verdict, new.verdict, new.currency), []).append((was, new))
    return tuple(
        sorted(
            (_move(key, alike) for key, alike in found.items()),
            key=lambda one: (-abs(one.approved), one.before, one.after, one.currency or ""),
        )
    )


def _outcome(one: Reconciliation) -> tuple[object, ...]:
    return (one.verdict, one.approved, one.pending, one.disputed)


def _move(key: tuple[str, str, str | None], pairs: list[Pair]) -> Move:
    before, after, currency = key
    return Move(
        before=before,
        after=after,
        currency=currency,
        invoices=tuple(sorted(new.invoice.number or new.invoice.id for _, new in pairs)),
        approved=sum((new.approved - was.approved for was, new in pairs), ZERO),
        pending=sum((new.pending - was.pending for was, new in pairs), ZERO),
        disputed=sum((new.disputed - was.disputed for was, new in pairs), ZERO),
    )
