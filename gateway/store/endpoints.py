"""Endpoints: where events go, which of them, in what version, and how they are doing.

An endpoint is known by its address. Its settings are those of the configuration, except for what
only the database knows: the version that it was made with, the secret that a person gave it, and
how far it has got.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, update

from gateway.clock import moment_of, stamp
from gateway.store.events import last_sequence
from gateway.store.schema import endpoint
from gateway.vault import Vault, is_sealed

BOTH_SIGN = timedelta(hours=24)
"""How long the secret before goes on signing, where nobody says otherwise."""

BATCH_MAX = 500
NO_VAULT = Vault()

EndpointState = Literal["active", "paused", "held", "removed"]
"""Paused endpoints are probed until they are back; held ones were paused by a person."""


class How(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which events an endpoint gets beside their types, and how.

    Filters hold back events that say something else; events that say nothing of it pass. `order` is
    kept for each subject, or for all. `rate` is events a second. `batch` events go together, or
    what there is after `batch_ms`. `format` and `partner` are for files.
    """

    partners: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    tests: Literal["with", "without", "only"] = "with"
    order: Literal["subject", "all"] = "subject"
    rate: float | None = None
    batch: int = 1
    batch_ms: int = 1000
    format: str = "json"
    partner: str | None = None
    key: str | None = None
    host_key: str | None = None

    @property
    def filters(self) -> bool:
        """Whether some events are held back for what they say."""
        return bool(self.partners or self.suppliers or self.verdicts or self.tests != "with")


class Wanted(Struct, frozen=True, kw_only=True):
    """An endpoint as the configuration says; `version` None leaves the one that it has."""

    url: str
    secret: str = ""
    types: tuple[str, ...] = ()
    content: str = "full"
    version: str | None = None
    how: How = How()


class Endpoint(Struct, frozen=True, kw_only=True):
    """A receiver of events; `types` empty means all of them, thin `content` numbers and links.

    Times are UTC ISO 8601, `secret` and `secret_before` as they are stored.
    """

    id: int
    url: str
    secret: str
    secret_before: str | None
    secret_until: str | None
    types: tuple[str, ...]
    state: EndpointState
    cursor: int
    sequence: int
    failures: int
    probe_at: str | None
    note: str | None
    version: str
    content: str = "full"
    how: How = How()


def declare(
    connection: Connection, wanted: Wanted, at: str, *, newest: str, vault: Vault = NO_VAULT
) -> None:
    """Make `wanted` an endpoint; a new one gets the events from now on, in version `newest`.

    Another secret than before signs beside that one for `BOTH_SIGN`. The secret that `rotate`
    replaced is no other one: the configuration has just not been told yet. Raises VaultError.
    """
    values: dict[str, Any] = {
        "types": ",".join(wanted.types) or None,
        "content": wanted.content,
        "how": msgspec.json.encode(wanted.how).decode(),
    }
    query = select(endpoint.c.state, endpoint.c.secret, endpoint.c.secret_before)
    known = connection.execute(query.where(endpoint.c.url == wanted.url)).first()
    if known is None:
        values |= {"url": wanted.url, "secret": vault.seal(wanted.secret), "state": "active"}
        values |= {"cursor": last_sequence(connection), "created_at": at}
        values |= {"version": wanted.version or newest}
        connection.execute(insert(endpoint).values(values))
        return
    values |= {"state": "active" if known.state == "removed" else known.state}
    values |= {"version": wanted.version} if wanted.version else {}
    connection.execute(update(endpoint).where(endpoint.c.url == wanted.url).values(values))
    if wanted.secret not in {vault.open(known.secret), vault.open(known.secret_before or "")}:
        until = stamp(moment_of(at) + BOTH_SIGN)
        rotate(connection, wanted.url, vault.seal(wanted.secret), until)


def remove_others(connection: Connection, urls: Collection[str]) -> None:
    """Stop delivering to every endpoint that is not in `urls`; its rows stay."""
    connection.execute(update(endpoint).where(endpoint.c.url.not_in(urls)).values(state="removed"))


def rotate(connection: Connection, url: str, sealed: str, until: str) -> None:
    """Give the endpoint a new secret; the one before goes on signing beside it until `until`."""
    connection.execute(
        update(endpoint)
        .where(endpoint.c.url == url)
        .values(secret_before=endpoint.c.secret, secret_until=until, secret=sealed)
    )


def pin(connection: Connection, to: Endpoint, version: str) -> None:
    """Give an endpoint events of another version from now on."""
    connection.execute(update(endpoint).where(endpoint.c.id == to.id).values(version=version))


def reseal(connection: Connection, vault: Vault) -> int:
    """Seal all secrets with the newest key of `vault`; returns how many. Raises VaultError."""
    query = select(endpoint.c.id, endpoint.c.secret, endpoint.c.secret_before)
    found = 0
    for row in connection.execute(query).all():
        stored = {"secret": row.secret, "secret_before": row.secret_before}
        old = {name: one for name, one in stored.items() if one and not vault.is_current(one)}
        if old:
            anew = {name: vault.seal(vault.open(one)) for name, one in old.items()}
            connection.execute(update(endpoint).where(endpoint.c.id == row.id).values(anew))
            found += len(anew)
    return found


def all_sealed(connection: Connection) -> bool:
    """Whether no secret of an endpoint stands in the database as it is."""
    return all(
        not one or is_sealed(one)
        for to in endpoints(connection)
        for one in (to.secret, to.secret_before)
    )


def endpoints(connection: Connection) -> list[Endpoint]:
    """Return the endpoints that are not removed."""
    query = select(endpoint).where(endpoint.c.state != "removed").order_by(endpoint.c.id)
    return [_endpoint(row) for row in connection.execute(query)]


_how = msgspec.json.Decoder(How)


def _endpoint(row: Row[Any]) -> Endpoint:
    values = {name: getattr(row, name) for name in Endpoint.__struct_fields__}
    values |= {"types": tuple(row.types.split(",")) if row.types else ()}
    return Endpoint(**values | {"how": _how.decode(row.how) if row.how else How()})


def known(connection: Connection, url: str) -> Endpoint | None:
    """Return the endpoint at an address; its number will do as well."""
    return next((one for one in endpoints(connection) if url in {one.url, str(one.id)}), None)


def write_health(connection: Connection, to: Endpoint) -> None:
    """Write how an endpoint is doing: its failures, state, next probe and note."""
    connection.execute(
        update(endpoint)
        .where(endpoint.c.id == to.id)
        .values(failures=to.failures, state=to.state, probe_at=to.probe_at, note=to.note)
    )


def subject_of(endpoint_id: int) -> str:
    """Return the subject of events about an endpoint."""
    return f"endpoint/{endpoint_id}"
