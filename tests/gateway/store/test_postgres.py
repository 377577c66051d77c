"""What is PostgreSQL's own: its address, its text, and who writes when."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from gateway.store import events
from gateway.store.engine import AddressError, Store
from gateway.store.schema import blob, partner

pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
AT = "2026-03-02T09:00:00.000000Z"


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same database, seen by another machine."""
    opened = Store(store.engine.url.render_as_string(hide_password=False))
    yield opened
    opened.close()


@pytest.mark.parametrize("place", ["", "mysql://root@localhost/x", "sqlite:///x.db", "nonsense"])
def test_other_addresses_are_refused(store: Store, place: str) -> None:
    with pytest.raises(AddressError, match="expected postgresql://USER@HOST/DATABASE"):
        Store(place)
    assert store.path is None


def test_a_password_is_not_told(store: Store) -> None:
    opened = Store("postgresql://dockmatch:secret@localhost/dockmatch")
    assert "secret" not in opened.name
    assert opened.name != store.name
    opened.close()


def test_text_may_hold_anything(store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(partner).values(name="a\0b\U0001f4e6'", created_at=AT))
    with store.read() as connection:
        assert connection.execute(select(partner.c.name)).scalar() == "a\ufffdb\U0001f4e6'"


def test_a_reader_sees_one_moment_and_writes_nothing(store: Store, other: Store) -> None:
    names = select(partner.c.name)
    with store.read() as connection:
        assert connection.execute(names).all() == []
        with other.write() as writing:
            writing.execute(insert(partner).values(name="acme", created_at=AT))
        assert connection.execute(names).all() == []
        with pytest.raises(DBAPIError, match="read-only"):
            connection.execute(insert(partner).values(name="other", created_at=AT))


def test_writers_of_several_machines_come_one_after_the_other(store: Store, other: Store) -> None:
    def announce(one: Store, name: str) -> None:
        for number in range(30):
            with one.write() as connection:
                new = events.NewEvent(type="test.happened", subject=f"{name}/{number}", data=b"{}")
                events.announce(connection, [new], AT)

    threads = [
        threading.Thread(target=announce, args=(one, str(number)))
        for number, one in enumerate([store, other, store, other])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        found = events.after(connection, 0, limit=1000)
    assert [one.sequence for one in found] == list(range(1, 121))
    for name in "0123":
        told = [one.subject for one in found if one.subject.startswith(f"{name}/")]
        assert told == [f"{name}/{number}" for number in range(30)]


def test_events_cannot_be_truncated(store: Store) -> None:
    with pytest.raises(DBAPIError, match="events are never altered"), store.write() as connection:
        connection.execute(text("TRUNCATE event CASCADE"))


def test_sizes_may_be_big(store: Store) -> None:
    size = 3 << 40
    with store.write() as connection:
        connection.execute(insert(blob).values(sha256="ab" * 32, size=size, stored_at=AT))
    with store.read() as connection:
        assert connection.execute(select(blob.c.size)).scalar() == size
