"""How much each holder of a key may still ask: a bucket of tokens that fills by the clock.

Processes draw several tokens at a time, so that not every request is a transaction.
"""

from datetime import datetime

from sqlalchemy import Connection, select

from gateway.clock import moment_of, stamp
from gateway.store.dialects import upsert
from gateway.store.keys_tables import api_allowance

_THOUSAND = 1000


def draw(  # noqa: PLR0913, PLR0917 - a bucket, its size, and what is asked of it
    connection: Connection, holder: str, per_second: int, burst: int, wanted: int, now: datetime
) -> int:
    """Take up to `wanted` tokens from the bucket of `holder` and return how many there were."""
    query = select(api_allowance).where(api_allowance.c.holder == holder)
    row = connection.execute(query).first()
    tokens = burst * _THOUSAND
    if row is not None:
        passed = max((now - moment_of(row.at)).total_seconds(), 0)
        tokens = min(tokens, row.tokens + int(passed * per_second * _THOUSAND))
    drawn = min(wanted, tokens // _THOUSAND)
    values = {"tokens": tokens - drawn * _THOUSAND, "at": stamp(now)}
    put = upsert(connection, api_allowance).values(holder=holder, **values)
    put = put.on_conflict_do_update(index_elements=[api_allowance.c.holder], set_=values)
    connection.execute(put)
    return drawn
