"""Which mailbox is read, and whose addresses are known."""

from msgspec import Struct


class Sender(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An `address` that is a partner's, or a whole domain as `@supplier.example`."""

    address: str
    partner: str


class MailSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mailbox; without a `host` there is none. Sizes in bytes, times in seconds.

    `strangers` is the partner under whose name messages of unknown senders are kept. Anybody can
    write any sender: where `checked_by` names the mail server that adds `Authentication-Results`,
    a sender counts only where that says dmarc=pass.
    """

    host: str | None = None
    port: int = 993
    tls: bool = True
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    done: str = "dockmatch-done"
    refused: str = "dockmatch-refused"
    every_seconds: float = 30.0
    size_max_bytes: int = 32 << 20
    messages_max: int = 500
    checked_by: str | None = None
    strangers: str = "unknown-senders"
    senders: tuple[Sender, ...] = ()
