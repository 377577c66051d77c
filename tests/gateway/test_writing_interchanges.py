"""What stops an interchange from being written, what is told of it, and what a partner changes."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from gateway.writing import write_records
from mappers.canonical import (
    Adjustment,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    OrderResponse,
    Package,
    Party,
    PriceBasis,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ResponseLine,
    Totals,
)
from mappers.writing import Outgoing, UnwritableError

DAY = dt.date(2026, 3, 2)
OUTGOING = Outgoing(
    identifier="1@test",
    sent_at=dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    sender={"ZZ": "NORTHWIND"},
    receiver={"duns": "123456789"},
)
LINE = OrderLine(
    number="1",
    item=Item(buyer_part="A-1", supplier_part="V-1", gtin="036000291452", description="Pens"),
    quantity=Decimal(24),
    uom="EA",
    unit_price=Decimal("0.5"),
)
ORDER = PurchaseOrder(
    number="4500017",
    operation="new",
    type="standard",
    date=DAY,
    buyer=Party(name="Northwind", ids={"duns": "987654321"}),
    supplier=Party(name="Acme", ids={"gln": "0360002914522"}),
    lines=(LINE,),
)
BILL = Invoice(
    number="F-1",
    type="invoice",
    date=DAY,
    lines=(InvoiceLine(number="1", quantity=Decimal(2), uom="EA", unit_price=Decimal("1.005")),),
    totals=Totals(total=Decimal("2.01")),
)


def written(record: object, to: str, outgoing: Outgoing = OUTGOING, **more: str) -> list[str]:
    data, _ = write_records((record,), to, outgoing, **more)  # type: ignore[arg-type]
    return data.decode().splitlines()


def told(record: object, to: str) -> list[tuple[str, str]]:
    _, problems = write_records((record,), to, OUTGOING)  # type: ignore[arg-type]
    return [(one.code, one.pointer or "") for one in problems]


def refused(record: object, to: str) -> UnwritableError:
    with pytest.raises(UnwritableError) as raised:
        write_records((record,), to, OUTGOING)  # type: ignore[arg-type]
    return raised.value


def test_a_number_with_more_decimals_than_its_element_carries_is_refused() -> None:
    fault = refused(structs.replace(BILL, totals=Totals(total=Decimal("2.005"))), "x12-810")
    (problem,) = (one for one in fault.problems if one.code == "written.does_not_fit")
    assert problem.pointer == "/totals"
    assert "2 implied decimals" in problem.message


def test_a_number_with_more_digits_than_its_element_has_room_for_is_refused() -> None:
    line = structs.replace(LINE, quantity=Decimal("1234567890.123456"))
    fault = refused(structs.replace(ORDER, lines=(line,)), "x12-850")
    assert ("written.does_not_fit", "/lines/0/quantity") in [
        (one.code, one.pointer) for one in fault.problems
    ]


def test_what_the_standard_demands_must_be_said() -> None:
    fault = refused(structs.replace(ORDER, date=None), "x12-850")
    assert [one.code for one in fault.problems] == ["x12.element_missing"]
    assert fault.problems[0].at.startswith("record 1 (4500017), segment 2 (BEG) element 05")


def test_a_value_without_a_place_is_told_and_the_rest_written() -> None:
    adjustment = Adjustment(type="charge", code="D240", amount=Decimal(5), handling="06")
    basis = PriceBasis(quantity=Decimal(12), uom="EA")
    order = structs.replace(
        ORDER,
        adjustments=(adjustment,),
        fields={"requisitionID": "R-9", "DP": "42"},
        lines=(structs.replace(LINE, price_basis=basis),),
    )
    assert told(order, "x12-850") == [
        ("written.no_place", "/fields/requisitionID"),
        ("written.no_place", "/lines/0/price_basis"),
    ]
    assert told(order, "edifact-orders") == [
        ("written.no_place", "/fields/requisitionID"),
        ("written.no_place", "/adjustments/0/handling"),
    ]


def test_a_text_that_is_too_long_is_told_with_its_limit() -> None:
    order = structs.replace(ORDER, contract="C" * 31)
    _, (problem,) = write_records((order,), "x12-850", OUTGOING)
    assert problem.severity == "warning"
    assert problem.code == "written.does_not_fit"
    assert problem.message == "contract does not fit: BEG06 has room for 1 to 30 characters"


def test_control_characters_are_told() -> None:
    order = structs.replace(ORDER, contract="C\x00")
    _, (problem,) = write_records((order,), "x12-850", OUTGOING)
    assert problem.message == "contract does not fit: no document carries control characters"


def test_characters_of_other_languages_are_told_in_x12() -> None:
    order = structs.replace(ORDER, buyer=Party(name="Łódź", ids={"duns": "987654321"}))
    assert told(order, "x12-850") == [("x12.not_ascii", "")]
    assert told(order, "edifact-orders") == []


def test_numbers_are_written_as_each_standard_has_them() -> None:
    assert "PO1*1*24*EA*.5**BP*A-1*VN*V-1*UP*036000291452~" in written(ORDER, "x12-850")
    assert "PRI+AAA:0.5'" in written(ORDER, "edifact-orders")


def test_nobody_is_guessed_as_sender() -> None:
    answer = structs.replace(ORDER, buyer=None)
    with pytest.raises(UnwritableError, match="nobody is named as sender"):
        write_records((answer,), "x12-850", structs.replace(OUTGOING, sender={}))


def test_the_parties_of_a_record_are_its_envelope_where_none_is_given() -> None:
    own = structs.replace(OUTGOING, sender={}, receiver={})
    assert written(ORDER, "x12-850", own)[0][32:68] == "01*987654321      *ZZ*0360002914522 "
    assert written(ORDER, "edifact-orders", own)[1].startswith(
        "UNB+UNOB:2+987654321:1+0360002914522:14+"
    )


def test_several_records_are_one_interchange() -> None:
    second = structs.replace(ORDER, number="4500018")
    data, problems = write_records((ORDER, second), "x12-850", OUTGOING)
    rows = data.decode().splitlines()
    assert problems == ()
    assert [row for row in rows if row.startswith(("ST", "GE", "IEA"))] == [
        "ST*850*0001~",
        "ST*850*0002~",
        "GE*2*1~",
        "IEA*1*000000001~",
    ]


@pytest.mark.parametrize(
    ("record", "to", "reason"),
    [
        (ORDER, "x12-810", "kind purchase order"),
        (structs.replace(ORDER, incomplete=True), "edifact-orders", "incomplete"),
    ],
)
def test_what_is_of_another_kind_or_incomplete_is_refused(
    record: object, to: str, reason: str
) -> None:
    assert reason in str(refused(record, to))


def test_a_receipt_is_never_written_as_a_ship_notice() -> None:
    line = ReceiptLine(number="1", quantity=Decimal(2), uom="EA")
    receipt = Receipt(evidence="received", number="R-1", date=DAY, lines=(line,))
    fault = refused(receipt, "x12-856")
    assert ("written.changed", "/evidence") in [(one.code, one.pointer) for one in fault.problems]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [(["accepted"], "AD"), (["rejected"], "RD"), (["accepted", "changed"], "AC")],
)
def test_an_answer_that_its_lines_give_says_what_they_come_to(
    statuses: list[Any], code: str
) -> None:
    lines = tuple(
        ResponseLine(order_line=str(number), status=status, quantity=Decimal(1), uom="EA")
        for number, status in enumerate(statuses, 1)
    )
    answer = OrderResponse(order=OrderRef(number="17", date=DAY), status="detail", lines=lines)
    assert f"BAK*00*{code}*17*20260302~" in written(answer, "x12-855")


@pytest.mark.parametrize("to", ["x12-850", "edifact-orders"])
def test_an_order_of_another_type_stays_one(to: str) -> None:
    assert told(structs.replace(ORDER, type="other"), to) == []


@pytest.mark.parametrize("to", ["x12-856", "edifact-desadv"])
def test_a_package_in_one_that_is_not_there_makes_no_other(to: str) -> None:
    package = Package(id="003600029145000017", parent="003600029145000024")
    line = ReceiptLine(number="1", quantity=Decimal(2), uom="EA")
    notice = Receipt(
        evidence="shipped",
        type="delivery",
        number="S-1",
        date=DAY,
        packages=(package,),
        lines=(line,),
    )
    data, problems = write_records((notice,), to, OUTGOING)
    assert ("written.no_place", "/packages/0/parent") in [(p.code, p.pointer) for p in problems]
    assert b"003600029145000024" not in data


def test_what_was_sent_back_is_no_receipt() -> None:
    back = ReceiptLine(number="1", type="return", quantity=Decimal(2), uom="EA")
    receipt = Receipt(evidence="received", number="R-1", date=DAY, lines=(back,))
    data, problems = write_records((receipt,), "x12-861", OUTGOING)
    assert problems == ()
    assert b"RCD*1***2*EA~" in data


@pytest.mark.parametrize(
    ("to", "version"),
    [
        ("x12-850", "003060"),
        ("x12-850", "005010 "),
        ("x12-850", "D.96A"),
        ("edifact-orders", "96A"),
        ("edifact-orders", "005010"),
    ],
)
def test_a_version_that_is_none_is_refused(to: str, version: str) -> None:
    with pytest.raises(UnwritableError, match="is no"):
        write_records((ORDER,), to, structs.replace(OUTGOING, version=version))


text = st.text(max_size=40) | st.sampled_from(
    ["*", "~", "'", "?", "\x00", "é" * 90, "\ud800", "\u2028"]
)
figure = st.decimals(allow_nan=False, allow_infinity=False, places=3)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["x12-850", "edifact-orders"]),
    st.lists(text, min_size=8, max_size=8),
    st.dictionaries(text, text, max_size=2),
    figure,
)
def test_whatever_a_record_holds_is_written_or_refused(
    to: str, texts: list[str], fields: dict[str, str], number: Decimal
) -> None:
    item = Item(buyer_part=texts[0], description=texts[1], other_ids=fields)
    party = Party(name=texts[2], ids={"duns": texts[3]}, phone=texts[4])
    order = structs.replace(
        ORDER,
        number=texts[5],
        buyer=party,
        fields=fields,
        notes=(texts[6],),
        lines=(structs.replace(LINE, item=item, quantity=number, uom=texts[7]),),
    )
    try:
        data, problems = write_records((order,), to, OUTGOING)
    except UnwritableError:
        return
    lost = {problem.pointer for problem in problems}
    assert data
    assert "/lines/0/quantity" not in lost


PROFILE = """
[identifiers]
isa = [{ id = "ACME", qualifier = "12" }]
gs = ["ACMEGS"]

[ours]
isa = [{ id = "NORTHWIND" }]

[writing.x12]
version = "005010"
interchange_version = "00501"
element = "|"
segment = "!"
line_break = false

[writing.edifact]
service_string = ":+,? '"
directory = "D.01B"
association = "EAN010"
always_una = true

[[x12]]
table = "850"
field = "contract"
path = "REF[CT]/02"

[[x12]]
table = "850"
field = "fields.priority"
path = "REF[XY]/02"

[[x12]]
table = "PO1 item"
field = "supplier_part"
path = "PO1/06+ZZ|VN"
"""


@pytest.fixture
def partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "partners"
    folder.mkdir()
    (folder / "acme.toml").write_text(PROFILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "acme"


def test_a_partner_is_written_to_as_agreed(partner: str) -> None:
    own = structs.replace(OUTGOING, sender={}, receiver={})
    order = structs.replace(ORDER, contract="C-9", fields={"priority": "A"})
    data, problems = write_records((order,), "x12-850", own, partner)
    segments = data.decode().split("!")
    assert problems == ()
    assert segments[0].startswith("ISA|00|")
    assert "|ZZ|NORTHWIND      |12|ACME           |" in segments[0]
    assert segments[1] == "GS|PO|NORTHWIND|ACMEGS|20260302|0930|1|X|005010"
    assert "REF|CT|C-9" in segments
    assert "REF|XY|A" in segments
    assert "PO1|1|24|EA|.5||ZZ|V-1|BP|A-1|UP|036000291452" in segments
    assert "BEG|00|SA|4500017||20260302" in segments


def test_the_decimal_mark_is_the_agreed_one(partner: str) -> None:
    rows = written(ORDER, "edifact-orders", partner=partner)
    assert rows[0] == "UNA:+,? '"
    assert "UNH+1+ORDERS:D:01B:UN:EAN010'" in rows
    assert "LIN+1++036000291452:SRS'" in rows
    assert "PRI+AAA:0,5'" in rows


def test_the_usual_service_characters_go_unsaid_where_a_partner_wants_it(
    partner: str, tmp_path: Path
) -> None:
    (tmp_path / "partners" / "acme.toml").write_text("", encoding="utf-8")
    assert written(ORDER, "edifact-orders")[0] == "UNA:+.? '"
    assert written(ORDER, "edifact-orders", partner=partner)[0].startswith("UNB+UNOB:2+")


def test_a_delimiter_agreed_with_a_partner_never_stands_in_data(partner: str) -> None:
    order = structs.replace(ORDER, contract="A|B")
    with pytest.raises(UnwritableError, match="which delimits"):
        write_records((order,), "x12-850", OUTGOING, partner)


def test_a_line_names_its_order_where_it_is_not_the_only_one() -> None:
    lines = tuple(
        structs.replace(BILL.lines[0], number=number, order=OrderRef(number=order))
        for number, order in (("1", "4500017"), ("2", "4500018"))
    )
    bill = structs.replace(BILL, lines=lines, orders=("4500017", "4500018"))
    rows = written(bill, "x12-810")
    assert "BIG*20260302*F-1**4500017~" in rows
    assert "IT1*2*2*EA*1.005**PO*4500018~" in rows


OWN_NUMBERS = """
[codes."PO1/06"]
Q1 = "BP"

[[x12]]
table = "PO1 item"
field = "supplier_part"
path = "PO1/06+ZZ"

[codes."PIA/2/2"]
BPX = "BP"
"""


def test_an_item_number_is_qualified_as_the_partner_has_it(partner: str, tmp_path: Path) -> None:
    (tmp_path / "partners" / "acme.toml").write_text(OWN_NUMBERS, encoding="utf-8")
    assert "PO1*1*24*EA*.5**ZZ*V-1*Q1*A-1*UP*036000291452~" in written(
        ORDER, "x12-850", partner=partner
    )
    rows = written(ORDER, "edifact-orders", partner=partner)
    assert "PIA+1+A-1:BPX+V-1:SA'" in rows
    assert "LIN+1++036000291452:EN'" in rows
