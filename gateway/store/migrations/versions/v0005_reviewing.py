"""What reviewing needs: causes, days to pay by, who has it, amendments, and named views."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SEVERITIES = ("critical", "block", "wait", "tolerance", "warning", "info")
_COLUMNS = (("cause", 64), ("due", 10), ("discount_until", 10), ("discount", 40), ("assigned", 64))
_AT_ONCE = 500


def upgrade() -> None:
    """Create the tables, and fill the columns from the results that are there."""
    for name, length in _COLUMNS:
        op.add_column("reconciliation", sa.Column(name, sa.String(length=length)))
    _amendment()
    op.create_table(
        "view",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _fill(op.get_bind())


def _amendment() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("amendment_by_record", "amendment", ["record_id"])


def _fill(connection: sa.Connection) -> None:
    names = ("record_id", "body", *(name for name, _ in _COLUMNS))
    table = sa.table("reconciliation", *(sa.column(name) for name in names))
    last: int | None = 0
    while last is not None:
        query = sa.select(table.c.record_id, table.c.body).where(table.c.record_id > last)
        rows = connection.execute(query.order_by(table.c.record_id).limit(_AT_ONCE)).all()
        for number, body in rows:
            found = _values(json.loads(body))
            connection.execute(sa.update(table).where(table.c.record_id == number).values(**found))
        last = rows[-1].record_id if rows else None


def _values(result: dict[str, Any]) -> dict[str, str | None]:
    findings, terms = result.get("findings") or [], result.get("terms") or {}
    gravest: dict[str, Any] = min(
        findings, key=lambda one: _SEVERITIES.index(one["severity"]), default={}
    )
    discount = terms.get("discount_amount") and terms.get("discount_until")
    return {
        "cause": gravest.get("code"),
        "due": terms.get("due"),
        "discount_until": terms.get("discount_until") if discount else None,
        "discount": terms.get("discount_amount") if discount else None,
    }
