"""850, 855, 860 and 865 as records."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str, str], Any]

HEADER = """
    BEG*00*NE*4500017*R2*20260105*C-9
    CUR*BY*USD
    REF*DP*0042
    REF*ZZ**SEE ANNEX
    FOB*PP
    SAC*C*D240***750*******06***FREIGHT
    SAC*N*F340***100
    ITD*01*3*2**10**30*****2% 10 NET 30
    DTM*002*20260120
    DTM*001*20260131
    TD5*O*2*ODFL*M*OLD DOMINION
    N9*L1*GATE
    MSG*RING TWICE
    N1*BY*NORTHWIND STORES*92*0007
    N2*EASTERN REGION
    N3*12 HARBOR WAY*DOCK 4
    N4*PORTLAND*ME*041010000*US
    PER*BD*DANA DESK*TE*5550100*EM*dana@example.com
    N1*VN*ACME TOOLS*1*123456789
    N1*ST**UL*0360002914522
"""
LINE = """
    PO1*0001*24*EA*7.5*PE*BP*A-100*VN*V-100*UP*036000291452*ZZ*EXTRA
    PID*F****CLAW HAMMER
"""


def test_an_order(record: Record) -> None:
    order = record("850", HEADER + LINE + "CTT*1*24\nAMT*TT*180.00")
    assert not order.incomplete
    assert order.problems == ()
    assert (order.number, order.operation, order.type) == ("4500017", "new", "standard")
    assert (order.release, order.date, order.contract) == ("R2", date(2026, 1, 5), "C-9")
    assert (order.currency, order.total) == ("USD", Decimal("180.00"))
    assert (order.requested_date, order.cancel_after) == (date(2026, 1, 20), date(2026, 1, 31))
    assert (order.freight.terms, order.freight.scac) == ("PP", "ODFL")
    assert order.fields == {"DP": "0042", "ZZ": "SEE ANNEX", "L1": "GATE"}
    assert order.notes == ("RING TWICE",)


def test_parties(record: Record) -> None:
    order = record("850", HEADER + LINE)
    buyer = order.buyer
    assert buyer.name == "NORTHWIND STORES EASTERN REGION"
    assert buyer.ids == {"assigned_by_buyer": "0007"}
    assert buyer.address.street == ("12 HARBOR WAY", "DOCK 4")
    assert (buyer.address.city, buyer.address.postal_code) == ("PORTLAND", "041010000")
    assert (buyer.contact, buyer.phone, buyer.email) == (
        "DANA DESK",
        "5550100",
        "dana@example.com",
    )
    assert order.supplier.ids == {"duns": "123456789"}
    assert order.ship_to.name is None
    assert order.ship_to.ids == {"gln": "0360002914522"}


def test_terms_and_charges(record: Record) -> None:
    order = record("850", HEADER + LINE)
    (terms,) = order.terms
    assert (terms.discount_percent, terms.discount_days, terms.net_days) == (Decimal(2), 10, 30)
    assert terms.text == "2% 10 NET 30"
    (freight,) = order.adjustments  # N is information, no money
    assert (freight.type, freight.code, freight.amount) == ("charge", "D240", Decimal("7.50"))
    assert (freight.handling, freight.reason) == ("06", "FREIGHT")


def test_a_line(record: Record) -> None:
    (line,) = record("850", HEADER + LINE).lines
    assert (line.number, line.quantity, line.uom) == ("0001", Decimal(24), "EA")
    assert line.unit_price == Decimal("7.5")
    assert (line.item.buyer_part, line.item.supplier_part) == ("A-100", "V-100")
    assert (line.item.gtin, line.item.other_ids) == ("036000291452", {"ZZ": "EXTRA"})
    assert line.item.description == "CLAW HAMMER"
    assert line.price_basis is None


@pytest.mark.parametrize(
    ("code", "operation"),
    [("00", "new"), ("01", "cancel"), ("04", "change"), ("05", "change"), ("ZZ", None)],
)
def test_the_purpose(code: str, operation: str | None, record: Record) -> None:
    order = record("850", f"BEG*{code}*SA*1**20260105\nPO1*1*1*EA*1")
    assert order.operation == operation


@pytest.mark.parametrize(
    ("code", "kind"), [("SA", "standard"), ("BK", "blanket"), ("RL", "release"), ("RO", "other")]
)
def test_the_type(code: str, kind: str, record: Record) -> None:
    assert record("850", f"BEG*00*{code}*1**20260105\nPO1*1*1*EA*1").type == kind


def test_pairs_may_be_empty_and_far_back(record: Record) -> None:
    order = record("850", "BEG*00*SA*1**20260105\nPO1**26*EA*21.1******BP*0314281*VN")
    (line,) = order.lines
    assert line.number is None
    assert line.item.buyer_part == "0314281"
    assert line.item.supplier_part is None


def test_the_better_qualifier_wins_and_nothing_is_lost(record: Record) -> None:
    order = record("850", "BEG*00*SA*1**20260105\nPO1*1*1*EA*1**SK*S1*BP*B1*UK*14*UP*12*IN*I1")
    (line,) = order.lines
    assert (line.item.buyer_part, line.item.gtin) == ("B1", "12")
    assert line.item.other_ids == {"SK": "S1", "UK": "14", "IN": "I1"}


def test_the_price_may_stand_in_ctp_or_nowhere(record: Record) -> None:
    body = "BEG*00*SA*1**20260105\nPO1*1*144*CA\nCTP**UCP*16.09\nPO1*2*1*EA\nPO1*3*1*EA*0"
    prices = [line.unit_price for line in record("850", body).lines]
    assert prices == [Decimal("16.09"), None, Decimal(0)]


@pytest.mark.parametrize(("basis", "quantity"), [("HP", 100), ("TP", 1000)])
def test_prices_per_hundred_and_thousand(basis: str, quantity: int, record: Record) -> None:
    (line,) = record("850", f"BEG*00*SA*1**20260105\nPO1*1*250*EA*12.5*{basis}").lines
    assert line.price_basis.quantity == quantity


@pytest.mark.parametrize("basis", ["PE", "CA", "QT", "CT", "LE", "CP", "WE", "UM"])
def test_other_bases_are_prices_per_unit(basis: str, record: Record) -> None:
    (line,) = record("850", f"BEG*00*SA*1**20260105\nPO1*1*250*EA*12.5*{basis}").lines
    assert line.price_basis is None


def test_schedules_by_day_and_by_store(record: Record) -> None:
    body = """
        BEG*00*SA*1**20260105
        PO1*1*30*EA*2
        SDQ*EA*92*0018*10*0035*5
        SCH*15*EA***002*20260201
    """
    (line,) = record("850", body).lines
    by_day, first, second = line.schedules
    assert (by_day.quantity, by_day.uom, by_day.date) == (Decimal(15), "EA", date(2026, 2, 1))
    assert (first.quantity, first.ship_to.ids) == (Decimal(10), {"assigned_by_buyer": "0018"})
    assert (second.quantity, second.ship_to.ids) == (Decimal(5), {"assigned_by_buyer": "0035"})


def test_descriptions_go_on_and_other_features_stay_out(record: Record) -> None:
    body = """
        BEG*00*SA*1**20260105
        PO1*1*1*EA*1
        PID*F*08***CLAW HAMMER WITH A HANDLE OF
        PID*F*08***HICKORY
        PID*F*75***RED
        PO1*2*1*EA*1
        PID*F*75***BLUE
    """
    first, second = record("850", body).lines
    assert first.item.description == "CLAW HAMMER WITH A HANDLE OF HICKORY"
    assert second.item.description == "BLUE"


def test_a_six_digit_date_is_read_in_the_window_of_the_year(record: Record) -> None:
    order = record("850", "BEG*00*SA*1**950727\nDTM*002*260523\nPO1*1*1*EA*1")
    assert (order.date, order.requested_date) == (date(1995, 7, 27), date(2026, 5, 23))


@pytest.mark.parametrize("day", ["00000000", "200", "20251345", "2026-01-05", "20260230"])
def test_a_wrong_date_is_told_and_left_out(day: str, record: Record) -> None:
    order = record("850", f"BEG*00*SA*1**{day}\nPO1*1*1*EA*1")
    assert order.date is None
    assert not order.incomplete
    (problem,) = order.problems
    assert (problem.code, problem.severity) == ("value.not_date", "warning")
    assert (problem.found, problem.pointer) == (day, "/date")
    assert problem.at.startswith("segment 2 (BEG) element 05, bytes ")


@pytest.mark.parametrize("quantity", ["12,5", "1E3", "NaN", "+5", "0x10", "1 000", "9" * 40])
def test_a_quantity_that_is_no_number_makes_the_order_incomplete(
    quantity: str, record: Record
) -> None:
    order = record("850", f"BEG*00*SA*1**20260105\nPO1*1*{quantity}*EA*1\nPO1*2*5*EA*1")
    assert order.incomplete
    assert [line.quantity for line in order.lines] == [None, Decimal(5)]
    (problem,) = [one for one in order.problems if one.is_error]
    assert (problem.code, problem.pointer) == ("value.not_number", "/lines/0/quantity")


def test_a_missing_number_makes_the_order_incomplete(record: Record) -> None:
    order = record("850", "BEG*00*SA***20260105\nPO1*1*1*EA*1")
    assert order.incomplete
    (problem,) = order.problems  # what the parser has told of the same place is told once
    assert (problem.code, problem.pointer) == ("value.missing", "/number")
    assert problem.at.startswith("segment 2 (BEG), bytes ")


def test_a_change_order(record: Record) -> None:
    body = """
        BCH*04*SA*4500017*R2*3*20260105
        POC*1*QI*30*6*EA*7.5*HP*BP*A-100*VN*V-100
        POC*2*DI*0**CA>12
    """
    order = record("860", body)
    assert (order.number, order.operation, order.revision) == ("4500017", "change", "3")
    first, second = order.lines
    assert (first.quantity, first.uom, first.unit_price) == (Decimal(30), "EA", Decimal("7.5"))
    assert (first.item.buyer_part, first.price_basis.quantity) == ("A-100", Decimal(100))
    assert [line.fields["change"] for line in order.lines] == ["QI", "DI"]
    assert second.uom == "CA"


def test_an_order_response(record: Record) -> None:
    body = """
        BAK*00*AC*4500017*20260105*R2***SO-1*20260106
        PO1*1*24*EA*7.5**BP*A-100
        ACK*IA*20*EA*068*20260120
        ACK*IB*4*EA
        PO1*2*6*CA*31.2**BP*A-200
        ACK*IR*6*CA
        PO1*3*5*EA*1
        SCH*5*EA***002*20260202
        CTT*3
    """
    response = record("855", body)
    assert response.problems == ()
    assert (response.order.number, response.order.release) == ("4500017", "R2")
    assert (response.number, response.date) == ("SO-1", date(2026, 1, 6))
    assert response.status == "accepted_with_changes"
    assert [(line.order_line, line.status, line.quantity) for line in response.lines] == [
        ("1", "accepted", Decimal(20)),
        ("1", "backordered", Decimal(4)),
        ("2", "rejected", Decimal(6)),
        ("3", None, Decimal(5)),
    ]
    assert response.lines[0].promised_date == date(2026, 1, 20)
    assert response.lines[3].promised_date == date(2026, 2, 2)
    assert response.lines[1].item.buyer_part == "A-100"
    assert response.lines[2].unit_price == Decimal("31.2")


def test_a_change_response(record: Record) -> None:
    body = """
        BCA*00*AD*4500017**3*20260105***SO-1*20260107
        POC*1*QI*30*6*EA*7.5**BP*A-100
        ACK*IA*30*EA
    """
    response = record("865", body)
    assert (response.order.number, response.status) == ("4500017", "accepted")
    (line,) = response.lines
    assert (line.quantity, line.unit_price, line.item.buyer_part) == (
        Decimal(30),
        Decimal("7.5"),
        "A-100",
    )
