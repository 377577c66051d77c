"""The envelope of a written cXML document: its header, and a request, message or response."""

from msgspec.structs import replace

from mappers.canonical import Party
from mappers.cxml.nodes import contact, node
from mappers.writing import Outgoing, ids_of
from parsers.form import Node

VERSION = "1.2.069"
_USER_AGENT = "dockmatch"
_DOMAINS = {
    "network_id": "NetworkID",
    "duns": "DUNS",
    "duns4": "DUNS+4",
    "gln": "GLN",
    "scac": "SCAC",
}
_DTDS = {
    "ConfirmationRequest": "Fulfill",
    "ShipNoticeRequest": "Fulfill",
    "ReceiptRequest": "Fulfill",
    "InvoiceDetailRequest": "InvoiceDetail",
}


def doctype_of(document: Node) -> str:
    """Return the address of the document type that has the payload of `document`."""
    names = [part.name for part in _below(_below(document)[-1])]
    name = next((_DTDS[one] for one in names if one in _DTDS), "cXML")
    return f"http://xml.cxml.org/schemas/cXML/{VERSION}/{name}.dtd"


def request(
    payload: Node, outgoing: Outgoing, sender: Party | None, receiver: Party | None
) -> Node:
    """Return a request from `sender` to `receiver`; `UnwritableError` without identifiers."""
    mode = "test" if outgoing.test else "production"
    body = node("Request", payload, deploymentMode=mode)
    return _document(outgoing, _header(outgoing, sender, receiver), body)


def message(
    payload: Node, outgoing: Outgoing, sender: Party | None, receiver: Party | None
) -> Node:
    """Return a one-way message from `sender` to `receiver`."""
    mode = "test" if outgoing.test else "production"
    body = node("Message", payload, deploymentMode=mode)
    return _document(outgoing, _header(outgoing, sender, receiver), body)


def response(
    outgoing: Outgoing, code: int, text: str, payload: Node | None = None, told: str | None = None
) -> Node:
    """Return the answer to a request; `payload` goes with a code of success only."""
    status = node("Status", told, code=str(code), text=text, xml_lang="en")
    return _document(outgoing, node("Response", status, payload))


def _document(outgoing: Outgoing, *parts: Node) -> Node:
    return node(
        "cXML",
        *parts,
        payloadID=outgoing.identifier,
        timestamp=outgoing.sent_at.isoformat(timespec="seconds"),
        version=VERSION,
        xml_lang="en-US",
    )


def _header(outgoing: Outgoing, sender: Party | None, receiver: Party | None) -> Node:
    ours = ids_of(sender, outgoing.sender, "sender")
    theirs = ids_of(receiver, outgoing.receiver, "receiver")
    return node(
        "Header",
        node("From", *_credentials(ours), _correspondent(sender)),
        node("To", *_credentials(theirs), _correspondent(receiver)),
        node("Sender", *_credentials(ours)[:1], node("UserAgent", _USER_AGENT)),
    )


def _correspondent(party: Party | None) -> Node | None:
    """Return the name and address of an organisation, which a credential has no room for."""
    if party is None or party.name is None:
        return None
    return node("Correspondent", contact("correspondent", replace(party, ids={}, tax_id=None)))


def _credentials(ids: dict[str, str]) -> list[Node]:
    return [
        node("Credential", node("Identity", value), domain=_DOMAINS.get(scheme, scheme))
        for scheme, value in ids.items()
    ]


def _below(document: Node) -> list[Node]:
    return [child for child in document.children if isinstance(child, Node)]
