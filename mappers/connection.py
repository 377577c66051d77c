"""What is agreed with a partner on cXML and punchout: addresses, secrets, and who may speak for it.

A secret stands here as a reference, `env:NAME` or `file:PATH`; one that stands here itself works as
well, where nobody else reads the file.
"""

from typing import Literal

from msgspec import Struct

HOLD_DAYS = 7  # what large shops hold a cart's prices for


class Hub(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who else may send in the partner's name: the credential of a network in `Sender`."""

    domain: str
    identity: str


class Connection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How cXML goes back and forth with a partner.

    `role` is what the partner is to us. It proves itself by `their_secret` (SharedSecret) or
    `mac_secret` (the key of CredentialMac); we prove ourselves by `our_secret`. `setup_url` is its
    shop, `order_url` takes our orders (without one they go into the partner's folder), and
    `reply_url` our confirmations. `hosts` are the hosts that its pages and return addresses may be
    on, beside that of `setup_url`. `hold_days` is how long the prices of a cart hold. `http_status`
    says whether HTTP answers with 200 always or with the code of the document; `payload_ids` is
    `any` for a partner that repeats payloadIDs. `oci_fields` open its OCI shop (`USERNAME`,
    `PASSWORD`, ...), `oci_password` lets its users into ours. `cart_field` is how our shop returns
    carts, `confirm_orders` whether it confirms orders.
    """

    role: Literal["supplier", "buyer"] = "supplier"
    protocol: Literal["cxml", "oci"] = "cxml"
    their_secret: str | None = None
    mac_secret: str | None = None
    our_secret: str | None = None
    hubs: tuple[Hub, ...] = ()
    setup_url: str | None = None
    order_url: str | None = None
    reply_url: str | None = None
    hosts: tuple[str, ...] = ()
    hold_days: int = HOLD_DAYS
    http_status: Literal["always_200", "as_document"] = "always_200"
    payload_ids: Literal["unique", "any"] = "unique"
    cart_field: Literal["cxml-urlencoded", "cxml-base64"] = "cxml-base64"
    oci_fields: dict[str, str] = {}
    oci_password: str | None = None
    confirm_orders: bool = False
