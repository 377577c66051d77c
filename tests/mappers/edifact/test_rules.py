"""The rules of EDIFACT that implementations get wrong, one by one (chapter 9 of the list)."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.edifact.tables import TABLES
from mappers.rules import map_document
from parsers.edifact.read import documents
from parsers.form import Document

ORDER = """\
UNB+{level}+BUYER:14+SELLER:14+260105:0930+77'
UNH+M1+ORDERS:{version}:UN'
BGM+220+PO-1+9'
DTM+137:20260105:102'
NAD+BY+5412345000013::9'
NAD+SU+4012345000009::9++{name}'
LIN+1++4000862141404:EN'
QTY+21:24:PCE'
PRI+{price}'
UNS+S'
CNT+2:1'
UNT+11+M1'
UNZ+1+77'
"""
INVOICE = """\
UNB+UNOC:3+BUYER:14+SELLER:14+260105:0930+77'
UNH+M1+INVOIC:D:96A:UN'
BGM+{kind}+INV-1+9'
DTM+137:{day}'
LIN+1'
QTY+{quantity}:PCE'
MOA+203:{line}'
PRI+{price}'
UNS+S'
MOA+{total}'
UNT+10+M1'
UNZ+1+77'
"""


def order(
    version: str = "D:96A", level: str = "UNOC:3", name: str = "ACME", price: str = "AAA:7.5"
) -> str:
    return ORDER.format(version=version, level=level, name=name, price=price)


def invoice(**parts: str) -> str:
    plain = {"kind": "380", "day": "20260105:102", "quantity": "47:10", "line": "75"}
    plain |= {"price": "AAA:7.5", "total": "77:75"}
    return INVOICE.format(**(plain | parts))


def read(data: str | bytes) -> Document:
    [document] = documents(BytesIO(data.encode() if isinstance(data, str) else data))
    return document


def record(data: str | bytes) -> Any:
    document = read(data)
    return map_document(TABLES[document.kind], document, Source(format="edifact"), 2026).record


@pytest.mark.parametrize(
    "version", ["D:93A", "D:96A", "D:97A", "D:99B", "D:01B", "D:96A:UN:EAN008"]
)
def test_9_every_directory_reads_alike(version: str) -> None:
    found = record(order(version=version.removesuffix(":UN:EAN008")))
    assert found.problems == ()
    assert (found.number, found.lines[0].quantity) == ("PO-1", Decimal(24))
    assert found.lines[0].unit_price == Decimal("7.5")


@pytest.mark.parametrize(
    ("advice", "marks"),
    [
        ("", ":+.? '"),
        ("UNA:+.? '", ":+.? '"),
        ("UNA:+,? '", ":+,? '"),
        ("UNA|^.! ~", "|^.! ~"),
        ("UNA:+.? #", ":+.? #"),
        ("UNA:+.? \n", ":+.? \n"),
        ("UNA:+.?*'", ":+.?*'"),
        ("UNA:+.  '", ":+.  '"),
    ],
)
def test_9_una_names_the_characters(advice: str, marks: str) -> None:
    component, element, decimal, _, _, terminator = marks
    price = f"AAA:7{decimal}5"
    body = order(price=price).replace("\n", "")
    table = {ord(":"): component, ord("+"): element, ord("'"): terminator}
    found = record(advice + body.translate(table))
    assert found.lines[0].unit_price == Decimal("7.5")
    assert found.number == "PO-1"


@pytest.mark.parametrize("price", ["AAA:7,5", "AAA:7.5"])
def test_9_syntax_4_knows_both_decimal_marks(price: str) -> None:
    assert record(order(level="UNOC:4", price=price)).lines[0].unit_price == Decimal("7.5")


def test_9_characters_are_released_after_splitting() -> None:
    found = record(order(name="A??B?+C?:D?'E"))
    assert found.supplier.name == "A?B+C:D'E"


@pytest.mark.parametrize(
    ("level", "encoding", "name"),
    [
        ("UNOC:3", "latin-1", "MÜLLER"),
        ("UNOD:3", "iso8859-2", "ŁÓDŹ"),
        ("UNOE:3", "iso8859-5", "ДВИЖЕНИЕ"),
        ("UNOF:3", "iso8859-7", "ΑΘΗΝΑ"),
        ("UNOK:3", "iso8859-9", "IŞIK"),
        ("UNOY:4", "utf-8", "MÜLLER"),
        ("UNOA:3", "ascii", "MUELLER"),
    ],
)
def test_9_the_syntax_level_names_the_characters(level: str, encoding: str, name: str) -> None:
    assert record(order(level=level, name=name).encode(encoding)).supplier.name == name


def test_9_a_character_set_that_does_not_fit_is_guessed() -> None:
    found = record(order(level="UNOJ:3", name="MÜLLER\N{RIGHT SINGLE QUOTATION MARK}S").encode())
    assert found.supplier.name.startswith("M")
    assert read(order(level="UNOD:3", name="ACME").encode()).problems == ()


def parts(pia: str, advice: str = "", level: str = "UNOC:4") -> Any:
    body = order(level=level).replace("QTY", f"{pia}'\nQTY").replace("UNT+11", "UNT+12")
    return record(advice + body)


@pytest.mark.parametrize(
    ("advice", "pia"),
    [
        ("", "PIA+1+B-1:BP*V-1:SA"),
        ("UNA:+.?*'", "PIA+1+B-1:BP*V-1:SA"),
        ("UNA:+.?^'", "PIA+1+B-1:BP^V-1:SA"),
        ("UNA:+.? '", "PIA+1+B-1:BP+V-1:SA"),
        ("", "PIA+1+B-1:BP+V-1:SA"),
    ],
)
def test_9_elements_repeat_in_syntax_4(advice: str, pia: str) -> None:
    found = parts(pia, advice)
    assert found.problems == ()
    assert (found.lines[0].item.buyer_part, found.lines[0].item.supplier_part) == ("B-1", "V-1")


@pytest.mark.parametrize(
    ("advice", "level", "pia"),
    [
        ("UNA:+.?*'", "UNOC:3", "PIA+1+B*1:BP"),
        ("UNA:+.? '", "UNOC:4", "PIA+1+B*1:BP"),
        ("", "UNOC:4", "PIA+1+B?*1:BP"),
    ],
)
def test_9_what_repeats_nothing_is_data(advice: str, level: str, pia: str) -> None:
    assert parts(pia, advice, level).lines[0].item.buyer_part == "B*1"
    assert record(order(level="UNOC:4", name="3*4 BOLTS")).supplier.name == "3*4 BOLTS"


def test_9_what_repeats_is_quoted_where_it_stands() -> None:
    body = order(level="UNOC:4").replace("QTY", "PIA+1+B-1:BP*V-1:SA'\nQTY")
    found = read(body).form.find("LIN/PIA/31")
    assert found is not None
    assert body[found.position.start : found.position.end] == "V-1" == found.text


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("UNT+11", "UNT+9", "edifact.message_count"),
        ("UNT+11+M1", "UNT+11+M2", "edifact.message_reference"),
        ("UNZ+1", "UNZ+2", "edifact.interchange_count"),
        ("UNZ+1+77", "UNZ+1+78", "edifact.interchange_reference"),
    ],
)
def test_9_counts_and_references_are_told(old: str, new: str, code: str) -> None:
    found = read(order().replace(old, new))
    assert [(one.code, one.is_error) for one in found.problems] == [(code, False)]


def test_9_unz_counts_groups_where_there_are_any() -> None:
    head, rest = order().split("UNH", 1)
    body, tail = rest.split("UNZ", 1)
    grouped = f"{head}UNG+ORDERS+A+B+260105:0930+5+UN+D:96A'\nUNH{body}UNE+1+5'\nUNZ{tail}"
    assert read(grouped).problems == ()


@pytest.mark.parametrize("day", ["260105", "20260105"])
def test_9_the_day_of_the_interchange_has_either_length(day: str) -> None:
    assert read(order().replace("260105", day, 1)).problems == ()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("20260105:102", date(2026, 1, 5)),
        ("202601050930:203", date(2026, 1, 5)),
        ("260105:101", date(2026, 1, 5)),
        ("20260105093000:204", date(2026, 1, 5)),
        ("20261345:102", None),
    ],
)
def test_9_days_by_their_format(day: str, expected: date | None) -> None:
    assert record(invoice(day=day)).date == expected


@pytest.mark.parametrize("end", ["'\r\n", "'\n\n", "'"])
def test_9_line_ends_behind_segments_are_noise(end: str) -> None:
    found = record(order().replace("'\n", end))
    assert not found.incomplete
    assert found.number == "PO-1"


def test_9_lines_may_end_segments_and_that_is_told() -> None:
    found = record(order().replace("'", ""))
    assert found.number == "PO-1"
    assert [(one.code, one.is_error) for one in found.problems] == [("edifact.terminator", False)]


def test_9_a_line_that_breaks_inside_of_a_segment_is_told_whatever_the_count() -> None:
    body = order(name="ACME TOOLS").replace("ACME TOOLS", "ACME\nTOOLS").replace("9'\nDTM", "9'DTM")
    found = record(body)
    assert [one.code for one in found.problems] == ["edifact.line_break"]


@pytest.mark.parametrize("quantity", ["47:10", "12:10", "21:10"])
def test_9_the_quantity_by_its_qualifier(quantity: str) -> None:
    assert record(invoice(quantity=quantity)).lines[0].quantity == Decimal(10)


@pytest.mark.parametrize("total", ["77:75", "86:75", "388:75", "9:75"])
def test_9_the_total_by_its_qualifier(total: str) -> None:
    found = record(invoice(total=total))
    assert found.totals.total == Decimal(75)
    assert found.problems == ()


def test_9_the_net_price_goes_before_the_gross_one() -> None:
    both = invoice(price="AAB:9'\nPRI+AAA:7.5").replace("UNT+10", "UNT+11")
    assert record(both).lines[0].unit_price == Decimal("7.5")


def test_9_an_invoice_that_does_not_add_up_is_told() -> None:
    found = record(invoice(total="77:80"))
    [problem] = found.problems
    assert (problem.code, problem.pointer) == ("invoice.footing", "/totals/total")
    assert problem.at.startswith("segment 9 (MOA) element 01 component 2, bytes ")


def test_9_a_gtin_with_a_slip_is_told() -> None:
    found = record(order().replace("4000862141404", "4000862141405"))
    assert [one.code for one in found.problems] == ["item.check_digit"]


def test_9_a_credit_is_a_credit() -> None:
    assert record(invoice(kind="381")).type == "credit_memo"
