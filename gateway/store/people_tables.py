"""The tables of people: who may sign in, their sessions, the groups, and what groups set.

Nothing that opens a door is in them: passwords as Argon2id, the numbers of sessions and of links as
SHA-256 (32 random bytes need no slow hash).
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from gateway.store.schema import metadata

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # who did it, in the audit: for ever
    Column("email", String(254), nullable=False, unique=True),
    Column("display", String(128), nullable=False),
    Column("roles", Text, nullable=False),  # blank separated
    Column("password", Text),  # Argon2id with its salt and cost; null where none was set
    Column("issuer", Text),  # of the identity provider that knows them, and by what
    Column("subject", String(255)),
    Column("disabled_at", String(32)),
    Column("created_at", String(32), nullable=False),
    Column("created_by", String(64), nullable=False),
    UniqueConstraint("issuer", "subject"),
)

person_link = Table(  # a link that lets a person set a password, once
    "person_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, unique=True),
    Column("expires_at", String(32), nullable=False),
)

person_session = Table(
    "person_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("begun_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),  # to the minute
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),  # what the browser calls itself
    Index("person_session_by_person", "person_id"),
)

sign_in_tries = Table(  # tries since the last good one, by account and by address
    "sign_in_tries",
    metadata,
    Column("key", String(80), primary_key=True),  # a digest: what was typed may be a password
    Column("tries", Integer, nullable=False),
    Column("last_at", String(32), nullable=False),
    Column("wait_until", String(32), nullable=False),
    Index("sign_in_tries_by_age", "last_at"),
)

people_group = Table(  # a department, a legal entity: a node of the tree under the company
    "people_group",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("parent_id", Integer),  # null: the company; no key, so that rows copy in any order
    Column("created_at", String(32), nullable=False),
    Column("created_by", String(64), nullable=False),
)

group_member = Table(
    "group_member",
    metadata,
    Column("group_id", ForeignKey("people_group.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Index("group_member_by_person", "person_id"),
)

group_setting = Table(  # what a group says itself; the company's values have the group 0
    "group_setting",
    metadata,
    Column("group_id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
)
