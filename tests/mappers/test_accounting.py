"""Who pays: read by the names of buyers, out on orders and back on invoices."""

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.formats import read_documents
from gateway.partners import agreed_in
from gateway.writing import write_document
from mappers.accounting import FIELDS, AccountingNames, cost_text
from mappers.canonical import (
    Accounting,
    AnyRecord,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    Party,
    PurchaseOrder,
    Source,
    Totals,
)
from mappers.cxml.accounting import with_names
from mappers.cxml.tables import TABLES
from mappers.rules import map_document
from mappers.writing import Outgoing
from parsers.xml.read import documents

OUTGOING = Outgoing(identifier="1@t", sent_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
WHOLE = Accounting(
    cost_center="CC-4410",
    gl_account="6100-20",
    project="PRJ-889",
    job="J-7",
    department="Genomics",
    location="Bldg 7",
    requisitioner="ann@b.example",
)
SPLITS = (
    replace(WHOLE, percent=Decimal(60), amount=Decimal("15.00"), segments={"Region": "EU"}),
    Accounting(cost_center="CC-2", percent=Decimal(40), amount=Decimal("10.00")),
)
ITEM = Item(supplier_part="P", description="Pens")
BUYER, SELLER = Party(ids={"network_id": "AN-B"}), Party(ids={"duns": "1"})


def back(data: bytes) -> Any:
    [mapped] = read_documents(io.BytesIO(data), name="x", sha256="", year=2026)
    return mapped.record


def order(header: tuple[Accounting, ...], splits: tuple[Accounting, ...]) -> PurchaseOrder:
    line = OrderLine(number="1", item=ITEM, quantity=Decimal(1), uom="EA", accounting=splits)
    return PurchaseOrder(
        number="PO-1",
        currency="USD",
        buyer=BUYER,
        supplier=SELLER,
        accounting=header,
        lines=(line,),
    )


def invoice(header: tuple[Accounting, ...], splits: tuple[Accounting, ...]) -> Invoice:
    line = InvoiceLine(number="1", item=ITEM, quantity=Decimal(1), uom="EA", accounting=splits)
    return Invoice(
        number="R-1",
        date=dt.date(2026, 3, 2),
        currency="USD",
        buyer=BUYER,
        supplier=SELLER,
        accounting=header,
        lines=(line,),
        totals=Totals(total=Decimal(25)),
    )


def test_it_rides_out_on_an_order_and_comes_back_on_the_invoice() -> None:
    ordered = back(write_document(order((WHOLE,), SPLITS), "cxml-order", OUTGOING))
    assert (ordered.accounting, ordered.lines[0].accounting) == ((WHOLE,), SPLITS)
    told = invoice(ordered.accounting, ordered.lines[0].accounting)
    billed = back(write_document(told, "cxml-invoice", OUTGOING))
    assert (billed.accounting, billed.lines[0].accounting) == ((WHOLE,), SPLITS)


def test_what_extrinsics_say_is_said_once() -> None:
    told = replace(order((WHOLE,), ()), fields={"Cost-Centre": "CC-4410"})
    data = write_document(told, "cxml-order", OUTGOING)
    assert data.count(b"CC-4410") == 1
    assert back(data).accounting == (WHOLE,)


@pytest.mark.parametrize("to", ["ubl-invoice", "cii-invoice"])
def test_it_fits_into_one_text(to: str) -> None:
    one = (WHOLE,)
    billed = back(write_document(invoice(one, one), to, OUTGOING))
    assert (billed.accounting, billed.lines[0].accounting) == (one, one)


def test_a_text_of_the_buyers_own_stays_as_it_is() -> None:
    own = (Accounting(segments={"accounting_cost": "4410; x"}),)
    assert back(write_document(invoice(own, own), "ubl-invoice", OUTGOING)).accounting == own
    assert cost_text(()) is None


NAMES = AccountingNames(cost_center=("KST", "Kosten|stelle]"), project=("Organization",))
DOCUMENT = """<OrderRequest><OrderRequestHeader orderID="PO-1"><Extrinsic name="k s t">1</Extrinsic>
</OrderRequestHeader><ItemOut quantity="1"><Distribution><Accounting name="DistributionCharge">
<AccountingSegment id="2"><Name>Kostenstelle</Name></AccountingSegment>
<Segment type="organization" id="3"/><Segment type="Cost Center" id="4"/></Accounting>
</Distribution></ItemOut></OrderRequest>"""


def test_a_partner_has_names_of_its_own(request_of: Callable[..., str]) -> None:
    data = request_of(DOCUMENT, by_buyer=True).encode()
    [document] = documents(io.BytesIO(data))
    table = with_names(TABLES, NAMES)["OrderRequest"]
    found: Any = map_document(table, document, Source(), 2026).record
    assert found.accounting == (Accounting(cost_center="1"),)
    [split] = found.lines[0].accounting
    assert (split.cost_center, split.project, split.segments) == ("2", "3", {})


words = st.text(st.characters(codec="ascii", exclude_characters=";="), min_size=1).map(
    lambda text: " ".join(text.split())
)
whole = words.filter(str.isprintable).filter(bool)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, whole)))
def test_any_value_survives(values: dict[str, str]) -> None:
    splits = (Accounting(**values),) if values else ()
    for to, make in (("cxml-invoice", invoice), ("ubl-invoice", invoice), ("cxml-order", order)):
        told: AnyRecord = make(splits, splits)
        found = back(write_document(told, to, OUTGOING))
        assert found.accounting == splits
        assert [replace(one, amount=None) for one in found.lines[0].accounting] == list(splits)


def test_a_profile_names_them(request_of: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text('[accounting]\ncost_center = ["KST"]\n')
    agreed = agreed_in(path)
    assert agreed.tables("ubl") is None
    tables = agreed.tables("cxml")
    assert tables is not None
    [document] = documents(io.BytesIO(request_of(DOCUMENT, by_buyer=True).encode()))
    found: Any = map_document(tables["OrderRequest"], document, Source(), 2026).record
    assert found.accounting == (Accounting(cost_center="1"),)
