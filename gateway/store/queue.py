"""The jobs table of the embedded engine: its statements, one typed function each.

A job is `ready`, or it waits for `due_at`: a timer that has not come, a next try, or a holder whose
time has not run out. Ready jobs go out by rank, which shares the time fairly between partners
(start-time fair queueing): `rank = max(clock, the partner's last rank) + cost`.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    delete,
    false,
    func,
    insert,
    null,
    or_,
    select,
    true,
    update,
)

from gateway.store.dialects import Greatest, upsert
from gateway.store.schema import job, lane

_CLOCK = ""


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert jobs; each row's rank is worked out here from its partner and cost."""
    if not rows:
        return []
    query = insert(job).returning(job.c.id, sort_by_parameter_order=True)
    return list(connection.execute(query, ranked(connection, rows)).scalars())


def ranked(
    connection: Connection, rows: Sequence[dict[str, Any]], clock: int | None = None
) -> list[dict[str, Any]]:
    """Return the rows with their ranks, and remember the last one of each partner.

    `clock` is the rank that is being served; None is that of the last job handed out.
    """
    partners = {row["partner"] for row in rows}
    last = _ranks(connection, {_CLOCK, *partners})
    start, result = last.get(_CLOCK, 0) if clock is None else clock, []
    for row in rows:
        rank = max(start, last.get(row["partner"], 0)) + row["cost"]
        last[row["partner"]] = rank
        result.append({**row, "rank": rank})
    _write_ranks(connection, {name: last[name] for name in partners})
    return result


def forget_ranks(connection: Connection) -> None:
    """Let all partners start anew: nobody has anything to do."""
    connection.execute(delete(lane))


def _ranks(connection: Connection, names: Collection[str]) -> dict[str, int]:
    query = select(lane.c.partner, lane.c.rank).where(lane.c.partner.in_(names))
    return {row.partner: row.rank for row in connection.execute(query)}


def _write_ranks(connection: Connection, ranks: dict[str, int]) -> None:
    query = upsert(connection, lane)
    query = query.on_conflict_do_update(
        index_elements=[lane.c.partner],
        set_={"rank": Greatest(lane.c.rank, query.excluded.rank)},
    )
    connection.execute(query, [{"partner": name, "rank": rank} for name, rank in ranks.items()])


def anything_due(connection: Connection, now: str) -> bool:
    """Whether a claim would find something."""
    query = select(job.c.id).where(
        or_(job.c.ready == true(), and_(job.c.ready == false(), job.c.due_at <= now))
    )
    return connection.execute(query.limit(1)).first() is not None


def claim(
    connection: Connection, kinds: Collection[str], holder: str, now: str, until: str
) -> RowMapping | None:
    """Hand out the job whose turn it is, to `holder` until `until`; None where there is none."""
    connection.execute(
        update(job)
        .where(job.c.ready == false(), job.c.due_at <= now)
        .values(ready=True, owner=null(), due_at=null())
    )
    first = (
        select(job.c.id)
        .where(job.c.ready == true(), job.c.kind.in_(kinds))
        .order_by(job.c.rank, job.c.id)
        .limit(1)
        .scalar_subquery()
    )
    taken = connection.execute(
        update(job)
        .where(job.c.id == first)
        .values(ready=False, owner=holder, due_at=until, tries=job.c.tries + 1)
        .returning(job)
    )
    row = taken.mappings().first()
    if row is not None:
        _write_ranks(connection, {_CLOCK: row["rank"]})
    return row


def holds(connection: Connection, number: int, holder: str) -> bool:
    """Whether `holder` still holds a job."""
    query = select(job.c.id).where(job.c.id == number, job.c.owner == holder)
    return connection.execute(query).first() is not None


def end(connection: Connection, number: int, holder: str) -> bool:
    """Remove a job that `holder` still holds; False where it does not."""
    query = delete(job).where(job.c.id == number, job.c.owner == holder)
    return connection.execute(query).rowcount == 1


def retry(connection: Connection, number: int, due: str, error: str, *, forgiven: bool) -> None:
    """Take a job from its holder for another try at `due`; a `forgiven` try does not count."""
    tries = job.c.tries - 1 if forgiven else job.c.tries
    query = update(job).where(job.c.id == number)
    connection.execute(query.values(owner=null(), due_at=due, error=error, tries=tries))


def hold_on(connection: Connection, holders: Collection[str], until: str) -> None:
    """Let `holders` keep what they hold until `until`."""
    connection.execute(update(job).where(job.c.owner.in_(holders)).values(due_at=until))


def release_all(connection: Connection) -> int:
    """Take every job from its holder: called by one who knows that all of them are gone."""
    query = update(job).where(job.c.owner.is_not(None))
    return connection.execute(query.values(ready=True, owner=null(), due_at=null())).rowcount


def bring_forward(connection: Connection, latest: str) -> int:
    """Make ready what failed before and waits beyond `latest`: the clock was turned back."""
    query = update(job).where(
        job.c.ready == false(),
        job.c.due_at > latest,
        job.c.owner.is_(None),
        job.c.error.is_not(None),
    )
    return connection.execute(query.values(ready=True, due_at=null())).rowcount


def live(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Return those of `numbers` that have a row."""
    return set(connection.execute(select(job.c.id).where(job.c.id.in_(numbers))).scalars())


def cancel(connection: Connection, kind: str, key: str) -> int:
    """Remove the jobs of `key` that nobody holds."""
    query = delete(job).where(job.c.kind == kind, job.c.key == key, job.c.owner.is_(None))
    return connection.execute(query).rowcount


def counts(connection: Connection) -> tuple[int, int, int]:
    """Return how many jobs are ready, held and waiting."""
    held = job.c.owner.is_not(None)
    query = select(
        func.count().filter(job.c.ready == true()),
        func.count().filter(held),
        func.count().filter(job.c.ready == false(), ~held),
    ).select_from(job)
    ready, working, waiting = connection.execute(query).one()
    return ready, working, waiting
