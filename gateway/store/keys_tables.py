"""The tables of API keys: who holds them, what they were answered, and how much they may still ask.

A key's secret is in none of them, only its SHA-256: 32 random bytes need no slow hash.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.schema import metadata

api_key = Table(
    "api_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # who did it, in the audit: for ever
    Column("digest", String(64), nullable=False, unique=True),  # of the whole secret
    Column("hint", String(16), nullable=False),  # its beginning, to know it by
    Column("rights", Text, nullable=False),  # blank separated
    Column("partner", String(64)),  # whose documents alone it sends and sees
    Column("networks", Text, nullable=False),  # it may come from, blank separated; any where empty
    Column("created_at", String(32), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at", String(32)),
    Column("used_at", String(32)),  # to the minute
    Column("used_from", String(64)),
    Column("revoked_at", String(32)),
    Column("revoked_by", String(64)),
)

api_answer = Table(  # what a request with an Idempotency-Key was answered; its repeat gets the same
    "api_answer",
    metadata,
    Column("holder", String(160), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),  # digest of its method, address and body
    Column("status", Integer),  # null while the first request is at work
    Column("headers", Text),  # JSON
    Column("body", LargeBinary),
    Column("started_at", String(32), nullable=False),
    Index("api_answer_by_age", "started_at"),
)

api_allowance = Table(  # a bucket of tokens for each holder; a request takes one
    "api_allowance",
    metadata,
    Column("holder", String(160), primary_key=True),
    Column("tokens", BigInteger, nullable=False),  # thousandths
    Column("at", String(32), nullable=False),  # when they were counted
)
