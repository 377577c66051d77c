"""Whoever guesses waits, longer each time; whoever is known is never locked out for good."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.people.guessing import OF_ACCOUNT, OF_ADDRESS, forgive, network_of, seconds_to_wait
from gateway.store.engine import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.integers(0, 10_000))
def test_waits_grow_and_have_an_end(tries: int) -> None:
    for patience in (OF_ACCOUNT, OF_ADDRESS):
        wait, following = patience.wait(tries), patience.wait(tries + 1)
        assert wait <= following <= patience.longest
        assert bool(wait) == (tries >= patience.free)


def tried(store: Store, clock: Any, name: str, address: str) -> int:
    with store.write() as connection:
        return seconds_to_wait(connection, name, address, clock())


def test_an_account_waits_wherever_the_tries_come_from(store: Store, clock: Any) -> None:
    waits = [tried(store, clock, "mara", f"192.0.2.{n}") for n in range(7)]
    assert waits == [0] * OF_ACCOUNT.free + [6, 6]  # what is tried while one waits counts no more
    assert tried(store, clock, "MARA ", "198.51.100.9") == 6
    assert tried(store, clock, "other", "198.51.100.9") == 0
    clock.pass_seconds(6)
    assert tried(store, clock, "mara", "192.0.2.8") == 0
    assert tried(store, clock, "mara", "192.0.2.8") == 11


def test_an_address_waits_whatever_the_name(store: Store, clock: Any) -> None:
    waits = [tried(store, clock, f"name{n}", "192.0.2.1") for n in range(OF_ADDRESS.free + 1)]
    assert waits == [0] * OF_ADDRESS.free + [6]
    assert tried(store, clock, "somebody", "192.0.2.2") == 0


def test_a_day_later_all_is_forgotten(store: Store, clock: Any) -> None:
    for _ in range(OF_ACCOUNT.free):
        tried(store, clock, "mara", "192.0.2.1")
    assert tried(store, clock, "mara", "192.0.2.1")
    clock.pass_seconds(86_401)
    assert [tried(store, clock, "mara", "192.0.2.1") for _ in range(OF_ACCOUNT.free)] == [0] * 5


def test_a_good_try_is_forgiven_to_the_account_and_once_to_the_address(
    store: Store, clock: Any
) -> None:
    for _ in range(OF_ACCOUNT.free - 1):
        tried(store, clock, "mara", "192.0.2.1")
    with store.write() as connection:
        forgive(connection, "mara", "192.0.2.1")
    waits = [tried(store, clock, "mara", "192.0.2.1") for _ in range(OF_ACCOUNT.free + 1)]
    assert waits == [0] * OF_ACCOUNT.free + [6]


def test_what_was_typed_is_not_kept(store: Store, clock: Any) -> None:
    tried(store, clock, "my password, in the wrong field", "192.0.2.1")
    with store.read() as connection:
        rows = connection.exec_driver_sql("SELECT key FROM sign_in_tries").all()
    assert sorted(row[0].split(":")[0] for row in rows) == ["account", "address"]
    assert not any("password" in row[0] or "192" in row[0] for row in rows)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix:", "unix:", True),
    ],
)
def test_a_customers_network_is_one_guesser(one: str, other: str, *, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_many_at_once_gain_nothing(store: Store, clock: Any) -> None:
    """Tries are counted before anything is compared, so nobody slips through in between."""
    free = sum(tried(store, clock, "mara", "192.0.2.1") == 0 for _ in range(50))
    assert free == OF_ACCOUNT.free
    assert OF_ACCOUNT.longest <= timedelta(minutes=15)
