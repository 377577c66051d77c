"""What matching says of an invoice: the reconciliation, whose JSON is the product's contract."""

import datetime as dt
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from mappers.canonical import OrderRef
from matcher.entries import Amendment

Day = dt.date
Verdict = Literal[
    "matched", "matched_within_tolerance", "waiting", "exception", "unmatched", "duplicate"
]
Severity = Literal["critical", "block", "wait", "tolerance", "warning", "info"]
Bucket = Literal["approve", "pend", "dispute"]


class Source(Struct, frozen=True, omit_defaults=True, gc=False):
    """A place in a document: its id and the JSON pointer of the value in its canonical record."""

    document: str
    pointer: str = ""


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One thing that a rule said: why, who resolves it, and what is at stake.

    `rule` is the policy key that decided, with its value and where that came from.
    """

    code: str
    severity: Severity
    role: str
    line: str | None = None
    sentence: str = ""
    values: dict[str, str] = field(default_factory=dict)
    rule: str | None = None
    money: Decimal = Decimal(0)
    suggestions: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


class Working(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A calculation as it was made: `rule` and its version, what went in, what came out (S11).

    `limits` names the policy entry behind each limit, `facts` the documents behind the inputs;
    `matcher.audit.rerun` computes `outcome` again from `inputs`.
    """

    rule: str
    version: str
    line: str
    order: OrderRef
    inputs: dict[str, str]
    outcome: dict[str, str]
    limits: dict[str, str] = field(default_factory=dict)
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sentence: str = ""


class Repair(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A known shape in which lines do not fit, and the decision that would make them fit (N21).

    `decision` is a fact: with its id given and added to the others, the same money is matched.
    """

    shape: str
    sentence: str
    lines: tuple[str, ...]
    order: OrderRef
    money: Decimal
    decision: Amendment


class LineResult(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One line of the invoice: its three amounts are what it bills, net of allowances."""

    number: str
    order: OrderRef | None = None
    verdict: Verdict
    approved: Decimal
    pending: Decimal
    disputed: Decimal
    codes: tuple[str, ...]


class InvoiceRef(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Which claim a reconciliation speaks of; `id` is its document."""

    number: str
    supplier: str | None = None
    id: str


class TermsResult(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """When to pay, by whose terms; `per_year` is what the discount is worth, in percent."""

    source: Literal["po", "invoice"]
    due: Day | None = None
    discount_until: Day | None = None
    discount_amount: Decimal | None = None
    discount_open: bool | None = None
    per_year: Decimal | None = None


class Reconciliation(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    tag_field="kind",
    tag="reconciliation",
):
    """The verdict on one claim: approved + pending + disputed is its total, to the minor unit.

    Amounts are negative for credits. `codes` are the header's; each line has its own. `recover` is
    money that was let go and should come back. `inputs` are the documents that this rests on.
    """

    invoice: InvoiceRef
    type: str = "invoice"
    orders: tuple[str, ...] = ()
    verdict: Verdict
    currency: str | None = None
    approved: Decimal
    pending: Decimal
    disputed: Decimal
    findings: tuple[Finding, ...]
    lines: tuple[LineResult, ...]
    codes: tuple[str, ...]
    terms: TermsResult | None = None
    recover: Decimal | None = None
    policy_version: str = ""
    inputs: tuple[str, ...] = ()
    workings: tuple[Working, ...] = ()
    repairs: tuple[Repair, ...] = ()
