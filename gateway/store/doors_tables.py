"""The tables of the doors: members of archives, and what was fetched from elsewhere."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from gateway.store.schema import metadata

member = Table(  # a document that came out of another: of an archive, or of an e-mail
    "member",
    metadata,
    Column("document_id", ForeignKey("document.id"), primary_key=True),
    Column("archive_id", ForeignKey("document.id"), nullable=False),  # what it lay in
    Column("outermost_id", ForeignKey("document.id"), nullable=False),  # what came in by the door
    Column("position", Integer, nullable=False),
    Column("path", Text, nullable=False),  # its name in the outermost one, as it is shown
    Index("member_of", "archive_id", "position"),
    Index("member_of_outermost", "outermost_id", "document_id"),
)

fetched = Table(  # what a door has dealt with elsewhere: nothing is taken twice
    "fetched",
    metadata,
    Column("source", String(200), primary_key=True),  # the server and the folder
    Column("item", String(200), primary_key=True),  # what names it there for good
    Column("outcome", String(16), nullable=False),  # taken, refused, sent
    Column("note", Text),
    Column("at", String(32), nullable=False),
)
