"""The sums of lines are done again where the header says that lines state them."""

from collections.abc import Callable
from typing import Any

import pytest

LINES = "".join(
    f"""<InvoiceDetailItem invoiceLineNumber="{n}" quantity="{{sign}}2">
<UnitOfMeasure>EA</UnitOfMeasure><UnitPrice><Money currency="USD">5.00</Money></UnitPrice>
<InvoiceDetailItemReference lineNumber="{n}"/>
<SubtotalAmount><Money currency="USD">{{sign}}10.00</Money></SubtotalAmount>
<Tax><Money currency="USD">{{sign}}1.00</Money><TaxDetail category="sales"><TaxAmount>
<Money currency="USD">{{sign}}1.00</Money></TaxAmount></TaxDetail></Tax>
<InvoiceDetailLineSpecialHandling><Money currency="USD">{{sign}}0.50</Money>
</InvoiceDetailLineSpecialHandling>
<InvoiceDetailLineShipping><Money currency="USD">{{sign}}2.00</Money></InvoiceDetailLineShipping>
<GrossAmount><Money currency="USD">{{sign}}13.50</Money></GrossAmount>
<InvoiceDetailDiscount><Money currency="USD">{{sign}}0.30</Money></InvoiceDetailDiscount>
<NetAmount><Money currency="USD">{{sign}}13.20</Money></NetAmount></InvoiceDetailItem>"""
    for n in (1, 2)
)
SUMS = {
    "SubtotalAmount": "20.00",
    "Tax": "2.00",
    "SpecialHandlingAmount": "1.00",
    "ShippingAmount": "4.00",
    "GrossAmount": "27.00",
    "InvoiceDetailDiscount": "0.60",
    "NetAmount": "26.40",
}


def invoice(purpose: str = "standard", sign: str = "") -> str:
    sums = "".join(
        f'<{name}><Money currency="USD">{sign}{amount}</Money></{name}>'
        for name, amount in SUMS.items()
    )
    return (
        '<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="R" invoiceDate="2026-03-02" '
        f'purpose="{purpose}"><InvoiceDetailLineIndicator isTaxInLine="yes" isShippingInLine="yes" '
        'isSpecialHandlingInLine="yes" isDiscountInLine="yes"/></InvoiceDetailRequestHeader>'
        '<InvoiceDetailOrder><InvoiceDetailOrderInfo><OrderReference orderID="P"/>'
        f"</InvoiceDetailOrderInfo>{LINES.format(sign=sign)}</InvoiceDetailOrder>"
        f"<InvoiceDetailSummary>{sums}</InvoiceDetailSummary></InvoiceDetailRequest>"
    )


def codes(record: Callable[[str], Any], data: str) -> list[str]:
    found = record(data)
    assert not found.incomplete
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(("purpose", "sign"), [("standard", ""), ("lineLevelCreditMemo", "-")])
def test_what_adds_up_is_not_talked_about(
    record: Callable[[str], Any], request_of: Callable[[str], str], purpose: str, sign: str
) -> None:
    assert codes(record, request_of(invoice(purpose, sign))) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (">13.50<", ">13.00<", "cxml.line_gross"),
        (">13.20<", ">12.00<", "cxml.line_net"),
        (">1.00</Money></TaxAmount>", ">1.50</Money></TaxAmount>", "cxml.line_tax"),
        (
            '<Tax><Money currency="USD">2.00',
            '<Tax><Money currency="USD">3.00',
            "cxml.in_line_total",
        ),
        (">4.00<", ">5.00<", "cxml.in_line_total"),
        (">0.60<", ">0.70<", "cxml.in_line_total"),
    ],
)
def test_each_difference_is_told_with_both_figures(
    record: Callable[[str], Any], request_of: Callable[[str], str], old: str, new: str, code: str
) -> None:
    data = request_of(invoice())
    assert old in data
    found = record(data.replace(old, new, 1))
    problem = next(one for one in found.problems if one.code == code)
    assert problem.found != problem.expected
    assert problem.at.startswith("/cXML")
    assert problem.severity == "warning"


def test_without_the_flag_lines_state_nothing(
    record: Callable[[str], Any], request_of: Callable[[str], str]
) -> None:
    data = request_of(invoice()).replace('isDiscountInLine="yes"', "").replace(">0.60<", ">9<")
    assert "cxml.in_line_total" not in codes(record, data)
