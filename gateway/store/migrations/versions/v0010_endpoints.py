"""Endpoints with a pinned version, filters, batches and files; and what is kept for how long."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_FIRST_VERSION = "2026-11-25"


def upgrade() -> None:
    """Pin the endpoints that are there to the first version; nothing else changes."""
    op.add_column(
        "endpoint",
        sa.Column("version", sa.String(length=10), nullable=False, server_default=_FIRST_VERSION),
    )
    op.add_column("endpoint", sa.Column("how", sa.Text()))
    op.add_column("delivery", sa.Column("batch", sa.Integer()))
    op.create_index("delivery_in_batch", "delivery", ["endpoint_id", "batch"])
    op.add_column("blob", sa.Column("removed_at", sa.String(length=32)))
    _legal_hold()
    _forgotten()


def _legal_hold() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32)),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def _forgotten() -> None:
    op.create_table(
        "forgotten",
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_sequence"], ["event.sequence"]),
        sa.PrimaryKeyConstraint("event_sequence"),
    )
    op.create_index("forgotten_by_run", "forgotten", ["run", "event_sequence"])
