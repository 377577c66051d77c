"""Results that later ones took the place of: what comparing runs looks back at."""

from collections.abc import Mapping

import zstandard
from msgspec import Struct
from sqlalchemy import Connection, insert, select

from gateway.store.reviewing_tables import run
from gateway.store.schema import reconciliation

RUNS_MAX = 50
_BODY_BYTES_MAX = 64_000_000


class Run(Struct, frozen=True, kw_only=True):
    """A result of an invoice: its version and digest, when it was made, and its JSON."""

    version: int
    digest: str
    at: str
    body: bytes


def keep(connection: Connection, bodies: Mapping[int, bytes]) -> None:
    """Keep the current results of these records, which are about to be replaced."""
    if not bodies:
        return
    pack = zstandard.ZstdCompressor().compress
    result = reconciliation.c
    query = select(result.record_id, result.version, result.digest, result.changed_at)
    query = query.where(result.record_id.in_(list(bodies)))
    rows = [
        {
            "record_id": row.record_id,
            "version": row.version,
            "digest": row.digest,
            "at": row.changed_at,
            "body": pack(bodies[row.record_id]),
        }
        for row in connection.execute(query)
    ]
    connection.execute(insert(run), rows)


def of_record(connection: Connection, record_id: int) -> list[Run]:
    """Return the earlier results of an invoice, newest first, as many as are shown."""
    query = (
        select(run.c.version, run.c.digest, run.c.at, run.c.body)
        .where(run.c.record_id == record_id)
        .order_by(run.c.version.desc())
        .limit(RUNS_MAX)
    )
    return [
        Run(version=row.version, digest=row.digest, at=row.at, body=_whole(row.body))
        for row in connection.execute(query)
    ]


def _whole(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_BODY_BYTES_MAX)
