"""Lines that are written alike are mapped and traced by their captures: the same, only sooner."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.canonical import Invoice, Source
from mappers.compiled import Reading, builder
from mappers.cxml.invoice import INVOICE, LINE
from mappers.cxml.tables import TABLES
from mappers.rows import Each, Table
from mappers.rules import map_document, trace
from mappers.ubl.invoice import INVOICE as UBL_INVOICE
from parsers.form import Document
from parsers.xml.element import XmlForm
from parsers.xml.read import documents

HEAD = """<cXML payloadID="1@t" timestamp="2026-03-02T09:00:00-08:00"><Header><From><Credential
domain="DUNS"><Identity>1</Identity></Credential></From><To><Credential domain="DUNS">
<Identity>2</Identity></Credential></To></Header><Request><InvoiceDetailRequest>
<InvoiceDetailRequestHeader invoiceID="R-1" invoiceDate="2026-03-02" purpose="standard">
<InvoiceDetailLineIndicator isTaxInLine="yes" isDiscountInLine="yes"/>
</InvoiceDetailRequestHeader>"""
ORDER = """<InvoiceDetailOrder><InvoiceDetailOrderInfo><OrderReference orderID="{order}"/>
</InvoiceDetailOrderInfo>{lines}</InvoiceDetailOrder>"""
TAIL = """<InvoiceDetailSummary><NetAmount><Money currency="USD">22</Money></NetAmount>
</InvoiceDetailSummary></InvoiceDetailRequest></Request></cXML>"""
LINE_AT = "InvoiceDetailOrder/InvoiceDetailItem"
PIECES = (
    "<UnitOfMeasure>{word}</UnitOfMeasure>",
    '<UnitPrice><Money currency="USD">{amount}</Money></UnitPrice>',
    """<InvoiceDetailItemReference lineNumber="{number}"><ItemID><SupplierPartID>{word}
    </SupplierPartID></ItemID><Classification domain="{domain}">{word}</Classification>
    </InvoiceDetailItemReference>""",
    '<SubtotalAmount><Money currency="USD">{amount}</Money></SubtotalAmount>',
    """<Tax><Money currency="USD">1</Money><TaxDetail category="{domain}" percentageRate="10">
    <TaxAmount><Money currency="USD">{amount}</Money></TaxAmount></TaxDetail></Tax>""",
    '<InvoiceDetailDiscount><Money currency="USD">{amount}</Money></InvoiceDetailDiscount>',
    """<Distribution><Accounting name="{domain}"><AccountingSegment id="A-{number}"><Name>{domain}
    </Name></AccountingSegment></Accounting></Distribution>""",
    '<Extrinsic name="{domain}">{word}</Extrinsic>',
    "<Comments>{word}<Attachment>x</Attachment></Comments>",
    "<!-- {number} -->",
)
WORDS = [
    "a",
    "two words",
    " blank ",
    "a  b",
    "A &amp; B",
    "<![CDATA[x<y]]>",
    "\u00e9t\u00e9",
    "",
    "5\u00a0m",
    "\u00a0n\u0085",
    "'q'",
]
AMOUNTS = ["5.00", "0", "0.00", "-3", "1,000.00", " 7 ", "x"]
DOMAINS = ["CostCenter", "cost center", "UNSPSC", "sales", ""]


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Lines of a few kinds, each kind several times with other texts."""
    kinds = draw(st.lists(st.sets(st.integers(0, len(PIECES) - 1)), min_size=1, max_size=3))
    wide = draw(st.sampled_from([WORDS, WORDS[:2]]))
    written = []
    for number in range(draw(st.integers(16, 24))):
        pieces = "\n".join(PIECES[one] for one in sorted(draw(st.sampled_from(kinds))))
        said = {
            "word": draw(st.sampled_from(wide)),
            "amount": draw(st.sampled_from(AMOUNTS[: 7 if wide is WORDS else 4])),
            "domain": draw(st.sampled_from(DOMAINS)),
            "number": number,
        }
        head = f'<InvoiceDetailItem invoiceLineNumber="{number}" quantity="2">'
        written.append(f"{head}{pieces.format(**said)}</InvoiceDetailItem>")
    return draw(st.sampled_from(["", "\n", "  \r\n"])).join(written)


def document(data: str, encoding: str = "utf-8") -> Document:
    [found] = documents(io.BytesIO(data.encode(encoding)))
    return found


def exactly(table: Table, forms: Sequence[Any]) -> tuple[Any, ...]:
    build: Any = builder(table, XmlForm)
    return tuple(build(form, Reading(2026)) for form in forms)


def compare(data: str, encoding: str = "utf-8") -> Invoice:
    found = document(data, encoding)
    mapped = map_document(INVOICE, found, Source(), 2026)
    record: Any = mapped.record
    assert record.lines == exactly(LINE, found.form.each(LINE_AT))  # type: ignore[arg-type]
    assert mapped.trace() == trace(INVOICE, found.form, 2026)
    invoice: Invoice = record
    return invoice


@settings(max_examples=25)
@given(lines(), lines(), st.sampled_from(["utf-8", "iso-8859-1", "gb18030"]))
def test_moulds_change_nothing(first: str, second: str, encoding: str) -> None:
    orders = ORDER.format(order="PO-1", lines=first) + ORDER.format(order="PO-2", lines=second)
    declared = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    compare(f"{declared}{HEAD}{orders}{TAIL}", encoding)


def alike(
    count: int, discount: Callable[[int], str] = str, kinds: Sequence[int] = (0, 1, 2, 5)
) -> str:
    pieces = "".join(PIECES[one] for one in kinds)
    return "".join(
        f'<InvoiceDetailItem invoiceLineNumber="{n}" quantity="{n}">'
        + pieces.format(word=f"P-{n}", amount=discount(n), domain="UNSPSC", number=n)
        + "</InvoiceDetailItem>"
        for n in range(1, count + 1)
    )


def test_each_line_keeps_its_own_order_and_texts() -> None:
    orders = "".join(ORDER.format(order=f"PO-{n}", lines=alike(20)) for n in (1, 2))
    found = compare(f"{HEAD}{orders}{TAIL}")
    assert [one.order.number for one in found.lines if one.order] == ["PO-1"] * 20 + ["PO-2"] * 20
    assert [one.item.supplier_part for one in found.lines[18:22] if one.item] == [
        "P-19",
        "P-20",
        "P-1",
        "P-2",
    ]


def test_a_discount_of_nothing_is_none_in_any_line() -> None:
    data = alike(40, lambda n: "0.00" if n == 30 else f"{n}.5")
    found = compare(f"{HEAD}{ORDER.format(order='PO', lines=data)}{TAIL}")
    assert [len(one.adjustments) for one in found.lines] == [1] * 29 + [0] + [1] * 10


def test_a_line_that_does_not_convert_is_told() -> None:
    data = alike(40).replace('quantity="30"', 'quantity="3O"')
    [problem] = [
        one
        for one in compare_problems(f"{HEAD}{ORDER.format(order='PO', lines=data)}{TAIL}")
        if one.code == "value.not_number"
    ]
    assert problem.pointer == "/lines/29/quantity"


def compare_problems(data: str) -> Any:
    return map_document(INVOICE, document(data), Source(), 2026).record.problems


@pytest.mark.parametrize("space", ["\u2003", "\u3000", "\u00a0"])
def test_blanks_beyond_ascii_are_read_the_ordinary_way(space: str) -> None:
    data = alike(40).replace("P-30", f"P{space}30").replace("P-31", f"{space}P-31")
    found = compare(f"{HEAD}{ORDER.format(order='PO', lines=data)}{TAIL}")
    assert [one.number for one in found.lines] == [str(number) for number in range(1, 41)]


def test_sums_come_from_each_line_itself() -> None:
    data = alike(40, kinds=(0, 1, 2, 3, 5)).replace(
        "</InvoiceDetailItem>",
        '<NetAmount><Money currency="USD">0</Money></NetAmount></InvoiceDetailItem>',
    )
    problems = compare_problems(f"{HEAD}{ORDER.format(order='PO', lines=data)}{TAIL}")
    wrong = [one for one in problems if one.code == "cxml.line_net"]
    assert wrong == []
    data = data.replace(">0</Money></NetAmount>", ">9</Money></NetAmount>", 12)
    problems = compare_problems(f"{HEAD}{ORDER.format(order='PO', lines=data)}{TAIL}")
    pointers = [one.pointer for one in problems if one.code == "cxml.line_net"]
    assert pointers == [f"/lines/{index}/amount" for index in range(12) if index != 8]


def test_an_element_of_nobody_is_kept_wherever_it_stands() -> None:
    data = alike(40).replace("</InvoiceDetailItem>", "<Odd>x</Odd></InvoiceDetailItem>")
    one_only = alike(40).replace("<UnitOfMeasure>P-30<", "<Odd>P-30</Odd><UnitOfMeasure>P-30<")
    for lines, count in ((data, 40), (one_only, 1), (alike(40), 0)):
        whole = document(f"{HEAD}{ORDER.format(order='PO', lines=lines)}{TAIL}")
        mapped = map_document(TABLES["InvoiceDetailRequest"], whole, Source(), 2026)
        fields: Any = mapped.record
        assert sum("Odd" in name for name in fields.fields) == count
        assert mapped.trace() == trace(TABLES["InvoiceDetailRequest"], whole.form, 2026)


UBL_LINE = """<a:InvoiceLine><b:ID>{n}</b:ID>
<b:InvoicedQuantity unitCode="C62">{n}</b:InvoicedQuantity>
<b:LineExtensionAmount currencyID="EUR">{n}.00</b:LineExtensionAmount><a:AllowanceCharge>
<b:ChargeIndicator>false</b:ChargeIndicator><b:Amount currencyID="EUR">{sign}1.00</b:Amount>
</a:AllowanceCharge><a:Item><b:Name>Crate {n}</b:Name></a:Item></a:InvoiceLine>"""


def test_prefixes_and_signs_are_heeded() -> None:
    space = "urn:oasis:names:specification:ubl:schema:xsd:"
    data = (
        f'<Invoice xmlns="{space}Invoice-2" xmlns:a="{space}CommonAggregateComponents-2" '
        f'xmlns:b="{space}CommonBasicComponents-2"><b:ID>R</b:ID><b:IssueDate>2026-03-02'
        "</b:IssueDate>"
        + "".join(UBL_LINE.format(n=n, sign="-" if n == 25 else "") for n in range(1, 41))
        + "</Invoice>"
    )
    found = document(data)
    mapped = map_document(UBL_INVOICE, found, Source(), 2026)
    record: Any = mapped.record
    kinds = [one.adjustments[0].type for one in record.lines]
    assert kinds == ["allowance"] * 24 + ["charge"] + ["allowance"] * 15
    [line] = [
        row.table for row in UBL_INVOICE.rows if isinstance(row, Each) and row.field == "lines"
    ]
    assert record.lines == exactly(line, found.form.each("InvoiceLine"))  # type: ignore[arg-type]
    assert mapped.trace() == trace(UBL_INVOICE, found.form, 2026)


@pytest.mark.parametrize(
    "inside", ["<InvoiceDetailItem>", "<x:InvoiceDetailItem xmlns:x='urn:x'/>"]
)
def test_a_tag_in_a_comment_does_not_mislead(inside: str) -> None:
    lines = alike(20).replace("</InvoiceDetailItem>", f"</InvoiceDetailItem><!-- {inside} -->", 3)
    compare(f"{HEAD}<!-- {inside} -->{ORDER.format(order='PO', lines=lines)}{TAIL}")
