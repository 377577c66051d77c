"""What receivers made of events, and how much of them they get."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table and the column; receivers go on getting the full events."""
    full = sa.Column("content", sa.String(length=16), nullable=False, server_default="full")
    op.add_column("endpoint", full)
    op.create_table(
        "acceptance",
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["event_sequence"], ["event.sequence"]),
        sa.PrimaryKeyConstraint("event_sequence"),
    )
    op.create_index("acceptance_by_subject", "acceptance", ["subject", "event_sequence"])
    op.create_index("document_by_day", "document", ["received_at"])
