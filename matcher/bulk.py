"""The verdicts for years of facts: Ibis expressions that run on DuckDB and on Spark (Scale 3).

Every rule of quantity and price cuts an axis at an edge, so window passes over the claims of an
order line, in canonical order, say what `assess` says of each. `judged` is that expression over two
tables, whose columns `ORDER_LINES` and `CLAIMS` name; `matcher.bulk_tables` makes them from facts,
and a warehouse may make them by itself. Nothing here opens a connection.

All numbers are whole: money in minor units, quantities in parts of the order line's own size
(`parts` make one unit), prices so that quantity x price / `value_parts` is money, percentages in
`share_parts` of one. Whoever makes the tables keeps `quantity x price x share_parts` below 2^61 and
money below 2^50, so that 64-bit arithmetic is exact on every engine.
"""

import itertools
from typing import Any

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

NO_LIMIT = 2**60
"""Stands for no limit; beyond every sum that the tables hold."""

ORDER_LINES = ibis.schema(
    dict.fromkeys(
        (
            *("line", "order_id", "way", "parts", "ordered", "received", "returned"),
            *("returned_replacement", "accepted", "rejected", "final", "cancelled"),
            *("rejects_pend", "ordered_share", "ordered_abs", "received_share", "received_abs"),
            *("accepted_share", "accepted_abs", "price", "value_parts", "share_parts"),
            *(
                "over_share",
                "under_share",
                "cap",
                "floor",
                "value_limit",
                "expected_day",
                "wait_days",
            ),
        ),
        "int64",
    )
)
"""An order line: its goods, its limits and its price; flags are 0 or 1, a share of -1 is no limit.

`returned` went back for credit. `under_share` is -1 where nothing is too cheap; `value_limit` is
the order's, with its tolerance. `expected_day` is that of the ship notice, 0 for none, a day being
a proleptic Gregorian ordinal.
"""

CLAIMS = ibis.schema(
    dict.fromkeys(
        (
            *("claim", "line", "place", "day", "quantity", "billed", "held", "aside"),
            *("document", "tax_rate"),
        ),
        "int64",
    )
)
"""A claim line on an order line; `place` is its place in canonical order (S5.2).

`held` claims keep their place and are not paid: 1 for the state of their order, 2 for what is held
against the document alone. Those set aside (1 pending, 2 disputed) reserve nothing. `day` is the
invoice's, 0 for none. `document` and `tax_rate` are for `matcher.bulk_documents`.
"""

CODES = (
    "QTY_TOL",
    "WAITING_INSPECTION",
    "QTY_REJECTED",
    "RETURN_NOT_CREDITED",
    "WAITING_RECEIPT",
    "WAITING_RECEIPT_OVERDUE",
    "QTY_OVER_RECEIVED",
    "QTY_OVER_ORDERED",
    "PO_CANCELLED",
    "PRICE_TOL",
    "PRICE_OVER",
    "PRICE_CAP",
    "PRICE_UNDER",
    "PRICE_UNDER_BLOCK",
    "BLANKET_LIMIT",
)
"""What `codes` says: the sum of 2^i over the codes that a claim line has, by their place here."""

CELLS = ("plain", "tolerated", "inspected", "rejecting", "returning", "missing", "beyond")
"""The cells of the axis, in their order; `<cell>_units` and `<cell>_money` lie in each."""

_EDGES = CELLS[:-1]
_PRICING = ("price", "value_parts", "share_parts", "over_share", "under_share")
_CELLS = (
    *(f"e_{edge}" for edge in _EDGES),
    *("order_id", "final", "cancelled", "rejects_pend", "cap", "floor", "value_limit", "wait_days"),
)


def judged(
    order_lines: ir.Table, claims: ir.Table, as_of: int, *, has_value_limits: bool = True
) -> ir.Table:
    """Say of each claim line what is approved, pending and disputed, and why.

    `as_of` is the day of judgement as an ordinal. A line without `codes` is clean; of the others
    the units and money in each cell, the price test and the limits are the explanation, which
    `matcher.bulk_words` writes out. Where no order has a value limit a pass can be saved.
    """
    priced = _priced(_joined(claims, order_lines, _PRICING))
    placed = _joined(_placed(priced), _edged(order_lines), _CELLS)
    shared = _bucketed(_shared(_budgeted(_cut(placed))))
    limited = _limited(shared) if has_value_limits else shared.mutate(over_limit=0)
    return _concluded(limited, as_of)


def _joined(claims: ir.Table, lines: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    """Give each claim these columns of its order line; few, since windows carry them along."""
    found = claims.inner_join(lines.select("line", *columns), "line")
    return found.drop("line_right") if "line_right" in found.columns else found


def exceptions(results: ir.Table) -> ir.Table:
    """Keep the lines that something was said of."""
    return results.filter(results.codes > 0)


def _edged(lines: ir.Table) -> ir.Table:
    """Cut the axis of each order line: where each cell ends (S5.1)."""
    kept = positive(lines.received - lines.returned - lines.returned_replacement)
    came = positive(lines.received - lines.returned_replacement)
    owed = (lines.cancelled == 1).ifelse(ibis.least(lines.ordered, came), lines.ordered)
    lines = lines.mutate(kept=kept, owed=owed)
    ordered = lines.owed + _tolerance(lines, "owed", "ordered")
    lines = lines.mutate(
        top=(lines.cancelled == 1).ifelse(lines.owed, ordered),
        base=(lines.way == 4).ifelse(ibis.least(lines.accepted, lines.kept), lines.kept),  # noqa: PLR2004
        waiting=positive(lines.kept - lines.accepted - lines.rejected),
    )
    return _with_edges(lines)


def _with_edges(lines: ir.Table) -> ir.Table:
    is_two, is_four = lines.way == 2, lines.way == 4  # noqa: PLR2004
    room = positive(lines.top - lines.returned)
    plain = positive(lines.owed - lines.returned)
    tolerance = is_four.ifelse(
        _tolerance(lines, "base", "accepted"), _tolerance(lines, "base", "received")
    )
    cap = is_two.ifelse(room, ibis.least(lines.base + tolerance, room))
    lines = lines.mutate(
        e_plain=is_two.ifelse(plain, ibis.least(lines.base, plain, cap)), e_tolerated=cap
    )
    lines = lines.mutate(
        e_inspected=_below(lines, lines.e_tolerated + is_four.ifelse(lines.waiting, 0))
    )
    lines = lines.mutate(
        e_rejecting=_below(lines, lines.e_inspected + is_four.ifelse(lines.rejected, 0))
    )
    lines = lines.mutate(e_returning=_below(lines, lines.e_rejecting + lines.returned))
    return lines.mutate(e_missing=is_two.ifelse(lines.e_returning, lines.top))


def _below(lines: ir.Table, edge: ir.Value) -> ir.Value:
    return ibis.least(lines.top, edge)


def _tolerance(lines: ir.Table, base: str, name: str) -> ir.Value:
    """Return the lesser of the limits given (S5.3); by choice of `parts`, shares are whole."""
    share, absolute = lines[f"{name}_share"], lines[f"{name}_abs"]
    part = divided(lines[base] * ibis.greatest(share, 0), lines.share_parts)
    return ibis.least(absolute, (share < 0).ifelse(NO_LIMIT, part))


def _priced(claims: ir.Table) -> ir.Table:
    """Hold what is billed against the contract: the gate, and what is too cheap (S6.2)."""
    claims = claims.mutate(counts=claims.aside == 0)
    claims = claims.mutate(laid=claims.counts.ifelse(claims.quantity, 0))
    value, whole = claims.laid * claims.price, claims.value_parts
    in_shares = whole * claims.share_parts
    wider = claims.share_parts + ibis.greatest(claims.over_share, 0)
    narrower = claims.share_parts - ibis.greatest(claims.under_share, 0)
    claims = claims.mutate(
        expected=rounded(value, whole), ceiling=rounded(value * wider, in_shares)
    )
    claims = claims.mutate(over=claims.billed - claims.expected)
    passes = (claims.over_share < 0) | (claims.billed <= claims.ceiling)
    is_dear, is_cheap = claims.counts & (claims.over > 0), claims.counts & (claims.over < 0)
    is_blocking = (claims.under_share >= 0) & (claims.under_share < claims.share_parts)
    least = rounded(value * narrower, in_shares)
    return claims.mutate(
        passed=(is_dear & passes).ifelse(claims.over, 0),
        failing=(is_dear & ~passes).ifelse(claims.over, 0),
        is_cheap=is_cheap,
        far_under=is_cheap & is_blocking & (claims.billed < least),
    )


def _placed(claims: ir.Table) -> ir.Table:
    """Say what the claims before took of the axis and of the budget for variances: one pass."""
    of_line = ibis.window(group_by="line")
    return claims.mutate(
        start=_before(claims.laid, "line"),
        spent=_before(claims.passed, "line"),
        all_failing=narrow(claims.failing.sum().over(of_line)),
    )


def _cut(claims: ir.Table) -> ir.Table:
    """Cut what is laid at the edges of the cells."""
    return claims.mutate(
        **{
            f"to_{edge}": ibis.least(
                claims.laid, ibis.greatest(0, claims[f"e_{edge}"] - claims.start)
            )
            for edge in _EDGES
        }
    )


def _budgeted(claims: ir.Table) -> ir.Table:
    """Spend the budget for variances, and forgive what is small, over all claims of a line."""
    claims = claims.mutate(
        capped=positive(claims.passed - positive(claims.cap - claims.spent)),
        forgiven=claims.all_failing <= claims.floor,
    )
    claims = claims.mutate(is_over=(claims.failing > 0) & ~claims.forgiven)
    payable = claims.is_over.ifelse(claims.expected, claims.billed - claims.capped)
    by_price = claims.is_over & (claims.price > 0)
    return claims.mutate(
        payable=payable,
        weight=by_price.ifelse(claims.price, payable),
        whole=by_price.ifelse(claims.value_parts, ibis.greatest(claims.laid, 1)),
    )


def _shared(claims: ir.Table) -> ir.Table:
    """Share the payable money out over the cells, rounded on the running sum."""
    claims = claims.mutate(
        **{
            f"upto_{edge}": rounded(claims[f"to_{edge}"] * claims.weight, claims.whole)
            for edge in _EDGES
        },
        to_beyond=claims.laid,
        upto_beyond=(claims.laid > 0).ifelse(claims.payable, 0),
    )
    cells = {"plain_units": claims.to_plain, "plain_money": claims.upto_plain}
    for before, cell in itertools.pairwise(CELLS):
        cells[f"{cell}_units"] = claims[f"to_{cell}"] - claims[f"to_{before}"]
        cells[f"{cell}_money"] = claims[f"upto_{cell}"] - claims[f"upto_{before}"]
    return claims.mutate(**cells)


def _bucketed(claims: ir.Table) -> ir.Table:
    waits = (claims.final == 0) & (claims.cancelled == 0)
    return claims.mutate(
        approved=claims.plain_money + claims.tolerated_money,
        pending=claims.inspected_money
        + (claims.rejects_pend == 1).ifelse(claims.rejecting_money, 0)
        + waits.ifelse(claims.missing_money, 0),
    )


def _limited(claims: ir.Table) -> ir.Table:
    """Cap what is approved at the order's limit, over all its claims (S5.8)."""
    claims = claims.mutate(used=_before(claims.approved, "order_id"))
    limit = claims.value_limit
    within = ibis.least(limit, claims.used + claims.approved) - ibis.least(limit, claims.used)
    return claims.mutate(over_limit=claims.approved - within, approved=within)


def _concluded(claims: ir.Table, as_of: int) -> ir.Table:
    """Hold what is held, put aside what is set aside, and say which codes there are."""
    is_held = (claims.held > 0) | claims.far_under
    is_document_held = (claims.held == 2) & ~claims.far_under & claims.counts  # noqa: PLR2004
    claims = claims.mutate(
        codes=_codes(claims, as_of), withheld=is_document_held.ifelse(claims.approved, 0)
    )
    approved = (is_held | ~claims.counts).ifelse(0, claims.approved)
    pending = claims.pending + is_held.ifelse(claims.approved, 0)
    pending = claims.counts.ifelse(pending, (claims.aside == 1).ifelse(claims.billed, 0))
    claims = claims.mutate(approved=approved, pending=pending)
    return claims.mutate(disputed=claims.billed - claims.approved - claims.pending).select(
        *("claim", "line", "day", "approved", "pending", "disputed", "codes", "start", "laid"),
        "withheld",
        *("billed", "expected", "ceiling", "over", "passed", "failing", "capped", "over_limit"),
        *(f"{cell}_{what}" for cell in CELLS for what in ("units", "money")),
    )


def _codes(claims: ir.Table, as_of: int) -> ir.Value:
    is_late = (claims.day > 0) & (as_of - claims.day > claims.wait_days)
    is_missing, is_final, is_cancelled = (
        claims.missing_units > 0,
        claims.final == 1,
        claims.cancelled == 1,
    )
    waits = is_missing & ~is_final & ~is_cancelled
    is_beyond = claims.beyond_units > 0
    found = {
        "QTY_TOL": claims.tolerated_units > 0,
        "WAITING_INSPECTION": claims.inspected_units > 0,
        "QTY_REJECTED": claims.rejecting_units > 0,
        "RETURN_NOT_CREDITED": claims.returning_units > 0,
        "WAITING_RECEIPT": waits & ~is_late,
        "WAITING_RECEIPT_OVERDUE": waits & is_late,
        "QTY_OVER_RECEIVED": is_missing & is_final & ~is_cancelled,
        "QTY_OVER_ORDERED": is_beyond & ~is_cancelled,
        "PO_CANCELLED": is_cancelled & (is_beyond | is_missing),
        "PRICE_TOL": (claims.passed > claims.capped) | ((claims.failing > 0) & claims.forgiven),
        "PRICE_OVER": claims.is_over,
        "PRICE_CAP": claims.capped > 0,
        "PRICE_UNDER": claims.is_cheap & ~claims.far_under,
        "PRICE_UNDER_BLOCK": claims.far_under,
        "BLANKET_LIMIT": claims.over_limit > 0,
    }
    total: Any = ibis.literal(0, "int64")
    for index, code in enumerate(CODES):
        total += (found[code] & claims.counts).ifelse(2**index, 0)
    return total


def _before(amount: ir.Value, group: str) -> ir.Value:
    """Return what the claims before this one took of the same group."""
    window = ibis.cumulative_window(group_by=group, order_by="place")
    return narrow(amount.sum().over(window)) - amount


def narrow(total: ir.Value) -> ir.Value:
    """Have a sum in 64 bits: DuckDB adds in 128, which Ibis does not know of and will not cast."""
    return ops.Cast(total, to="int64").to_expr()


def positive(number: ir.Value) -> ir.Value:
    """Return a number, or nought where it is less."""
    return ibis.greatest(number, 0)


def rounded(number: ir.Value, divisor: ir.Value) -> ir.Value:
    """Divide, half away from zero; neither is negative."""
    return divided(2 * number + divisor, 2 * divisor)


def divided(number: ir.Value, divisor: ir.Value) -> ir.Value:
    """Divide whole numbers, downwards.

    Engines divide as binary floats. Without its remainder the quotient is whole, and below 2^51 the
    error of a float is less than half, so rounding brings back the exact number.
    """
    return ((number - number % divisor) / divisor).round().cast("int64")
