"""What doors remember: which archive a document came out of, and what was fetched before."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables; what is there already came out of no archive."""
    op.add_column("document", sa.Column("packed", sa.String(length=8), nullable=True))
    op.create_table(
        "member",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("archive_id", sa.Integer(), nullable=False),
        sa.Column("outermost_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["archive_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["outermost_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_index("member_of", "member", ["archive_id", "position"])
    op.create_index("member_of_outermost", "member", ["outermost_id", "document_id"])
    op.create_table(
        "fetched",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("source", "item"),
    )
