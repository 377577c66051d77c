"""The folders of an AS2 server beside us, for one partnership each."""

from msgspec import Struct


class As2Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One partner that is reached by AS2: where its files come in, and where ours go out.

    `mdns` is where the server puts the partner's receipts (MDNs).
    """

    partner: str
    received: str
    outbox: str | None = None
    mdns: str | None = None
    every_seconds: float = 2.0
