"""The tables, once, for SQLite and PostgreSQL.

Truth lives in these rows; a job is only permission to work. Every change of `document.state` is a
guarded update (`WHERE state = old AND version = v`, row count checked) in the transaction that
holds its effects. Times are UTC ISO 8601 text with microseconds, so that both engines order and
compare them alike; decimals are text, exact. States of a document:

    received -> read        its records are stored and matched where they can be
             -> quarantined nothing could be read; the answer says why
             -> duplicate   the same bytes from the same partner came before

Records of a document that could not be read whole are stored `incomplete` and wait for a person.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    or_,
)

metadata = MetaData()

partner = Table(
    "partner",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # its folder's name
    Column("supplier", String(128)),  # the supplier party its documents speak for, where known
    Column("created_at", String(32), nullable=False),
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", String(32), nullable=False),
    Column("removed_at", String(32)),  # when its bytes were removed, as the retention says
)

document = Table(  # one file that came in by one door; its id is the receipt number
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim", String(64), nullable=False, unique=True),  # idempotency of the intake itself
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("sha256", ForeignKey("blob.sha256"), nullable=False),
    Column("name", Text, nullable=False),
    Column("door", String(16), nullable=False),  # folder, http, sftp, fetch, mail, as2
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("repeat_of", ForeignKey("document.id")),
    Column("truncated", Boolean, nullable=False, default=False),  # the door saw no end of it
    Column("packed", String(8)),  # zip, mail: its members become documents; else null
    Column("format", String(16)),
    Column("problems", LargeBinary),  # JSON: problems of the file as a whole
    Column("received_at", String(32), nullable=False),
    Column("decided_at", String(32)),
    Column("answered", Boolean, nullable=False, default=False),  # the answer file is out
    Column("job_id", Integer),  # the job that has it; one that is gone is noticed by the sweeper
    Index("document_by_state", "state", "id"),
    Index("document_unanswered", "answered", "id"),
    Index("document_by_name", "partner_id", "name"),
    Index("document_by_content", "partner_id", "sha256"),
    Index("document_by_day", "received_at"),
)

record = Table(
    "record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("position", Integer, nullable=False),  # its place in the file, from 0
    Column("key", String(40), nullable=False, unique=True),  # its id as a fact: from content alone
    Column("kind", String(24), nullable=False),
    Column("number", String(128)),
    Column("supplier", String(128)),
    Column("incomplete", Boolean, nullable=False, default=False),
    Column("test", Boolean, nullable=False, default=False),
    Column("body", LargeBinary, nullable=False),  # the canonical record as JSON
    Column("trace", LargeBinary),  # JSON pointer -> where it stood, zstd
    Column("created_at", String(32), nullable=False),
    UniqueConstraint("document_id", "position"),
    Index("record_by_number", "kind", "number"),
    Index("record_incomplete", "incomplete", "id"),
)

touch = Table(  # which orders, invoices and suppliers a record touches: how a case is gathered
    "touch",
    metadata,
    Column("key", String(200), primary_key=True),  # "order:4500001", "invoice:S1:1001", ...
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    Index("touch_by_record", "record_id"),
)

reconciliation = Table(  # the latest result for each invoice record
    "reconciliation",
    metadata,
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    Column("verdict", String(32), nullable=False),
    Column("currency", String(3)),
    Column("approved", String(40), nullable=False),
    Column("pending", String(40), nullable=False),
    Column("disputed", String(40), nullable=False),
    Column("reason", Text, nullable=False),  # the sentence shown first
    Column("codes", Text),  # of all its findings, blank separated: what lists are filtered by
    Column("role", String(64)),  # who can resolve the finding shown first
    Column("cause", String(64)),  # the code of the finding shown first: what lists are grouped by
    Column("due", String(10)),  # when to pay, and until when for less: what a day of waiting costs
    Column("discount_until", String(10)),
    Column("discount", String(40)),
    Column("assigned", String(64)),  # to whom a person handed it; the role's where null
    Column("digest", String(64), nullable=False),  # of what it says, not of what that rests on
    Column("decided", String(64)),  # the digest that a person decided on: open while it differs
    Column("body", LargeBinary, nullable=False),  # the reconciliation as JSON
    Column("body_digest", String(64), nullable=False, server_default=""),
    Column("version", Integer, nullable=False, default=1),
    Column("changed_at", String(32), nullable=False),
    Index("reconciliation_by_verdict", "verdict", "record_id"),
)

RECONCILIATION_OPEN = and_(  # nobody has decided on it; without parameters, so that indexes fit
    reconciliation.c.verdict.in_(
        [literal_column(f"'{one}'") for one in ("exception", "unmatched", "duplicate", "waiting")]
    ),
    or_(
        reconciliation.c.decided.is_(None),
        reconciliation.c.decided != reconciliation.c.digest,
    ),
)
Index(  # of what is open, all that its rank in the inbox asks
    "reconciliation_open",
    *(
        reconciliation.c[name]
        for name in (
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
    ),
    sqlite_where=RECONCILIATION_OPEN,
    postgresql_where=RECONCILIATION_OPEN,
)

decision = Table(  # what a person decided about an exception
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("action", String(32), nullable=False),  # accept, reject, repair, undo
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("digest", String(64), nullable=False),  # of the result that the person saw
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Index("decision_by_record", "record_id"),
)

amendment = Table(  # how lines are to be read, decided by a person: a fact beside the documents
    "amendment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),  # the invoice it was decided on
    Column("key", String(40), nullable=False, unique=True),  # its id as a fact
    Column("body", LargeBinary, nullable=False),  # the amendment as JSON
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Index("amendment_by_record", "record_id"),
)

view = Table(  # words of the inbox that somebody has named, for everybody
    "view",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("words", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
)

event = Table(  # append-only: webhook source, pull feed, timeline and audit at once
    "event",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("type", String(48), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("event_by_subject", "subject", "sequence"),
    sqlite_autoincrement=True,  # a sequence number is never used twice
)

seal = Table(  # a block of the event log, chained to the one before
    "seal",
    metadata,
    Column("last", Integer, primary_key=True),  # the sequence of its last event
    Column("first", Integer, nullable=False),
    Column("before", String(64), nullable=False),  # the digest of the block before
    Column("digest", String(64), nullable=False),  # over that, and the hash of each event
    Column("at", String(32), nullable=False),
)

endpoint = Table(
    "endpoint",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("secret", Text, nullable=False),  # whsec_..., sealed where there is a key; "" for files
    Column("secret_before", Text),  # signs too until secret_until, while receivers change over
    Column("secret_until", String(32)),
    Column("types", Text),  # comma separated; all where null
    Column("content", String(16), nullable=False, server_default="full"),  # full, thin, record
    Column("version", String(10), nullable=False, server_default="2026-11-25"),  # of its events
    Column("how", Text),  # filters, order, rate, batches and format, as JSON
    Column("state", String(16), nullable=False),  # active, paused, held, removed
    Column("cursor", Integer, nullable=False, default=0),  # events up to here have a delivery row
    Column("sequence", Integer, nullable=False, default=0),  # the last number given to a delivery
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("probe_at", String(32)),  # when one delivery tries whether a paused one is back
    Column("note", Text),  # why it is paused
    Column("created_at", String(32), nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("endpoint_id", ForeignKey("endpoint.id"), nullable=False),
    Column("event_sequence", ForeignKey("event.sequence"), nullable=False),
    Column("sequence", Integer, nullable=False),  # counts this endpoint's events, without gaps
    Column("subject", String(160), nullable=False),
    Column("state", String(16), nullable=False),  # waiting, delivered, dead
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", String(32), nullable=False),
    Column("status", Integer),  # of the last answer
    Column("answer", Text),  # its first 4 kB, or why there was none
    Column("delivered_at", String(32)),
    Column("batch", Integer),  # waiting ones that go together, by the sequence of their first
    UniqueConstraint("endpoint_id", "event_sequence"),
    Index("delivery_waiting", "endpoint_id", "state", "event_sequence"),
    Index("delivery_in_batch", "endpoint_id", "batch"),
    Index("delivery_in_order", "endpoint_id", "subject", "event_sequence"),
)

acceptance = Table(  # what a receiver made of an event, the last that it said
    "acceptance",
    metadata,
    Column("event_sequence", ForeignKey("event.sequence"), primary_key=True),
    Column("subject", String(160), nullable=False),
    Column("state", String(16), nullable=False),  # accepted, rejected
    Column("number", String(128)),  # of the receiver's document; kept when it is reversed
    Column("reason", Text),  # why it was rejected
    Column("actor", Text, nullable=False),  # the endpoint that answered, or whose key it was
    Column("at", String(32), nullable=False),
    Index("acceptance_by_subject", "subject", "event_sequence"),
)

job = Table(  # permission to work; `ready` ones by rank, all others wait for `due_at`
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(160), nullable=False),
    Column("partner", String(64), nullable=False),
    Column("args", LargeBinary, nullable=False),
    Column("cost", BigInteger, nullable=False),  # milliseconds, estimated
    Column("rank", BigInteger, nullable=False),  # start-time fair queueing between partners
    Column("ready", Boolean, nullable=False),
    Column("due_at", String(32)),  # timer, next try and visibility time-out at once
    Column("owner", String(64)),
    Column("tries", Integer, nullable=False, default=0),
    Column("error", Text),  # of the last try
    Column("created_at", String(32), nullable=False),
    Index("job_ready", "ready", "rank", "id"),
    Index("job_due", "ready", "due_at"),
    Index("job_by_key", "kind", "key"),
    sqlite_autoincrement=True,  # the number of a job that is gone is never another one's
)

job_dead = Table(
    "job_dead",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(160), nullable=False),
    Column("partner", String(64), nullable=False),
    Column("args", LargeBinary, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("died_at", String(32), nullable=False),
    Index("job_dead_by_kind", "kind", "died_at"),
)

lane = Table(  # the last rank given to each partner; that of "" is the clock: the last one claimed
    "lane",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("rank", BigInteger, nullable=False),
)

control_number = Table(  # the last number given to what we write, for each pair and level
    "control_number",
    metadata,
    Column("sender", String(80), primary_key=True),  # "ZZ:ACME": our qualifier and identifier
    Column("receiver", String(80), primary_key=True),
    Column("level", String(32), primary_key=True),  # x12.interchange, x12.group, edifact.message...
    Column("last", Integer, nullable=False),
)

interchange = Table(  # an envelope that came in: how a used control number is noticed
    "interchange",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("position", Integer, nullable=False),  # its place in the file, from 0
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("syntax", String(16), nullable=False),  # x12, edifact
    Column("sender", String(80), nullable=False),
    Column("receiver", String(80), nullable=False),
    Column("control", String(40), nullable=False),
    Column("test", Boolean, nullable=False, default=False),
    Column("repeat_of", ForeignKey("interchange.id")),  # the one that used the number before
    Column("facts", LargeBinary),  # what an acknowledgment would say of it, JSON
    Column("received_at", String(32), nullable=False),
    UniqueConstraint("document_id", "position"),
    Index("interchange_by_control", "partner_id", "syntax", "control", "sender", "receiver"),
)

outgoing = Table(  # what is written into a partner's folder, and what comes back for it
    "outgoing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("purpose", String(16), nullable=False),  # document, syntax, application
    Column("answers", ForeignKey("interchange.id")),  # where it acknowledges
    Column("resends", ForeignKey("outgoing.id")),  # the same content, sent before
    Column("syntax", String(16), nullable=False),
    Column("kind", String(32), nullable=False),  # 997, TA1, CONTRL, 850 ...; blank separated
    Column("sender", String(80), nullable=False),
    Column("receiver", String(80), nullable=False),
    Column("control", String(40), nullable=False),  # ISA13, UNB0020
    Column("number", String(128)),  # of the business document, where there is one
    Column("test", Boolean, nullable=False, default=False),
    Column("name", Text, nullable=False),  # of its file in out/
    Column("content", LargeBinary, nullable=False),
    Column("written_at", String(32)),  # when the file was there; to be written where null
    Column("created_at", String(32), nullable=False),
    Column("state", String(32), nullable=False),  # sent, awaited, accepted, rejected ...
    Column("due_at", String(32)),  # when its acknowledgment is overdue; null where none is awaited
    Column("overdue_at", String(32)),  # when that was announced
    Column("acknowledged_at", String(32)),
    Column("acknowledged_by", ForeignKey("document.id")),
    Column("said", LargeBinary),  # what the acknowledgment told, JSON
    UniqueConstraint("answers", "purpose"),
    Index("outgoing_by_control", "partner_id", "control"),  # no key: numbers wrap
    Index("outgoing_unwritten", "written_at", "id"),
    Index("outgoing_due", "state", "due_at"),
    Index("outgoing_by_partner", "partner_id", "id"),
)

outgoing_set = Table(  # the transaction sets and messages inside: what AK1/AK2 and UCM name
    "outgoing_set",
    metadata,
    Column("outgoing_id", ForeignKey("outgoing.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(8), nullable=False),  # GS01; empty in EDIFACT
    Column("group", String(40), nullable=False),  # GS06; UNG0048, or empty
    Column("kind", String(16), nullable=False),  # ST01, UNH0065
    Column("control", String(40), nullable=False),  # ST02, UNH0062
    Column("number", String(128)),
    Column("state", String(32), nullable=False),
    Index("outgoing_set_by_group", "group", "control"),
)

punchout_session = Table(  # a person shopping at a supplier, from the request to the order
    "punchout_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("protocol", String(8), nullable=False),  # cxml, oci
    Column("operation", String(16), nullable=False),  # create, edit, inspect
    Column("state", String(16), nullable=False),  # requested, started, returned, ordered, ...
    Column("reason", Text),  # why it is in this state, in words
    Column("cookie", String(64), nullable=False, unique=True),  # the BuyerCookie
    Column("return_hash", String(64), nullable=False, unique=True),  # of the secret in the address
    Column("landing", String(64), nullable=False, unique=True),  # where the browser lands
    Column("requester", String(128)),
    Column("start_url", Text),
    Column("payload_id", String(255)),  # of the setup request: kept on every try
    Column("test", Boolean, nullable=False, default=False),
    Column("sent", LargeBinary),  # the item looked for, or the lines being edited; JSON
    Column("edits", ForeignKey("punchout_session.id")),
    Column("cart", LargeBinary),  # the canonical cart, JSON
    Column("cart_hash", String(64)),  # of the body that brought it
    Column("cart_document", ForeignKey("document.id")),
    Column("returned_at", String(32)),
    Column("hold_until", String(32)),  # the prices of the cart hold until then
    Column("order_number", String(128), unique=True),
    Column("order_payload_id", String(255)),
    Column("order_document", ForeignKey("document.id")),
    Column("order_sha256", String(64)),  # of the order as it is sent, without its secret
    Column("sending", String(16)),  # waiting, accepted, refused, failed, dropped
    Column("sending_note", Text),
    Column("actor", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Index("punchout_session_by_state", "state", "expires_at"),
)

cxml_exchange = Table(  # a cXML request and the answer it got: a repeat gets the same one
    "cxml_exchange",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sender", String(300), nullable=False),  # the partner who proved to be it
    Column("payload_id", String(255), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("timestamp", String(64), nullable=False),  # as the document states it
    Column("code", Integer, nullable=False),  # of the answer
    Column("answer", LargeBinary, nullable=False),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("answered_at", String(32), nullable=False),
    UniqueConstraint("sender", "payload_id", "body_hash"),
)

cxml_business = Table(  # what a document is about: an order or invoice counts once
    "cxml_business",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("exchange_id", ForeignKey("cxml_exchange.id"), nullable=False),
    Column("content_hash", String(64), nullable=False),  # of the payload without its envelope
)

shop_session = Table(  # a buyer's user in our catalogue
    "shop_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("protocol", String(8), nullable=False),
    Column("operation", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # waiting, open, returned, cancelled
    Column("start_hash", String(64), nullable=False, unique=True),  # of the token in the address
    Column("key_hash", String(64)),  # of the cookie of the browser that came in
    Column("cookie", Text, nullable=False),  # the BuyerCookie, given back as it came
    Column("return_url", Text, nullable=False),
    Column("requester", String(128)),
    Column("echo", LargeBinary),  # fields of an OCI call that go back as they came, JSON
    Column("basket", LargeBinary, nullable=False),  # JSON: part number and quantity
    Column("test", Boolean, nullable=False, default=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
)
