"""POST /cxml without HTTP: who is let in, what counts once, what is stored, and the answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.punchout.endpoint import FROM_BUYERS, FROM_SUPPLIERS, SETUP

OURS, THEIRS = "079482615", "080155329"
EVIL = b'<!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
KEYS = {OURS: "what the buyer proves itself with", THEIRS: "what the supplier does"}


def document(payload: str, sender: str, receiver: str, **said: str) -> bytes:
    """A request of `sender` to `receiver`, with the right secret where no other is given."""
    secret = said.get("secret", KEYS[sender])
    identifier = said.get("payload_id", "1@host")
    payload_id = f' payloadID="{identifier}"' if identifier else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.060/cXML.dtd">'
        f'<cXML{payload_id} timestamp="{said.get("timestamp", "2026-03-02T09:00:00+00:00")}">'
        f'<Header><From><Credential domain="DUNS"><Identity>{said.get("from_", sender)}</Identity>'
        f'</Credential></From><To><Credential domain="DUNS"><Identity>{receiver}</Identity>'
        '</Credential></To><Sender><Credential domain="DUNS">'
        f"<Identity>{sender}</Identity><SharedSecret>{secret}</SharedSecret></Credential>"
        "<UserAgent>x</UserAgent></Sender></Header>"
        f'<Request deploymentMode="{said.get("mode", "production")}">{payload}</Request></cXML>'
    ).encode()


def order(number: str = "PO-1", quantity: str = "2", **said: str) -> str:
    return (
        f'<OrderRequest><OrderRequestHeader orderID="{number}" orderDate="2026-03-02" '
        f'type="{said.get("type", "new")}" orderVersion="{said.get("version", "1")}">'
        '<Total><Money currency="USD">3.00</Money></Total><BillTo><Address><Name xml:lang="en">T'
        f'</Name></Address></BillTo></OrderRequestHeader><ItemOut quantity="{quantity}" '
        'lineNumber="1"><ItemID><SupplierPartID>A-1</SupplierPartID></ItemID><ItemDetail>'
        '<UnitPrice><Money currency="USD">1.50</Money></UnitPrice><Description xml:lang="en">Tape'
        "</Description><UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemOut></OrderRequest>"
    )


def invoice(number: str = "INV-1") -> str:
    return (
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="{number}" '
        'purpose="standard" operation="new" invoiceDate="2026-03-02T09:00:00+00:00">'
        "<InvoiceDetailHeaderIndicator/><InvoiceDetailLineIndicator/>"
        "</InvoiceDetailRequestHeader><InvoiceDetailSummary/></InvoiceDetailRequest>"
    )


def to_shop(payload: str, **said: str) -> bytes:
    return document(payload, OURS, THEIRS, **said)


def to_buyer(payload: str, **said: str) -> bytes:
    return document(payload, THEIRS, OURS, **said)


def status(answer: Any) -> int:
    found = re.search(rb'<Status [^>]*code="(\d+)"', answer.body)
    assert found, answer.body
    return int(found[1])


def stored(side: Any) -> int:
    return int(side.rows("SELECT count(*) FROM document")[0][0])


# Taken, and stored before it is answered.


def test_what_is_taken_is_stored_with_its_receipt_before_the_answer(pair: Any) -> None:
    answer = pair.supplier.take(to_shop(order()))
    assert (answer.status, status(answer)) == (200, 200)
    assert pair.supplier.rows("SELECT name, door, state FROM document") == [
        ("OrderRequest-1@host.xml", "cxml", "received")
    ]
    assert pair.supplier.told() == ["file.received"]


def test_a_test_document_never_becomes_a_real_order(pair: Any) -> None:
    assert status(pair.supplier.take(to_shop(order(), mode="test"))) == 200
    pair.supplier.read_everything()
    assert pair.supplier.rows("SELECT test FROM record") == [(1,)]
    keys = [key for (key,) in pair.supplier.rows("SELECT key FROM touch")]
    assert keys
    assert all(key.endswith("|test") for key in keys)


def test_attachments_come_along(pair: Any) -> None:
    parts = (
        b'--b\r\nContent-Type: text/xml; charset="UTF-8"\r\nContent-ID: <main@x>\r\n\r\n'
        + to_buyer(invoice())
        + b"\r\n--b\r\nContent-Type: application/pdf\r\nContent-ID: <scan@x>\r\n\r\n%PDF-1.7"
        + b"\r\n--b--"
    )
    kind = 'multipart/related; boundary=b; type="text/xml"; start="<main@x>"'
    answer = pair.buyer.take(parts, kind)
    assert status(answer) == 200
    again = pair.buyer.take(parts.replace(b"%PDF-1.7", b"%PDF-1.6"), kind)
    assert status(again) == 409  # another attachment is another document
    pair.buyer.read_everything()
    assert pair.buyer.rows("SELECT kind, number FROM record") == [("invoice", "INV-1")]


def test_the_charset_of_http_wins(pair: Any) -> None:
    text = to_shop(order().replace("Tape", "B\N{LATIN SMALL LETTER U WITH DIAERESIS}gel")).decode()
    answer = pair.supplier.take(text.encode("iso-8859-1"), "text/xml; charset=iso-8859-1")
    assert status(answer) == 200
    pair.supplier.read_everything()
    ((body,),) = pair.supplier.rows("SELECT body FROM record")
    assert "Bügel" in body.decode()


# Refused.


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"secret": "wrong"}, 401),
        ({"secret": ""}, 401),
        ({"from_": THEIRS}, 403),
        ({"payload_id": ""}, 400),
    ],
)
def test_who_may_not_and_what_cannot(pair: Any, said: dict[str, str], code: int) -> None:
    answer = pair.supplier.take(to_shop(order(), **said))
    assert (answer.status, status(answer)) == (200, code)
    assert stored(pair.supplier) == 0
    assert pair.supplier.told() == []


def test_unknown_and_wrong_get_the_same_words(pair: Any) -> None:
    def words(body: bytes) -> bytes:
        found = re.search(rb"<Status.*?</Status>", pair.supplier.take(body).body, re.DOTALL)
        assert found
        return found[0]

    unknown = to_shop(order()).replace(OURS.encode(), b"000000000")
    assert words(unknown) == words(to_shop(order(), secret="wrong"))  # noqa: S106


def test_to_must_be_us(pair: Any) -> None:
    assert status(pair.supplier.take(document(order(), OURS, "000000000"))) == 403


@pytest.mark.parametrize("payload", ["<CatalogUploadRequest/>", "<MasterAgreementRequest/>"])
def test_kinds_that_nobody_takes(pair: Any, payload: str) -> None:
    assert status(pair.supplier.take(to_shop(payload))) == 450


def test_a_supplier_makes_no_orders_and_a_buyer_no_invoices(pair: Any) -> None:
    assert status(pair.buyer.take(to_buyer(order()))) == 403
    assert status(pair.supplier.take(to_shop(invoice()))) == 403
    assert (stored(pair.buyer), stored(pair.supplier)) == (0, 0)


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (b"", 400),
        (b"hello", 400),
        (b"{}", 400),
        (b"<html></html>", 400),
        (b"<cXML>", 200),
        (b"<cXML/>", 200),
        (to_shop(order())[:-20], 200),
        (EVIL + to_shop(order()).partition(b'.dtd">')[2], 200),
        (to_shop(order() + order()), 200),
        (to_shop(order()).replace(b"</Header>", b"</Header><Header/>"), 200),
        (b"\xff\xfe<\x00c\x00X\x00M\x00L\x00", 400),
    ],
)
def test_what_cannot_be_read_is_answered_and_not_kept(pair: Any, body: bytes, http: int) -> None:
    answer = pair.supplier.take(body)
    assert (answer.status, status(answer)) == (http, 406)
    assert stored(pair.supplier) == 0


def test_a_wrong_document_type_declaration_is_never_fetched(pair: Any) -> None:
    odd = to_shop(order()).replace(b"http://xml.cxml.org", b"file:///etc")
    assert status(pair.supplier.take(odd)) == 200


def test_no_secret_is_kept(pair: Any) -> None:
    card = '<Payment><PCard number="4111111111111111" expiration="2027-01-01"/></Payment>'
    paid = order().replace("</BillTo>", f"</BillTo>{card}")
    assert status(pair.supplier.take(to_shop(paid))) == 200
    ((sha256,),) = pair.supplier.rows("SELECT sha256 FROM document")
    with pair.supplier.archive.open(sha256) as source:
        kept = source.read()
    assert KEYS[OURS].encode() not in kept
    assert b"4111111111111111" not in kept
    assert b"************1111" in kept


# Once.


def test_a_repeat_gets_the_very_same_answer(pair: Any, clock: Any) -> None:
    first = pair.supplier.take(to_shop(order()))
    clock.pass_seconds(3600)
    again = pair.supplier.take(to_shop(order()))
    assert again.body == first.body
    assert stored(pair.supplier) == 1


def test_a_repeat_may_be_indented_otherwise(pair: Any) -> None:
    first = pair.supplier.take(to_shop(order()))
    spaced = to_shop(order()).replace(b"><", b">\n  <")
    assert pair.supplier.take(spaced).body == first.body


def test_another_document_under_a_used_payload_id_is_a_conflict(pair: Any) -> None:
    pair.supplier.take(to_shop(order("PO-1"), timestamp="2026-03-02T09:00:00+00:00"))
    answer = pair.supplier.take(to_shop(order("PO-2"), timestamp="2026-03-03T10:00:00+00:00"))
    assert status(answer) == 409
    assert b"2026-03-02T09:00:00+00:00" in answer.body
    assert b"2026-03-03T10:00:00+00:00" in answer.body
    assert stored(pair.supplier) == 1


def test_payload_ids_of_two_partners_have_nothing_to_do_with_each_other(pair: Any) -> None:
    profile = (pair.supplier.folder / "partners" / "tamarack.toml").read_text()
    pair.supplier.agree("other", profile.replace(OURS, "333333333"))
    other = document(order("PO-2"), OURS, THEIRS).replace(OURS.encode(), b"333333333")
    assert status(pair.supplier.take(to_shop(order("PO-1")))) == 200
    assert status(pair.supplier.take(other)) == 200
    assert stored(pair.supplier) == 2


def relaxed(pair: Any) -> None:
    profile = (pair.supplier.folder / "partners" / "tamarack.toml").read_text()
    pair.supplier.agree("tamarack", profile + 'payload_ids = "any"\n')


def test_a_partner_may_be_allowed_to_repeat_payload_ids(pair: Any) -> None:
    relaxed(pair)
    answers = [
        status(pair.supplier.take(to_shop(order(number), payload_id=identifier)))
        for number, identifier in (("PO-1", "x"), ("PO-2", "x"), ("PO-3", ""), ("PO-4", ""))
    ]
    assert answers == [200] * 4
    assert stored(pair.supplier) == 4
    assert status(pair.supplier.take(to_shop(order("PO-2"), payload_id="x"))) == 200
    assert stored(pair.supplier) == 4


@pytest.mark.parametrize("allowed", [False, True])
def test_an_order_counts_once_whatever_its_payload_id(pair: Any, *, allowed: bool) -> None:
    if allowed:
        relaxed(pair)
    pair.supplier.take(to_shop(order()))
    same = pair.supplier.take(to_shop(order(), payload_id="2@host"))
    assert status(same) == 200
    assert b"receipt no. 1" in same.body
    other = pair.supplier.take(to_shop(order(quantity="9"), payload_id="3@host"))
    assert status(other) == 409
    assert stored(pair.supplier) == 1


def test_a_change_of_an_order_is_another_one(pair: Any) -> None:
    pair.supplier.take(to_shop(order()))
    changed = order(quantity="9", type="update", version="2")
    assert status(pair.supplier.take(to_shop(changed, payload_id="2@host"))) == 200
    assert stored(pair.supplier) == 2


def test_a_test_does_not_take_the_number_of_a_real_order(pair: Any) -> None:
    pair.supplier.take(to_shop(order(), mode="test"))
    assert status(pair.supplier.take(to_shop(order(), payload_id="2@host"))) == 200
    assert stored(pair.supplier) == 2


def test_an_invoice_counts_once(pair: Any) -> None:
    assert status(pair.buyer.take(to_buyer(invoice()))) == 200
    again = pair.buyer.take(to_buyer(invoice(), payload_id="2@host"))
    assert b"receipt no. 1" in again.body
    assert stored(pair.buyer) == 1


def test_status_updates_may_repeat_themselves(pair: Any) -> None:
    update = (
        '<StatusUpdateRequest><DocumentReference payloadID="9"/><Status code="200" text="OK"/>'
        "</StatusUpdateRequest>"
    )
    for number in range(3):
        assert status(pair.buyer.take(to_buyer(update, payload_id=str(number)))) == 200
    assert stored(pair.buyer) == 3


def test_of_two_at_the_same_time_one_answers_for_both(pair: Any) -> None:
    body = to_shop(order())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: pair.supplier.take(body), range(24)))
    assert len({one.body for one in answers}) == 1
    assert stored(pair.supplier) == 1


def test_a_crash_between_the_bytes_and_the_answer_loses_nothing(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_given: object) -> int:
        raise OSError(5, "power is gone")

    with monkeypatch.context() as broken:
        broken.setattr("gateway.store.exchanges.keep", crash)
        with pytest.raises(OSError, match="power"):
            pair.supplier.take(to_shop(order()))
    assert (stored(pair.supplier), pair.supplier.told()) == (0, [])
    assert status(pair.supplier.take(to_shop(order()))) == 200
    assert pair.supplier.rows("SELECT state FROM document") == [("received",)]


# The profile, the way HTTP answers, and the shop.


def taken(answer: Any) -> set[str]:
    return {name.decode() for name in re.findall(rb'requestName="(\w+)"', answer.body)}


def test_the_profile_tells_what_is_taken_and_no_more(pair: Any) -> None:
    shop = pair.supplier.take(to_shop("<ProfileRequest/>"))
    assert taken(shop) == FROM_BUYERS | {SETUP}
    assert b"<URL>https://shop.marlowefinch.example/cxml</URL>" in shop.body
    assert taken(pair.buyer.take(to_buyer("<ProfileRequest/>"))) == FROM_SUPPLIERS
    assert stored(pair.supplier) == 0


def test_http_says_what_the_document_says_where_that_is_agreed(pair: Any) -> None:
    profile = (pair.supplier.folder / "partners" / "tamarack.toml").read_text()
    pair.supplier.agree("tamarack", profile + 'http_status = "as_document"\n')
    assert pair.supplier.take(to_shop(order())).status == 200
    assert pair.supplier.take(to_shop(order("PO-2"))).status == 409
    assert pair.supplier.take(to_shop("<CatalogUploadRequest/>")).status == 400


def setup(**said: str) -> str:
    return (
        f'<PunchOutSetupRequest operation="{said.get("operation", "create")}">'
        f"<BuyerCookie>{said.get('cookie', 'c-1')}</BuyerCookie><BrowserFormPost><URL>"
        f"{said.get('back', 'https://buy.tamarack.example/back')}</URL></BrowserFormPost>"
        "</PunchOutSetupRequest>"
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, 200),
        ({"operation": "inspect"}, 200),
        ({"operation": "source"}, 450),
        ({"cookie": ""}, 400),
        ({"back": ""}, 400),
        ({"back": "javascript:alert(1)"}, 400),
        ({"back": "http://buy.tamarack.example/back"}, 400),
    ],
)
def test_the_shop_opens_for_decent_requests(pair: Any, said: dict[str, str], code: int) -> None:
    answer = pair.supplier.take(to_shop(setup(**said)))
    assert status(answer) == code
    assert (b"<StartPage>" in answer.body) == (code == 200)


def test_without_a_catalogue_there_is_no_shop(pair: Any) -> None:
    pair.buyer.agree("tamarack", "")
    profile = (pair.supplier.folder / "partners" / "tamarack.toml").read_text()
    pair.buyer.agree("tamarack", profile)
    assert status(pair.buyer.take(document(setup(), OURS, THEIRS))) == 403


def test_partners_with_faulty_files_are_strangers(pair: Any) -> None:
    pair.supplier.agree("tamarack", "role = [")
    assert status(pair.supplier.take(to_shop(order()))) == 401
