"""Punchout sessions of buyers, our own shop's, and the guards of the cXML endpoint."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of punchout; nothing that is there changes."""
    _punchout_session()
    _cxml_exchange()
    _cxml_business()
    _shop_session()


def _punchout_session() -> None:
    op.create_table(
        "punchout_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("protocol", sa.String(length=8), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cookie", sa.String(length=64), nullable=False),
        sa.Column("return_hash", sa.String(length=64), nullable=False),
        sa.Column("landing", sa.String(length=64), nullable=False),
        sa.Column("requester", sa.String(length=128), nullable=True),
        sa.Column("start_url", sa.Text(), nullable=True),
        sa.Column("payload_id", sa.String(length=255), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=True),
        sa.Column("edits", sa.Integer(), nullable=True),
        sa.Column("cart", sa.LargeBinary(), nullable=True),
        sa.Column("cart_hash", sa.String(length=64), nullable=True),
        sa.Column("cart_document", sa.Integer(), nullable=True),
        sa.Column("returned_at", sa.String(length=32), nullable=True),
        sa.Column("hold_until", sa.String(length=32), nullable=True),
        sa.Column("order_number", sa.String(length=128), nullable=True),
        sa.Column("order_payload_id", sa.String(length=255), nullable=True),
        sa.Column("order_document", sa.Integer(), nullable=True),
        sa.Column("order_sha256", sa.String(length=64), nullable=True),
        sa.Column("sending", sa.String(length=16), nullable=True),
        sa.Column("sending_note", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edits"], ["punchout_session.id"]),
        sa.ForeignKeyConstraint(["cart_document"], ["document.id"]),
        sa.ForeignKeyConstraint(["order_document"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cookie"),
        sa.UniqueConstraint("return_hash"),
        sa.UniqueConstraint("landing"),
        sa.UniqueConstraint("order_number"),
    )
    op.create_index(
        "punchout_session_by_state", "punchout_session", ["state", "expires_at"], unique=False
    )


def _cxml_exchange() -> None:
    op.create_table(
        "cxml_exchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=300), nullable=False),
        sa.Column("payload_id", sa.String(length=255), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("timestamp", sa.String(length=64), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sender", "payload_id", "body_hash"),
    )


def _cxml_business() -> None:
    op.create_table(
        "cxml_business",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["exchange_id"], ["cxml_exchange.id"]),
        sa.PrimaryKeyConstraint("key"),
    )


def _shop_session() -> None:
    op.create_table(
        "shop_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("protocol", sa.String(length=8), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("start_hash", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("cookie", sa.Text(), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("requester", sa.String(length=128), nullable=True),
        sa.Column("echo", sa.LargeBinary(), nullable=True),
        sa.Column("basket", sa.LargeBinary(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("start_hash"),
    )
