"""The settings of punchout, of the cXML endpoint and of our own catalogue."""

from msgspec import Struct


class CxmlSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cXML endpoint. `public_url` is how partners and browsers reach this gateway."""

    public_url: str | None = None
    body_bytes_max: int = 16 << 20
    idle_seconds: float = 15.0


class PunchoutSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shopping at suppliers: how long a session is open, and how big a cart may be."""

    session_hours: float = 8.0
    cart_bytes_max: int = 4 << 20
    buyer_name: str | None = None
    partners: str = "partners"


class CatalogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our own catalogue, where we are the supplier; `items` is a file of CSV or JSON."""

    items: str | None = None
    name: str = "Catalogue"
    visit_minutes: int = 120
