"""How much each key may ask of the API."""

from typing import Annotated

from msgspec import Meta, Struct

Whole = Annotated[int, Meta(ge=1, le=1_000_000)]


class ApiSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each key has a bucket of `burst` requests that fills by `requests_per_second`."""

    requests_per_second: Whole = 500
    burst: Whole = 2000
