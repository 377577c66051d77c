"""The settings of punchout, of the cXML endpoint and of our own catalogue."""

from msgspec import Struct

from mappers.canonical import Address, Party


class CxmlSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cXML endpoint. `public_url` is how partners and browsers reach this gateway."""

    public_url: str | None = None
    body_bytes_max: int = 16 << 20
    idle_seconds: float = 15.0


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where orders are delivered and billed to, unless a session says otherwise."""

    name: str
    address_id: str | None = None
    deliver_to: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    @property
    def party(self) -> Party:
        """The same as a party of a document."""
        return Party(
            name=self.name,
            ids={"address_id": self.address_id} if self.address_id else {},
            address=Address(
                deliver_to=(self.deliver_to,) if self.deliver_to else (),
                street=(self.street,) if self.street else (),
                city=self.city,
                region=self.region,
                postal_code=self.postal_code,
                country=self.country,
            ),
        )


class PunchoutSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shopping at suppliers: how long a session is open, and how big a cart may be."""

    session_hours: float = 8.0
    cart_bytes_max: int = 4 << 20
    buyer_name: str | None = None
    partners: str = "partners"
    ship_to: Place | None = None


class CatalogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our own catalogue, where we are the supplier; `items` is a file of CSV or JSON."""

    items: str | None = None
    name: str = "Catalogue"
    visit_minutes: int = 120
