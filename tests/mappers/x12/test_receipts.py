"""856 and 861 as records."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str, str], Any]

NOTICE = """
    BSN*00*SH-1*20260110*0930*0001
    HL*1**S
    TD1*CTN25*2****G*50*LB
    TD5*B*2*ODFL*M*OLD DOMINION
    REF*BM*BOL-7
    REF*CN*PRO-9
    REF*PK*SLIP-3
    DTM*011*20260110*1421
    DTM*017*20260112
    N1*ST*PORTLAND DC*92*0042
    N1*SF*ACME TOOLS
    HL*2*1*O
    PRF*4500017*R2**20260105
    N1*BY*STORE*92*0007
    HL*3*2*T
    MAN*GM*00003600020000000010
    HL*4*3*P
    MAN*GM*00003600020000000027
    MAN*CP*1Z999
    HL*5*4*I
    LIN*1*UP*036000291452*LT*L-5
    SN1*1*20*EA*400*24*EA
    PID*F****CLAW HAMMER
    HL*6*2*P
    MAN*AA*003600020000000034
    HL*7*6*I
    LIN*1*UP*036000291452
    SN1**4*EA
    REF*SE*SER-1
    CTT*7
"""


def test_a_ship_notice(record: Record) -> None:
    notice = record("856", NOTICE)
    assert notice.problems == ()
    assert (notice.evidence, notice.type, notice.operation) == ("shipped", "delivery", "new")
    assert (notice.number, notice.date) == ("SH-1", date(2026, 1, 10))
    assert (notice.shipped_at, notice.delivered_at) == ("2026-01-10T14:21:00", "2026-01-12")
    assert (notice.bill_of_lading, notice.packing_slip) == ("BOL-7", "SLIP-3")
    assert notice.tracking == ("PRO-9",)
    assert (notice.carrier.scac, notice.carrier.name) == ("ODFL", "OLD DOMINION")
    assert (notice.ship_to.name, notice.ship_from.name) == ("PORTLAND DC", "ACME TOOLS")
    assert notice.buyer is None  # the store of an order is not the buyer of the shipment


def test_packages_outermost_first(record: Record) -> None:
    packages = record("856", NOTICE).packages
    assert [(one.id, one.parent, one.tracking) for one in packages] == [
        ("003600020000000010", None, None),
        ("003600020000000027", "003600020000000010", "1Z999"),
        ("003600020000000034", None, None),
    ]


def test_lines_of_a_ship_notice(record: Record) -> None:
    first, second = record("856", NOTICE).lines
    assert (first.order.number, first.order.release) == ("4500017", "R2")
    assert first.order.date == date(2026, 1, 5)
    assert (first.quantity, first.uom) == (Decimal(20), "EA")  # shipped, not cumulative
    assert (first.item.gtin, first.item.description) == ("036000291452", "CLAW HAMMER")
    assert (first.lots, first.packages) == (("L-5",), ("003600020000000027",))
    assert (second.quantity, second.serials) == (Decimal(4), ("SER-1",))
    assert second.packages == ("003600020000000034",)


def test_dates_and_parties_may_stand_at_the_head(record: Record) -> None:
    body = "BSN*00*S*20260110\nDTM*011*20260109*0805\nHL*1**S\nHL*2*1*I\nPRF*P\nSN1**1*EA"
    assert record("856", body).shipped_at == "2026-01-09T08:05:00"


def test_a_wrong_ship_date_leaves_the_shipment(record: Record) -> None:
    notice = record("856", NOTICE.replace("DTM*011*20260110*1421", "DTM*011*200"))
    assert notice.shipped_at is None
    assert not notice.incomplete
    (problem,) = notice.problems
    assert (problem.severity, problem.pointer) == ("warning", "/shipped_at")


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ("1421", "T14:21:00"),
        ("142107", "T14:21:07"),
        ("14210799", "T14:21:07"),
        ("40607", "T04:06:07"),
        ("2561", ""),
        ("", ""),
    ],
)
def test_times_of_day(time: str, moment: str, record: Record) -> None:
    notice = record("856", NOTICE.replace("20260110*1421", f"20260110*{time}"))
    assert notice.shipped_at == f"2026-01-10{moment}"


def test_an_item_without_quantity_is_an_error(record: Record) -> None:
    notice = record("856", NOTICE.replace("SN1**4*EA", "SN1***EA"))
    assert notice.incomplete
    assert [one.pointer for one in notice.problems if one.is_error] == ["/lines/1/quantity"]


def test_a_receipt(record: Record) -> None:
    body = """
        BRA*R-1*20260113*00*1
        REF*BM*BOL-7
        DTM*050*20260113*0700
        PRF*4500017
        N1*ST*PORTLAND DC*92*0042
        N1*VN*ACME TOOLS
        RCD*1*20*EA***4*EA*01
        LIN**UP*036000291452
        RCD*2***3*CA
        PRF*4500018
        CTT*2
    """
    receipt = record("861", body)
    assert receipt.problems == ()
    assert (receipt.evidence, receipt.number) == ("received", "R-1")
    assert receipt.delivered_at == "2026-01-13T07:00:00"
    assert receipt.supplier.name == "ACME TOOLS"
    first, second = receipt.lines
    assert (first.quantity, first.uom, first.rejected) == (Decimal(20), "EA", Decimal(4))
    assert (first.reason, first.order.number) == ("01", "4500017")
    assert first.item.gtin == "036000291452"
    assert (second.quantity, second.order.number, second.type) == (
        Decimal(3),
        "4500018",
        "return",
    )
