"""What the inbox is ordered by, in an index of what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_COLUMNS = (
    "verdict",
    "record_id",
    "decided",
    "cause",
    "digest",
    "currency",
    "pending",
    "disputed",
    "due",
    "discount_until",
    "discount",
)
_OPEN = sa.text(
    "verdict IN ('exception', 'unmatched', 'duplicate', 'waiting')"
    " AND (decided IS NULL OR decided != digest)"
)


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "reconciliation_open",
        "reconciliation",
        list(_COLUMNS),
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
