"""A cXML request, from its bytes to its answer (cXML 1.2 Request, Response, Status).

In this order: is it cXML, is its Sender who it says, may it send this, was it sent before; then it
is stored, and only then answered. What happens to it next is told by events. Two guards keep a
document from counting twice:

    payloadID   the same body again gets the same answer again, another body under it gets 409
    business    an order by number, version and type, an invoice by number, purpose and operation:
                under a new payloadID the same content is had already, another content gets 409
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from uuid import uuid4

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection

from gateway.archive import Stored
from gateway.flows.intake import Arrived
from gateway.jobs.port import NewJob
from gateway.punchout.addresses import AddressError
from gateway.punchout.catalog import quantity_of
from gateway.punchout.credentials import Refused, authenticated
from gateway.punchout.desk import Desk
from gateway.punchout.masking import masked
from gateway.punchout.opening import Opened, Prints, opened, prints_of, record_of, with_type
from gateway.punchout.ordering import KIND as SEND
from gateway.punchout.ordering import Letter, note_answer
from gateway.punchout.shop import Chosen, Shop, VisitError, Wish
from gateway.punchout.trading import Partner
from gateway.punchout.writing import (
    new_payload_id,
    outgoing,
    profile_response,
    start_response,
    status_response,
    written_confirmation,
)
from gateway.store import exchanges
from gateway.store.exchanges import NewExchange
from mappers.canonical import OrderRef, OrderResponse, PurchaseOrder, Session
from mappers.writing import UnwritableError
from parsers.form import Form, ParseError

DOOR = "cxml"
PROFILE = "ProfileRequest"
SETUP = "PunchOutSetupRequest"
FROM_SUPPLIERS = frozenset(
    {
        "ConfirmationRequest",
        "ShipNoticeRequest",
        "ServiceEntryRequest",
        "InvoiceDetailRequest",
        "StatusUpdateRequest",
    }
)
FROM_BUYERS = frozenset({"OrderRequest", "ReceiptRequest", "StatusUpdateRequest"})
_ON_ORDERS = frozenset({"ConfirmationRequest", "StatusUpdateRequest"})
_ANSWERABLE = re.compile(rb"<(?:[\w.-]+:)?cXML[\s/>]")
_UNSAFE = re.compile(r"[^\w.@-]")
_json = msgspec.json.Encoder()
_log = structlog.get_logger()


class Answer(Struct, frozen=True, kw_only=True):
    """A cXML document and the code of HTTP that goes with it."""

    status: int
    body: bytes


class _Done(Struct, frozen=True, kw_only=True):
    """What a request was answered, and the job that follows from it."""

    code: int
    body: bytes
    job: NewJob | None = None


class _New(Struct, frozen=True, kw_only=True):
    """A request that may be taken: by what it is known again, and what it is about."""

    partner: Partner
    found: Opened
    prints: Prints
    key: str | None


class Endpoint:
    """Takes cXML requests; `shop` is our catalogue, where we have one."""

    def __init__(self, desk: Desk, shop: Shop | None, since: datetime) -> None:
        self._desk = desk
        self._shop = shop
        self._since = since

    def take(self, body: bytes, content_type: str | None) -> Answer:
        """Take one request and return its answer; nothing of its content is ever raised."""
        try:
            found = opened(with_type(body, content_type))
        except ParseError as fault:
            return self._unreadable(body, fault)
        partner = authenticated(
            found.header, self._desk.trading.partners(), self._desk.trading.secret, self._desk.now()
        )
        if isinstance(partner, Refused):
            _log.warning("cxml.refused", code=partner.code, kind=found.kind, reason=partner.text)
            return self._status(None, partner.code, partner.text)
        return self._from(partner, found, body, content_type)

    def _unreadable(self, body: bytes, fault: ParseError) -> Answer:
        _log.warning("cxml.unreadable", problem=fault.problem.code, size=len(body))
        told = f"{fault.problem.code}: {fault.problem.message}"
        answer = self._status(None, 406, told)
        return answer if _ANSWERABLE.search(body) else Answer(status=400, body=answer.body)

    def busy(self) -> Answer:
        """Return the answer while nothing can be stored: the sender tries again later."""
        return self._status(None, 560, "nothing can be stored just now; send it again")

    def taken_from(self, partner: Partner) -> frozenset[str]:
        """Return the requests that are taken from a partner, the profile itself apart."""
        if partner.connection.role == "supplier":
            return FROM_SUPPLIERS
        return FROM_BUYERS | {SETUP} if self._shop else FROM_BUYERS

    def _from(
        self, partner: Partner, found: Opened, body: bytes, content_type: str | None
    ) -> Answer:
        now = self._desk.now()
        if found.kind == PROFILE:
            taken, address = self.taken_from(partner), self._desk.url("/cxml")
            document = profile_response(taken, address, self._since, new_payload_id(now), now)
            return Answer(status=200, body=document)
        if found.kind not in self.taken_from(partner):
            known = found.kind in FROM_BUYERS | FROM_SUPPLIERS | {SETUP}
            code, text = (403, "is not taken from you") if known else (450, "is not taken here")
            return self._status(partner, code, f"{found.kind} {text}")
        if not found.payload_id and partner.connection.payload_ids == "unique":
            return self._status(partner, 400, "payloadID is missing: a repeat could not be told")
        return self._once(partner, found, masked(with_type(body, content_type)))

    def _once(self, partner: Partner, found: Opened, kept: bytes) -> Answer:
        """Answer a request once, and a repeat alike.

        What it does and that it was answered are one transaction: whoever is quicker with the same
        document answers for both.
        """
        new = _New(
            partner=partner,
            found=found,
            prints=prints_of(found.document),
            key=_business_key(partner, found),
        )
        with self._desk.store.read() as connection:
            before = self._before(connection, new)
        if before is not None:
            return before
        stored = self._desk.archive.put(BytesIO(kept))
        done = self._handled(partner, found, kept)
        with self._desk.store.write() as connection:
            before = self._before(connection, new)
            if before is None:
                self._keep(connection, new, stored, done)
        self._desk.jobs.wake()
        self._desk.announced()
        return before or Answer(status=_http(partner, done.code), body=done.body)

    def _before(self, connection: Connection, new: _New) -> Answer | None:
        """Return the answer where this request, or what it is about, came before."""
        payload_id = _short(new.found.payload_id, 255)
        known = exchanges.known(connection, new.partner.name, payload_id)
        same = next((one for one in known if one.body_hash == new.prints.body), None)
        if same is not None:
            return Answer(status=_http(new.partner, same.code), body=same.answer)
        if known and new.partner.connection.payload_ids == "unique":
            told = f"payloadID was used at {known[0].timestamp}, now at {new.found.timestamp}, for"
            return self._status(new.partner, 409, f"{told} another document")
        return self._business(connection, new)

    def _business(self, connection: Connection, new: _New) -> Answer | None:
        """Return the answer where this order or invoice came before under another payloadID."""
        held = exchanges.holder(connection, new.key) if new.key else None
        if held is None:
            return None
        if held.content_hash == new.prints.content:
            return self._status(new.partner, 200, f"had already, receipt no. {held.document_id}")
        return self._status(new.partner, 409, "another document of that number was taken before")

    def _keep(self, connection: Connection, new: _New, stored: Stored, done: _Done) -> None:
        """Store the document, its answer, and what follows from it."""
        payload_id = new.found.payload_id
        arrived = Arrived(
            claim=uuid4().hex,
            partner=new.partner.name,
            name=f"{new.found.kind}-{_UNSAFE.sub('_', payload_id)[:100] or 'document'}.xml",
            door=DOOR,
            stored=stored,
        )
        (receipt,) = self._desk.intake.receive(connection, [arrived])
        exchange = NewExchange(
            sender=new.partner.name,
            payload_id=_short(payload_id, 255),
            body_hash=new.prints.body,
            timestamp=new.found.timestamp,
            code=done.code,
            answer=done.body,
            document_id=receipt.number,
            answered_at=self._desk.at(),
        )
        number = exchanges.keep(connection, exchange)
        if new.key:
            exchanges.hold(connection, new.key, number, new.prints.content)
        if done.job is not None:
            self._desk.jobs.put(connection, [done.job])

    def _handled(self, partner: Partner, found: Opened, kept: bytes) -> _Done:
        if found.kind == SETUP:
            return self._begun(partner, found, kept)
        if found.kind in _ON_ORDERS:
            note_answer(self._desk, partner, record_of(kept, self._desk.now().year, partner.name))
        confirms = found.kind == "OrderRequest" and partner.connection.confirm_orders
        job = self._confirmation(partner, found, kept) if confirms else None
        now = self._desk.now()
        return _Done(code=200, body=status_response(200, None, new_payload_id(now), now), job=job)

    def _begun(self, partner: Partner, found: Opened, kept: bytes) -> _Done:
        """Answer a PunchOutSetupRequest with the page of our catalogue."""
        now = self._desk.now()
        try:
            wish = _wish(found, kept, now.year, partner.name)
            token = self._shop.begin(partner, wish) if self._shop else ""
        except (VisitError, AddressError, ParseError) as fault:
            code = fault.code if isinstance(fault, VisitError) else 400
            body = status_response(code, str(fault), new_payload_id(now), now)
            return _Done(code=code, body=body)
        page = self._desk.url(f"/shop/start/{token}")
        return _Done(code=200, body=start_response(page, new_payload_id(now), now))

    def _confirmation(self, partner: Partner, found: Opened, kept: bytes) -> NewJob | None:
        """Return the job that sends a ConfirmationRequest which takes the whole order."""
        now = self._desk.now()
        order = record_of(kept, now.year, partner.name)
        if not isinstance(order, PurchaseOrder) or order.incomplete or order.operation != "new":
            return None
        confirmed = OrderResponse(
            order=OrderRef(number=order.number, date=order.date),
            number=f"C-{order.number}",
            date=now.date(),
            status="accepted",
        )
        try:
            envelope = outgoing(partner, new_payload_id(now), now, test=found.test)
        except UnwritableError as fault:
            _log.warning("cxml.not_confirmed", partner=partner.name, reason=str(fault))
            return None
        stored = self._desk.archive.put(BytesIO(written_confirmation(confirmed, envelope)))
        return NewJob(
            kind=SEND,
            key=f"confirmation/{stored.sha256[:32]}",
            partner=partner.name,
            args=_json.encode(Letter(partner=partner.name, sha256=stored.sha256)),
        )

    def _status(self, partner: Partner | None, code: int, told: str) -> Answer:
        now = self._desk.now()
        document = status_response(code, told, new_payload_id(now), now)
        return Answer(status=_http(partner, code), body=document)


_BUSINESS = {
    "OrderRequest": (
        "OrderRequestHeader/@orderID",
        "OrderRequestHeader/@orderVersion",
        "OrderRequestHeader/@type",
    ),
    "InvoiceDetailRequest": (
        "InvoiceDetailRequestHeader/@invoiceID",
        "InvoiceDetailRequestHeader/@purpose",
        "InvoiceDetailRequestHeader/@operation",
    ),
}


def _business_key(partner: Partner, found: Opened) -> str | None:
    """Return what a document is about, None where it may come any number of times."""
    paths = _BUSINESS.get(found.kind)
    if paths is None:
        return None
    texts = [found.document.form.find(path) for path in paths]
    if texts[0] is None:
        return None
    said = [one.text if one else "" for one in texts]
    mode = "test" if found.test else "production"
    return _short("\n".join((found.kind, partner.name, mode, *said)), 400)


def _short(text: str, limit: int) -> str:
    """Return a text that fits its column: a longer one by its hash, so that none equals another."""
    return text if len(text) <= limit else hashlib.sha256(text.encode()).hexdigest()


def _http(partner: Partner | None, code: int) -> int:
    """Return the code of HTTP: 200 for whatever is answered by a document, or as was agreed."""
    if partner is None or partner.connection.http_status == "always_200":
        return 200
    return code if code in _HTTP_CODES else code // 100 * 100


_HTTP_CODES = frozenset({200, 201, 400, 401, 403, 406, 409, 412, 417, 500})


def _wish(found: Opened, kept: bytes, year: int, partner: str) -> Wish:
    """Return what a PunchOutSetupRequest asks for. Raises `VisitError` and `ParseError`."""
    session = record_of(kept, year, partner)
    if not isinstance(session, Session) or session.incomplete:
        raise VisitError(400, "the request cannot be read whole")
    if not session.return_url:
        raise VisitError(400, "BrowserFormPost/URL is missing")
    return Wish(
        operation=session.operation or "create",
        cookie=session.buyer_cookie or "",
        return_url=session.return_url,
        requester=session.user,
        lines=tuple(_lines(found.document.form)),
        item=session.selected_item.supplier_part if session.selected_item else None,
        test=found.test,
    )


def _lines(form: Form) -> Iterator[Chosen]:
    """Yield the lines of the cart that is to be edited or looked at."""
    for line in form.each("ItemOut"):
        sku, stated = line.find("ItemID/SupplierPartID"), line.find("@quantity")
        auxiliary = line.find("ItemID/SupplierPartAuxiliaryID")
        quantity = quantity_of(stated.text) if stated else None
        if sku is not None and quantity is not None:
            key = auxiliary.text if auxiliary else sku.text
            yield Chosen(sku=sku.text, quantity=quantity, auxiliary=key)
