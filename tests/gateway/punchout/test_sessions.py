"""A session from its start to its order, by the rules of cXML and OCI."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit
from zlib import crc32

import msgspec
import pytest
from msgspec.structs import replace

from gateway.punchout.ordering import OrderError, create_order, send_again
from gateway.punchout.posting import Reply
from gateway.punchout.returning import expire_overdue, take_back
from gateway.punchout.settings import Place
from gateway.punchout.shop import Leaving
from gateway.punchout.starting import StartError, return_address
from gateway.store import punchout
from gateway.store.punchout import PunchoutSession
from mappers.canonical import Cart, Party

DAY = 86_400
FORM = "application/x-www-form-urlencoded"


def posted(pair: Any, leaving: Leaving, content_type: str | None = FORM) -> Any:
    """What the buyer makes of the form that the browser posts."""
    secret = urlsplit(leaving.address).path.rpartition("/")[2]
    return take_back(pair.buyer.desk, secret, urlencode(leaving.fields).encode(), content_type)


def body_posted(pair: Any, session: PunchoutSession, body: bytes, kind: str | None = FORM) -> Any:
    address = return_address(pair.buyer.desk, session.landing)
    return take_back(pair.buyer.desk, address.rpartition("/")[2], body, kind)


def now(pair: Any, session: PunchoutSession) -> PunchoutSession:
    with pair.buyer.store.read() as connection:
        found = punchout.one(connection, session.id)
    assert found
    return found


def cart_of(session: PunchoutSession) -> Cart:
    assert session.cart
    return msgspec.json.decode(session.cart, type=Cart)


def message(session: PunchoutSession, lines: str = "", **said: str) -> bytes:
    """A cart as a shop writes it by hand."""
    allowed = said.get("allowed", "edit")
    cookie = said.get("cookie", session.cookie)
    return (
        '<?xml version="1.0"?><cXML payloadID="1@shop" timestamp="2026-03-02T09:00:00+00:00">'
        "<Header><From><Credential domain='DUNS'><Identity>1</Identity></Credential></From>"
        "<To><Credential domain='DUNS'><Identity>2</Identity></Credential></To><Sender>"
        "<Credential domain='DUNS'><Identity>1</Identity></Credential><UserAgent>s</UserAgent>"
        f"</Sender></Header><Message>{said.get('status', '')}<PunchOutOrderMessage>"
        f"<BuyerCookie>{cookie}</BuyerCookie><PunchOutOrderMessageHeader"
        f' operationAllowed="{allowed}"><Total><Money currency="USD">{said.get("total", "3.00")}'
        f"</Money></Total></PunchOutOrderMessageHeader>{lines}</PunchOutOrderMessage></Message>"
        "</cXML>"
    ).encode()


LINE = (
    '<ItemIn quantity="2"><ItemID><SupplierPartID>A-1</SupplierPartID></ItemID><ItemDetail>'
    '<UnitPrice><Money currency="USD">1.50</Money></UnitPrice><Description xml:lang="en">Tape'
    "</Description><UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemIn>"
)


async def test_from_the_start_to_the_order(pair: Any) -> None:
    session = await pair.start(user={"UserEmail": "ann@tamarack.example"})
    assert (session.state, session.requester) == ("started", "ann@tamarack.example")
    landed = posted(pair, pair.shopped(session, MF_CH_810="6", MF_PN_BK="500"))
    assert (landed.outcome, landed.session.state) == ("kept", "returned")
    cart = cart_of(landed.session)
    assert [line.item.supplier_part for line in cart.lines if line.item] == [
        "MF-CH-810",
        "MF-PN-BK",
    ]
    assert str(cart.total) == "1194.00"
    ordered = create_order(pair.buyer.desk, session.id, "PO-7", "ann")
    assert (ordered.state, ordered.sending) == ("ordered", "waiting")
    pair.buyer.read_everything()
    pair.supplier.read_everything()
    pair.buyer.read_everything()
    assert now(pair, session).sending == "confirmed"
    at_the_supplier = pair.supplier.rows("SELECT number FROM record WHERE kind='purchase_order'")
    here = pair.buyer.rows("SELECT number, kind FROM record ORDER BY kind")
    assert at_the_supplier == [("PO-7",)]
    assert ("PO-7", "purchase_order") in here
    assert ("C-PO-7", "order_response") in here
    told = pair.buyer.told()
    for one in ("punchout.session_started", "punchout.cart_returned", "punchout.cart_ordered"):
        assert told.count(one) == 1
    assert told.count("order.sent") == 1
    assert "order.acknowledged" in told


@pytest.mark.parametrize("field", ["cxml-base64", "cxml-urlencoded"])
async def test_both_fields_bring_the_same_cart(pair: Any, field: str) -> None:
    profile = (pair.supplier.folder / "partners" / "tamarack.toml").read_text()
    pair.supplier.agree("tamarack", profile + f'cart_field = "{field}"\n')
    session = await pair.start()
    leaving = pair.shopped(session, MF_CLIP="1000")
    assert leaving.fields[0][0] == field
    cart = cart_of(posted(pair, leaving).session)
    assert cart.lines[0].item
    assert cart.lines[0].item.description == "Paper clip <small> & bright"
    assert str(cart.lines[0].unit_price) == "0.0045"


async def test_no_secret_travels_through_the_browser(pair: Any) -> None:
    session = await pair.start()
    leaving = pair.shopped(session, MF_PN_BK="100")
    document = base64.b64decode(leaving.fields[0][1])
    assert b"SharedSecret" not in document
    assert b"what the" not in document


async def test_the_secret_goes_out_and_is_kept_nowhere(pair: Any) -> None:
    session = await pair.start()
    posted(pair, pair.shopped(session, MF_PN_BK="100"))
    create_order(pair.buyer.desk, session.id, "PO-8", "ann")
    pair.buyer.work_off()
    wire = [body for _address, body in pair.buyer.posted]
    assert all(b"<SharedSecret>what the buyer proves itself with<" in body for body in wire)
    for side in (pair.buyer, pair.supplier):
        for (sha256,) in side.rows("SELECT sha256 FROM blob"):
            with side.archive.open(sha256) as source:
                assert b"what the buyer proves" not in source.read()


# What a supplier may answer.


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([Reply(verdict="refused", text="status 401: who are you", code=401)], "failed"),
        ([Reply(verdict="again", text="HTTP 503")] * 2, "failed"),
        ([Reply(verdict="done", text="OK", start_url="https://evil.example/")], "failed"),
        ([Reply(verdict="done", text="OK", start_url="javascript:alert(1)")], "failed"),
        ([Reply(verdict="done", text="OK")], "failed"),
        ([Reply(verdict="again", text="HTTP 503")], "started"),
    ],
)
async def test_a_shop_that_does_not_open(pair: Any, answers: list[Reply], state: str) -> None:
    pair.buyer.answers = list(answers)
    session = await pair.start()
    assert session.state == state
    assert bool(session.reason) == (state == "failed")
    kinds = {"failed": "punchout.session_failed", "started": "punchout.session_started"}
    assert pair.buyer.told()[-1] == kinds[state]


async def test_the_second_try_is_the_same_document(pair: Any) -> None:
    pair.buyer.answers = [Reply(verdict="again", text="HTTP 503")]
    await pair.start()
    (_, first), (_, second) = pair.buyer.posted
    assert first == second


@pytest.mark.parametrize(
    "said",
    [
        {"supplier": "nobody"},
        {"supplier": "../buyer/partners/marlowe-finch"},
        {"operation": "edit"},
        {"operation": "edit", "session": 77},
        {"operation": "inspect", "session": 77},
        {"supplier": "pinecrest", "operation": "edit", "session": 1},
    ],
)
async def test_what_cannot_be_started_says_so(pair: Any, said: dict[str, Any]) -> None:
    with pytest.raises(StartError):
        await pair.start(**said)


# The cart comes back.


async def test_the_same_cart_again_changes_nothing(pair: Any) -> None:
    session = await pair.start()
    leaving = pair.shopped(session, MF_CH_810="1")
    first, second = posted(pair, leaving), posted(pair, leaving)
    assert (first.outcome, second.outcome) == ("kept", "repeated")
    assert second.session.landing == first.session.landing
    assert pair.buyer.rows("SELECT count(*) FROM document") == [(1,)]


async def test_another_cart_to_a_used_address_is_refused_and_told(pair: Any) -> None:
    session = await pair.start()
    body_posted(pair, session, message(session, LINE), "text/xml")
    again = body_posted(pair, session, message(session, LINE + LINE), "text/xml")
    assert (again.outcome, again.status) == ("refused", 409)
    assert len(cart_of(now(pair, session)).lines) == 1
    assert pair.buyer.told()[-1] == "punchout.cart_rejected"


async def test_of_two_carts_at_the_same_time_one_is_taken_and_leaves_a_trace(pair: Any) -> None:
    session = await pair.start()
    bodies = [message(session, LINE * (1 + number)) for number in range(6)]

    def post(body: bytes) -> str:
        return str(body_posted(pair, session, body, "text/xml").outcome)

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(post, bodies))
    assert outcomes == ["kept"] + ["refused"] * 5
    assert pair.buyer.rows("SELECT count(*) FROM document") == [(1,)]


async def test_a_forged_cookie_is_refused_and_leaves_the_session_open(pair: Any) -> None:
    session = await pair.start()
    forged = message(session, LINE, cookie="another user's")
    landed = body_posted(pair, session, forged, "text/xml")
    assert (landed.outcome, landed.status) == ("refused", 403)
    assert now(pair, session).state == "started"
    assert body_posted(pair, session, message(session, LINE), "text/xml").outcome == "kept"


async def test_an_address_that_nobody_gave_out_is_nobodys(pair: Any) -> None:
    session = await pair.start()
    assert take_back(pair.buyer.desk, session.landing, message(session, LINE), "text/xml") is None
    assert take_back(pair.buyer.desk, "x" * 64, message(session, LINE), "text/xml") is None


async def test_a_late_cart_is_refused_and_the_session_expires(pair: Any, clock: Any) -> None:
    session = await pair.start()
    clock.pass_seconds(9 * 3600)
    landed = body_posted(pair, session, message(session, LINE), "text/xml")
    assert (landed.outcome, landed.status) == ("refused", 410)
    assert now(pair, session).state == "expired"
    assert body_posted(pair, session, message(session, LINE), "text/xml").status == 410


async def test_sessions_expire_by_themselves(pair: Any, clock: Any) -> None:
    session = await pair.start()
    assert expire_overdue(pair.buyer.desk) == 0
    clock.pass_seconds(9 * 3600)
    assert expire_overdue(pair.buyer.desk) == 1
    assert now(pair, session).state == "expired"
    assert pair.buyer.told()[-1] == "punchout.session_expired"
    assert expire_overdue(pair.buyer.desk) == 0


XXE = b'<!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("kind", ["text/xml", FORM])
async def test_a_cart_that_reaches_for_a_file_is_refused(pair: Any, kind: str) -> None:
    session = await pair.start()
    evil = XXE + message(session, LINE).replace(b"Tape", b"&x;").partition(b"?>")[2]
    body = evil if kind == "text/xml" else urlencode({"cxml-urlencoded": evil}).encode()
    landed = body_posted(pair, session, body, kind)
    assert (landed.outcome, landed.status) == ("refused", 422)
    assert now(pair, session).state == "started"
    assert pair.buyer.rows("SELECT count(*) FROM document") == [(0,)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"cxml-base64=%%%",
        b"cxml-urlencoded=hello",
        b"name=value",
        b"NEW_ITEM-DESCRIPTION[1]=Tape&NEW_ITEM-QUANTITY[1]=1",
        b"<cXML><Response><Status code='200' text='OK'/></Response></cXML>",
        b"\x00\xff" * 50,
    ],
)
async def test_what_is_no_cart_of_this_session_is_refused(pair: Any, body: bytes) -> None:
    session = await pair.start()
    landed = body_posted(pair, session, body)
    assert (landed.outcome, landed.status) == ("refused", 422)
    assert now(pair, session).state == "started"


async def test_a_secret_in_a_cart_is_masked_before_it_is_kept(pair: Any) -> None:
    session = await pair.start()
    leaky = message(session, LINE).replace(
        b"<UserAgent>", b"<SharedSecret>leaked</SharedSecret><UserAgent>", 1
    )
    leaky = leaky.replace(
        b"<Credential domain='DUNS'><Identity>1</Identity></Credential><SharedSecret>leaked"
        b"</SharedSecret>",
        b"<Credential domain='DUNS'><Identity>1</Identity><SharedSecret>leaked</SharedSecret>"
        b"</Credential>",
    )
    body = urlencode({"cxml-base64": base64.b64encode(leaky)}).encode()
    assert body_posted(pair, session, body).outcome == "kept"
    ((sha256,),) = pair.buyer.rows("SELECT sha256 FROM document")
    with pair.buyer.archive.open(sha256) as source:
        kept = source.read()
    assert b"leaked" not in kept
    assert b"A-1" in kept


# Create, edit, inspect.


async def test_an_empty_cart_is_cancelled(pair: Any) -> None:
    session = await pair.start()
    landed = body_posted(pair, session, message(session, total="0"), "text/xml")
    assert (landed.session.state, landed.session.reason) == ("cancelled", "nothing was chosen")


async def returned(pair: Any, **said: str) -> PunchoutSession:
    session = await pair.start()
    landed = body_posted(pair, session, message(session, LINE, **said), "text/xml")
    assert landed.session.state == "returned"
    found: PunchoutSession = landed.session
    return found


async def test_an_edited_cart_replaces_the_one_before(pair: Any) -> None:
    first = await returned(pair)
    second = await pair.start(operation="edit", session=first.id)
    assert b'<ItemOut quantity="2" lineNumber="1">' in pair.buyer.posted[-1][1]
    body_posted(pair, second, message(second, LINE + LINE), "text/xml")
    assert now(pair, first).state == "cancelled"
    assert now(pair, second).state == "returned"
    assert len(cart_of(now(pair, second)).lines) == 2


async def test_a_cart_that_was_edited_empty_is_removed(pair: Any) -> None:
    first = await returned(pair)
    second = await pair.start(operation="edit", session=first.id)
    body_posted(pair, second, message(second, total="0"), "text/xml")
    assert [now(pair, one).state for one in (first, second)] == ["cancelled", "cancelled"]


async def test_an_edit_with_status_204_changes_nothing(pair: Any) -> None:
    first = await returned(pair)
    second = await pair.start(operation="edit", session=first.id)
    status = '<Status code="204" text="No Content"/>'
    body_posted(pair, second, message(second, status=status), "text/xml")
    assert [now(pair, one).state for one in (first, second)] == ["returned", "cancelled"]


async def test_looking_at_a_cart_ignores_its_lines(pair: Any) -> None:
    first = await returned(pair)
    second = await pair.start(operation="inspect", session=first.id)
    body_posted(pair, second, message(second, LINE + LINE), "text/xml")
    assert [now(pair, one).state for one in (first, second)] == ["returned", "cancelled"]


async def test_a_cart_that_may_not_be_edited_is_not(pair: Any) -> None:
    first = await returned(pair, allowed="create")
    with pytest.raises(StartError, match="operationAllowed=create"):
        await pair.start(operation="edit", session=first.id)


# OCI.


async def test_an_oci_cart_comes_back_by_its_address_alone(pair: Any) -> None:
    session = await pair.start(supplier="pinecrest")
    assert (session.state, session.start_url, pair.buyer.posted) == ("started", None, [])
    fields = {
        "NEW_ITEM-DESCRIPTION[1]": "Hammer",
        "NEW_ITEM-QUANTITY[1]": "2.000",
        "NEW_ITEM-UNIT[1]": "EA",
        "NEW_ITEM-PRICE[1]": "19.900",
        "NEW_ITEM-CURRENCY[1]": "USD",
        "NEW_ITEM-VENDORMAT[1]": "HM-1",
    }
    landed = body_posted(pair, session, urlencode(fields).encode())
    assert landed.session.state == "returned"
    assert [str(line.quantity) for line in cart_of(landed.session).lines] == ["2.000"]


@pytest.mark.parametrize("body", [b"", b"~OkCode=ADDI&~TARGET=_top"])
async def test_an_empty_post_cancels_an_oci_session(pair: Any, body: bytes) -> None:
    session = await pair.start(supplier="pinecrest")
    assert body_posted(pair, session, body).session.state == "cancelled"


async def test_an_oci_cart_in_latin_1_is_read(pair: Any) -> None:
    session = await pair.start(supplier="pinecrest")
    body = (
        b"NEW_ITEM-DESCRIPTION%5B1%5D=Fl%FCgelmutter&NEW_ITEM-QUANTITY%5B1%5D=1&"
        b"NEW_ITEM-PRICE%5B1%5D=1.000&NEW_ITEM-UNIT%5B1%5D=EA&NEW_ITEM-CURRENCY%5B1%5D=EUR"
    )
    item = cart_of(body_posted(pair, session, body).session).lines[0].item
    assert item
    assert item.description == "Flügelmutter"


# The order.


async def test_an_order_is_created_once(pair: Any) -> None:
    session = await returned(pair)
    first = create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    again = create_order(pair.buyer.desk, session.id, " PO-1 ", "ann")
    assert first.order_payload_id == again.order_payload_id
    with pytest.raises(OrderError):
        create_order(pair.buyer.desk, session.id, "PO-2", "ann")
    pair.buyer.work_off()
    assert len([one for one in pair.buyer.posted if b"<OrderRequest>" in one[1]]) == 1


async def test_two_orders_never_have_one_number(pair: Any) -> None:
    first, second = await returned(pair), await returned(pair)
    create_order(pair.buyer.desk, first.id, "PO-1", "ann")
    with pytest.raises(OrderError, match="PO-1"):
        create_order(pair.buyer.desk, second.id, "PO-1", "ann")


async def test_prices_that_no_longer_hold_are_not_ordered(pair: Any, clock: Any) -> None:
    session = await returned(pair)
    clock.pass_seconds(7 * DAY - 1)
    assert not pair.buyer.desk.is_over(session.hold_until)
    clock.pass_seconds(2)
    with pytest.raises(OrderError, match="no longer hold"):
        create_order(pair.buyer.desk, session.id, "PO-1", "ann")


@pytest.mark.parametrize("number", ["", " ", "x" * 65, "PO\x07"])
async def test_an_order_has_a_decent_number(pair: Any, number: str) -> None:
    session = await returned(pair)
    with pytest.raises(OrderError):
        create_order(pair.buyer.desk, session.id, number, "ann")


async def test_what_is_not_here_is_not_ordered(pair: Any) -> None:
    session = await pair.start()
    with pytest.raises(OrderError):
        create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    with pytest.raises(OrderError):
        create_order(pair.buyer.desk, 99, "PO-1", "ann")


async def test_a_cart_that_was_not_read_whole_is_not_ordered(pair: Any) -> None:
    session = await pair.start()
    torn = LINE.replace('quantity="2"', 'quantity="two"')
    body_posted(pair, session, message(session, torn), "text/xml")
    with pytest.raises(OrderError, match="read whole"):
        create_order(pair.buyer.desk, session.id, "PO-1", "ann")


async def test_an_order_is_tried_again_under_its_payload_id(pair: Any, clock: Any) -> None:
    session = await returned(pair)
    pair.buyer.answers = [Reply(verdict="again", text="HTTP 503")]
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    assert now(pair, session).sending == "waiting"
    clock.pass_seconds(5)
    pair.buyer.work_off()
    assert now(pair, session).sending == "accepted"
    first, second = [body for _, body in pair.buyer.posted if b"<OrderRequest>" in body]
    assert first == second


async def test_an_order_that_is_refused_can_be_sent_again(pair: Any) -> None:
    session = await returned(pair)
    pair.buyer.answers = [Reply(verdict="refused", text="status 417: no such part")]
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    found = now(pair, session)
    assert (found.sending, found.sending_note) == ("refused", "status 417: no such part")
    assert pair.buyer.told()[-1] == "order.not_sent"
    assert send_again(pair.buyer.desk, session.id)
    assert not send_again(pair.buyer.desk, session.id)
    pair.buyer.work_off()
    assert now(pair, session).sending == "accepted"


async def test_an_order_that_is_never_answered_fails_and_says_so(pair: Any, clock: Any) -> None:
    session = await returned(pair)
    pair.buyer.answers = [Reply(verdict="again", text="HTTP 503")] * 20
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    for _ in range(10):
        pair.buyer.work_off()
        clock.pass_seconds(700)
    assert now(pair, session).sending == "failed"
    assert pair.buyer.told().count("order.not_sent") == 1


async def test_without_an_address_the_order_lies_in_the_folder(pair: Any) -> None:
    session = await returned(pair)
    profile = (pair.buyer.folder / "partners" / "marlowe-finch.toml").read_text()
    lines = [one for one in profile.splitlines() if not one.startswith("order_url")]
    pair.buyer.agree("marlowe-finch", "\n".join(lines))
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    assert now(pair, session).sending == "dropped"
    written = pair.buyer.folder / "inbox" / "marlowe-finch" / "out" / f"order-{session.id}.xml"
    assert b'orderID="PO-1"' in written.read_bytes()
    assert b"SharedSecret" not in written.read_bytes()


async def test_a_test_session_becomes_a_test_order(pair: Any) -> None:
    session = await pair.start(test=True)
    body_posted(pair, session, message(session, LINE), "text/xml")
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    assert all(b'deploymentMode="test"' in body for _, body in pair.buyer.posted)
    pair.supplier.read_everything()
    assert pair.supplier.rows("SELECT test FROM record WHERE kind='purchase_order'") == [(1,)]


async def test_an_order_goes_where_the_session_or_the_settings_say(pair: Any) -> None:
    place = Place(name="Tamarack, dock 4", street="11 Ridge Road", city="Bend", country="US")
    settings = replace(pair.buyer.desk.settings, ship_to=place, buyer_name="Tamarack Outfitters")
    pair.buyer.desk = replace(pair.buyer.desk, settings=settings)
    session = await returned(pair)
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    setup, order = (body for _, body in pair.buyer.posted)
    for body in (setup, order):
        assert b"<ShipTo>" in body
        assert b"Tamarack, dock 4" in body
    assert b"Tamarack Outfitters" in order
    await pair.start(ship_to=Party(name="Another place"))
    assert b"Another place" in pair.buyer.posted[-1][1]


# What the supplier says of the order later.


def answered(pair: Any, payload: str, sender: str = "080155329") -> int:
    identifier = f"{crc32(payload.encode())}@shop"
    body = (
        f'<cXML payloadID="{identifier}" timestamp="2026-03-03T09:00:00+00:00"><Header>'
        f"<From><Credential domain='DUNS'><Identity>{sender}</Identity></Credential></From><To>"
        "<Credential domain='DUNS'><Identity>079482615</Identity></Credential></To><Sender>"
        f"<Credential domain='DUNS'><Identity>{sender}</Identity><SharedSecret>what the supplier "
        "does</SharedSecret></Credential><UserAgent>s</UserAgent></Sender></Header><Request>"
        f"{payload}</Request></cXML>"
    )
    return int(pair.buyer.take(body.encode()).body.partition(b'code="')[2][:3])


def confirmation(kind: str, number: str = "PO-1") -> str:
    return (
        f'<ConfirmationRequest><ConfirmationHeader confirmID="C-1" type="{kind}" '
        f'noticeDate="2026-03-03T09:00:00+00:00"/><OrderReference orderID="{number}">'
        '<DocumentReference payloadID=""/></OrderReference></ConfirmationRequest>'
    )


@pytest.mark.parametrize(
    ("kind", "state"), [("accept", "confirmed"), ("reject", "refused"), ("except", "changed")]
)
async def test_a_confirmation_is_shown_beside_its_order(pair: Any, kind: str, state: str) -> None:
    session = await returned(pair)
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    assert answered(pair, confirmation(kind, "PO-2")) == 200
    assert now(pair, session).sending == "accepted"
    assert answered(pair, confirmation(kind)) == 200
    assert now(pair, session).sending == state


async def test_a_late_refusal_is_shown_beside_its_order(pair: Any) -> None:
    session = await returned(pair)
    ordered = create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    update = (
        f'<StatusUpdateRequest><DocumentReference payloadID="{ordered.order_payload_id}"/>'
        '<Status code="200" text="OK"/><DocumentStatus type="rejected">'
        '<Comments xml:lang="en">Out of chairs</Comments></DocumentStatus></StatusUpdateRequest>'
    )
    assert answered(pair, update) == 200
    found = now(pair, session)
    assert (found.sending, "Out of chairs" in (found.sending_note or "")) == ("refused", True)


async def test_another_supplier_says_nothing_of_it(pair: Any) -> None:
    session = await returned(pair)
    create_order(pair.buyer.desk, session.id, "PO-1", "ann")
    pair.buyer.work_off()
    profile = (pair.buyer.folder / "partners" / "marlowe-finch.toml").read_text()
    pair.buyer.agree("other", profile.replace("080155329", "777777777"))
    assert answered(pair, confirmation("reject"), "777777777") == 200
    assert now(pair, session).sending == "accepted"


async def test_refusals_are_told_a_bounded_number_of_times(pair: Any) -> None:
    session = await pair.start()
    for number in range(60):
        body_posted(pair, session, f"nonsense={number}".encode())
    assert pair.buyer.told().count("punchout.cart_rejected") < 50
