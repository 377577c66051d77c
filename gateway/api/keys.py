"""API keys by the API: whoever may give rights may make keys, of no more than their own."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import Connection

from gateway.api import types
from gateway.api.asking import Paging
from gateway.api.calls import Call, Reply, here
from gateway.api.registry import op
from gateway.doors.problems import Code, refused
from gateway.flows import keyholding
from gateway.flows.keyholding import KeyRefusedError, MadeKey, WantedKey
from gateway.store import keys
from gateway.store.keys import KeyRow

_GROUP = "Keys"
_Text = Annotated[str, Meta(min_length=1, max_length=64)]


class KeyQuery(Paging, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which keys; with `revoked` also those that have ended."""

    revoked: bool = False


class NewKeyBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key: what it opens, for which partner, from which networks, until when."""

    name: _Text
    rights: Annotated[list[_Text], Meta(min_length=1, max_length=64)]
    partner: _Text | None = None
    networks: Annotated[list[_Text], Meta(max_length=32)] = []
    expires_at: datetime | None = None


@op("GET /v1/keys", group=_GROUP, right="people:write", query=KeyQuery, gives=types.KeyPage)
async def listed(call: Call) -> Reply:
    """List API keys, without their secrets."""
    asked: KeyQuery = call.query

    def ask(connection: Connection) -> list[KeyRow]:
        return keys.listed(connection, after=asked.after, limit=asked.size, revoked=asked.revoked)

    rows = await call.read(ask)
    items = [types.Key(**_told(row)) for row in rows]
    return Reply(body=types.KeyPage(items=items, next=rows[-1].id if rows else asked.after))


@op(
    "POST /v1/keys",
    group=_GROUP,
    right="people:write",
    body=NewKeyBody,
    gives=types.NewKey,
    status=201,
    example=NewKeyBody(name="erp", rights=["events:read", "events:settle"]),
)
async def create(call: Call) -> Reply:
    """Make a key and tell its secret, this once.

    Nobody gives a right that they have not. A repeat of the request makes no second key: the name
    is taken. So that the secret is kept nowhere, there is no Idempotency-Key here.
    """
    asked: NewKeyBody = call.body
    wanted = WantedKey(
        name=asked.name,
        rights=tuple(asked.rights),
        partner=asked.partner,
        networks=tuple(asked.networks),
        expires_at=asked.expires_at,
    )

    def write(connection: Connection) -> MadeKey:
        return keyholding.make(connection, wanted, call.actor, call.services.clock())

    try:
        made = await call.write(write)
    except KeyRefusedError as error:
        raise refused(Code.INVALID, f"{error}.") from error
    call.services.announced()
    told = types.NewKey(**_told(made.key), secret=made.secret)
    return Reply(body=told, headers={"Location": f"/v1/keys/{made.key.id}"})


@op("GET /v1/keys/{id}", group=_GROUP, right="people:write", gives=types.Key)
async def one(call: Call) -> Reply:
    """Return a key, without its secret."""
    number = call.number
    return Reply(body=types.Key(**_told(await call.found(lambda c: keys.one(c, number)))))


@op("DELETE /v1/keys/{id}", group=_GROUP, right="people:write", gives=types.Key)
async def revoke(call: Call) -> Reply:
    """End a key at once; its name stays in the log."""
    number, name = call.number, call.actor.name

    def write(connection: Connection) -> KeyRow | None:
        ended = keyholding.end(connection, number, name, call.services.clock())
        return ended or keys.one(connection, number)

    ended = here(await call.write(write))
    call.services.announced()
    return Reply(body=types.Key(**_told(ended)))


def _told(row: KeyRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in KeyRow.__struct_fields__}
    return told | {"rights": sorted(row.rights), "networks": list(row.networks)}
