"""Finishing a paper: lines that were never laid, holds and releases, then the header (S7, S10)."""

from decimal import Decimal

from matcher.charges import ChargePools
from matcher.holds import hold_line
from matcher.memos import Lifts
from matcher.money import ZERO, from_words, in_words
from matcher.notes import Calculation, Note
from matcher.papers import Money, Paper, Sheet
from matcher.policy import Limits
from matcher.result import Source
from matcher.tax import lay_tax
from matcher.totals import settle_total

_DISPUTED = frozenset({"ITEM_NOT_ON_PO", "PAIR_CONFLICT"})


def finish_lines(paper: Paper, lifts: Lifts, invoice: Paper | None) -> None:
    """Complete the lines of a claim; `invoice` is the one that a debit memo names."""
    for sheet in paper.sheets:
        if paper.set_aside:
            sheet.money.put(paper.set_aside, sheet.billed)
        elif not sheet.is_settled:
            _finish_unlaid(sheet, lifts, invoice)
        _pin(sheet)
        if sheet.account and not paper.set_aside:
            hold_line(sheet, sheet.account.order)


def _finish_unlaid(sheet: Sheet, lifts: Lifts, invoice: Paper | None) -> None:
    sheet.money.dispute += sheet.billed - sheet.amount
    if sheet.paper.is_debit and sheet.account:
        lifts.lay(sheet, invoice)
    elif any(note.code in _DISPUTED for note in sheet.notes):
        sheet.money.dispute += sheet.amount
    else:
        sheet.money.pend += sheet.amount


def _pin(sheet: Sheet) -> None:
    """Keep released money approved; what is too much is to be recovered (S10.5)."""
    over = sheet.released - sheet.money.approve
    if not sheet.released or over <= 0:
        return
    values = {"released": sheet.released, "payable": sheet.money.approve}
    inputs = {**sheet.money.recorded(), "released": in_words(sheet.released)}
    facts = {"released": tuple(sorted(sheet.paper.releases))}
    sheet.calculations.append(
        Calculation(rule="S10.5", inputs=inputs, outcome=rerun_release(inputs), facts=facts)
    )
    sheet.recover = _keep(sheet.money, sheet.released)
    sources = tuple(Source(one, "/amount") for one in sorted(sheet.paper.releases))
    sheet.note(Note(code="OVER_RELEASED", money=over, values=values, sources=sources))


def _keep(money: Money, released: Decimal) -> Decimal:
    """Approve what was released, from disputed money first; return what it is too much."""
    over = released - money.approve
    from_dispute = min(over, money.dispute)
    from_pending = min(over - from_dispute, money.pend)
    money.dispute -= from_dispute
    money.pend -= from_pending
    money.approve += from_dispute + from_pending
    return over


def rerun_release(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of a recorded release again: the buckets, and what to recover."""
    money = Money.recalled(inputs)
    over = _keep(money, from_words(inputs["released"]))
    return {"recover": in_words(over), **money.recorded()}


def settle_header(paper: Paper, pools: ChargePools, limits: Limits) -> Money:
    """Settle charges, tax and total, and return the claim's three buckets."""
    released = sum((min(sheet.released, sheet.money.approve) for sheet in paper.sheets), ZERO)
    if paper.set_aside:
        money = Money()
        money.approve = released
        money.put(paper.set_aside, paper.total - released)
        return money
    pools.lay(paper, limits)
    lay_tax(paper, limits)
    money = settle_total(paper, limits)
    if paper.is_held:
        for sheet in paper.sheets:
            sheet.money.hold(sheet.released)
        money.hold(released)
    return money
