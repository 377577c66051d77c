"""Trying: what invoices would come to by other limits or further facts; nothing of it is kept.

Gathering a case marks what it looks for, so even a trial needs a transaction that writes. It ends
by being taken back whole.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection

from gateway.flows.judging import Judge
from gateway.store.engine import Store
from gateway.store.limits import Rule
from matcher.entries import Fact
from matcher.policy_changes import Move, Pair, moves
from matcher.result import Reconciliation

LOOKED_AT_MAX = 300
"""How many invoices a preview looks at: the newest that are open."""


class _NothingKeptError(Exception):
    """Ends a trial."""


class Trial(Struct, frozen=True, kw_only=True):
    """Results before and after by record, of the invoices whose outcome would be another."""

    own: Pair | None
    others: dict[int, Pair]
    looked_at: int

    @property
    def moves(self) -> tuple[Move, ...]:
        """What would move beside the invoice that it is about."""
        return moves(self.others.values())

    @property
    def harms(self) -> bool:
        """Whether another invoice would have less approved than now."""
        return any(after.approved < before.approved for before, after in self.others.values())


def attempt(  # noqa: PLR0913, PLR0917 - what is tried, and on what
    store: Store,
    judge: Judge,
    record: int,
    others: Collection[int],
    today: date,
    rules: Sequence[Rule] | None = None,
    more: Sequence[Fact] = (),
) -> Trial:
    """Judge the case of `record`, and of `others`, as they are and with `rules` or `more`."""
    before: dict[int, Reconciliation] = {}
    after: dict[int, Reconciliation] = {}
    with suppress(_NothingKeptError), store.write() as connection:
        before, after = _both(connection, judge, [record, *others], today, rules, more)
        raise _NothingKeptError
    pairs = {number: (one, after[number]) for number, one in before.items() if number in after}
    return Trial(
        own=pairs.get(record),
        others={n: pair for n, pair in _moved(pairs.items()) if n != record},
        looked_at=len(pairs),
    )


def _both(  # noqa: PLR0913, PLR0917
    connection: Connection,
    judge: Judge,
    seeds: Collection[int],
    today: date,
    rules: Sequence[Rule] | None,
    more: Sequence[Fact],
) -> tuple[dict[int, Reconciliation], dict[int, Reconciliation]]:
    before = judge.trying().results(connection, seeds, today)
    return before, judge.trying(rules=rules, more=more).results(connection, seeds, today)


def _moved(pairs: Iterable[tuple[int, Pair]]) -> Iterable[tuple[int, Pair]]:
    for number, (was, new) in pairs:
        if (was.verdict, was.approved, was.pending, was.disputed) != (
            new.verdict,
            new.approved,
            new.pending,
            new.disputed,
        ):
            yield number, (was, new)
