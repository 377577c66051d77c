"""The configuration: one TOML file, and the environment above it.

`DOCKMATCH__SECTION__KEY=value` stands above the file's `[section] key`; the value is read as TOML
where it can be, and as text where not. Relative paths start at the folder of the file. Where a text
is a secret, `{ file = "PATH" }` or `{ env = "NAME" }` says where it is instead.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from gateway.api.settings import ApiSettings
from gateway.doors.access import WebSettings
from gateway.doors.as2_settings import As2Settings
from gateway.doors.fetching_settings import FetchSettings
from gateway.doors.folder import FolderSettings
from gateway.doors.mail_settings import MailSettings
from gateway.doors.sftp_settings import SftpSettings
from gateway.doors.zips import UnpackingSettings
from gateway.people.settings import PeopleSettings
from gateway.punchout.settings import CatalogSettings, CxmlSettings, PunchoutSettings
from gateway.reading.pool import ReadingSettings
from gateway.store.endpoints import How
from gateway.watching.traces import TraceSettings
from gateway.web.risk import ReviewSettings

_PREFIX = "DOCKMATCH__"


class ConfigError(Exception):
    """The configuration says something that cannot be; the message says where and what."""


class Gateway(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where everything is kept: `data` holds the database, the archive and the backups.

    `database` is `postgresql://USER@HOST/DATABASE` where several machines share the work; without
    it, it is a SQLite file in `data`. What is in hand at the end has `stop_seconds` to be finished.
    """

    data: str = "var"
    inbox: str = "var/inbox"
    database: str | None = None
    stop_seconds: float = 60.0


class Matching(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The policy and the master data, each a file; without one, the defaults.

    `as_of` is the day to judge by instead of today, for rehearsals with documents of the past.
    """

    policy: str | None = None
    master: str | None = None
    as_of: date | None = None


class PartnerConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner whose folders are made at start; every other folder in the inbox is one as well.

    `folders` are further ones of its own elsewhere, as on a share, each with `in`, `out` and so on.
    """

    name: str
    folders: tuple[str, ...] = ()


class EndpointConfig(How, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receiver of events: its address, its signing secret, and the types it wants (none: all).

    Thin `content` is numbers and links only, for receivers that fetch what they need; that of
    "record" has the whole record with it. `version` is a day of the events' versions.
    """

    url: str
    secret: str | None = None
    types: tuple[str, ...] = ()
    content: Literal["full", "thin", "record"] = "full"
    version: str | None = None


class Secrets(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys that secrets are sealed with in the database, one a line, the newest first.

    They stand in a file, or in `keys`, which the environment can set.
    """

    key_file: str | None = None
    keys: str | None = None


class Outbound(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Networks that webhooks may go to although they are private, as `10.1.0.0/16`."""

    allow: tuple[str, ...] = ()


class RetentionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days each kind of data is kept; None is for ever."""

    bytes_days: int | None = None
    events_days: int | None = None
    answers_days: int | None = 90
    done_days: int | None = None


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration; `root` is the folder that relative paths start at."""

    root: Path = Path()
    gateway: Gateway = Gateway()
    folders: FolderSettings = FolderSettings()
    unpacking: UnpackingSettings = UnpackingSettings()
    sftp: SftpSettings = SftpSettings()
    fetch: tuple[FetchSettings, ...] = ()
    mail: MailSettings = MailSettings()
    as2: tuple[As2Settings, ...] = ()
    reading: ReadingSettings = ReadingSettings()
    web: WebSettings = WebSettings()
    api: ApiSettings = ApiSettings()
    people: PeopleSettings = PeopleSettings()
    review: ReviewSettings = ReviewSettings()
    matching: Matching = Matching()
    outbound: Outbound = Outbound()
    secrets: Secrets = Secrets()
    traces: TraceSettings = TraceSettings()
    retention: RetentionSettings = RetentionSettings()
    cxml: CxmlSettings = CxmlSettings()
    punchout: PunchoutSettings = PunchoutSettings()
    catalog: CatalogSettings = CatalogSettings()
    partners: tuple[PartnerConfig, ...] = ()
    endpoints: tuple[EndpointConfig, ...] = ()

    @property
    def data(self) -> Path:
        """The folder of the database, the archive and the backups."""
        return self.root / self.gateway.data

    @property
    def database(self) -> Path | str:
        """The file of the database, or its address."""
        return self.gateway.database or self.data / "dockmatch.db"

    @property
    def inbox(self) -> Path:
        """The folder of the partners' folders."""
        return self.root / self.gateway.inbox

    def file(self, name: str) -> Path:
        """Return the path of a file that the configuration names."""
        return self.root / name


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration from `path` (none: the defaults) and `environment`.

    Raises ConfigError.
    """
    said = _file(path) if path else {}
    for name, value in environment.items():
        if name.startswith(_PREFIX):
            _set(said, name.removeprefix(_PREFIX).lower().split("__"), _value(value), name)
    root = path.absolute().parent if path else Path.cwd()
    said = {name: _fetched(value, root, environment) for name, value in said.items()}
    said["root"] = root
    try:
        return msgspec.convert(said, Config)
    except msgspec.ValidationError as error:
        where = path or "the environment"
        message = f"{where}: {error}".replace("$.", "").replace("`$`", "the configuration")
        raise ConfigError(message) from error


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path} is no TOML: {error}"
        raise ConfigError(message) from error


def _fetched(value: Any, root: Path, environment: Mapping[str, str]) -> Any:
    """Return a value with the texts in it that it says are elsewhere."""
    if isinstance(value, list):
        return [_fetched(one, root, environment) for one in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"file": str(name), **more} if not more:
            return _text_of(root / name)
        case {"env": str(name), **more} if not more:
            if name not in environment:
                message = f"the environment has no {name}, which the configuration refers to"
                raise ConfigError(message)
            return environment[name]
    return {name: _fetched(one, root, environment) for name, one in value.items()}


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no text"
        message = f"{path}, which the configuration refers to, cannot be read: {why}"
        raise ConfigError(message) from error


def _set(said: dict[str, Any], keys: list[str], value: object, name: str) -> None:
    for key in keys[:-1]:
        said = said.setdefault(key, {})
        if not isinstance(said, dict):
            message = f"{name} names a section that is a value in the file"
            raise ConfigError(message)
    said[keys[-1]] = value


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
