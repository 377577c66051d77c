"""The tables of reviewing: what was asked of others, debit memos, limits set here, earlier results.

A question's address is the only way to its page, so its token stands here as it does in the event
that tells of it: whoever sends the link needs it. It answers once, and not after `expires_at`.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.schema import metadata

question = Table(
    "question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),  # the invoice it is about
    Column("key", String(64), nullable=False, unique=True),  # asking twice with it asks once
    Column("role", String(16), nullable=False),  # receiver, supplier
    Column("token", String(64), nullable=False, unique=True),
    Column("words", Text, nullable=False),  # the question as it is read
    Column("about", LargeBinary, nullable=False),  # JSON: the line, what was ordered, came, billed
    Column("actor", String(64), nullable=False),
    Column("asked_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("answer", String(24)),  # null while it is open
    Column("said", LargeBinary),  # JSON: quantities, words, name, files
    Column("answered_at", String(32)),
    Index("question_by_record", "record_id", "id"),
)

debit_memo = Table(  # what was deducted from an invoice: canonical, numbered, never changed
    "debit_memo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),  # the invoice that was paid short
    Column("number", String(64), nullable=False, unique=True),
    Column("fact", String(40), nullable=False, unique=True),  # its id as a fact
    Column("body", LargeBinary, nullable=False),  # the canonical record as JSON
    Column("currency", String(3)),
    Column("amount", String(40), nullable=False),
    Column("paid", String(40), nullable=False),  # what of the invoice is paid in spite of it
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("withdrawn_at", String(32)),
    Index("debit_memo_by_record", "record_id"),
)

policy_rule = Table(  # a limit that a person set on a screen, above the policy's file
    "policy_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),  # the invoice it was set on
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("supplier", String(128)),  # for everybody where null
    Column("key", String(64), nullable=False),  # the policy's own name of the limit
    Column("value", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("ended_by", String(64)),
)

run = Table(  # a result that a later one took the place of
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # by which decisions name it
    Column("at", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),  # the reconciliation as JSON, zstd
    UniqueConstraint("record_id", "version"),
)
