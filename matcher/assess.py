"""`assess`: the judgement on a set of facts (the idea of the whole floor).

A match is not a workflow that documents travel through. It is a pure function of the set of facts:

    assess(facts, policy, as_of, master) -> one reconciliation for each claim

never of their order of arrival. The same facts give the same results, a repeated fact changes
nothing, and a new fact is answered by asking again for the orders that it touches.

    ledger      put the facts in order: revisions, voids, goods on order lines     S1, S10
    opening     what does each line bill?                                          S6.3, S7.3
    references  which order, which line?                                           S3, S4
    holds       who asks, in which currency, when?                                 S7.4 - S7.8
    measuring   how much does each line bill, in the order's unit?                 S2.3, S2.4
    duplicates  was this billed before?                                            S8
    settling    lay the claims on the cells of each order line, and price them     S5, S6
    finishing   lines that were not laid, holds, releases; charges, tax, total     S7, S10
    terms       when to pay                                                        S7.7
    contracts   is what order and invoice agree on also what was agreed before?
    closing     the reconciliation                                                 S9
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import localcontext
from operator import itemgetter

from matcher.accounts import OrderAccount
from matcher.charges import ChargePools
from matcher.closing import close, refused
from matcher.clusters import Clusters
from matcher.contracts import Contracts, check_contracts
from matcher.duplicates import Duplicates, clear_or_keep, mark_self_billed
from matcher.entries import Fact, Master
from matcher.finishing import finish_lines, settle_header
from matcher.holds import check_document
from matcher.ledger import Ledger
from matcher.measuring import measure
from matcher.memos import Lifts
from matcher.money import EXACT
from matcher.opening import open_paper
from matcher.papers import Paper, Sheet
from matcher.policy import Policy
from matcher.references import References
from matcher.result import Reconciliation
from matcher.settling import lay_parts, settle
from matcher.terms import settle_terms

_CLAIMS = frozenset({"invoice", "credit_memo", "buyer_debit", "debit_memo"})


def assess(
    facts: Iterable[Fact], policy: Policy, as_of: dt.date, master: Master | None = None
) -> list[Reconciliation]:
    """Judge every claim among `facts` on the day `as_of`; sorted by canonical order (S5.2).

    Never raises on what the facts say: what cannot be used is answered with a finding.
    """
    return [result for _, result in sorted(_judged(facts, policy, as_of, master), key=_PLACE)]


def judgements(
    facts: Iterable[Fact], policy: Policy, as_of: dt.date, master: Master | None = None
) -> Iterator[Reconciliation]:
    """Judge as `assess` does, and hand out each result as it is made, in no promised order.

    Claims that have nothing to do with each other are worked out one after the other, and what was
    written down for them is thrown away: a great batch needs little more memory than its facts.
    """
    yield from (result for _, result in _judged(facts, policy, as_of, master))


_PLACE = itemgetter(0)


def _judged(
    facts: Iterable[Fact], policy: Policy, as_of: dt.date, master: Master | None
) -> Iterator[tuple[int, Reconciliation]]:
    """Yield results with their places, never leaving its decimal context to the caller."""
    with localcontext(EXACT):
        ledger = Ledger(facts, policy, master or Master())
        assessment = _Assessment(ledger, as_of)
        assessment.prepare()
        groups = assessment.groups()
    while groups:
        with localcontext(EXACT):
            found = assessment.judge(groups.pop())
        yield from found
    with localcontext(EXACT):
        answered = [refused(fact, ledger) for fact in ledger.refused if fact.of in _CLAIMS]
    answered.sort(key=lambda one: one.invoice.id)
    yield from enumerate(answered, len(assessment.places))


class _Assessment:
    """One run over a ledger: the papers of all claims, worked on step by step."""

    def __init__(self, ledger: Ledger, as_of: dt.date) -> None:
        self.ledger, self.as_of = ledger, as_of
        self.contracts = Contracts(ledger)
        papers = [open_paper(claim, ledger) for claim in ledger.claims]
        self.papers = sorted(papers, key=lambda paper: paper.canonical_order)
        self.places = {paper: place for place, paper in enumerate(self.papers)}
        self.references = References(ledger, self.papers)
        self.claims: dict[OrderAccount, list[Sheet]] = {}
        self.givebacks: dict[OrderAccount, list[Sheet]] = {}

    def prepare(self) -> None:
        """Do what needs to see all papers: references, holds, duplicates."""
        self.references.resolve()
        for paper in self.papers:
            check_document(paper, self.ledger, self.as_of)
            measure(paper)
            self._file(paper)
        self._find_duplicates()

    def groups(self) -> list[list[Paper]]:
        """Part the papers into groups that share no order and do not name each other."""
        clusters = Clusters[Paper | OrderAccount]()
        for paper in self.papers:
            named = self.references.named_invoice(paper)
            clusters.join(paper, *paper.orders, *([named] if named else []))
        found: dict[Paper | OrderAccount, list[Paper]] = {}
        for paper in self.papers:
            found.setdefault(clusters.root(paper), []).append(paper)
        return list(found.values())[::-1]

    def judge(self, papers: list[Paper]) -> list[tuple[int, Reconciliation]]:
        """Settle a group, close its papers, and forget what they were worked out on."""
        self._settle({order for paper in papers for order in paper.orders})
        lifts, pools = Lifts(), ChargePools()
        for paper in sorted(papers, key=lambda one: one.is_debit):
            invoice = self.references.named_invoice(paper) if paper.is_debit else None
            finish_lines(paper, lifts, invoice)
        results = [(self.places[paper], self._close(paper, pools)) for paper in papers]
        for paper in papers:
            paper.forget()
        return results

    def _file(self, paper: Paper) -> None:
        """File the lines under the order that they are laid on."""
        for sheet in () if paper.is_debit else paper.sheets:
            if sheet.account:
                files = self.givebacks if sheet.gives_back else self.claims
                files.setdefault(sheet.account.order, []).append(sheet)

    def _find_duplicates(self) -> None:
        invoices = [paper for paper in self.papers if paper.is_invoice]
        mark_self_billed(invoices)
        duplicates = Duplicates(self.ledger.policy, self.ledger.parties)
        clear_or_keep(duplicates.mark(invoices), self._are_carried)

    def _are_carried(self, *papers: Paper) -> bool:
        """Whether order and receipts carry these claims in full, beside all others (S8.4).

        The first of them rests on whatever says so: on the orders, goods and claims of the second.
        """
        orders = {order for paper in papers for order in paper.orders}
        for order in orders:
            papers[0].documents |= order.documents
            papers[0].documents.update(one.paper.claim.id for one in self.claims.get(order, ()))
        carried = {
            part.sheet
            for order in orders
            for part in lay_parts(self._laid(self.claims, order))
            if all(portion.bucket == "approve" for portion in part.portions)
        }
        return all(sheet in carried for paper in papers for sheet in paper.sheets)

    def _laid(self, files: dict[OrderAccount, list[Sheet]], order: OrderAccount) -> list[Sheet]:
        sheets = (sheet for sheet in files.get(order, ()) if sheet.is_laid)
        return sorted(sheets, key=lambda sheet: sheet.canonical_order)

    def _settle(self, orders: set[OrderAccount]) -> None:
        for order in orders:
            if order in self.claims or order in self.givebacks:
                settle(
                    order,
                    self._laid(self.claims, order),
                    self._laid(self.givebacks, order),
                    self.references.named_invoice,
                    self.as_of,
                )
            self.claims.pop(order, None)
            self.givebacks.pop(order, None)

    def _close(self, paper: Paper, pools: ChargePools) -> Reconciliation:
        order = paper.orders[0] if paper.orders else None
        limits = order.limits if order else self.ledger.limits(paper.party.policy_names)
        money = settle_header(paper, pools, limits)
        terms = settle_terms(paper, limits, self.as_of) if paper.is_invoice else None
        if self.contracts and paper.is_invoice and not paper.set_aside:
            check_contracts(paper, self.contracts)
        return close(paper, money, terms, self.ledger)
