"""What a result says apart from all that it rests on: decisions stand while that stays."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; results so far say all that is in them."""
    new = sa.Column("body_digest", sa.String(length=64), nullable=False, server_default="")
    op.add_column("reconciliation", new)
    op.execute("UPDATE reconciliation SET body_digest = digest")
