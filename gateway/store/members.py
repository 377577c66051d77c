"""Members of archives and e-mails: which document came out of which."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from msgspec import Struct
from sqlalchemy import Connection, insert, select

from gateway.store.doors_tables import member
from gateway.store.schema import document


class Member(Struct, frozen=True, kw_only=True):
    """A document that came out of the document `archive`, in the end of `outermost`."""

    document: int
    archive: int
    outermost: int
    position: int
    path: str


def add(connection: Connection, members: Sequence[Member]) -> None:
    """Note where documents came from."""
    rows = [
        {
            "document_id": one.document,
            "archive_id": one.archive,
            "outermost_id": one.outermost,
            "position": one.position,
            "path": one.path,
        }
        for one in members
    ]
    if rows:
        connection.execute(insert(member), rows)


def of(connection: Connection, outermost: Collection[int]) -> dict[int, list[Member]]:
    """Return what came out of each of `outermost`, in order, however deep it lay."""
    query = (
        select(member)
        .where(member.c.outermost_id.in_(outermost))
        .order_by(member.c.outermost_id, member.c.document_id)
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for row in connection.execute(query):
        one = Member(
            document=row.document_id,
            archive=row.archive_id,
            outermost=row.outermost_id,
            position=row.position,
            path=row.path,
        )
        found[one.outermost].append(one)
    return dict(found)


def archive_of(connection: Connection, number: int) -> int | None:
    """Return the receipt number of what a document lay in, None where it came by itself."""
    query = select(member.c.archive_id).where(member.c.document_id == number)
    return connection.execute(query).scalar()


def within(connection: Connection, number: int, limit: int) -> list[int]:
    """Return the receipt numbers of what lay in an archive or e-mail, in order."""
    query = (
        select(document.c.id)
        .join(member, member.c.document_id == document.c.id)
        .where(member.c.archive_id == number)
        .order_by(member.c.position)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())
