"""A database moves to another engine whole, or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from gateway.flows import transfer
from gateway.jobs.embedded import EmbeddedJobs
from gateway.jobs.port import Jobs, NewJob
from gateway.jobs.procrastinate import ProcrastinateJobs
from gateway.store import events
from gateway.store.catalogue import metadata
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.schema import blob, document, partner

AT = "2026-03-02T09:00:00.000000+00:00"

pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


def now() -> datetime:
    return datetime.now(UTC)


def shared(store: Store) -> Jobs:
    return ProcrastinateJobs(store, now)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Store]:
    """A SQLite database in which something has happened."""
    opened = Store(tmp_path / "source.db")
    upgrade(opened, tmp_path)
    jobs = EmbeddedJobs(opened, now)
    with opened.write() as connection:
        connection.execute(
            insert(partner), [{"name": f"p\0{n}", "created_at": AT} for n in range(3)]
        )
        connection.execute(insert(blob).values(sha256="ab" * 32, size=2**40, stored_at=AT))
        connection.execute(
            insert(document),
            [
                {
                    "claim": f"c{n}",
                    "partner_id": 1 + n % 3,
                    "sha256": "ab" * 32,
                    "name": "Zürich \U0001f4e6.x12",
                    "door": "folder",
                    "state": "read",
                    "received_at": AT,
                    "repeat_of": n or None,
                    "problems": b"[]" if n % 2 else None,
                }
                for n in range(2500)
            ],
        )
        new = events.NewEvent(type="test.happened", subject="x", data=b"{}")
        events.announce(connection, [new] * 3, AT)
        due = datetime(2999, 1, 1, tzinfo=UTC)
        jobs.put(connection, [_job("now"), _job("later", due)])
    yield opened
    opened.close()


def _job(key: str, due: datetime | None = None) -> NewJob:
    return NewJob(kind="test", key=key, partner="acme", args=b"{}", due=due)


def test_everything_arrives_and_the_numbers_go_on(source: Store, store: Store) -> None:
    counts = {one.table: one for one in transfer.copy(source, store, shared)}
    assert (counts["document"].rows, counts["event"].rows, counts["record"].rows) == (2500, 3, 0)
    with source.read() as before, store.read() as after:
        assert set(counts) == set(metadata.tables) - {"job"}
        for table in (document, blob):
            assert transfer.digest(before, table) == transfer.digest(after, table)
        names = after.execute(select(partner.c.name).order_by(partner.c.id)).scalars().all()
        assert names == ["p\ufffd0", "p\ufffd1", "p\ufffd2"]
        stats = shared(store).stats(after)
        assert (stats.ready, stats.waiting) == (1, 1)
    with store.write() as connection:
        added = insert(partner).values(name="new", created_at=AT).returning(partner.c.id)
        assert connection.execute(added).scalar() == 4
        new = events.NewEvent(type="test.happened", subject="y", data=b"{}")
        events.announce(connection, [new], AT)
        assert events.last_sequence(connection) == 4


def test_a_target_that_holds_something_is_left_alone(source: Store, store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(partner).values(name="mine", created_at=AT))
    with pytest.raises(transfer.NotEmptyError, match="in table partner"):
        transfer.copy(source, store, shared)


def test_what_does_not_arrive_whole_does_not_arrive(source: Store, store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN NEW.name = 'spoilt'; RETURN NEW; END $$;"
                "CREATE TRIGGER spoil BEFORE INSERT ON document"
                " FOR EACH ROW EXECUTE FUNCTION spoil()"
            )
        )
    with pytest.raises(transfer.DifferentError, match="table document arrived as"):
        transfer.copy(source, store, shared)
    with store.read() as connection:
        assert connection.execute(select(partner)).all() == []
