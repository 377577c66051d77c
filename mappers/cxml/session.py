"""PunchOutSetupRequest and PunchOutSetupResponse: a punchout session being opened."""

from mappers.canonical import Session
from mappers.convert import identifier
from mappers.cxml.convert import web_address
from mappers.cxml.items import item_table
from mappers.cxml.parties import ADDRESSED
from mappers.rules import One, Pairs, Table, Take

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
