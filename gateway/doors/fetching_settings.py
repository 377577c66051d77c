"""Whose SFTP servers are visited, and how."""

from typing import Literal

from msgspec import Struct


class FetchSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One folder on a partner's SFTP server; times in seconds.

    `known_hosts` is a file with the server's key, as `ssh-keyscan` writes it: without it nobody is
    believed to be that server. `after` is what becomes of a file there once it has its receipt;
    `deliver_to` is the folder there that gets what lies in the partner's `out/`.
    """

    partner: str
    host: str
    user: str
    known_hosts: str
    port: int = 22
    key_file: str | None = None
    password: str | None = None
    folder: str = "."
    pattern: str = "*"
    every_seconds: float = 300.0
    quiet_seconds: float = 2.0
    after: Literal["keep", "delete", "move"] = "keep"
    moved_to: str | None = None
    deliver_to: str | None = None
    files_max: int = 1000
