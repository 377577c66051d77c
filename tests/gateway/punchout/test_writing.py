"""What we send is valid by the document types, and carries what belongs into it."""

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from gateway.punchout import writing
from gateway.punchout.trading import Partner
from mappers.canonical import Cart, CartLine, Item, OrderLine, PurchaseOrder, Session
from mappers.profile import Credential, Identifiers, Profile
from mappers.writing import Outgoing, UnwritableError

DTDS = os.environ.get("DOCKMATCH_CXML_DTD")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARTNER = Partner(
    name="osprey",
    profile=Profile(
        identifiers=Identifiers(cxml=(Credential(domain="DUNS", identity="111111111"),)),
        ours=Identifiers(cxml=(Credential(domain="NetworkID", identity="AN01"),)),
    ),
)
ITEM = Item(supplier_part="A-1", supplier_part_aux="k, \\1", description="Tape & <glue>")
LINE = OrderLine(number="1", item=ITEM, quantity=Decimal(2), uom="EA", unit_price=Decimal("1.50"))


def envelope() -> Outgoing:
    return writing.outgoing(PARTNER, writing.new_payload_id(NOW), NOW, test=False)


def cart(*lines: CartLine) -> Cart:
    return Cart(buyer_cookie="c", operation="edit", currency="USD", total=Decimal(3), lines=lines)


def documents() -> dict[str, bytes]:
    session = Session(operation="edit", buyer_cookie="c", return_url="https://buy.example/back")
    order = PurchaseOrder(
        number="PO-1", date=NOW.date(), currency="USD", lines=(LINE,), total=Decimal(3)
    )
    line = CartLine(
        number="1", item=ITEM, quantity=Decimal(2), uom="EA", unit_price=Decimal("1.50")
    )
    return {
        "setup": writing.setup_request(session, [LINE], "USD", envelope()),
        "order": writing.with_secret(writing.written_order(order, envelope()), "s<e&cret"),
        "cart": writing.written_cart(cart(line), envelope()),
        "no change": writing.written_cart(cart(), envelope(), 204),
        "start": writing.start_response("https://shop.example/start", "1@x", NOW),
        "status": writing.status_response(409, "because", "1@x", NOW),
        "profile": writing.profile_response(["OrderRequest"], "https://x.example", NOW, "1@x", NOW),
    }


@pytest.mark.skipif(not DTDS, reason="DOCKMATCH_CXML_DTD names no folder of cXML 1.2.069 DTDs")
@pytest.mark.parametrize("name", documents())
def test_it_is_valid_by_its_document_type(name: str) -> None:
    dtd = etree.DTD(str(Path(str(DTDS)) / "cXML.dtd"))
    assert dtd.validate(etree.fromstring(documents()[name])), dtd.error_log


def test_the_secret_stands_in_sender_and_nowhere_else() -> None:
    root = etree.fromstring(documents()["order"])
    assert [one.text for one in root.iter("SharedSecret")] == ["s<e&cret"]
    assert root.findtext("Header/Sender/Credential/SharedSecret") == "s<e&cret"


def test_what_is_edited_goes_along_with_the_suppliers_own_key() -> None:
    root = etree.fromstring(documents()["setup"])
    path = "Request/PunchOutSetupRequest/ItemOut/ItemID/SupplierPartAuxiliaryID"
    assert root.findtext(path) == "k, \\1"


def test_payload_ids_are_never_used_twice() -> None:
    assert len({writing.new_payload_id(NOW) for _ in range(1000)}) == 1000


def test_a_partner_without_identities_is_written_to_by_nobody() -> None:
    stranger = Partner(name="osprey", profile=Profile())
    with pytest.raises(UnwritableError, match=r"partners/osprey\.toml"):
        writing.outgoing(stranger, "1@x", NOW, test=False)


def test_a_line_without_a_part_number_cannot_be_edited() -> None:
    with pytest.raises(UnwritableError, match="line 1"):
        writing.setup_request(Session(buyer_cookie="c"), [OrderLine()], "USD", envelope())
