"""How people sign in: how long a session and a link last."""

from msgspec import Struct


class PeopleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session ends `idle_hours` after its last use, and `session_days` after its beginning."""

    idle_hours: int = 12
    session_days: int = 7
    link_hours: int = 72
