"""Whom a policy affects: override by override, and invoice by invoice against another policy."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from gateway.commands.matching import scenarios
from gateway.config import Config
from gateway.rulebook import rules_of
from gateway.store.engine import Store
from gateway.store.judged import matched_records, undecided
from mappers.canonical import AnyRecord
from matcher.assess import judgements
from matcher.entries import Fact, Master
from matcher.facts import facts_of
from matcher.policy import Policy
from matcher.policy_changes import Move, Pair, Reach, moves, open_claims, reach
from matcher.short import short_facts

_RECORD: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_SHOWN = 5


class Known(Struct, frozen=True, kw_only=True):
    """Facts to try policies on; `undecided` are the claims still open, where decisions are kept."""

    facts: list[Fact]
    master: Master
    as_of: dt.date
    undecided: frozenset[str] | None = None


class Impact(Struct, frozen=True, kw_only=True):
    """What another policy does to known facts: whom it reaches, what it moves, of how many."""

    reach: tuple[Reach, ...]
    moves: tuple[Move, ...]
    open: int


def known_of_file(path: Path, today: dt.date) -> list[Known]:
    """Return the facts of a file of scenarios, each to be judged by itself."""
    return [
        Known(facts=short_facts(one.documents), master=one.master, as_of=one.as_of or today)
        for one in scenarios(path)
    ]


def known_of_store(store: Store, config: Config, today: dt.date) -> Known:
    """Return all facts that a gateway keeps; raises ConfigError where its rules are not right."""
    with store.read() as connection:
        records = matched_records(connection)
        facts = [fact for one in records for fact in facts_of(_RECORD.decode(one.body), one.fact)]
        still = undecided(connection)
    as_of = config.matching.as_of or today
    return Known(facts=facts, master=rules_of(config)[1], as_of=as_of, undecided=still)


def impact(before: Policy, after: Policy, known: Iterable[Known]) -> Impact:
    """Judge known facts by both policies and compare what is open."""
    listed = list(known)
    pairs = [pair for one in listed for pair in _pairs(before, after, one)]
    facts = [fact for one in listed for fact in one.facts]
    master = listed[0].master if len(listed) == 1 else Master()
    return Impact(reach=reach(after, facts, master), moves=moves(pairs), open=len(pairs))


def _pairs(before: Policy, after: Policy, known: Known) -> Iterator[Pair]:
    old = list(judgements(known.facts, before, known.as_of, known.master))
    still = open_claims(old, known.facts)
    if known.undecided is not None:
        still &= known.undecided
    by_id = {one.invoice.id: one for one in old if one.invoice.id in still}
    for new in judgements(known.facts, after, known.as_of, known.master):
        if new.invoice.id in by_id:
            yield by_id[new.invoice.id], new


def tell(found: Impact) -> None:
    """Print an impact for a person."""
    for one in found.reach:
        suppliers, categories = _listed(one.suppliers), _listed(one.categories)
        of = f" of {suppliers}" if suppliers else ""
        about = f", categories {categories}" if categories else ""
        click.echo(f"{one.scope}: {one.lines} order lines{of}{about}")
    changed = sum(len(one.invoices) for one in found.moves)
    click.echo(f"{changed} of {found.open} open invoices would change")
    for move in found.moves:
        what = f"{move.before} -> {move.after}" if move.before != move.after else move.after
        money = ", ".join(
            f"{name} {amount:+,f}"
            for name, amount in (
                ("approved", move.approved), ("pending", move.pending), ("disputed", move.disputed),
            )
            if amount != Decimal(0)
        )  # fmt: skip
        click.echo(f"  {len(move.invoices):6} {what}: {money or 'no money'} {move.currency or ''}")
        click.echo(f"         {_listed(move.invoices)}")


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
