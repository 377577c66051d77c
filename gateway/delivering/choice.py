"""Which courier goes with an address, and what the configuration may say of an endpoint."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from gateway.clock import Clock
from gateway.config import Config, ConfigError, EndpointConfig
from gateway.delivering import folder, rendering, sftp
from gateway.delivering.parcel import Courier
from gateway.delivering.posting import Poster
from gateway.events import versions
from gateway.events.choosing import kinds
from gateway.outbound import Guard, Outbound, networks, target
from gateway.store.endpoints import BATCH_MAX, How, Wanted
from gateway.vault import Vault, VaultError, keys_in
from gateway.watching.traces import Spans
from gateway.webhooks import key_of

_RATE_MAX, _WAIT_MS_MAX = 10_000, 600_000
_FILES = {folder.SCHEME, sftp.SCHEME}


def couriers(  # noqa: PLR0913, PLR0917 - what couriers work with
    config: Config,
    outbound: Outbound,
    vault: Vault,
    source: str,
    clock: Clock,
    spans: Spans,
) -> Mapping[str, Courier]:
    """Return the couriers by the scheme of the address."""
    posting = Poster(outbound, vault, source, clock, spans)
    guard = Guard(networks(config.outbound.allow))
    return {
        "https": posting,
        "http": posting,
        folder.SCHEME: folder.Folder(config.root, source),
        sftp.SCHEME: sftp.Sftp(config.root, guard, source),
    }


def vault_of(config: Config) -> Vault:
    """Return the vault with the keys of the configuration; raises ConfigError."""
    texts = [config.secrets.keys or ""]
    if config.secrets.key_file is not None:
        path = config.file(config.secrets.key_file)
        try:
            texts.append(path.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError) as error:
            message = f"secrets.key_file: {path} cannot be read: {error}"
            raise ConfigError(message) from error
    try:
        return Vault([key for text in texts for key in keys_in(text)])
    except VaultError as error:
        raise ConfigError(str(error)) from error


def wanted(endpoints: Iterable[EndpointConfig], root: Path) -> list[Wanted]:
    """Return endpoints as they are declared; raises ConfigError where one cannot be."""
    found = []
    for one in endpoints:
        try:
            found.append(_wanted(one, root))
        except ValueError as error:
            message = f"endpoint {one.url}: {error}"
            raise ConfigError(message) from error
    return found


def _wanted(one: EndpointConfig, root: Path) -> Wanted:
    scheme = one.url.partition(":")[0].lower()
    how = How(**{name: getattr(one, name) for name in How.__struct_fields__})
    _check_limits(how)
    if scheme in _FILES:
        _check_files(one, how, root)
        if how.format not in {"json", "csv"} and how.tests == "with":
            how = _replaced(how, tests="without")  # an interchange is a test or it is none
        how = _replaced(how, order="all")
    else:
        target(one.url)
        key_of(one.secret or "")
    return Wanted(
        url=one.url,
        secret=one.secret or "",
        types=kinds(one.types),
        content=one.content,
        version=versions.checked(one.version) if one.version else None,
        how=how,
    )


def _replaced(how: How, **values: str) -> How:
    names = How.__struct_fields__
    return How(**{name: getattr(how, name) for name in names} | values)


def _check_limits(how: How) -> None:
    limits = (
        ("batch", 1 <= how.batch <= BATCH_MAX, f"1 to {BATCH_MAX}"),
        ("batch_ms", 0 <= how.batch_ms <= _WAIT_MS_MAX, f"0 to {_WAIT_MS_MAX}"),
        ("rate", how.rate is None or 0 < how.rate <= _RATE_MAX, f"up to {_RATE_MAX} a second"),
    )
    for name, is_fine, bounds in limits:
        if not is_fine:
            message = f"{name} is {bounds}"
            raise ValueError(message)


def _check_files(one: EndpointConfig, how: How, root: Path) -> None:
    if one.url.startswith(folder.SCHEME):
        folder.folder_of(one.url, root)
    else:
        sftp.server_of(one.url)
        if not (how.key and how.host_key):
            message = "an SFTP server needs `key`, a file, and `host_key`"
            raise ValueError(message)
    wrong = rendering.known(how)
    if wrong:
        raise ValueError(wrong)
