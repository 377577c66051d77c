"""Whether an invoice was billed already (S8).

Pairs of live invoices of one party; in canonical order the later one is the duplicate. Equal
numbers and near numbers are found through indexes, so the cost does not grow with what is stored. A
mere suspicion is cleared when order and receipts carry both claims in full: receipts are the best
detector there is.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from msgspec import Struct, structs

from matcher.folding import compact, edits, folded, is_next_in_sequence
from matcher.money import from_words, in_words
from matcher.notes import Calculation, Note
from matcher.papers import Paper
from matcher.parties import Parties, same_account
from matcher.policy import Policy
from matcher.result import Source

_REUSE_DAYS = 365
_SURE = frozenset({"DUP_EXACT", "DUP_FUZZY"})
_RULES = {
    "DUP_EXACT": None,
    "DUP_NUMBER_REUSED": None,
    "DUP_FUZZY": "dup.window_days",
    "DUP_SUSPECT": "dup.suspect_days",
    "DUP_CROSS_SUPPLIER": None,
}

Carried = Callable[[Paper, Paper], bool]


class Pair(Struct, frozen=True, kw_only=True):
    """Two invoices as they are compared: what is one party, payee or total is known of both.

    Payees compare by what master data and documents say; the accounts themselves are not repeated.
    """

    number: str
    other_number: str
    total: Decimal
    other_total: Decimal
    is_one_currency: bool
    is_one_party: bool
    is_other_party: bool
    is_one_payee: bool
    days: int

    @property
    def has_one_number(self) -> bool:
        """Whether letters and digits of both numbers are the same (S8.1)."""
        return compact(self.number) == compact(self.other_number) != ""

    @property
    def has_one_total(self) -> bool:
        """Whether both ask for the same amount."""
        return self.total == self.other_total and self.is_one_currency

    def code(self, window: int, suspect: int) -> str | None:
        """Return what the strongest test that holds says, or None where none does."""
        is_one, is_alike = self.is_one_party, self.is_one_party and self.has_one_total
        if is_alike and self.has_one_number:
            return "DUP_EXACT"
        is_folded = folded(self.number) == folded(self.other_number)
        if is_alike and is_folded and compact(self.number) and self.days <= window:
            return "DUP_FUZZY"
        if is_one and self.has_one_number and self.days <= _REUSE_DAYS:
            return "DUP_NUMBER_REUSED"
        if self.has_one_number and self._is_across:
            return "DUP_CROSS_SUPPLIER"
        is_near = self.days <= suspect and is_one_edit_away(self.number, self.other_number)
        return "DUP_SUSPECT" if is_alike and is_near else None

    @property
    def _is_across(self) -> bool:
        return self.is_other_party and self.has_one_total and self.is_one_payee


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
            paper.calculations.append(self._calculation(paper, other))
            paper.documents.add(other.claim.id)
            if code == "DUP_SUSPECT":
                suspects.append((paper, other, note))
            else:
                paper.set_apart("dispute" if code in _SURE else "pend", note)
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
            if is_recent and is_alike and is_one_edit_away(paper.claim.number, other.claim.number):
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

    def _calculation(self, paper: Paper, other: Paper) -> Calculation:
        """Record the comparison that decided."""
        keys = ("dup.window_days", "dup.suspect_days")
        inputs = _recorded(self._pair(paper, other))
        inputs |= {"window_days": str(self.window), "suspect_days": str(self.suspect)}
        return Calculation(
            rule="S8",
            inputs=inputs,
            outcome=rerun_duplicate(inputs),
            limits={key: self.limits.cite(key) for key in keys},
            facts={"compared": (other.claim.id,)},
        )

    def _pair(self, paper: Paper, other: Paper) -> Pair:
        return Pair(
            number=paper.claim.number,
            other_number=other.claim.number,
            total=paper.total,
            other_total=other.total,
            is_one_currency=_is_one_currency(paper, other),
            is_one_party=_one_party(paper, other),
            is_other_party=paper.party.is_same(other.party) is False,
            is_one_payee=self._shares_payee(paper, other),
            days=_days_apart(paper, other),
        )

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
        if is_carried(paper, other):
            paper.calculations = [_cleared(one) for one in paper.calculations]
        else:
            paper.set_apart("pend", note)


def _cleared(calculation: Calculation) -> Calculation:
    """Add to the comparison of a suspect that goods were ordered and came for both (S8.4)."""
    if calculation.rule != "S8":
        return calculation
    inputs = {**calculation.inputs, "carried": "True"}
    return structs.replace(calculation, inputs=inputs, outcome=rerun_duplicate(inputs))


def rerun_duplicate(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of a recorded comparison again: the code, and where the money goes."""
    pair = _recalled(inputs)
    code = pair.code(int(inputs["window_days"]), int(inputs["suspect_days"])) or ""
    bucket = "dispute" if code in _SURE else "pend"
    is_cleared = code == "DUP_SUSPECT" and inputs.get("carried") == "True"
    return {"code": code, "bucket": "as matched" if is_cleared or not code else bucket}


def _recorded(pair: Pair) -> dict[str, str]:
    """Write a pair as words; `_recalled` reads them."""
    return {
        name: in_words(one) if isinstance(one, Decimal) else str(one)
        for name, one in structs.asdict(pair).items()
    }


def _recalled(inputs: dict[str, str]) -> Pair:
    return Pair(
        number=inputs["number"],
        other_number=inputs["other_number"],
        total=from_words(inputs["total"]),
        other_total=from_words(inputs["other_total"]),
        is_one_currency=inputs["is_one_currency"] == "True",
        is_one_party=inputs["is_one_party"] == "True",
        is_other_party=inputs["is_other_party"] == "True",
        is_one_payee=inputs["is_one_payee"] == "True",
        days=int(inputs["days"]),
    )


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
    return paper.total == other.total and _is_one_currency(paper, other)


def _is_one_currency(paper: Paper, other: Paper) -> bool:
    one, two = paper.currency, other.currency
    return one is None or two is None or one == two


def _days_apart(paper: Paper, other: Paper) -> int:
    one, two = paper.claim.date, other.claim.date
    return abs((one - two).days) if one and two else 0


def is_one_edit_away(one: str, two: str) -> bool:
    """Whether two numbers differ by one slip of the pen, and do not just follow one another."""
    return (
        edits(folded(one), folded(two), 1) == 1
        and not is_next_in_sequence(compact(one), compact(two))
        and not is_next_in_sequence(folded(one), folded(two))
    )
