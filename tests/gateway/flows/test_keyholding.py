"""Keys are told once, open what they say, from where and until when they say it."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.doors.access import Actor
from gateway.flows.keyholding import (
    KeyRefusedError,
    KeyRing,
    MadeKey,
    WantedKey,
    end,
    key_actor,
    make,
)
from gateway.rights import RIGHTS
from gateway.store import events, keys
from gateway.store.engine import Store
from gateway.store.keys_tables import api_key

ADMIN = Actor(name="ann", rights=frozenset(RIGHTS))
HERE = "10.1.2.3"


def made(store: Store, clock: Any, maker: Actor = ADMIN, **more: Any) -> MadeKey:
    wanted = WantedKey(**{"name": "erp", "rights": ("events:read",), **more})
    with store.write() as connection:
        return make(connection, wanted, maker, clock())


def actor(store: Store, clock: Any, secret: str, address: str = HERE) -> Actor | None:
    with store.read() as connection:
        return key_actor(connection, secret, address, clock())


def test_a_key_opens_what_it_was_made_for(store: Store, clock: Any) -> None:
    new = made(store, clock, rights=("events:read", "events:settle"), partner="osprey")
    assert actor(store, clock, new.secret) == Actor(
        name="erp", partner="osprey", rights=frozenset({"events:read", "events:settle"})
    )
    for wrong in (new.secret + "x", new.secret[:-1], "dm_", "", new.key.hint):
        assert actor(store, clock, wrong) is None


def test_no_secret_is_kept(store: Store, clock: Any) -> None:
    new = made(store, clock)
    assert new.secret.startswith("dm_")
    assert len(new.secret) == len("dm_") + 43
    with store.read() as connection:
        (row,) = connection.execute(select(api_key)).all()
        log = events.after(connection, 0)
    assert row.digest == hashlib.sha256(new.secret.encode()).hexdigest()
    assert not any(new.secret in str(value) for value in row)
    assert [(one.type, one.actor) for one in log] == [("key.created", "ann")]
    assert new.secret.encode() not in log[0].data


def test_two_keys_have_two_secrets(store: Store, clock: Any) -> None:
    assert made(store, clock).secret != made(store, clock, name="other").secret


def test_a_key_ends_at_its_hour(store: Store, clock: Any) -> None:
    new = made(store, clock, expires_at=clock() + timedelta(hours=1))
    assert actor(store, clock, new.secret) is not None
    clock.pass_seconds(3600)
    assert actor(store, clock, new.secret) is None


def test_a_revoked_key_opens_nothing_and_keeps_its_name(store: Store, clock: Any) -> None:
    new = made(store, clock)
    with store.write() as connection:
        assert end(connection, new.key.id, "bob", clock()) is not None
        assert end(connection, new.key.id, "bob", clock()) is None
        assert end(connection, 99, "bob", clock()) is None
    assert actor(store, clock, new.secret) is None
    with pytest.raises(KeyRefusedError, match="knows it by that name"):
        made(store, clock)
    with store.read() as connection:
        assert keys.listed(connection) == []
        (kept,) = keys.listed(connection, revoked=True)
        kinds = [one.type for one in events.after(connection, 0)]
    assert (kept.revoked_by, kinds) == ("bob", ["key.created", "key.revoked"])


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("10.1.2.3", "erp"),
        ("::ffff:10.1.2.3", "erp"),
        ("2001:db8::7", "erp"),
        ("10.2.0.1", None),
        ("2001:db9::1", None),
        ("", None),
        ("unix", None),
    ],
)
def test_a_key_is_good_from_its_networks(
    store: Store, clock: Any, address: str, who: str | None
) -> None:
    new = made(store, clock, networks=("10.1.0.0/16", "2001:db8::/32"))
    found = actor(store, clock, new.secret, address)
    assert (found.name if found else None) == who


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"rights": ()}, "needs a right"),
        ({"rights": ("root",)}, "there is no right root"),
        ({"partner": "../etc"}, "partner"),
        ({"networks": ("10.1.0.1/16",)}, "host bits"),
        ({"networks": ("intranet",)}, "networks"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "over already"),
        ({"expires_at": datetime(2030, 1, 1)}, "offset"),  # noqa: DTZ001 - what is refused
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    store: Store, clock: Any, wanted: dict[str, Any], says: str
) -> None:
    with pytest.raises(KeyRefusedError, match=says):
        made(store, clock, **wanted)
    with store.read() as connection:
        assert keys.listed(connection) == []
        assert events.last_sequence(connection) == 0


def test_nobody_gives_more_than_they_have(store: Store, clock: Any) -> None:
    reader = Actor(name="bob", rights=frozenset({"people:write", "events:read"}))
    with pytest.raises(KeyRefusedError, match="that they have not: audit:read"):
        made(store, clock, reader, rights=("events:read", "audit:read"))
    of_osprey = Actor(name="key", partner="osprey", rights=frozenset(RIGHTS))
    for partner in (None, "halden"):
        with pytest.raises(KeyRefusedError, match="osprey alone"):
            made(store, clock, of_osprey, partner=partner)


def test_a_right_that_is_gone_opens_nothing(store: Store, clock: Any) -> None:
    new = made(store, clock)
    with store.write() as connection:
        connection.execute(api_key.update().values(rights="events:read long:gone"))
    found = actor(store, clock, new.secret)
    assert found is not None
    assert found.rights == {"events:read"}


def test_the_last_use_is_noted_to_the_minute(store: Store, clock: Any) -> None:
    new, ring = made(store, clock), KeyRing(store, clock)
    seen = []
    for address, seconds in ((HERE, 0), ("10.9.9.9", 59), ("10.9.9.9", 1)):
        clock.pass_seconds(seconds)
        assert ring.actor(new.secret, address) is not None
        with store.read() as connection:
            kept = keys.one(connection, new.key.id)
        seen.append((kept.used_from, kept.used_at) if kept else None)
    assert seen[0] == seen[1]
    assert seen[2] is not None
    assert seen[2][0] == "10.9.9.9"
    assert ring.actor("dm_nobody", HERE) is None
