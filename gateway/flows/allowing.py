"""Allowing: a tolerance adjusted for one invoice, or set as a limit from now on (S5.4).

Once is a tolerance on the order line that is just as wide as this invoice needs: it is used up by
it, and nothing beyond it passes. As policy it is a rule for the supplier, or for everybody, above
the file. What either would change besides is tried first, on the invoices that are open.
"""

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.flows.amending import Change, amend
from gateway.flows.deciding import Outcome
from gateway.flows.judging import Judge
from gateway.flows.ruling import with_rules
from gateway.flows.trying import LOOKED_AT_MAX, Trial, attempt
from gateway.store import limits, open_invoices
from gateway.store.engine import Store
from gateway.store.events import announce
from gateway.store.exception import NewDecision
from gateway.store.limits import NewRule, Rule
from matcher.entries import Amendment
from matcher.policy import Policy, PolicyError
from matcher.policy_words import SETTABLE, limit_for
from matcher.result import Finding, Reconciliation

_OVER_QUANTITY = frozenset({"QTY_OVER_ORDERED", "QTY_OVER_RECEIVED"})
_OVER_PRICE = frozenset({"PRICE_OVER", "PRICE_CAP"})
_TOGETHER = 100
_STEP = Decimal("0.0001")
_HUNDRED = Decimal(100)


class Allowance(Struct, frozen=True, kw_only=True):
    """What would let one line pass: `key` names it in a form; narrower ways come first."""

    key: str
    words: str
    line: str
    money: Decimal
    ways: tuple[Amendment, ...]


class Limit(Struct, frozen=True, kw_only=True):
    """A limit to be set: for one supplier, or for all."""

    key: str
    value: str
    supplier: str | None


def allowances(told: Reconciliation) -> tuple[Allowance, ...]:
    """Return what can be allowed once for an invoice."""
    return tuple(one for finding in told.findings for one in _allowance(told, finding))


def _allowance(told: Reconciliation, finding: Finding) -> Iterator[Allowance]:
    line = next((one for one in told.lines if one.number == finding.line), None)
    if line is None or line.order is None or not line.order.number or not line.order.line:
        return
    found = _quantity(finding) if finding.code in _OVER_QUANTITY else ()
    found = _price(finding) if finding.code in _OVER_PRICE else found
    if found:
        yield Allowance(
            key=f"{finding.code}.{line.number}",
            words=_words(finding),
            line=line.number,
            money=finding.money,
            ways=tuple(
                Amendment(
                    id="",
                    shape="allowed_once",
                    order=line.order.number,
                    order_line=line.order.line,
                    tolerances=tolerances,
                )
                for tolerances in found
            ),
        )


def _words(finding: Finding) -> str:
    values = finding.values
    if finding.code in _OVER_QUANTITY:
        units = f"{values.get('units', '')} {values.get('unit', '')}".strip()
        return f"Line {finding.line}: let {units} more pass, {finding.money} in money"
    return f"Line {finding.line}: let the price pass, {finding.money} over the order"


def _quantity(finding: Finding) -> tuple[dict[str, object], ...]:
    values = finding.values
    end = _number(values, "before") + _number(values, "billed")
    beyond = {
        "ordered": end - _number(values, "ordered"),
        "received": end - _number(values, "kept"),
        "accepted": end - _number(values, "accepted"),
    }
    if values.get("way") != "4":
        del beyond["accepted"]
    widened = {name: over for name, over in beyond.items() if over > 0}
    if not widened:
        return ()
    wide = {f"{name}_pct": "unlimited" for name in widened}
    return ({"qty": wide | {f"{name}_abs": f"{over:f}" for name, over in widened.items()}},)


def _price(finding: Finding) -> tuple[dict[str, object], ...]:
    values = finding.values
    billed, expected = _number(values, "billed"), _number(values, "expected")
    if expected <= 0 or billed <= expected:
        return ()
    percent = f"{((billed / expected - 1) * _HUNDRED).quantize(_STEP, ROUND_UP):f}"
    return (
        {"price": {"over_pct": percent, "cap_abs": f"{billed - expected:f}"}},
        {"price": {"over_pct": percent, "cap_abs": "unlimited"}},
    )


def _number(values: dict[str, str], name: str) -> Decimal:
    return Decimal(values.get(name) or "0")


def proposed(told: Reconciliation) -> tuple[str, str] | None:
    """Return the limit that would let the gravest finding pass, and its value; None for others."""
    return next((found for one in told.findings if (found := limit_for(one))), None)


class Preview(Struct, frozen=True, kw_only=True):
    """What would happen: the narrowest way that lets the invoice pass, and what else it moves."""

    trial: Trial
    way: Amendment | None = None


def preview_once(
    store: Store, clock: Clock, judge: Judge, record: int, allowance: Allowance
) -> Preview:
    """Try an allowance: of its ways the first that helps this invoice and harms no other."""
    today, tried = clock().date(), Preview(trial=Trial(own=None, others={}, looked_at=0))
    for place, way in enumerate(allowance.ways):
        more = (_named(way, place),)
        trial = attempt(store, judge, record, (), today, more=more)
        tried = Preview(trial=trial, way=way)
        if _helps(trial) and not trial.harms:
            break
    return tried


def _named(way: Amendment, place: int) -> Amendment:
    return Amendment(
        id=f"trial-{place}",
        shape=way.shape,
        order=way.order,
        order_line=way.order_line,
        tolerances=way.tolerances,
    )


def _helps(trial: Trial) -> bool:
    return trial.own is not None and trial.own[1].approved > trial.own[0].approved


def allow_once(
    store: Store, clock: Clock, judge: Judge, new: NewDecision, way: Amendment
) -> Outcome:
    """Let a line of this invoice pass, and match again."""

    def make(_connection: Connection, told: Reconciliation) -> Change | None:
        offered = [one for allowance in allowances(told) for one in allowance.ways]
        if way not in offered:
            return None
        return Change(event="invoice.tolerance_allowed", facts=(way,), reason=new.reason)

    return amend(store, clock, judge, new, make)


def checked(limit: Limit) -> Limit:
    """Return a limit that can be set; raises PolicyError where it cannot be."""
    if limit.key not in SETTABLE:
        raise PolicyError(())
    with_rules(Policy(), [_rule(limit)])
    return limit


def preview_limit(store: Store, clock: Clock, judge: Judge, record: int, limit: Limit) -> Preview:
    """Try a limit on the invoices that are open, the newest first."""
    with store.read() as connection:
        others = open_invoices.numbers(
            connection, record if limit.supplier else None, LOOKED_AT_MAX
        )
        rules = [*limits.in_force(connection), _rule(limit)]
    trial = attempt(store, judge, record, others, clock().date(), rules=rules)
    return Preview(trial=trial)


def _rule(limit: Limit) -> Rule:
    return Rule(
        id=0,
        record_id=0,
        idempotency_key="",
        supplier=limit.supplier,
        key=limit.key,
        value=limit.value,
        reason="",
        actor="",
        at="",
        ended_at=None,
        ended_by=None,
    )


def set_limit(store: Store, clock: Clock, judge: Judge, new: NewDecision, limit: Limit) -> Outcome:
    """Set a limit, and match again what is open and may be affected.

    Raises PolicyError.
    """
    checked(limit)

    def make(connection: Connection, _told: Reconciliation) -> Change | None:
        rule = NewRule(
            record_id=new.record_id,
            idempotency_key=new.idempotency_key,
            supplier=limit.supplier,
            key=limit.key,
            value=limit.value,
            reason=new.reason,
            actor=new.actor,
            at=stamp(clock()),
        )
        limits.write(connection, rule)
        more: dict[str, object] = {
            "limit": {"key": limit.key, "value": limit.value, "supplier": limit.supplier}
        }
        return Change(event="policy.limit_set", facts=(), reason=new.reason, more=more)

    outcome = amend(store, clock, judge, new, make)
    if outcome.state == "decided":
        _match_open(store, clock, judge, new.record_id if limit.supplier else None)
    return outcome


def end_limit(store: Store, clock: Clock, judge: Judge, new: NewDecision, number: int) -> Outcome:
    """End a limit that was set on this invoice, and match what is open again."""
    ended: list[Rule] = []

    def make(connection: Connection, _told: Reconciliation) -> Change | None:
        own = {one.id for one in limits.of_record(connection, new.record_id)}
        at = stamp(clock())
        rule = limits.end(connection, number, new.actor, at) if number in own else None
        if rule is None:
            return None
        ended.append(rule)
        more: dict[str, object] = {
            "limit": {"key": rule.key, "value": rule.value, "supplier": rule.supplier}
        }
        return Change(event="policy.limit_ended", facts=(), reason=new.reason, more=more)

    outcome = amend(store, clock, judge, new, make)
    if ended:
        _match_open(store, clock, judge, new.record_id if ended[0].supplier else None)
    return outcome


def _match_open(store: Store, clock: Clock, judge: Judge, like: int | None) -> None:
    """Match again what is open: of the supplier of invoice `like`, or all. In small portions."""
    with store.read() as connection:
        numbers = open_invoices.numbers(connection, like)
    for start in range(0, len(numbers), _TOGETHER):
        now = clock()
        with store.write() as connection:
            some = numbers[start : start + _TOGETHER]
            announce(connection, judge.judge(connection, some, now.date(), stamp(now)), stamp(now))
