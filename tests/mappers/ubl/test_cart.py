"""The cart of a Peppol punch-out."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

CART = """<Catalogue xmlns="urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
<b:CustomizationID>urn:fdc:peppol.eu:poacc:trns:{name}:3</b:CustomizationID>
<b:ID>C-1</b:ID><a:ReferencedContract><b:ID>F-9</b:ID></a:ReferencedContract>
<a:ProviderParty><b:EndpointID schemeID="0088">4000001000005</b:EndpointID>
<a:PartyLegalEntity><b:RegistrationName>Hof</b:RegistrationName></a:PartyLegalEntity></a:ProviderParty>
<a:ReceiverParty><a:Contact><b:ID>cookie-7</b:ID></a:Contact></a:ReceiverParty>
<a:CatalogueLine><b:ID>1</b:ID><a:RequiredItemLocationQuantity>
<b:LeadTimeMeasure unitCode="DAY">3</b:LeadTimeMeasure>
<a:Price><b:PriceAmount currencyID="EUR">24.00</b:PriceAmount>
<b:BaseQuantity unitCode="C62">12</b:BaseQuantity></a:Price>
<a:DeliveryUnit><b:BatchQuantity unitCode="C62">360</b:BatchQuantity></a:DeliveryUnit>
</a:RequiredItemLocationQuantity><a:Item><b:Name>Crate</b:Name>
<a:SellersItemIdentification><b:ID>S-1</b:ID></a:SellersItemIdentification></a:Item>
</a:CatalogueLine></Catalogue>"""


def test_a_punch_out_is_a_cart(mapped: Callable[[str], Any]) -> None:
    found = mapped(CART.format(name="punch_out")).record
    assert (found.buyer_cookie, found.currency, found.supplier.name) == ("cookie-7", "EUR", "Hof")
    [line] = found.lines
    assert (line.quantity, line.uom, line.unit_price) == (Decimal(360), "C62", Decimal("24.00"))
    assert (line.price_basis.quantity, line.lead_time_days) == (Decimal(12), 3)
    assert line.item.supplier_part == "S-1"
    assert found.fields["contract"] == "F-9"
