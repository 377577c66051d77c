"""PunchOutSetupRequest and PunchOutSetupResponse, both ways: a punchout session being opened."""

from mappers.canonical import Session
from mappers.convert import identifier
from mappers.cxml.convert import web_address
from mappers.cxml.envelope import request, response
from mappers.cxml.items import item_table
from mappers.cxml.nodes import address, extrinsics, item_id, node
from mappers.cxml.parties import ADDRESSED
from mappers.rules import One, Pairs, Table, Take
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

_USER = "UserEmail|Email|UniqueName|UniqueUsername|User|UserId|UserFullName|UserPrintableName"

SETUP_REQUEST = Table(
    "PunchOutSetupRequest",
    Session,
    (
        Take("operation", "@operation"),
        Take("buyer_cookie", "BuyerCookie"),
        Take("return_url", "BrowserFormPost/URL", web_address),
        Take(
            "user",
            (
                *(f"Extrinsic[@name~={name}]" for name in _USER.split("|")),
                "Contact[@role~=endUser]/Email",
                "Contact/Email",
                "Contact/Name",
            ),
        ),
        One("ship_to", ADDRESSED, "ShipTo/Address"),
        One(
            "selected_item",
            item_table("cXML selected item", "ItemID/", "ItemDetail/"),
            "SelectedItem",
        ),
        Pairs("fields", "Extrinsic", key="@name", value=".", keep_case=True),
    ),
)

SETUP_RESPONSE = Table(
    "PunchOutSetupResponse",
    Session,
    (
        Take("start_url", "StartPage/URL", web_address, required=True),
        Take("fields.status", "../Status/@code", identifier),
    ),
)


def punchout_setup_request(session: Session, outgoing: Outgoing) -> Node:
    """Return the request that opens a punchout session at a supplier's shop.

    Raises `UnwritableError` for an operation that cXML does not know.
    """
    if session.operation not in {None, "create", "edit", "inspect", "source"}:
        message = f"{session.operation!r} is no operation of a PunchOutSetupRequest"
        raise UnwritableError(message)
    payload = node(
        "PunchOutSetupRequest",
        node("BuyerCookie", session.buyer_cookie),
        *extrinsics(session.fields),
        _page("BrowserFormPost", session.return_url),
        node("ShipTo", address(session.ship_to)) if session.ship_to else None,
        node("SelectedItem", item_id(session.selected_item)) if session.selected_item else None,
        operation=session.operation or "create",
    )
    return request(payload, outgoing, None, None)


def punchout_setup_response(session: Session, outgoing: Outgoing) -> Node:
    """Return the answer that sends the user's browser to the shop."""
    page = _page("StartPage", session.start_url)
    return response(outgoing, 200, "OK", node("PunchOutSetupResponse", page))


def _page(name: str, url: str | None) -> Node | None:
    return None if url is None else node(name, node("URL", url))
