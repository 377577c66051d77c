"""How the SFTP server listens, and whom it knows."""

from msgspec import Struct


class SftpAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may sign in, by one of the public `keys`, each a line as OpenSSH writes it.

    Whose account it is says `partner`; without it, the name does.
    """

    name: str
    partner: str | None = None
    keys: tuple[str, ...]


class SftpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The SFTP server; without a `port` there is none. Sizes in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: int | None = None
    accounts: tuple[SftpAccount, ...] = ()
    connections_max: int = 100
    connections_each_max: int = 10
    files_each_max: int = 1000
    idle_seconds: float = 600.0
    login_seconds: float = 30.0
