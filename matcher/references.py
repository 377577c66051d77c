"""Finding the orders of a claim: by its references, or by what it must have meant (S3)."""

from decimal import Decimal

from matcher.accounts import LineAccount
from matcher.folding import compact, line_key
from matcher.ledger import Ledger
from matcher.money import ZERO
from matcher.notes import Note
from matcher.pairing import Weights, measured, pair
from matcher.papers import Paper, Sheet
from matcher.recovery import Candidate, Recovery, accepted
from matcher.result import Source

_Reference = tuple[tuple[str, ...], str | None]
_MOST_SHOWN = 3


class References:
    """Pairs every claim line with an order line.

    Invoices come first, and of these the ones whose order is known, so that an order is recovered
    knowing what is billed on it; credits and debits may lean on the invoice that they name.
    """

    def __init__(self, ledger: Ledger, papers: list[Paper]) -> None:
        self.ledger, self.papers = ledger, papers
        self.limits = ledger.policy.limits()
        self.weights = Weights(self.limits)
        self.invoices: dict[str, list[Paper]] = {}
        for paper in papers:
            if paper.is_invoice:
                self.invoices.setdefault(compact(paper.claim.number), []).append(paper)

    def resolve(self) -> None:
        """Give every sheet its order line, or a note that says why it has none."""
        for invoices in (True, False):
            self._resolve([paper for paper in self.papers if paper.is_invoice is invoices])
        for paper in self.papers:
            _mark_unmatched(paper)

    def _resolve(self, papers: list[Paper]) -> None:
        missed: list[tuple[Paper, _Reference, list[Sheet]]] = []
        for paper in papers:
            for reference, sheets in self._groups(paper).items():
                if not self._found(reference, sheets):
                    missed.append((paper, reference, sheets))
        if missed:
            self._recover(missed)
        for paper in papers:
            found = (order for sheet in paper.sheets for order in sheet.orders[:1])
            paper.orders = list(dict.fromkeys(found))

    def named_invoice(self, paper: Paper) -> Paper | None:
        """Return the invoice that a credit or debit memo names, of the same party."""
        named = paper.claim.ref_invoice
        if not named:
            return None
        found = [
            one
            for one in self.invoices.get(compact(named), [])
            if one.party.is_same(paper.party) is not False
        ]
        return min(found, key=lambda one: one.number_order, default=None)

    def _groups(self, paper: Paper) -> dict[_Reference, list[Sheet]]:
        """Group the lines by the order that they refer to; a memo's may follow its invoice."""
        claim, groups = paper.claim, dict[_Reference, list[Sheet]]()
        invoice = self.named_invoice(paper) if not paper.is_invoice else None
        header = (claim.order,) if claim.order else claim.orders
        if not header and invoice:
            header = tuple(order.order.number for order in invoice.orders)
        for sheet in paper.sheets:
            if invoice and _follow(sheet, invoice):
                continue
            orders = (sheet.line.po,) if sheet.line.po else header
            release = sheet.line.release or claim.release
            groups.setdefault((orders, release), []).append(sheet)
        return groups

    def _found(self, reference: _Reference, sheets: list[Sheet]) -> bool:
        numbers, release = reference
        found = [order for number in numbers for order in self.ledger.find(number, release)]
        if not found or len(found) > len(numbers):
            return False
        for sheet in sheets:
            sheet.orders = found
        pair(sheets, found, self.weights)
        return True

    def _recover(self, missed: list[tuple[Paper, _Reference, list[Sheet]]]) -> None:
        orders = [order for group in self.ledger.orders.values() for order in group]
        orders.sort(key=lambda order: order.name)
        recovery = Recovery(orders, self._billed(), self.weights)
        least, lead = (self.limits.amount(f"recovery.{key}") or ZERO for key in ("min", "margin"))
        for paper, (numbers, _), sheets in missed:
            number = numbers[0] if numbers else None
            ranking = recovery.rank(paper, sheets, number)
            best = accepted(ranking, least, lead)
            if best and self.limits.flag("recovery.auto"):
                self._take(paper, sheets, number, best)
            else:
                is_tie = bool(ranking) and ranking[0].score >= least and best is None
                _note_missed(sheets, number, ranking, is_tie=is_tie)

    def _billed(self) -> dict[LineAccount, Decimal]:
        billed: dict[LineAccount, Decimal] = {}
        for paper in self.papers:
            for sheet in paper.sheets if paper.is_invoice else ():
                if sheet.account:
                    quantity = measured(sheet, sheet.account) or ZERO
                    billed[sheet.account] = billed.get(sheet.account, ZERO) + quantity
        return billed

    def _take(self, paper: Paper, sheets: list[Sheet], number: str | None, best: Candidate) -> None:
        for sheet in sheets:
            sheet.orders = [best.order]
        pair(sheets, [best.order], self.weights)
        values = {
            "number": number,
            "order": best.order.name,
            "score": best.score,
            "by_number": best.by_number,
            "by_items": best.by_items,
            "by_amount": best.by_amount,
        }
        sources = (Source(paper.claim.id, "/orders/0"), Source(best.order.order.id, "/number"))
        note = Note(code="PO_RECOVERED", values=values, sources=sources, rule="recovery.min")
        paper.notes.append(note)


def _follow(sheet: Sheet, invoice: Paper) -> bool:
    """Pair a memo's line with the order line of the invoice line that it names."""
    named = sheet.line.ref_line
    if named is None:
        return False
    for other in invoice.sheets:
        if line_key(other.number) == line_key(named) and other.account:
            sheet.account, sheet.orders = other.account, [other.account.order]
            return True
    return False


def _note_missed(
    sheets: list[Sheet], number: str | None, ranking: list[Candidate], *, is_tie: bool
) -> None:
    code = "PO_AMBIGUOUS" if is_tie else "PO_NOT_FOUND" if number else "PO_MISSING"
    shown = [one for one in ranking if one.score > 0][:_MOST_SHOWN]
    choices = ", ".join(f"{one.order.name} ({one.score:.2f})" for one in shown)
    values = {"number": number, "candidates": choices}
    sources = tuple(Source(one.order.order.id, "/number") for one in shown)
    for sheet in sheets:
        note = Note(
            code=code,
            money=sheet.billed,
            values=values,
            sources=(sheet.source("order/number"), *sources),
            rule="recovery.min",
        )
        sheet.note(note)


_UNMATCHED = frozenset({"PO_MISSING", "PO_NOT_FOUND", "PO_AMBIGUOUS"})


def _mark_unmatched(paper: Paper) -> None:
    """Where no line found an order, the header says so once, and the claim reserves nothing."""
    if not paper.sheets:
        sources = (Source(paper.claim.id, "/lines"),)
        note = Note(code="LINES_MISSING", money=paper.total, sources=sources)
        paper.set_apart("pend", note)
        return
    found = [note for sheet in paper.sheets for note in sheet.notes if note.code in _UNMATCHED]
    if len(found) < len(paper.sheets):
        return
    for code in sorted({note.code for note in found}):
        alike = [note for note in found if note.code == code]
        first = alike[0]
        money = sum((note.money for note in alike), ZERO)
        note = Note(
            code=code, money=money, values=first.values, sources=first.sources, rule=first.rule
        )
        paper.set_apart("pend", note)
    for sheet in paper.sheets:
        sheet.notes = [note for note in sheet.notes if note.code not in _UNMATCHED]
