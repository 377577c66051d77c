"""Control numbers, the interchanges that came in, and what goes out until it is acknowledged.

A number is given in the transaction that keeps what it is for: one that is rolled back gives its
numbers back, so that each pair of partners sees its numbers without gaps and none of them twice.
"""

from collections.abc import Collection, Sequence

from msgspec import Struct, convert
from msgspec.structs import asdict
from sqlalchemy import Connection, func, insert, select, update

from gateway.acknowledging.states import SENT
from gateway.store.schema import (
    control_number,
    document,
    interchange,
    outgoing,
    outgoing_set,
    partner,
)

LAST_NUMBER = 999_999_999
"""ISA13 has nine digits; the number after the last one is 1."""


class NewInterchange(Struct, frozen=True, kw_only=True):
    """An interchange that came in; `facts` is JSON."""

    document_id: int
    position: int
    partner_id: int
    syntax: str
    sender: str
    receiver: str
    control: str
    test: bool
    repeat_of: int | None
    facts: bytes
    received_at: str


class KnownInterchange(Struct, frozen=True, kw_only=True):
    """An interchange that is kept."""

    id: int
    position: int
    partner_id: int
    repeat_of: int | None
    facts: bytes


class NewSet(Struct, frozen=True, kw_only=True):
    """A transaction set or message that goes out: how its acknowledgment will name it."""

    code: str = ""
    group: str = ""
    kind: str
    control: str
    number: str | None = None


class NewOutgoing(Struct, frozen=True, kw_only=True):
    """A file that goes out; with `due_at` its acknowledgment is awaited until then.

    `said` is JSON: what an answer of ours says.
    """

    partner_id: int
    purpose: str
    answers: int | None = None
    resends: int | None = None
    syntax: str
    kind: str
    sender: str
    receiver: str
    control: str
    number: str | None = None
    test: bool = False
    name: str
    content: bytes
    created_at: str
    state: str = SENT
    due_at: str | None = None
    said: bytes | None = None


class Unwritten(Struct, frozen=True, kw_only=True):
    """A file that is still to be put into a partner's folder."""

    id: int
    partner: str
    name: str
    content: bytes


class Sent(Struct, frozen=True, kw_only=True):
    """Something that went out, as far as its acknowledgment is concerned."""

    id: int
    partner: str
    kind: str
    control: str
    number: str | None
    name: str
    state: str
    created_at: str
    due_at: str | None


# Control numbers.


def take_numbers(
    connection: Connection, sender: str, receiver: str, level: str, count: int
) -> tuple[int, ...]:
    """Give the next `count` numbers of a pair and level; behind the last possible one comes 1."""
    if not count:
        return ()
    mine = (
        control_number.c.sender == sender,
        control_number.c.receiver == receiver,
        control_number.c.level == level,
    )
    last = connection.execute(select(control_number.c.last).where(*mine)).scalar()
    numbers = tuple(((last or 0) + step) % LAST_NUMBER + 1 for step in range(count))
    if last is None:
        row = {"sender": sender, "receiver": receiver, "level": level, "last": numbers[-1]}
        connection.execute(insert(control_number), row)
    else:
        connection.execute(update(control_number).where(*mine).values(last=numbers[-1]))
    return numbers


# What came in.


def interchanges_of(connection: Connection, document_id: int) -> list[KnownInterchange]:
    """Return the interchanges of a file, in order."""
    query = select(interchange).where(interchange.c.document_id == document_id)
    rows = connection.execute(query.order_by(interchange.c.position))
    return [convert(row, KnownInterchange, from_attributes=True) for row in rows]


def used_before(
    connection: Connection, partner_id: int, key: tuple[str, str, str, str, bool], since: str
) -> int | None:
    """Return the newest interchange with this syntax, sender, receiver, number and test indicator.

    `since` is the time before which nothing counts.
    """
    syntax, sender, receiver, control, test = key
    query = select(func.max(interchange.c.id)).where(
        interchange.c.partner_id == partner_id,
        interchange.c.syntax == syntax,
        interchange.c.control == control,
        interchange.c.sender == sender,
        interchange.c.receiver == receiver,
        interchange.c.test.is_(test),
        interchange.c.received_at >= since,
    )
    return connection.execute(query).scalar()


def add_interchange(connection: Connection, new: NewInterchange) -> int:
    """Keep an interchange; returns its number."""
    query = insert(interchange).values(**asdict(new)).returning(interchange.c.id)
    return int(connection.execute(query).scalar_one())


def document_of(connection: Connection, number: int) -> int:
    """Return the file that an interchange came in."""
    query = select(interchange.c.document_id).where(interchange.c.id == number)
    return int(connection.execute(query).scalar_one())


def partner_of(connection: Connection, document_id: int) -> int:
    """Return the partner of a file."""
    query = select(document.c.partner_id).where(document.c.id == document_id)
    return int(connection.execute(query).scalar_one())


def name_of(connection: Connection, document_id: int) -> tuple[str, bool]:
    """Return the name of a file, and whether its partner sent another of that name before."""
    query = select(document.c.partner_id, document.c.name).where(document.c.id == document_id)
    row = connection.execute(query).one()
    earlier = select(document.c.id).where(
        document.c.partner_id == row.partner_id,
        document.c.name == row.name,
        document.c.id < document_id,
    )
    return row.name, connection.execute(earlier.limit(1)).first() is not None


# What goes out.


def add_outgoing(connection: Connection, new: NewOutgoing, sets: Sequence[NewSet] = ()) -> int:
    """Keep a file that goes out, to be written; returns its number."""
    query = insert(outgoing).values(**asdict(new)).returning(outgoing.c.id)
    number = int(connection.execute(query).scalar_one())
    rows = [
        asdict(one) | {"outgoing_id": number, "position": position, "state": new.state}
        for position, one in enumerate(sets)
    ]
    if rows:
        connection.execute(insert(outgoing_set), rows)
    return number


def unwritten(connection: Connection, limit: int) -> list[Unwritten]:
    """Return files that are still to be written, oldest first."""
    query = (
        select(outgoing.c.id, partner.c.name.label("partner"), outgoing.c.name, outgoing.c.content)
        .join(partner, partner.c.id == outgoing.c.partner_id)
        .where(outgoing.c.written_at.is_(None))
        .order_by(outgoing.c.id)
        .limit(limit)
    )
    return [convert(row, Unwritten, from_attributes=True) for row in connection.execute(query)]


def written(connection: Connection, numbers: Collection[int], at: str) -> None:
    """Note that files are in their folders."""
    query = update(outgoing).where(outgoing.c.id.in_(numbers), outgoing.c.written_at.is_(None))
    connection.execute(query.values(written_at=at))


def answers_to(connection: Connection, documents: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of the files that acknowledge files, for those that have some."""
    query = (
        select(interchange.c.document_id, outgoing.c.name)
        .join(outgoing, interchange.c.id == outgoing.c.answers)
        .where(interchange.c.document_id.in_(documents))
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in connection.execute(query.order_by(outgoing.c.id)):
        found[row.document_id] = (*found.get(row.document_id, ()), row.name)
    return found


def content_of(connection: Connection, number: int) -> tuple[str, bytes] | None:
    """Return the partner and the content of what went out under a number."""
    query = select(partner.c.name, outgoing.c.content).join(
        partner, partner.c.id == outgoing.c.partner_id
    )
    row = connection.execute(query.where(outgoing.c.id == number)).first()
    return (row.name, row.content) if row else None


def rename(connection: Connection, number: int, name: str) -> None:
    """Name the file of what goes out."""
    connection.execute(update(outgoing).where(outgoing.c.id == number).values(name=name))


def file_of(connection: Connection, number: int) -> tuple[str, bytes] | None:
    """Return the name and the content of what went out under a number."""
    query = select(outgoing.c.name, outgoing.c.content).where(outgoing.c.id == number)
    row = connection.execute(query).first()
    return (row.name, row.content) if row else None
