"""Whether an invoice was billed already (S8).

Pairs of live invoices of one party; in canonical order the later one is the duplicate. Equal
numbers and near numbers are found through indexes, so the cost does not grow with what is stored. A
mere suspicion is cleared when order and receipts carry both claims in full: receipts are the best
detector there is.
"""

from collections.abc import Callable, Iterable, Iterator

from matcher.folding import compact, edits, folded, is_next_in_sequence
from matcher.notes import Note
from matcher.papers import Paper
from matcher.parties import Parties, same_account
from matcher.policy import Policy
from matcher.result import Source

_REUSE_DAYS = 365
_RULES = {
    "DUP_EXACT": None,
    "DUP_NUMBER_REUSED": None,
    "DUP_FUZZY": "dup.window_days",
    "DUP_SUSPECT": "dup.suspect_days",
    "DUP_CROSS_SUPPLIER": None,
}

Carried = Callable[[Paper, Paper], bool]


class Duplicates:
    """Compares invoices with those that stand before them in canonical order."""

    def __init__(self, policy: Policy, parties: Parties) -> None:
        limits = policy.limits()
        self.window, self.suspect = limits.days("dup.window_days"), limits.days("dup.suspect_days")
        self.limits, self.parties = limits, parties
        self._by_number: dict[str, list[Paper]] = {}
        self._by_bare_number: dict[str, list[Paper]] = {}
        self._by_total: dict[object, list[Paper]] = {}

    def mark(self, papers: Iterable[Paper]) -> list[tuple[Paper, Paper, Note]]:
        """Set duplicates apart; return the mere suspects, each with what it resembles, unmarked."""
        suspects = []
        for paper in sorted(papers, key=lambda one: one.canonical_order):
            found = self._first_of(paper)
            self._remember(paper)
            if found is None:
                continue
            other, code = found
            note = self._note(paper, other, code)
            paper.documents.add(other.claim.id)
            if code == "DUP_SUSPECT":
                suspects.append((paper, other, note))
            else:
                is_sure = code in {"DUP_EXACT", "DUP_FUZZY"}
                paper.set_apart("dispute" if is_sure else "pend", note)
        return suspects

    def _first_of(self, paper: Paper) -> tuple[Paper, str] | None:
        """Return the invoice that this one repeats, by the strongest test that holds."""
        for test in (self._exact, self._fuzzy, self._reused, self._across, self._near):
            found = next(test(paper), None)
            if found:
                return found
        return None

    def _exact(self, paper: Paper) -> Iterator[tuple[Paper, str]]:
        for other in self._by_bare_number.get(compact(paper.claim.number), ()):
            if _one_party(paper, other) and _same_total(paper, other):
                yield other, "DUP_EXACT"

    def _reused(self, paper: Paper) -> Iterator[tuple[Paper, str]]:
        for other in self._by_bare_number.get(compact(paper.claim.number), ()):
            if _one_party(paper, other) and _days_apart(paper, other) <= _REUSE_DAYS:
                yield other, "DUP_NUMBER_REUSED"

    def _fuzzy(self, paper: Paper) -> Iterator[tuple[Paper, str]]:
        for other in self._by_number.get(folded(paper.claim.number), ()):
            is_near = _days_apart(paper, other) <= self.window
            if is_near and _one_party(paper, other) and _same_total(paper, other):
                yield other, "DUP_FUZZY"

    def _near(self, paper: Paper) -> Iterator[tuple[Paper, str]]:
        for other in self._by_total.get(paper.total, ()):
            is_recent = _days_apart(paper, other) <= self.suspect
            is_alike = _one_party(paper, other) and _same_total(paper, other)
            if is_recent and is_alike and _is_one_edit_away(paper, other):
                yield other, "DUP_SUSPECT"

    def _across(self, paper: Paper) -> Iterator[tuple[Paper, str]]:
        for other in self._by_bare_number.get(compact(paper.claim.number), ()):
            is_other = paper.party.is_same(other.party) is False
            if is_other and _same_total(paper, other) and self._shares_payee(paper, other):
                yield other, "DUP_CROSS_SUPPLIER"

    def _shares_payee(self, paper: Paper, other: Paper) -> bool:
        ours, theirs = self._payee(paper), self._payee(other)
        return any(
            one and two and same_account(one, two) for one, two in zip(ours, theirs, strict=True)
        )

    def _payee(self, paper: Paper) -> tuple[str | None, str | None]:
        known, claim = self.parties.record(paper.party), paper.claim
        return (
            claim.tax_id or (known.tax_id if known else None),
            claim.bank or (known.bank if known else None),
        )

    def _remember(self, paper: Paper) -> None:
        number = paper.claim.number
        if compact(number):
            self._by_bare_number.setdefault(compact(number), []).append(paper)
            self._by_number.setdefault(folded(number), []).append(paper)
        self._by_total.setdefault(paper.total, []).append(paper)

    def _note(self, paper: Paper, other: Paper, code: str) -> Note:
        values = {
            "number": paper.claim.number,
            "other_number": other.claim.number,
            "other": other.claim.id,
            "total": paper.total,
            "other_total": other.total,
            "date": paper.claim.date,
            "other_date": other.claim.date,
            "days": _days_apart(paper, other),
        }
        sources = tuple(Source(one.claim.id, "/number") for one in (paper, other))
        rule = _RULES[code]
        return Note(
            code=code,
            money=paper.total,
            values=values,
            sources=sources,
            rule=self.limits.cite(rule) if rule else None,
        )


def clear_or_keep(suspects: list[tuple[Paper, Paper, Note]], is_carried: Carried) -> None:
    """Clear suspects whose order and receipts carry both claims in full; hold the others (S8.4)."""
    for paper, other, note in suspects:
        if not is_carried(paper, other):
            paper.set_apart("pend", note)


def mark_self_billed(papers: Iterable[Paper]) -> None:
    """Set apart invoices for orders that we bill ourselves: they repeat our own (S8.5)."""
    for paper in papers:
        order = next((one for one in paper.orders if one.order.self_billed), None)
        if order and paper.is_invoice:
            values = {"number": paper.claim.number, "order": order.name}
            sources = (Source(paper.claim.id, "/number"), Source(order.order.id, "/number"))
            note = Note(code="ERS_DUPLICATE", money=paper.total, values=values, sources=sources)
            paper.set_apart("dispute", note)


def _one_party(paper: Paper, other: Paper) -> bool:
    """Return whether both may be of one party: what is left open is for a person."""
    return paper.party.is_same(other.party) is not False


def _same_total(paper: Paper, other: Paper) -> bool:
    one, two = paper.currency, other.currency
    return paper.total == other.total and (one is None or two is None or one == two)


def _days_apart(paper: Paper, other: Paper) -> int:
    one, two = paper.claim.date, other.claim.date
    return abs((one - two).days) if one and two else 0


def _is_one_edit_away(paper: Paper, other: Paper) -> bool:
    one, two = paper.claim.number, other.claim.number
    return (
        edits(folded(one), folded(two), 1) == 1
        and not is_next_in_sequence(compact(one), compact(two))
        and not is_next_in_sequence(folded(one), folded(two))
    )
