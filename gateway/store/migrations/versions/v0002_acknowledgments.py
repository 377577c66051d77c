"""Control numbers, interchanges that came in, and what goes out with its acknowledgment."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of acknowledgments; nothing that is there changes."""
    _control_number()
    _interchange()
    _outgoing()
    _outgoing_set()


def _control_number() -> None:
    op.create_table(
        "control_number",
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "receiver", "level"),
    )


def _interchange() -> None:
    op.create_table(
        "interchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("syntax", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("control", sa.String(length=40), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("repeat_of", sa.Integer(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        sa.ForeignKeyConstraint(["repeat_of"], ["interchange.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "position"),
    )
    op.create_index(
        "interchange_by_control",
        "interchange",
        ["partner_id", "syntax", "control", "sender", "receiver"],
        unique=False,
    )


def _outgoing() -> None:
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("resends", sa.Integer(), nullable=True),
        sa.Column("syntax", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("control", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("overdue_at", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_at", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["document.id"]),
        sa.ForeignKeyConstraint(["answers"], ["interchange.id"]),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        sa.ForeignKeyConstraint(["resends"], ["outgoing.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("answers", "purpose"),
    )
    op.create_index("outgoing_by_control", "outgoing", ["partner_id", "control"], unique=False)
    op.create_index("outgoing_by_partner", "outgoing", ["partner_id", "id"], unique=False)
    op.create_index("outgoing_due", "outgoing", ["state", "due_at"], unique=False)
    op.create_index("outgoing_unwritten", "outgoing", ["written_at", "id"], unique=False)


def _outgoing_set() -> None:
    op.create_table(
        "outgoing_set",
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("control", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["outgoing_id"], ["outgoing.id"]),
        sa.PrimaryKeyConstraint("outgoing_id", "position"),
    )
    op.create_index("outgoing_set_by_group", "outgoing_set", ["group", "control"], unique=False)
