"""The tables of retention: what must be kept, and what was forgotten."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from gateway.store.schema import metadata

GONE = b"{}"
"""What stands for the data of an event that was forgotten."""

legal_hold = Table(  # nothing of a partner, or of one file, goes while it stands
    "legal_hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partner", String(64), nullable=False),  # its name; "*" holds everything
    Column("document_id", ForeignKey("document.id")),  # of this file alone
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("ended_at", String(32)),
)

forgotten = Table(  # an event whose data is gone: the hash of it stays, so that the chain verifies
    "forgotten",
    metadata,
    Column("event_sequence", ForeignKey("event.sequence"), primary_key=True),
    Column("hash", String(64), nullable=False),  # SHA-256 of the data that it had
    Column("run", String(64), nullable=False),  # the id of the event that tells of it
    Index("forgotten_by_run", "run", "event_sequence"),
)
