"""What stands behind a party belongs to the message, and what stands with a reference to it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.edifact.tables import TABLES
from mappers.rules import map_document
from parsers.edifact.read import documents


@pytest.fixture
def record() -> Callable[[str, str], Any]:
    def record(kind: str, body: str) -> Any:
        segments = [line.strip() for line in body.splitlines() if line.strip()]
        lines = ("UNB+UNOC:3+A:14+B:14+260105:0930+77", f"UNH+M1+{kind}:D:96A:UN", *segments)
        text = "".join(f"{line}'" for line in (*lines, f"UNT+{len(segments) + 2}+M1", "UNZ+1+77"))
        [document] = documents(BytesIO(text.encode()))
        return map_document(TABLES[kind], document, Source(format="edifact"), 2026).record

    return record


def test_a_remittance_without_a_currency_keeps_its_lines(record: Callable[[str, str], Any]) -> None:
    payment = record(
        "REMADV",
        """
        BGM+481+R-1+9
        NAD+PR+77::92
        NAD+PE+78::92
        DOC+380+F-1
        MOA+12:10
        UNS+S
        MOA+12:10
        """,
    )
    assert [(line.invoice, line.paid) for line in payment.lines] == [("F-1", Decimal(10))]


def test_a_tax_behind_the_parties_is_the_order_s(record: Callable[[str, str], Any]) -> None:
    order = record(
        "ORDERS",
        """
        BGM+220+17+9
        NAD+SU+77::92
        TAX+7+VAT+++:::20
        MOA+124:2
        TOD++PP
        TDT+20++30++ODFL::182:OLD DOMINION
        LIN+1
        QTY+21:1
        """,
    )
    (tax,) = order.taxes
    assert (tax.type, tax.rate, tax.amount) == ("VAT", Decimal(20), Decimal(2))
    assert (order.freight.terms, order.freight.scac) == ("PP", "ODFL")
    assert order.freight.carrier == "OLD DOMINION"


def test_a_reference_has_its_day(record: Callable[[str, str], Any]) -> None:
    answer = record(
        "ORDRSP",
        """
        BGM+231+C-1+29
        RFF+ON:17
        DTM+171:20260102:102
        """,
    )
    assert answer.order.date == date(2026, 1, 2)


def test_a_package_has_its_type(record: Callable[[str, str], Any]) -> None:
    notice = record(
        "DESADV",
        """
        BGM+351+S-1+9
        CPS+1
        PAC+1++CT
        PCI+33E
        GIN+BJ+003600029145000017
        """,
    )
    assert [package.type for package in notice.packages] == ["CT"]


def test_a_package_knows_the_one_that_holds_it(record: Callable[[str, str], Any]) -> None:
    notice = record(
        "DESADV",
        """
        BGM+351+S-1+9
        CPS+1
        CPS+2+1
        PAC+1++201
        PCI+33E
        GIN+BJ+003600029145000017
        CPS+3+2
        PAC+2++CT
        PCI+33E
        GIN+BJ+003600029145000024+003600029145000031
        """,
    )
    pallet, *cartons = notice.packages
    assert pallet.parent is None
    assert [carton.parent for carton in cartons] == [pallet.id, pallet.id]
