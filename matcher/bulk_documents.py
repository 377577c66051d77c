"""What bulk matching says of whole documents: charges, tax and total (S7.1 - S7.3), as expressions.

The lines of `matcher.bulk.judged` say what becomes of the goods. Charges are laid on what is
allowed for their kind over all claims of an order, again a sum in canonical order cut at an edge;
tax follows its base, rate by rate; and the total is met exactly. All numbers are whole, as there:
a tax rate is in `rate_parts` of one, and tax x rate x goods stays below 2^60.
"""

from typing import Any

import ibis
from ibis.expr import types as ir

from matcher.bulk import narrow, positive, rounded

DOCUMENTS = ibis.schema(
    dict.fromkeys(
        (
            *("document", "held", "aside", "total", "tax", "rounding", "rate_parts"),
            *("tax_slack", "total_slack", "other_rate"),
        ),
        "int64",
    )
)
"""An invoice as a whole. `rounding` is what it declares, less allowances that no line took.

`other_rate` says that a line states another tax rate than its order.
"""

CHARGES = ibis.schema(
    dict.fromkeys(
        ("charge", "document", "pool", "place", "billed", "allowed", "planned", "is_planned"),
        "int64",
    )
)
"""What a document charges of one kind; a pool is a kind of charge on one order."""

DOCUMENT_CODES = (
    "CHARGE_OVER",
    "CHARGE_UNPLANNED",
    "CHARGE_TOL",
    "TAX_ROUNDING",
    "TAX_RATE_MISMATCH",
    "TAX_OVER",
    "TAX_UNDER",
    "ROUNDING",
    "ARITH_TOTAL",
)
"""What `codes` of a document says, by place, as `matcher.bulk.CODES` does for its lines."""

_APPROVE, _PEND, _DISPUTE = 0, 1, 2
_TAXES = ("tax_due", "tax_approve", "tax_keep", "share_whole", "share_approve", "share_keep")


def documents_judged(
    lines: ir.Table, claims: ir.Table, documents: ir.Table, charges: ir.Table
) -> ir.Table:
    """Say of each document what is approved, pending and disputed of its total, and why.

    `lines` are the results of `matcher.bulk.judged` for `claims`.
    """
    goods = _goods(lines, claims)
    found = _with_goods(documents, goods)
    found = _with(found, _charged(charges, found), ("charged", "passed", "charge_codes"))
    found = _with(found, _taxed(goods, documents), (*_TAXES, "rates"))
    return _concluded(_summed(_tax_laid(found)))


def _goods(lines: ir.Table, claims: ir.Table) -> ir.Table:
    """Return the goods of each line before anything is held against its document."""
    told = lines.select("claim", "approved", "pending", "billed", "withheld")
    found = claims.select("claim", "document", "tax_rate").inner_join(told, "claim")
    found = found.mutate(approve=found.approved + found.withheld)
    return found.mutate(keep=found.approved + found.pending)


def _with_goods(documents: ir.Table, goods: ir.Table) -> ir.Table:
    sums = goods.group_by("document").aggregate(
        approve=narrow(goods.approve.sum()),
        keep=narrow(goods.keep.sum()),
        goods=narrow(goods.billed.sum()),
    )
    found = _with(documents, sums, ("approve", "keep", "goods"))
    is_disputed = (found.goods > found.keep) & (found.keep <= found.approve)
    follows = is_disputed.ifelse(_DISPUTE, _PEND)
    return found.mutate(where=(found.approve > 0).ifelse(_APPROVE, follows))


def _with(documents: ir.Table, sums: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    """Give each document its sums; nought where it has none."""
    found = documents.left_join(sums, "document")
    found = found.mutate(**{one: found[one].fill_null(0) for one in columns})
    return found.select(*documents.columns, *columns)


def _charged(charges: ir.Table, documents: ir.Table) -> ir.Table:
    """Lay charges on what is allowed for their kind, over all claims of the order (S7.1)."""
    found = charges.inner_join(documents.select("document", "where", "aside"), "document")
    found = found.mutate(laid=(found.aside == 0) & (found["where"] != _DISPUTE))
    found = found.mutate(counted=found.laid.ifelse(found.billed, 0))
    window = ibis.cumulative_window(group_by="pool", order_by="place")
    found = found.mutate(asked=narrow(found.counted.sum().over(window)))
    found = found.mutate(before=ibis.least(found.allowed, found.asked - found.counted))
    found = found.mutate(passed=ibis.least(found.counted, found.allowed - found.before))
    over = found.counted > found.passed
    is_more = (found.billed > 0) & (found.billed + found.before > found.planned)
    found = found.mutate(
        over_planned=(over & (found.is_planned == 1)).ifelse(1, 0),
        over_unplanned=(over & (found.is_planned == 0)).ifelse(1, 0),
        tolerated=(found.laid & ~over & is_more).ifelse(1, 0),
    )
    marks = (found.over_planned.max(), found.over_unplanned.max(), found.tolerated.max())
    return found.group_by("document").aggregate(
        charged=narrow(found.billed.sum()),
        passed=narrow(found.passed.sum()),
        charge_codes=marks[0] + 2 * marks[1] + 4 * marks[2],
    )


def _taxed(goods: ir.Table, documents: ir.Table) -> ir.Table:
    """Work out the tax that is due, rate by rate, and what of it follows which goods (S7.2)."""
    rated = goods.filter(goods.tax_rate >= 0)
    bases = rated.group_by(["document", "tax_rate"]).aggregate(
        approve=narrow(rated.approve.sum()),
        keep=narrow(rated.keep.sum()),
        whole=narrow(rated.billed.sum()),
    )
    bases = bases.inner_join(documents.select("document", "rate_parts"), "document")
    rate, parts = bases.tax_rate, bases.rate_parts
    bases = bases.mutate(
        due=rounded(rate * bases.whole, parts),
        due_approve=rounded(rate * bases.approve, parts),
        due_keep=rounded(rate * bases.keep, parts),
    )
    return bases.group_by("document").aggregate(
        tax_due=narrow(bases.due.sum()),
        tax_approve=narrow(bases.due_approve.sum()),
        tax_keep=narrow(bases.due_keep.sum()),
        share_whole=narrow((bases.tax_rate * bases.whole).sum()),
        share_approve=narrow((bases.tax_rate * bases.approve).sum()),
        share_keep=narrow((bases.tax_rate * bases.keep).sum()),
        rates=bases.count(),
    )


def _tax_laid(found: ir.Table) -> ir.Table:
    """Share tax out like its base; without any rate, like the goods."""
    has_rate = found.rates > 0
    over = found.tax - found.tax_due
    found = found.mutate(
        tax_over=has_rate.ifelse(over, 0),
        payable=(has_rate & (over > found.tax_slack)).ifelse(found.tax_due, found.tax),
        share_whole=has_rate.ifelse(found.share_whole, found.goods),
        share_approve=has_rate.ifelse(found.share_approve, found.approve),
        share_keep=has_rate.ifelse(found.share_keep, found.keep),
    )
    is_exact = has_rate & (found.payable == found.tax_due)
    whole = ibis.greatest(found.share_whole, 1)
    by_share = rounded(found.payable * found.share_approve, whole)
    kept_by_share = rounded(found.payable * found.share_keep, whole)
    has_base = is_exact | (found.share_whole > 0)
    where = found["where"]
    approve = (where == _APPROVE).ifelse(found.payable, 0)
    keep = (where == _DISPUTE).ifelse(0, found.payable)
    return found.mutate(
        paid=has_base.ifelse(is_exact.ifelse(found.tax_approve, by_share), approve),
        kept=has_base.ifelse(is_exact.ifelse(found.tax_keep, kept_by_share), keep),
    )


def _summed(found: ir.Table) -> ir.Table:
    """Add charges, tax and rounding to the goods, and meet the total exactly (S7.3)."""
    where = found["where"]
    parts = found.goods + found.charged + found.tax + found.rounding
    found = found.mutate(gap=found.total - parts)
    is_rounding = found.gap.abs() <= found.total_slack
    follows = found.passed + found.rounding + is_rounding.ifelse(found.gap, 0)
    approve = found.approve + found.paid + (where == _APPROVE).ifelse(follows, 0)
    pend = found.keep - found.approve + found.kept - found.paid
    pend += (where == _PEND).ifelse(follows, 0)
    found = found.mutate(to_approve=approve, to_pend=pend, is_rounding=is_rounding)
    is_met = found.gap == 0
    cut = _cut(found.to_approve, found.total)
    found = found.mutate(to_approve=is_met.ifelse(found.to_approve, cut))
    cut = _cut(found.to_pend, found.total - found.to_approve)
    return found.mutate(to_pend=is_met.ifelse(found.to_pend, cut))


def _cut(amount: ir.Value, most: ir.Value) -> ir.Value:
    return ibis.least(amount, (amount >= 0).ifelse(positive(most), most))


def _concluded(found: ir.Table) -> ir.Table:
    """Hold what is held, put aside what is set aside, and say which codes there are."""
    is_aside = found.aside > 0
    held = (found.held == 1).ifelse(positive(found.to_approve), 0)
    pending = (found.aside == 1).ifelse(found.total, 0)
    found = found.mutate(
        approved=is_aside.ifelse(0, found.to_approve - held),
        pending=is_aside.ifelse(pending, found.to_pend + held),
        codes=is_aside.ifelse(0, _codes(found)),
    )
    return found.mutate(disputed=found.total - found.approved - found.pending).select(
        "document", "approved", "pending", "disputed", "codes"
    )


def _codes(found: ir.Table) -> ir.Value:
    differs, is_small = found.tax_over != 0, found.tax_over.abs() <= found.tax_slack
    is_other = found.other_rate == 1
    states = {
        "TAX_ROUNDING": differs & is_small,
        "TAX_RATE_MISMATCH": differs & ~is_small & is_other,
        "TAX_OVER": (found.tax_over > 0) & ~is_small & ~is_other,
        "TAX_UNDER": (found.tax_over < 0) & ~is_small & ~is_other,
        "ROUNDING": (found.gap != 0) & found.is_rounding,
        "ARITH_TOTAL": ~found.is_rounding,
    }
    total: Any = found.charge_codes
    for code, holds in states.items():
        total += holds.ifelse(2 ** DOCUMENT_CODES.index(code), 0)
    return total
