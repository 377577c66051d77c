"""One invoice made many: what a large inbox is made of, at the speed of the database."""

from sqlalchemy import Connection, Table, text

from gateway.store.schema import document, reconciliation, record

_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
    " SELECT i FROM n"
)
_OVER = "(1 + (i * 7919) % 83)"  # rolls too many, at the sample's price


def multiply(  # noqa: PLR0913, PLR0917 - how many, of what, and how they differ
    connection: Connection,
    source: int,
    many: int,
    still_open: int,
    supplier: str = "'Supplier ' || (i % 40)",
    disputed: str = f"printf('%d.00', 118 * {_OVER})",
) -> int:
    """Store `many` invoices like the record `source`, the first of them open; SQLite only.

    `supplier` and `disputed` are SQL, with `i` counting from 1. Returns the number of records that
    there were: the new ones count on from it.
    """
    connection.execute(text("CREATE TEMP TABLE n AS " + _NUMBERS), {"many": many})
    last = connection.execute(text("SELECT max(id) FROM record")).scalar_one()
    files = connection.execute(text("SELECT max(id) FROM document")).scalar_one()
    file = "(SELECT document_id FROM record WHERE id = :source)"
    days = "strftime('%Y-%m-%dT%H:%M:%f000Z', s.received_at, '-' || (i % 200) || ' hours')"
    own = {"id": f"{files} + i", "claim": "'many' || i", "received_at": days}
    _copy(connection, document, f"id = {file}", own, source)
    own = {"id": f"{last} + i", "document_id": f"{files} + i", "key": "'many' || i"}
    own |= {"number": "'M-' || printf('%06d', i)", "supplier": supplier}
    _copy(connection, record, "id = :source", own, source)
    own = {
        "record_id": f"{last} + i",
        "verdict": f"CASE WHEN i <= {still_open} THEN 'exception' ELSE 'matched' END",
        "disputed": disputed,
        "reason": f"'Billed ' || (40 + {_OVER}) || ' RL, ordered 40: ' || {_OVER}"
        f" || ' over, ' || {disputed} || ' disputed.'",
        "due": f"date('2026-10-30', '-' || (i % 40) || ' days', CASE WHEN {disputed} = '0.01'"
        " THEN '+90 days' ELSE '+0 days' END)",
        "digest": "printf('%064d', i)",
    }
    _copy(connection, reconciliation, "record_id = :source", own, source)
    connection.execute(text("DROP TABLE n"))
    return int(last)


def _copy(
    connection: Connection, table: Table, which: str, own: dict[str, str], source: int
) -> None:
    names = [column.name for column in table.columns]
    values = ", ".join(own.get(name, f's."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    query = f"INSERT INTO {table.name} ({listed}) SELECT {values} FROM n, {table.name} s"  # noqa: S608
    connection.execute(text(f"{query} WHERE s.{which}"), {"source": source})


def number_of(connection: Connection, number: str) -> int:
    """Return the record of an invoice by its number."""
    query = text("SELECT id FROM record WHERE number = :number AND kind = 'invoice'")
    return int(connection.execute(query, {"number": number}).scalar_one())
