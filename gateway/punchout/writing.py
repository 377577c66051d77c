"""The cXML documents that we send: with our secret in `Sender`, and with what a record has not.

The mappers write what a record says. What belongs to the conversation is added here: the secret,
the lines that are being edited, the profile of what we take.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from msgspec.structs import replace

from gateway.punchout.trading import Partner, ids_of
from mappers.canonical import Cart, OrderLine, OrderResponse, PurchaseOrder, Session
from mappers.cxml.cart import punchout_order_message
from mappers.cxml.confirmation import confirmation_request
from mappers.cxml.envelope import doctype_of, request, response
from mappers.cxml.nodes import item_detail, item_id, node, number
from mappers.cxml.order import order_request
from mappers.cxml.session import punchout_setup_request, punchout_setup_response
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node
from parsers.xml.write import write

Change = Callable[[Node], Node]

_TEXTS = {
    200: "OK",
    201: "Accepted",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    406: "Not Acceptable",
    409: "Conflict",
    412: "Precondition Failed",
    417: "Expectation Failed",
    450: "Not Implemented",
    500: "Internal Server Error",
    560: "Temporary server error",
}


def new_payload_id(now: datetime) -> str:
    """Return an identifier that is unique over space and time."""
    return f"{now:%Y%m%d.%H%M%S}.{uuid4().hex}@dockmatch"


def outgoing(partner: Partner, payload_id: str, now: datetime, *, test: bool) -> Outgoing:
    """Return the envelope of a document to `partner`. Raises `UnwritableError`."""
    if not partner.ours or not partner.theirs:
        message = (
            f"partners/{partner.name}.toml does not say who {partner.name} is and who we are to it:"
            " [[identifiers.cxml]] and [[ours.cxml]], each with domain and identity"
        )
        raise UnwritableError(message)
    return Outgoing(
        identifier=payload_id,
        sent_at=now,
        test=test,
        sender=ids_of(partner.ours),
        receiver=ids_of(partner.theirs),
    )


def setup_request(
    session: Session, edited: Sequence[OrderLine], currency: str | None, envelope: Outgoing
) -> bytes:
    """Return a PunchOutSetupRequest with the lines that are edited or looked at."""
    document = punchout_setup_request(session, envelope)
    lines = tuple(_item_out(line, place, currency) for place, line in enumerate(edited, 1))
    return _written(_at_payload(document, lambda one: replace(one, children=one.children + lines)))


def _item_out(line: OrderLine, place: int, currency: str | None) -> Node:
    if line.item is None or line.item.supplier_part is None:
        message = f"line {place} of the cart has no part number of the supplier"
        raise UnwritableError(message)
    return node(
        "ItemOut",
        item_id(line.item),
        item_detail(line, currency),
        quantity=number(line.quantity) or "",
        lineNumber=line.number or str(place),
    )


def written_order(order: PurchaseOrder, envelope: Outgoing) -> bytes:
    """Return an OrderRequest without the secret: as it is kept."""
    return _written(order_request(order, envelope))


def written_cart(cart: Cart, envelope: Outgoing, status: int | None = None) -> bytes:
    """Return a PunchOutOrderMessage; `status` 204 says that an edit ended without a change."""
    document = punchout_order_message(cart, envelope)
    if status is None:
        return _written(document)
    told = node("Status", code=str(status), text=_TEXTS[status])
    return _written(_in_body(document, lambda one: replace(one, children=(told, *one.children))))


def written_confirmation(confirmed: OrderResponse, envelope: Outgoing) -> bytes:
    """Return a ConfirmationRequest without the secret."""
    return _written(confirmation_request(confirmed, envelope))


def start_response(start_url: str, payload_id: str, now: datetime) -> bytes:
    """Return the answer to a PunchOutSetupRequest."""
    envelope = Outgoing(identifier=payload_id, sent_at=now)
    return _written(punchout_setup_response(Session(start_url=start_url), envelope))


def status_response(code: int, told: str | None, payload_id: str, now: datetime) -> bytes:
    """Return a bare Response; `told` says more than the code does."""
    envelope = Outgoing(identifier=payload_id, sent_at=now)
    return _written(response(envelope, code, _TEXTS[code], told=told))


def profile_request(envelope: Outgoing) -> bytes:
    """Return a ProfileRequest, which asks a server what it takes and changes nothing there."""
    return _written(request(node("ProfileRequest"), envelope, None, None))


def profile_response(
    taken: Iterable[str], address: str, since: datetime, payload_id: str, now: datetime
) -> bytes:
    """Return which requests are taken, and where: all of them at one `address`."""
    transactions = (
        node("Transaction", node("URL", address), requestName=name) for name in sorted(taken)
    )
    profile = node(
        "ProfileResponse", *transactions, effectiveDate=since.isoformat(timespec="seconds")
    )
    envelope = Outgoing(identifier=payload_id, sent_at=now)
    return _written(response(envelope, 200, "OK", profile))


def with_secret(document: bytes, secret: str | None) -> bytes:
    """Return a written document with our secret in its Sender: what goes over the wire."""
    if secret is None:
        return document
    place = document.index(b"</Credential>", document.index(b"<Sender>"))
    shared = write(Node("SharedSecret", children=(secret,)))
    element = shared[shared.index(b"<SharedSecret") :].strip()
    return document[:place] + element + document[place:]


def _written(document: Node) -> bytes:
    return write(document, doctype=doctype_of(document))


def _in_body(document: Node, change: Change) -> Node:
    """Return a document with its Request, Message or Response changed."""
    *before, body = document.children
    if not isinstance(body, Node):
        return document
    return replace(document, children=(*before, change(body)))


def _at_payload(document: Node, change: Change) -> Node:
    def within(body: Node) -> Node:
        *before, payload = body.children
        after = change(payload) if isinstance(payload, Node) else payload
        return replace(body, children=(*before, after))

    return _in_body(document, within)
