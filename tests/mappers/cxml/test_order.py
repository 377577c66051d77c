"""OrderRequest to purchase order."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str], Any]
Request = Callable[..., str]

ADDRESS = """<Address addressID="D-7"><Name xml:lang="en">Dock 7</Name><PostalAddress>
<DeliverTo>Ann</DeliverTo><Street>1 Quay</Street><Street/><City>Oakland</City><State>CA</State>
<PostalCode>94607</PostalCode><Country isoCountryCode="US">United States</Country></PostalAddress>
<Email>dock@b.example</Email><Phone><TelephoneNumber>
<CountryCode isoCountryCode="US">1</CountryCode>
<AreaOrCityCode>510</AreaOrCityCode><Number>5550100</Number></TelephoneNumber></Phone></Address>"""

ITEM = """<ItemOut quantity="{quantity}" lineNumber="{number}" requestedDeliveryDate="{wanted}">
<ItemID><SupplierPartID>P-1</SupplierPartID>
<SupplierPartAuxiliaryID>a,b\\1</SupplierPartAuxiliaryID>
<IdReference domain="EAN-ID" identifier="4006381333931"/></ItemID>
<ItemDetail><UnitPrice><Money currency="{currency}">2.50</Money></UnitPrice>
<Description xml:lang="en"><ShortName>Pen</ShortName>Blue pen</Description>
<UnitOfMeasure>ea</UnitOfMeasure>{basis}<Classification domain="UNSPSC">44121704</Classification>
<Extrinsic name="Cost Center">CC-9</Extrinsic></ItemDetail>{more}</ItemOut>"""

DISTRIBUTION = """<Distribution><Accounting name="DistributionCharge">
<AccountingSegment id="CC-1"><Name xml:lang="en">Cost-Center</Name><Description/>
</AccountingSegment>
<AccountingSegment id="60"><Name xml:lang="en">Percentage</Name><Description/></AccountingSegment>
<AccountingSegment id="EU"><Name xml:lang="en">Region</Name><Description/></AccountingSegment>
</Accounting><Charge><Money currency="EUR">15.00</Money></Charge></Distribution>
<Distribution><Accounting name="Lab"><Segment type="G/L Account" id="6100" description="x"/>
</Accounting><Charge><Money currency="EUR">10.00</Money></Charge></Distribution>"""


def item(**given: str) -> str:
    wanted = {
        "quantity": "10",
        "number": "00010",
        "wanted": "2026-03-06T00:00:00-0800",
        "currency": "EUR",
        "basis": "",
        "more": "",
    }
    return ITEM.format(**(wanted | given))


def order(
    request_of: Request, *items: str, head: str = "", total: str = "25.00", inner: str = ""
) -> str:
    return request_of(
        f'<OrderRequest><OrderRequestHeader orderID=" 0042 " orderDate="2026-03-02T23:30:00-10:47" '
        f'{head}><Total><Money currency="EUR">{total}</Money></Total><ShipTo>{ADDRESS}</ShipTo>'
        f"{inner}</OrderRequestHeader>{''.join(items)}</OrderRequest>",
        by_buyer=True,
    )


def test_an_order(record: Record, request_of: Request) -> None:
    found = record(order(request_of, item()))
    assert not found.problems
    assert (found.number, found.date, found.currency) == ("0042", dt.date(2026, 3, 2), "EUR")
    assert (found.operation, found.type, found.total) == ("new", "standard", Decimal("25.00"))
    assert found.buyer.ids == {"network_id": "AN-BUYER"}
    assert found.supplier.ids == {"duns": "987654321"}
    [line] = found.lines
    assert (line.number, line.quantity, line.uom) == ("00010", Decimal(10), "EA")
    assert (line.unit_price, line.requested_date) == (Decimal("2.50"), dt.date(2026, 3, 6))
    assert line.item.description == "Blue pen"
    assert line.item.supplier_part_aux == "a,b\\1"
    assert line.item.gtin == "4006381333931"
    assert line.item.classifications == {"UNSPSC": "44121704"}


def test_a_party(record: Record, request_of: Request) -> None:
    party = record(order(request_of, item())).ship_to
    assert (party.name, party.ids) == ("Dock 7", {"address_id": "D-7"})
    assert (party.email, party.phone) == ("dock@b.example", "+1 510 5550100")
    assert (party.address.deliver_to, party.address.street) == (("Ann",), ("1 Quay",))
    assert (party.address.region, party.address.country) == ("CA", "US")


@pytest.mark.parametrize(
    ("head", "operation", "kind"),
    [
        ('type="update" orderVersion="2"', "change", "standard"),
        ('type="delete"', "cancel", "standard"),
        ('orderType="blanket"', "new", "blanket"),
        ('orderType="release"', "new", "release"),
        ('orderType="stockTransport"', "new", "other"),
    ],
)
def test_operations_and_types(
    record: Record, request_of: Request, head: str, operation: str, kind: str
) -> None:
    found = record(order(request_of, item(), head=head))
    assert (found.operation, found.type) == (operation, kind)
    assert not found.incomplete


def test_both_forms_of_accounting(record: Record, request_of: Request) -> None:
    [line] = record(order(request_of, item(more=DISTRIBUTION))).lines
    [first, second] = line.accounting
    assert (first.cost_center, first.percent, first.amount) == (
        "CC-1",
        Decimal(60),
        Decimal("15.00"),
    )
    assert first.segments == {"Region": "EU"}
    assert (second.gl_account, second.segments) == ("6100", {"Accounting": "Lab"})


def test_extrinsics_tell_who_pays_where_no_distribution_does(
    record: Record, request_of: Request
) -> None:
    extrinsics = '<Extrinsic name="GL Code">61</Extrinsic><Extrinsic name="Other">x</Extrinsic>'
    found = record(order(request_of, item(), inner=extrinsics))
    assert [one.gl_account for one in found.accounting] == ["61"]
    assert [one.cost_center for one in found.lines[0].accounting] == ["CC-9"]
    assert found.fields == {"GL Code": "61", "Other": "x"}


def test_terms(record: Record, request_of: Request) -> None:
    inner = (
        '<PaymentTerm payInNumberOfDays="30"/>'
        '<PaymentTerm payInNumberOfDays="10">'
        '<Discount><DiscountPercent percent="2"/></Discount></PaymentTerm>'
        '<PaymentTerm payInNumberOfDays="60">'
        '<Discount><DiscountPercent percent="0"/></Discount></PaymentTerm>'
    )
    [net, discount, zero] = record(order(request_of, item(), inner=inner)).terms
    assert (net.net_days, net.discount_days) == (30, None)
    assert (discount.discount_percent, discount.discount_days) == (Decimal(2), 10)
    assert (discount.net_days, zero.net_days, zero.discount_percent) == (None, 60, None)


def test_price_basis_counts_in_the_total(record: Record, request_of: Request) -> None:
    basis = (
        '<PriceBasisQuantity quantity="100" conversionFactor="1">'
        "<UnitOfMeasure>EA</UnitOfMeasure></PriceBasisQuantity>"
    )
    found = record(order(request_of, item(basis=basis), total="0.25"))
    assert found.lines[0].price_basis.quantity == Decimal(100)
    assert not found.problems


@pytest.mark.parametrize(
    ("given", "code", "severity"),
    [
        ({"quantity": "-5"}, "cxml.negative_quantity", "error"),
        ({"quantity": "0"}, "cxml.zero_quantity", "warning"),
        ({"quantity": "0x10"}, "value.not_number", "error"),
        ({"quantity": "1e3"}, "value.not_number", "error"),
        ({"quantity": "NaN"}, "value.not_number", "error"),
        ({"quantity": "9" * 400}, "value.not_number", "error"),
        ({"quantity": ""}, "value.missing", "error"),
        ({"wanted": "soon"}, "value.not_date", "warning"),
        ({"currency": "USD"}, "cxml.mixed_currency", "warning"),
        ({"quantity": "11"}, "cxml.total", "warning"),
    ],
)
def test_what_cannot_be_meant(
    record: Record, request_of: Request, given: dict[str, str], code: str, severity: str
) -> None:
    found = record(order(request_of, item(**given)))
    [problem] = [one for one in found.problems if one.code == code]
    assert problem.severity == severity
    assert problem.at
    assert found.incomplete is (severity == "error")


def test_a_bogus_currency_makes_it_incomplete(record: Record, request_of: Request) -> None:
    found = record(order(request_of, item()).replace('"EUR"', '"EURO"'))
    assert found.incomplete
    assert {problem.code for problem in found.problems} == {"value.not_currency"}


def test_shared_secrets_are_nowhere(mapped: Callable[[str], Any], request_of: Request) -> None:
    data = order(request_of, item()).replace(
        "</Credential></Sender>", "<SharedSecret>hush-hush</SharedSecret></Credential></Sender>"
    )
    found = mapped(data)
    assert "hush-hush" not in repr(found.record)
    assert "hush-hush" not in repr(found.trace())
