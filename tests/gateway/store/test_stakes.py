"""What ranking asks: it is read from an index of what is open, however much is stored."""

from typing import Any

from sqlalchemy import text

from gateway.store.engine import Store
from gateway.store.looking import Look, Place, open_results
from gateway.store.stakes import stake, stakes


def test_ranking_reads_open_results_from_their_index(store: Store) -> None:
    query = open_results(Look())
    with store.read() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if not on_sqlite:  # an empty table is read whole, unless that is forbidden
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        said = query.compile(connection.engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
        plan = " ".join(str(row) for row in connection.execute(text(f"{explain}{said}")))
    assert "reconciliation_open" in plan


def test_nothing_is_at_stake_in_an_empty_store(store: Store) -> None:
    with store.read() as connection:
        assert stakes(connection, Look()) == []
        nowhere = Place(at="2026-10-01", kind="invoice", id=7)
        assert stake(connection, nowhere) is None
        file: Any = stake(connection, Place(at="2026-10-01", kind="file", id=7))
        assert file.currency is None
