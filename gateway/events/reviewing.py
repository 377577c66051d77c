"""What the events of reviewing carry beside the result that they are about, and samples of it."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from gateway.events.data import Decision, DecisionNews
from matcher.policy_words import SETTABLE


class MemoLine(Struct, frozen=True, kw_only=True):
    """What is deducted, and why; `quantity` where it is units."""

    invoice_line: str | None
    order: str | None
    order_line: str | None
    quantity: Decimal | None
    uom: str | None
    amount: Decimal
    reason: str


class MemoNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A debit memo: its number, what it takes off, and what of the invoice is paid beside it."""

    number: str
    currency: str | None
    amount: Decimal
    paid: Decimal | None = None
    lines: tuple[MemoLine, ...] = ()


class ShortPaidNews(
    DecisionNews,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="kind",
    tag="reconciliation",
):
    """An invoice is paid short, or that was taken back: the result as it was, and the memo."""

    debit_memo: MemoNews


class LimitSaid(Struct, frozen=True, kw_only=True):
    """A limit by the policy's name of it; without a supplier it holds for all."""

    key: str
    value: str
    supplier: str | None


class LimitNews(
    DecisionNews,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="kind",
    tag="reconciliation",
):
    """A limit was set or ended on an invoice: the result as it was, and the limit."""

    limit: LimitSaid


class QuestionNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question about an invoice. Asked, it has the `link` that answers it until `expires_at`.

    Answered, `answer` is yes, no or damaged of a receiver; credit, price_is_right, corrected or
    other of a supplier. `came` and `damaged` are quantities; with `final` nothing more will come.
    `document` is the receipt number of what became of the answer, `file` the supplier's own.
    """

    record: int
    question: int
    role: Literal["receiver", "supplier"]
    words: str
    invoice: str
    line: str | None = None
    order: str | None = None
    order_line: str | None = None
    link: str | None = None
    expires_at: str | None = None
    answer: str | None = None
    came: Decimal | None = None
    damaged: Decimal | None = None
    final: bool = False
    text: str | None = None
    name: str | None = None
    document: int | None = None
    file: str | None = None


_ACTIONS = {
    "invoice.relinked": ("relink", "Line 2 bills line 3 of order 4500071201."),
    "invoice.tolerance_allowed": ("allow", "Agreed with purchasing, this once."),
    "invoice.amendment_withdrawn": ("withdraw", "Was another line."),
    "invoice.short_paid": ("short_pay", "Two did not come."),
    "invoice.short_pay_undone": ("withdraw", "They came after all."),
    "policy.limit_set": ("allow", "Agreed for this year."),
    "policy.limit_ended": ("withdraw", "The year is over."),
}


def decided(kind: str, like: DecisionNews) -> DecisionNews:
    """Return a sample of a decision that leaves the money as it was judged."""
    action, reason = _ACTIONS[kind]
    return replace(
        like,
        approved=Decimal("190.00"),
        disputed=Decimal("38.00"),
        decision=Decision(action=action, reason=reason, actor="ann"),
    )


def short_paid(kind: str, like: DecisionNews) -> ShortPaidNews:
    """Return a sample of a short payment."""
    is_written = kind == "invoice.short_paid"
    line = MemoLine(
        invoice_line="1",
        order="4500071201",
        order_line="1",
        quantity=Decimal(2),
        uom="EA",
        amount=Decimal("38.00"),
        reason="Billed 12, received 10: 2 over are 38.00.",
    )
    memo = MemoNews(
        number="DM-000031",
        currency="USD",
        amount=Decimal("38.00"),
        paid=Decimal("190.00") if is_written else None,
        lines=(line,) if is_written else (),
    )
    return ShortPaidNews(**asdict(decided(kind, like)), debit_memo=memo)


def limit(kind: str, like: DecisionNews) -> LimitNews:
    """Return a sample of a limit."""
    said = LimitSaid(key=next(iter(SETTABLE)), value="2", supplier="bellweather")
    return LimitNews(**asdict(decided(kind, like)), limit=said)


def question(kind: str) -> QuestionNews:
    """Return a sample of a question."""
    asked = QuestionNews(
        record=4711,
        question=17,
        role="receiver",
        words="Did the missing 2 EA of order 4500071201, line 1, arrive?",
        invoice="BFC-208841",
        line="1",
        order="4500071201",
        order_line="1",
    )
    if kind == "question.asked":
        link = "https://dockmatch.example/ask/V3Jkq0dYfH4m2bXo8s1uTq6L"
        return replace(asked, link=link, expires_at="2026-12-02T08:30:00.000000Z")
    if kind == "question.withdrawn":
        return asked
    return replace(
        asked,
        answer="damaged",
        came=Decimal(2),
        damaged=Decimal(1),
        text="One box was crushed.",
        name="Ben, dock 3",
        document=1207,
    )
