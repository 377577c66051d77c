"""Which faults of the business a sender must mend, and how an 824 or APERAK tells them.

The codes are those of X12 element 647, which an APERAK gives as well (3055: 116, ANSI X12). What is
between the buyer and its own people (receipts to be booked, prices to be accepted) is not told: the
supplier can do nothing about it. What a 997 or CONTRL rejected already is not told twice.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from gateway.acknowledging.facts import CODES as SYNTAX_CODES
from gateway.answers import DocumentAnswer

Outcome = Literal["accepted", "accepted_with_errors", "rejected"]

DUPLICATE, MISSING, INVALID_DATE = "006", "007", "009"
UNBALANCED, NOT_MATCHING, INCORRECT = "010", "011", "848"


class Told(Struct, frozen=True):
    """How a finding is told, and whether it rejects the document."""

    code: str
    rejects: bool = False


FINDINGS = {
    "PO_MISSING": Told(MISSING, rejects=True),
    "PO_NOT_FOUND": Told(NOT_MATCHING, rejects=True),
    "PO_AMBIGUOUS": Told(NOT_MATCHING, rejects=True),
    "PO_CANCELLED": Told(NOT_MATCHING),
    "ITEM_NOT_ON_PO": Told(NOT_MATCHING),
    "PAIR_CONFLICT": Told(NOT_MATCHING),
    "PAIR_AMBIGUOUS": Told(NOT_MATCHING),
    "LINES_MISSING": Told(MISSING),
    "QTY_MISSING": Told(MISSING),
    "UOM_MISMATCH": Told(INCORRECT),
    "CURRENCY_MISMATCH": Told(INCORRECT),
    "TAX_OVER": Told(UNBALANCED),
    "TAX_RATE_MISMATCH": Told(INCORRECT),
    "ARITH_LINE": Told(UNBALANCED),
    "ARITH_TOTAL": Told(UNBALANCED),
    "INV_DATE_FUTURE": Told(INVALID_DATE),
    "TAX_ID_MISMATCH": Told(INCORRECT),
    "FACT_CONFLICT": Told(DUPLICATE),
    "FACT_REFUSED": Told(INCORRECT),
    "DUP_EXACT": Told(DUPLICATE, rejects=True),
    "DUP_FUZZY": Told(DUPLICATE, rejects=True),
    "DUP_NUMBER_REUSED": Told(DUPLICATE),
    "WAITING_INVOICE": Told(NOT_MATCHING),
    "CREDIT_EXCEEDS_BILLED": Told(UNBALANCED),
}
"""The findings that are the sender's to mend."""

OURS = frozenset({"ERS_DUPLICATE", "QTY_REJECTED", "RETURN_NOT_CREDITED"})
"""Findings at the supplier's expense that no corrected document mends: goods go back, or a debit
memo follows."""


class Fault(Struct, frozen=True):
    """One application error: its code, and the sentence."""

    code: str
    sentence: str


class Judged(Struct, frozen=True, kw_only=True):
    """What becomes of a document, and its faults."""

    outcome: Outcome
    faults: tuple[Fault, ...] = ()


def judged(document: DocumentAnswer, syntax: str) -> Judged:
    """Return what the sender of a document is told of its business; `syntax` is x12 or edifact."""
    faults = (*_of_findings(document), *_of_problems(document, syntax))
    rejects = any(FINDINGS[one.code].rejects for one in document.findings if one.code in FINDINGS)
    outcome: Outcome = "accepted"
    if faults:
        outcome = "rejected" if rejects else "accepted_with_errors"
    return Judged(outcome=outcome, faults=faults)


def _of_findings(document: DocumentAnswer) -> Iterator[Fault]:
    for reason in document.findings:
        told = FINDINGS.get(reason.code)
        if told is not None and reason.severity in {"block", "critical", "wait"}:
            where = f"Line {reason.line}: " if reason.line else ""
            yield Fault(told.code, where + reason.sentence)


def _of_problems(document: DocumentAnswer, syntax: str) -> Iterator[Fault]:
    """Yield the errors of a document that its syntax has no code for."""
    told: Iterable[str] = [code for code, one in SYNTAX_CODES[syntax].items() if one is not None]
    for problem in document.problems:
        if problem.is_error and problem.code not in told:
            code = MISSING if problem.code.endswith("missing") else INCORRECT
            yield Fault(code, f"{problem.at}: {problem.message}" if problem.at else problem.message)
