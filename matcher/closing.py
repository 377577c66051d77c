"""Closing a paper: from working papers to the reconciliation (S9)."""

from collections.abc import Iterator
from decimal import Decimal

from mappers.canonical import OrderRef
from matcher.audit import header_workings_of, line_workings_of, workings_of
from matcher.entries import Refused
from matcher.explain import finding_of, verdict_of, worst
from matcher.ledger import Ledger, order_key
from matcher.money import ZERO, rounded
from matcher.notes import Note
from matcher.papers import Money, Paper, Sheet
from matcher.repair import repairs_of
from matcher.result import (
    Finding,
    InvoiceRef,
    LineResult,
    Reconciliation,
    Source,
    TermsResult,
    Verdict,
    Working,
)


def close(paper: Paper, money: Money, terms: TermsResult | None, ledger: Ledger) -> Reconciliation:
    """Write the reconciliation of one claim, with the workings of every line that has a code."""
    policy, claim, sign = ledger.policy, paper.claim, paper.direction
    header = verdict_of((note.code for note in paper.notes), policy)
    holding = verdict_of(paper.holding, policy)
    lines = tuple(_line(sheet, holding, ledger) for sheet in paper.sheets)
    return Reconciliation(
        invoice=InvoiceRef(
            number=claim.number,
            supplier=claim.supplier or paper.party.number or claim.supplier_name,
            id=claim.id,
        ),
        type=str(claim.__struct_config__.tag),
        orders=tuple(order.name for order in paper.orders),
        verdict=worst([header, *(line.verdict for line in lines)]),
        currency=paper.currency,
        approved=_signed(money.approve, sign, paper),
        pending=_signed(money.pend, sign, paper),
        disputed=_signed(money.dispute, sign, paper),
        findings=tuple(_findings(paper, ledger)),
        lines=lines,
        codes=_codes(paper.notes),
        terms=terms,
        recover=_recover(paper),
        policy_version=policy.version,
        inputs=_inputs(paper),
        repairs=repairs_of(paper) if paper.notes or any(one.notes for one in paper.sheets) else (),
        workings=tuple(_workings(paper)),
    )


def _workings(paper: Paper) -> Iterator[Working]:
    for sheet in paper.sheets:
        if sheet.notes:
            yield from workings_of(sheet)
        yield from line_workings_of(sheet)
    yield from header_workings_of(paper)


def refused(fact: Refused, ledger: Ledger) -> Reconciliation:
    """Answer a claim that could not be used: all of it is pending, with the reason."""
    total = fact.total or ZERO
    note = refusal_note(Source(fact.id, fact.at), fact.reason, total)
    codes = (note.code,)
    return Reconciliation(
        invoice=InvoiceRef(number=fact.number or "", supplier=fact.supplier, id=fact.id),
        type=fact.of,
        orders=(fact.order,) if fact.order else (),
        verdict=verdict_of(codes, ledger.policy),
        currency=fact.currency,
        approved=ZERO,
        pending=total,
        disputed=ZERO,
        findings=(finding_of(note, None, ledger.policy),),
        lines=(),
        codes=codes,
        policy_version=ledger.policy.version,
        inputs=(fact.id,),
    )


def refusal_note(source: Source, reason: str, money: Decimal = ZERO) -> Note:
    """Say why a document, or a line of one, was not used."""
    where = f"{source.document}{source.pointer}"
    values = {"what": where, "reason": reason}
    return Note(code="FACT_REFUSED", money=money, values=values, sources=(source,))


def _line(sheet: Sheet, holding: Verdict, ledger: Ledger) -> LineResult:
    sign = sheet.paper.direction * (-1 if sheet.is_negative else 1)
    codes = _codes(sheet.notes)
    return LineResult(
        number=sheet.number,
        order=_order_of(sheet),
        verdict=worst([verdict_of(codes, ledger.policy), holding]) if codes else holding,
        approved=_signed(sheet.money.approve, sign, sheet.paper),
        pending=_signed(sheet.money.pend, sign, sheet.paper),
        disputed=_signed(sheet.money.dispute, sign, sheet.paper),
        codes=codes,
    )


def _order_of(sheet: Sheet) -> OrderRef | None:
    if sheet.account:
        return OrderRef(number=sheet.account.order.name, line=sheet.account.line.number)
    return OrderRef(number=sheet.orders[0].name) if len(sheet.orders) == 1 else None


def _signed(amount: Decimal, sign: int, paper: Paper) -> Decimal:
    exact = rounded(amount, paper.unit)
    return exact * sign if exact else abs(exact)


def _codes(notes: list[Note]) -> tuple[str, ...]:
    return tuple(sorted({note.code for note in notes})) if notes else ()


def _recover(paper: Paper) -> Decimal | None:
    """Money to get back; named, though nought, wherever money was released."""
    if not any(sheet.released for sheet in paper.sheets):
        return None
    return _signed(sum((sheet.recover for sheet in paper.sheets), ZERO), 1, paper)


def _findings(paper: Paper, ledger: Ledger) -> Iterator[Finding]:
    policy = ledger.policy
    for note in paper.notes:
        yield finding_of(note, None, policy)
    for sheet in paper.sheets:
        for note in sheet.notes:
            yield finding_of(note, sheet.number, policy)
    for source, reason in _refusals(paper, ledger):
        yield finding_of(refusal_note(source, reason), None, policy)


def _refusals(paper: Paper, ledger: Ledger) -> Iterator[tuple[Source, str]]:
    """Yield what could not be used of the documents about a claim's orders."""
    claim = paper.claim
    named = (claim.order, *claim.orders, *(line.po for line in claim.lines))
    keys = {order_key(number) for number in named if number}
    for order in paper.orders:
        keys.add(order_key(order.order.number))
        yield from order.refused
    for key in sorted(keys):
        yield from ledger.refusals.get(key, ())
    yield from ledger.unused.get(claim.id, ())


def _inputs(paper: Paper) -> tuple[str, ...]:
    """Return the ids of every document that the result rests on."""
    found = set(paper.documents)
    for order in paper.orders:
        found.add(order.order.id)
    for sheet in paper.sheets:
        for account in {part.account for part in sheet.parts} | {sheet.account}:
            if account is not None:
                found.update(
                    source.document for sources in account.sources.values() for source in sources
                )
    return tuple(sorted(found))
