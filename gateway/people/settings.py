"""How people sign in: how long a session and a link last, and who else may vouch for them."""

from msgspec import Struct


class OidcRole(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whoever the identity provider puts into `group` has the role here."""

    group: str
    role: str


class OidcSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenID Connect provider that people sign in with; without an `issuer` there is none.

    `roles` says which of its groups give which roles; whoever has none of them is turned away.
    """

    issuer: str | None = None
    client_id: str = ""
    client_secret: str | None = None
    label: str = "single sign-on"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    groups_claim: str = "groups"
    skew_seconds: int = 60
    roles: tuple[OidcRole, ...] = ()


class PeopleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session ends `idle_hours` after its last use, and `session_days` after its beginning."""

    idle_hours: int = 12
    session_days: int = 7
    link_hours: int = 72
    oidc: OidcSettings = OidcSettings()
