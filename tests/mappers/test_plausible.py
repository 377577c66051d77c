"""What cannot be right in a whole record is told, and nothing is corrected."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.canonical import (
    Adjustment,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    Package,
    Party,
    PriceBasis,
    PurchaseOrder,
    Receipt,
    Schedule,
    Tax,
    Terms,
    Totals,
)
from mappers.digits import are_right, check_digit, is_wrong_gtin, is_wrong_sscc
from mappers.footing import footing_problem
from mappers.plausible import invoice_problems, order_problems, receipt_problems, terms_in_words


@pytest.mark.parametrize(
    ("number", "digit"),
    [("036000291459", "2"), ("00614141123456789?", "0"), ("4006381333931", "1")],
)
def test_x12_4_2_and_6_6_check_digits(number: str, digit: str) -> None:
    assert check_digit(number) == digit


@given(st.text("0123456789", min_size=7, max_size=13).filter(lambda text: len(text) not in {8, 9}))
def test_one_digit_of_ten_is_right(digits: str) -> None:
    numbers = [f"{digits}{last}" for last in range(10)]
    wrong = sum(map(is_wrong_gtin, numbers))
    assert wrong == (9 if len(digits) + 1 in {8, 12, 13, 14} else 0)


@given(st.data(), st.sampled_from((8, 12, 13, 14, 18)))
def test_numbers_are_right_together_where_each_is(data: st.DataObject, length: int) -> None:
    digits = st.text("0123456789", min_size=length, max_size=length)
    right = digits.map(lambda number: number[:-1] + check_digit(number))
    numbers = data.draw(st.lists(right | right | right | digits, min_size=1, max_size=20))
    assert are_right(numbers) == all(number[-1] == check_digit(number) for number in numbers)


def test_numbers_that_are_unlike_are_not_right_together() -> None:
    assert are_right(["036000291452", "036000291452"])
    assert not are_right([])
    assert not are_right(["036000291452", "0360002914520"])
    assert not are_right(["036000291452", "03600029145\N{SUPERSCRIPT TWO}"])
    assert not are_right(["4006381333931", "V-00638133393"])


def test_what_is_no_number_is_not_judged() -> None:
    assert not is_wrong_gtin("V-1000000000")
    assert not is_wrong_gtin("12345678901")
    assert not is_wrong_sscc("0061414112345678")


def codes(problems: Any) -> list[tuple[str, str | None]]:
    return [(one.code, one.pointer) for one in problems]


def test_a_gtin_with_a_slip() -> None:
    lines = (
        OrderLine(item=Item(gtin="036000291452")),
        OrderLine(item=Item(gtin="036000291453")),
        OrderLine(item=Item(buyer_part="036000291453")),
        OrderLine(),
    )
    [problem] = order_problems(PurchaseOrder(lines=lines))
    assert (problem.code, problem.pointer) == ("item.check_digit", "/lines/1/item/gtin")
    assert (problem.severity, problem.expected) == ("warning", "036000291452")


def test_x12_6_6_packages() -> None:
    good, wrong = "006141411234567890", "006141411234567891"
    packages = tuple(Package(id=one) for one in (good, wrong, good, "1" * 16, "CASE 7", None))
    problems = list(receipt_problems(Receipt(packages=packages)))
    assert codes(problems) == [
        ("package.check_digit", "/packages/1/id"),
        ("package.repeated", "/packages/2/id"),
        ("package.length", "/packages/3/id"),
    ]
    assert [one.is_error for one in problems] == [False, True, False]


def _scheduled(quantity: int, *parts: Schedule) -> PurchaseOrder:
    line = OrderLine(quantity=Decimal(quantity), uom="EA", schedules=parts)
    return PurchaseOrder(lines=(line,))


def test_x12_4_7_the_parts_of_a_quantity_make_the_whole() -> None:
    days = (Schedule(quantity=Decimal(4), uom="EA"), Schedule(quantity=Decimal(6), uom="EA"))
    stores = (Schedule(quantity=Decimal(10), ship_to=Party(name="7")),)
    cases = (Schedule(quantity=Decimal(1), uom="CA"),)
    assert not codes(order_problems(_scheduled(10, *days, *stores)))
    assert not codes(order_problems(_scheduled(10, *cases)))
    assert codes(order_problems(_scheduled(12, *days))) == [("line.schedules", "/lines/0/quantity")]
    assert len(codes(order_problems(_scheduled(12, *days, *stores)))) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NET 45", (("net_days", 45),)),
        ("30 DAYS NET", (("net_days", 30),)),
        ("1% 20 DAYS", (("discount_percent", Decimal(1)), ("discount_days", 20))),
        (
            "2% 10, net 30",
            (("discount_percent", Decimal(2)), ("discount_days", 10), ("net_days", 30)),
        ),
        ("PAY ON TIME", ()),
    ],
)
def test_x12_5_6_terms_in_words_are_a_suggestion(text: str, said: tuple[Any, ...]) -> None:
    assert terms_in_words(text) == said
    problems = list(invoice_problems(Invoice(terms=(Terms(text=text),))))
    assert [one.code for one in problems] == ["terms.in_words"] * len(said)


def test_x12_5_6_words_and_fields_may_disagree() -> None:
    agree = Invoice(terms=(Terms(net_days=45, text="NET 45"),))
    differ = Invoice(terms=(Terms(net_days=30, text="NET 45"),))
    assert not codes(invoice_problems(agree))
    [problem] = invoice_problems(differ)
    assert (problem.found, problem.expected) == ("NET 45", "30")


# Footing.

LINE = InvoiceLine(quantity=Decimal(10), unit_price=Decimal("2.50"))
ALLOWANCE = Adjustment(type="allowance", amount=Decimal(5))
FREIGHT = Adjustment(type="charge", amount=Decimal(3), code="D240")


def _invoice(total: str, **fields: Any) -> Invoice:
    fields.setdefault("lines", (LINE,))
    return Invoice(totals=Totals(total=Decimal(total)), **fields)


@pytest.mark.parametrize(
    ("total", "fields"),
    [
        ("25.00", {}),
        ("25.01", {}),  # a cent for each line
        ("23.00", {"adjustments": (ALLOWANCE, FREIGHT)}),
        ("26.50", {"taxes": (Tax(amount=Decimal("1.50")),)}),
        ("2.50", {"lines": (InvoiceLine(quantity=Decimal(10), amount=Decimal("2.50")),)}),
    ],
)
def test_x12_5_4_a_summary_foots(total: str, fields: dict[str, Any]) -> None:
    assert footing_problem(_invoice(total, **fields)) is None


def _with_own(allowance: Adjustment) -> tuple[InvoiceLine, ...]:
    return (
        InvoiceLine(quantity=LINE.quantity, unit_price=LINE.unit_price, adjustments=(allowance,)),
    )


@pytest.mark.parametrize("total", ["20.00", "15.00"])
def test_x12_5_4_the_summary_may_repeat_what_the_lines_say(total: str) -> None:
    invoice = _invoice(total, lines=_with_own(ALLOWANCE), adjustments=(ALLOWANCE,))
    assert footing_problem(invoice) is None


def test_x12_5_2_what_is_settled_elsewhere_does_not_count() -> None:
    billed_back = Adjustment(type="allowance", amount=Decimal(5), handling="01")
    assert footing_problem(_invoice("25.00", adjustments=(billed_back,))) is None
    assert footing_problem(_invoice("20.00", adjustments=(billed_back,))) is not None


def test_x12_5_5_a_tax_told_twice_counts_once() -> None:
    charge = Adjustment(type="charge", code="H850", amount=Decimal("1.50"))
    taxes = (Tax(amount=Decimal("1.50")),)
    assert footing_problem(_invoice("26.50", adjustments=(charge,), taxes=taxes)) is None


def test_x12_5_8_and_2_4_lines_may_be_rounded_each_or_only_their_sum() -> None:
    third = InvoiceLine(quantity=Decimal(1), unit_price=Decimal("0.335"))
    assert footing_problem(_invoice("33.50", lines=(third,) * 100)) is None
    assert footing_problem(_invoice("34.00", lines=(third,) * 100)) is None
    assert footing_problem(_invoice("30.00", lines=(third,) * 100)) is not None


def test_x12_2_4_what_does_not_foot_is_told_with_both_figures() -> None:
    line = InvoiceLine(quantity=Decimal(25200), unit_price=Decimal("1.16"))
    problem = footing_problem(_invoice("29201.76", lines=(line,)))
    assert problem is not None
    assert (problem.code, problem.severity) == ("invoice.footing", "warning")
    assert (problem.found, problem.expected) == ("29201.76", "29232.00, within 0.01")


@pytest.mark.parametrize(
    "invoice",
    [
        _invoice("9.00", lines=(InvoiceLine(quantity=Decimal(1)),)),
        _invoice("9.00", adjustments=(Adjustment(type="allowance", percent=Decimal(2)),)),
        _invoice("9.00", taxes=(Tax(rate=Decimal(7)),)),
        _invoice("9.00", lines=()),
        Invoice(lines=(LINE,)),
        Invoice(lines=(LINE,), totals=Totals(total=Decimal(1), prepaid=Decimal(24))),
    ],
)
def test_what_is_not_stated_cannot_be_footed(invoice: Invoice) -> None:
    assert footing_problem(invoice) is None


def test_a_price_for_a_hundred_or_of_another_unit() -> None:
    hundred = InvoiceLine(
        quantity=Decimal(250),
        unit_price=Decimal(2),
        price_basis=PriceBasis(quantity=Decimal(100)),
    )
    cases = InvoiceLine(
        quantity=Decimal(10),
        unit_price=Decimal(2),
        price_basis=PriceBasis(uom="EA", factor=Decimal(12)),
    )
    assert footing_problem(_invoice("5.00", lines=(hundred,))) is None
    assert footing_problem(_invoice("240.00", lines=(cases,))) is None


def test_a_price_for_a_hundred_that_was_billed_for_one_is_told() -> None:
    line = InvoiceLine(
        quantity=Decimal(250), unit_price=Decimal(2), price_basis=PriceBasis(quantity=Decimal(100))
    )
    assert footing_problem(_invoice("500.00", lines=(line,))) is not None
