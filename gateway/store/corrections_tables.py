"""The table of corrections: each revision that a person made of a record, and what stood before."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from gateway.store.schema import metadata

correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("revision", Integer, nullable=False),  # of the record that it made, from 1
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("changes", LargeBinary, nullable=False),  # JSON: pointer, before, after
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),  # the record before, as JSON
    Column("trace", LargeBinary),  # its trace, zstd
    UniqueConstraint("record_id", "revision"),
)
