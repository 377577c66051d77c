"""The rules of X12 documents that implementations get wrong, one by one.

Each test names its rule: the first number is the chapter (2 numbers, 3 headers, 4 lines, 5 money, 6
levels, 8 canonical form), the second the rule in it. What the other tests show is not repeated.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str, str], Any]

INVOICE = """
    BIG*20260110*INV-1*20260105*4500017
    IT1*1*10*EA*2.50
    TDS*{total}
    {summary}
    CTT*1
"""
ORDER = """
    BEG*00*SA*4500017**20260105
    {head}
    {line}
    CTT*1
"""


def invoice(record: Record, total: str = "2500", summary: str = "") -> Any:
    return record("810", INVOICE.format(total=total, summary=summary))


def order(record: Record, line: str = "PO1*1*10*EA*2.50", head: str = "") -> Any:
    return record("850", ORDER.format(line=line, head=head))


# 2 Numbers.


@pytest.mark.parametrize(
    ("written", "total"),
    [("235712", "2357.12"), ("1000", "10.00"), ("7", "0.07"), ("0", "0.00")],
)
def test_2_1_totals_have_two_decimals_implied(written: str, total: str, record: Record) -> None:
    assert invoice(record, total=written).totals.total == Decimal(total)


def test_2_1_one_document_holds_both_kinds_of_numbers(record: Record) -> None:
    found = invoice(record, "50125", "SAC*C*D240***750\n    TXI*ST*480.00")
    assert found.totals.total == Decimal("501.25")
    assert found.adjustments[0].amount == Decimal("7.50")
    assert found.taxes[0].amount == Decimal("480.00")


def test_2_2_a_point_in_an_implied_number_is_taken_at_its_word_and_told(record: Record) -> None:
    found = invoice(record, total="25.00")
    assert found.totals.total == Decimal("25.00")
    assert [one.code for one in found.problems] == ["x12.element_characters"]


@pytest.mark.parametrize(
    ("written", "price"),
    [(".58", "0.58"), ("-7.5", "-7.5"), ("123456789012345.67", "123456789012345.67")],
)
def test_2_3_decimals_keep_their_digits(written: str, price: str, record: Record) -> None:
    [line] = order(record, f"PO1*1*1*EA*{written}").lines
    assert line.unit_price == Decimal(price)


@pytest.mark.parametrize("written", ["+24", "1,000", "12-", "1E3", "NaN"])
def test_2_3_what_is_no_number_is_an_error(written: str, record: Record) -> None:
    found = order(record, f"PO1*1*{written}*EA*1")
    assert found.incomplete
    assert found.lines[0].quantity is None


# 3 Headers.


def test_3_1_a_release_is_known_by_both_numbers(record: Record) -> None:
    found = record("850", "BEG*00*RL*4500017*R7*20260105\nPO1*1*1*EA*1")
    assert (found.number, found.release, found.type) == ("4500017", "R7", "release")


def test_3_2_a_change_line_keeps_what_was_ordered_and_what_is_left_apart(record: Record) -> None:
    found = record("860", "BCH*04*SA*4500017***20260106\nPOC*1*QD*20*5*EA*2.50")
    [line] = found.lines
    assert (line.quantity, line.uom, line.unit_price) == (Decimal(20), "EA", Decimal("2.50"))
    assert line.fields["change"] == "QD"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("DI", "invoice"),
        ("PR", "invoice"),
        ("CI", "invoice"),
        ("CR", "credit_memo"),
        ("CN", "credit_memo"),
        ("DR", "debit_memo"),
    ],
)
def test_3_4_big07_says_what_it_is(code: str, kind: str, record: Record) -> None:
    body = f"BIG*20260110*I-1*****{code}\nIT1*1*1*EA*5\nTDS*500\nCTT*1"
    assert record("810", body).type == kind


@pytest.mark.parametrize(("quantity", "total"), [("2", "1000"), ("2", "-1000"), ("-2", "-1000")])
def test_3_4_a_credit_is_a_magnitude_whatever_its_signs(
    quantity: str, total: str, record: Record
) -> None:
    body = f"BIG*20260110*C-1*****CR\nIT1*1*{quantity}*EA*5\nTDS*{total}\nCTT*1"
    credit = record("810", body)
    assert (credit.totals.total, credit.lines[0].quantity) == (Decimal("10.00"), Decimal(2))
    assert credit.problems == ()


@pytest.mark.parametrize(
    "order_at",
    ["IT1*1*1*EA*5**PO*4500018", "IT1*1*1*EA*5\nREF*PO*4500018"],
)
def test_3_5_a_consolidated_invoice_names_orders_on_its_lines(
    order_at: str, record: Record
) -> None:
    found = record("810", f"BIG*20260110*I-1\n{order_at}\nTDS*500\nCTT*1")
    assert found.orders == ("4500018",)
    assert found.lines[0].order.number == "4500018"


def test_3_5_the_order_may_stand_in_a_reference_alone(record: Record) -> None:
    body = "BIG*20260110*I-1**{}\nREF*PO*4500017\nIT1*1*1*EA*5\nTDS*500\nCTT*1"
    assert record("810", body.format("")).orders == ("4500017",)
    assert record("810", body.format("4500017")).orders == ("4500017",)


@pytest.mark.parametrize(("code", "operation"), [("00", "new"), ("05", "change"), ("01", "cancel")])
def test_3_6_a_ship_notice_may_replace_or_cancel_another(
    code: str, operation: str, record: Record
) -> None:
    found = record("856", f"BSN*{code}*S-1*20260110*0900\nHL*1**S\nHL*2*1*I\nSN1**1*EA")
    assert (found.number, found.operation) == ("S-1", operation)


def test_3_7_no_currency_is_no_currency(record: Record) -> None:
    assert invoice(record).currency is None


def test_3_8_a_reference_may_be_words_only(record: Record) -> None:
    assert order(record, head="REF*ZZ**SEE ANNEX B").fields == {"ZZ": "SEE ANNEX B"}


def test_3_9_days_by_their_qualifiers(record: Record) -> None:
    found = order(record, head="DTM*002*20260120\n    DTM*001*20260131\n    DTM*010*20260115")
    assert (found.requested_date, found.cancel_after) == (date(2026, 1, 20), date(2026, 1, 31))


def test_3_10_a_contact_belongs_to_the_party_before_it(record: Record) -> None:
    head = """PER*BD*DESK*TE*1
    N1*BY*NORTHWIND
    PER*OC*DANA*TE*2
    N1*ST*DC 4"""
    found = order(record, head=head)
    assert (found.buyer.contact, found.buyer.phone) == ("DANA", "2")
    assert found.ship_to.contact is None


def test_3_10_a_party_of_a_line_is_no_party_of_the_document(record: Record) -> None:
    found = order(record, "PO1*1*10*EA*2.50\n    N1*ST*STORE 7*92*0007")
    assert found.ship_to is None


@pytest.mark.parametrize(
    ("qualifier", "number", "scheme"),
    [
        ("1", "079482615", "duns"),
        ("9", "0794826150001", "duns4"),
        ("91", "0001", "assigned_by_seller"),
        ("92", "0001", "assigned_by_buyer"),
        ("UL", "9521234000204", "gln"),
        ("FI", "123456789", "fi"),
        ("ZZ", "X", "mutually_defined"),
        ("21", "08KUG8732", "21"),
    ],
)
def test_3_11_party_numbers_keep_their_zeros(
    qualifier: str, number: str, scheme: str, record: Record
) -> None:
    found = order(record, head=f"N1*BY*NORTHWIND*{qualifier}*{number}")
    assert found.buyer.ids == {scheme: number}


def test_3_12_addresses_as_they_are_written(record: Record) -> None:
    head = "N1*ST*DC 4\n    N4*CEDAR HOLLOW*PENNSYLVANIA*638011012*us"
    address = order(record, head=head).ship_to.address
    assert (address.region, address.postal_code, address.country) == (
        "PENNSYLVANIA",
        "638011012",
        "US",
    )


# 4 Lines.


def test_4_1_pairs_may_be_empty_before_a_filled_one(record: Record) -> None:
    [line] = order(record, "PO1**26*EA*21.1******BP*0314281").lines
    assert (line.number, line.item.buyer_part) == (None, "0314281")


def test_4_1_line_numbers_stay_as_they_are(record: Record) -> None:
    found = order(record, "PO1*0001*1*EA*1\n    PO1*6917*1*EA*1\n    PO1*6915*1*EA*1")
    assert [line.number for line in found.lines] == ["0001", "6917", "6915"]


@pytest.mark.parametrize("qualifier", ["UP", "UK", "EN", "UA"])
def test_4_2_a_gtin_is_kept_as_stated(qualifier: str, record: Record) -> None:
    [line] = order(record, f"PO1*1*1*EA*1**{qualifier}*036000291452").lines
    assert line.item.gtin == "036000291452"


def test_4_3_no_price_is_not_nothing(record: Record) -> None:
    assert order(record, "PO1*1*10*EA").lines[0].unit_price is None


def test_4_3_the_price_in_ctp(record: Record) -> None:
    [line] = order(record, "PO1**144*CA***UK*10036000291459\n    CTP**UCP*16.09").lines
    assert (line.unit_price, line.price_basis) == (Decimal("16.09"), None)


def test_4_3_ctp_may_price_another_unit(record: Record) -> None:
    own = order(record, "PO1**10*CA*24\n    CTP**UCP*2*120*EA").lines[0]
    assert (own.unit_price, own.price_basis) == (Decimal(24), None)
    other = order(record, "PO1**10*CA\n    CTP**UCP*2*120*EA").lines[0]
    assert (other.unit_price, other.price_basis.uom) == (Decimal(2), "EA")
    assert other.price_basis.factor == Decimal(12)
    same = order(record, "PO1**10*EA\n    CTP**UCP*2*10*EA").lines[0]
    assert same.price_basis is None
    uneven = order(record, "PO1**3*CA\n    CTP**UCP*2*10*EA").lines[0]
    assert (uneven.price_basis.uom, uneven.price_basis.factor) == ("EA", None)


def test_4_3_ctp_per_another_unit_on_an_invoice_foots(record: Record) -> None:
    body = "BIG*20260110*I-1**4500017\nIT1*1*10*CA\nCTP**UCP*2*120*EA\nTDS*24000\nCTT*1"
    found = record("810", body)
    assert [one.code for one in found.problems] == ["x12.element_condition"]  # IT104 is empty


@pytest.mark.parametrize(
    ("basis", "quantity"),
    [("PE", None), ("HP", 100), ("TP", 1000), ("UM", None), ("CA", None), ("CT", None)],
)
def test_4_3_the_basis_of_the_price(basis: str, quantity: int | None, record: Record) -> None:
    [line] = order(record, f"PO1*1*10*EA*2.50*{basis}").lines
    assert (line.price_basis and line.price_basis.quantity) == quantity


def test_4_4_a_catch_weight_keeps_its_cases(record: Record) -> None:
    body = "BIG*20260110*I-1**4500017\nIT1*1*113.7*LB*2\nIT3*72*CA\nTDS*22740\nCTT*1"
    found = record("810", body)
    [line] = found.lines
    assert (line.quantity, line.uom) == (Decimal("113.7"), "LB")
    assert (line.fields["shipped"], line.fields["shipped_uom"]) == ("72", "CA")
    assert found.problems == ()


def test_4_5_what_a_case_holds_is_kept_and_multiplies_nothing(record: Record) -> None:
    [line] = order(record, "PO1*1*10*CA*24\n    PO4*12*1*EA**********4").lines
    assert (line.quantity, line.uom, line.fields["pack"]) == (Decimal(10), "CA", "12")
    [line] = order(record, "PO1*1*120*EA*2\n    PO4*12").lines
    assert (line.quantity, line.fields["pack"]) == (Decimal(120), "12")


def test_4_6_descriptions_go_on(record: Record) -> None:
    line = "PO1*1*1*EA*1\n    PID*F****CLAW\n    PID*F****HAMMER\n    PID*F*75***RED"
    assert order(record, line).lines[0].item.description == "CLAW HAMMER"


def test_4_7_repeated_stores_add_up_and_the_sum_is_checked(record: Record) -> None:
    good = order(record, "PO1*1*10*EA*1\n    SDQ*EA*92*0001*4*0002*3\n    SDQ*EA*92*0003*3")
    assert [one.quantity for one in good.lines[0].schedules] == [Decimal(n) for n in (4, 3, 3)]
    assert good.problems == ()
    bad = order(record, "PO1*1*10*EA*1\n    SDQ*EA*92*0001*4*0002*3")
    [problem] = bad.problems
    assert (problem.code, problem.is_error) == ("line.schedules", False)
    assert problem.at.startswith("segment 3 (PO1) element 02, bytes ")


def test_4_7_parts_by_day_are_checked(record: Record) -> None:
    line = "PO1*1*10*EA*1\n    SCH*4*EA***002*20260120\n    SCH*5*EA***002*20260127"
    assert [one.code for one in order(record, line).problems] == ["line.schedules"]


def test_4_7_sublines_are_no_lines(record: Record) -> None:
    line = "PO1*1*10*EA*1\n    SLN*1**I*5*EA\n    SLN*2**I*5*EA"
    found = order(record, line)
    assert (len(found.lines), found.problems) == (1, ())


@pytest.mark.parametrize(
    ("total", "codes"),
    [("CTT*1*10", []), ("CTT*2", ["x12.line_count"]), ("CTT*1*11", ["x12.hash_total"])],
)
def test_4_8_control_totals(total: str, codes: list[str], record: Record) -> None:
    body = f"BEG*00*SA*4500017**20260105\nPO1*1*10*EA*1\n{total}"
    found = record("850", body)
    assert [one.code for one in found.problems] == codes
    assert not found.incomplete


@pytest.mark.parametrize("unit", ["EA", "CA", "ST", "GS", "CT", "QQ"])
def test_4_9_units_stay_as_stated(unit: str, record: Record) -> None:
    assert order(record, f"PO1*1*10*{unit}*1").lines[0].uom == unit


# 5 Money.


@pytest.mark.parametrize("indicator", ["N", "P", "Q", "R", "S"])
def test_5_1_only_allowances_and_charges_are_money(indicator: str, record: Record) -> None:
    assert invoice(record, summary=f"SAC*{indicator}*D240***750").adjustments == ()


def test_5_1_percents_and_rates_alone_are_no_amounts(record: Record) -> None:
    found = invoice(record, summary="SAC*A*C310****3*2\n    SAC*A*F340******0.02*LB*500")
    percent, rate = found.adjustments
    assert (percent.percent, percent.amount) == (Decimal(2), None)
    assert (rate.amount, rate.percent) == (None, None)


def test_5_2_how_an_allowance_is_settled_is_kept(record: Record) -> None:
    found = invoice(record, summary="SAC*A*F800***500*******01")
    assert found.adjustments[0].handling == "01"
    assert found.problems == ()  # billed back, so it is not in the total


def test_5_4_a_summary_that_repeats_its_lines_foots(record: Record) -> None:
    body = """
        BIG*20260110*I-1**4500017
        IT1*1*10*EA*2.50
        SAC*A*C310***500
        TDS*2000
        SAC*A*C310***500
        CTT*1
    """
    assert record("810", body).problems == ()


def test_5_5_taxes_for_information_are_not_added(record: Record) -> None:
    found = invoice(record, summary="TXI*VA*4.00*20****O")
    assert (found.taxes, found.problems) == ((), ())
    added = invoice(record, "2900", "TXI*VA*4.00*16****A")
    assert (added.taxes[0].amount, added.problems) == (Decimal("4.00"), ())


@pytest.mark.parametrize(
    ("segment", "fields"),
    [
        ("ITD*01*3*****60", {"net_days": 60}),
        ("ITD***2.5**30", {"discount_percent": Decimal("2.5"), "discount_days": 30}),
        ("ITD*01*3*2*20260120**20260210**4714", {"discount_amount": Decimal("47.14")}),
    ],
)
def test_5_6_terms_by_their_places(segment: str, fields: dict[str, Any], record: Record) -> None:
    body = f"BIG*20260110*I-1**4500017\n{segment}\nIT1*1*10*EA*2.50\nTDS*2500\nCTT*1"
    [terms] = record("810", body).terms
    assert {name: getattr(terms, name) for name in fields} == fields


def test_5_6_terms_in_words_are_told_and_kept(record: Record) -> None:
    body = """
        BIG*20260110*I-1**4500017
        ITD*01*3**********NET 45
        IT1*1*10*EA*2.50
        TDS*2500
        CTT*1
    """
    found = record("810", body)
    assert (found.terms[0].text, found.terms[0].net_days) == ("NET 45", None)
    [problem] = found.problems
    assert (problem.code, problem.found) == ("terms.in_words", "NET 45")
    assert problem.at.startswith("segment 3 (ITD) element 12, bytes ")


def test_5_6_several_terms_are_tiers(record: Record) -> None:
    body = """
        BIG*20260110*I-1**4500017
        ITD*01*3*2**10**30
        ITD*01*3*1**20**30
        IT1*1*10*EA*2.50
        TDS*2500
        CTT*1
    """
    assert [one.discount_days for one in record("810", body).terms] == [10, 20]


def test_5_7_a_shipment_summary_is_no_price(record: Record) -> None:
    found = invoice(record, summary="ISS*10*CA*250*LB")
    assert (len(found.lines), found.lines[0].unit_price) == (1, Decimal("2.50"))


# 6 Levels.

NOTICE = """
    BSN*00*S-1*20260110*0900*0001
    HL*1**S
    {shipment}
    HL*2*1*O
    PRF*4500017*R2**20260105
    HL*3*2*P
    {pack}
    HL*4*3*I
    LIN*1*BP*A-100*LT*L7
    SN1*1*250*PC*4000*300*PC
    CTT*4
"""


def notice(record: Record, *, shipment: str = "TD5****M", pack: str = "MAN*CP*1Z1") -> Any:
    return record("856", NOTICE.format(shipment=shipment, pack=pack))


def test_6_4_quantities_of_packs_stay_apart(record: Record) -> None:
    body = """
        BSN*00*S-1*20260110*0900*0001
        HL*1**S
        HL*2*1*O
        PRF*4500017
        HL*3*2*P
        MAN*GM*00006141411234567890
        HL*4*3*I
        LIN*1*BP*A-100
        SN1*1*6*EA
        HL*5*2*P
        MAN*GM*00006141411234567906
        HL*6*5*I
        LIN*1*BP*A-100
        SN1*1*4*EA
        CTT*6
    """
    found = record("856", body)
    assert [line.quantity for line in found.lines] == [Decimal(6), Decimal(4)]
    assert [line.packages for line in found.lines] == [
        ("006141411234567890",),
        ("006141411234567906",),
    ]
    assert {line.order.number for line in found.lines} == {"4500017"}


def test_6_5_what_was_shipped_is_not_what_was_shipped_to_date(record: Record) -> None:
    [line] = notice(record).lines
    assert (line.quantity, line.uom) == (Decimal(250), "PC")
    assert (line.order.number, line.order.release) == ("4500017", "R2")
    assert line.order.date == date(2026, 1, 5)
    assert line.lots == ("L7",)


@pytest.mark.parametrize(
    ("mark", "id_", "codes"),
    [
        ("MAN*GM*00006141411234567890", "006141411234567890", []),
        ("MAN*AA*006141411234567890", "006141411234567890", []),
        ("MAN*GM*00006141411234567891", "006141411234567891", ["package.check_digit"]),
        ("MAN*GM*6141411234567890", "6141411234567890", ["package.length"]),
        ("MAN*UC*CASE-7", "CASE-7", []),
    ],
)
def test_6_6_marks(mark: str, id_: str, codes: list[str], record: Record) -> None:
    found = notice(record, pack=mark)
    assert [one.id for one in found.packages] == [id_]
    assert [one.code for one in found.problems] == codes


def test_6_6_marks_may_be_a_range(record: Record) -> None:
    found = notice(record, pack="MAN*GM*00006141411234567890*00006141411234567906")
    [package] = found.packages
    assert (package.id, package.id_to) == ("006141411234567890", "006141411234567906")


def test_6_6_the_same_mark_twice_is_an_error(record: Record) -> None:
    pack = """MAN*GM*00006141411234567890
    HL*5*2*P
    MAN*GM*00006141411234567890"""
    found = notice(record, pack=pack)
    assert found.incomplete
    [error] = [one for one in found.problems if one.is_error]
    assert (error.code, error.pointer) == ("package.repeated", "/packages/1/id")


@pytest.mark.parametrize(
    ("segment", "scac", "mode"),
    [("TD5*O*2*ODFL*M", "ODFL", "M"), ("TD5**91*ACME*LT", None, "LT")],
)
def test_6_7_only_a_qualified_code_is_a_carrier_code(
    segment: str, scac: str | None, mode: str, record: Record
) -> None:
    carrier = notice(record, shipment=segment).carrier
    assert (carrier.scac, carrier.mode) == (scac, mode)


@pytest.mark.parametrize("pack", ["MAN*CP*1Z999", "REF*2I*1Z999"])
def test_6_7_tracking_numbers(pack: str, record: Record) -> None:
    assert [one.tracking for one in notice(record, pack=pack).packages] == ["1Z999"]


def test_6_8_an_invalid_day_leaves_the_shipment(record: Record) -> None:
    found = notice(record, shipment="DTM*011*200")
    assert (found.shipped_at, found.incomplete) == (None, False)
    assert [one.code for one in found.problems] == ["value.not_date"]


# 8 Canonical form.


def test_8_1_order_numbers_keep_their_zeros(record: Record) -> None:
    assert record("850", "BEG*00*SA*0012345**20260105\nPO1*1*1*EA*1").number == "0012345"


def test_8_4_what_was_received_returned_and_doubted(record: Record) -> None:
    body = """
        BRA*R-1*20260113*00*1
        RCD*1*20*EA***4*EA*01
        LIN**UP*036000291452
        PRF*4500017
        RCD*2***3*EA
        LIN**VP*V-7
    """
    first, second = record("861", body).lines
    assert (first.quantity, first.rejected, first.reason) == (Decimal(20), Decimal(4), "01")
    assert (second.quantity, second.type) == (Decimal(3), "return")


def test_8_5_text_is_trimmed_and_keeps_its_case(record: Record) -> None:
    found = order(record, head="N1*BY*  Acme   Tools  ")
    assert found.buyer.name == "Acme Tools"
