"""Control numbers, the interchanges that came in, and what goes out until it is acknowledged.

A number is given in the transaction that keeps what it is for: one that is rolled back gives its
numbers back, so that each pair of partners sees its numbers without gaps and none of them twice.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, convert
from msgspec.structs import asdict
from sqlalchemy import (
    Connection,
    bindparam,
    exists,
    func,
    insert,
    null,
    select,
    tuple_,
    update,
)

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


Key = tuple[int, str, str, str, str, bool]


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
    facts: bytes
    received_at: str

    @property
    def key(self) -> Key:
        """What makes two interchanges one: whose it is, and its number."""
        own = (self.syntax, self.sender, self.receiver, self.control, self.test)
        return (self.partner_id, *own)


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


Series = tuple[str, str, str]
"""Whose numbers: ours and the partner's qualified identifiers, and the level of the envelope."""


def take_numbers(connection: Connection, series: Series, count: int) -> tuple[int, ...]:
    """Give the next `count` numbers of a series; behind the last possible one comes 1."""
    return take_several(connection, {series: count})[series]


def take_several(
    connection: Connection, wanted: Mapping[Series, int]
) -> dict[Series, tuple[int, ...]]:
    """Give the next numbers of several series, as many of each as are wanted."""
    c = control_number.c
    mine = tuple_(c.sender, c.receiver, c.level).in_(list(wanted))
    query = select(c.sender, c.receiver, c.level, c.last).where(mine)
    last = {(row.sender, row.receiver, row.level): row.last for row in connection.execute(query)}
    given = {series: _after(last.get(series, 0), count) for series, count in wanted.items()}
    rows = [
        {"of": series[0], "to": series[1], "at": series[2], "number": numbers[-1]}
        for series, numbers in given.items()
        if numbers
    ]
    old = [row for row in rows if (row["of"], row["to"], row["at"]) in last]
    new = [row for row in rows if (row["of"], row["to"], row["at"]) not in last]
    if old:
        change = update(control_number).where(
            c.sender == bindparam("of"), c.receiver == bindparam("to"), c.level == bindparam("at")
        )
        connection.execute(change.values(last=bindparam("number")), old)
    if new:
        first = insert(control_number).values(
            sender=bindparam("of"),
            receiver=bindparam("to"),
            level=bindparam("at"),
            last=bindparam("number"),
        )
        connection.execute(first, new)
    return given


def _after(last: int, count: int) -> tuple[int, ...]:
    return tuple((last + step) % LAST_NUMBER + 1 for step in range(count))


# What came in.


def interchanges_of(connection: Connection, document_id: int) -> list[KnownInterchange]:
    """Return the interchanges of a file, in order."""
    query = select(interchange).where(interchange.c.document_id == document_id)
    rows = connection.execute(query.order_by(interchange.c.position))
    return [convert(row, KnownInterchange, from_attributes=True) for row in rows]


def repeats_of(
    connection: Connection, documents: Collection[int]
) -> dict[int, list[tuple[int, int | None]]]:
    """Return the interchanges of files, in order, each with the one whose number it repeats."""
    query = select(interchange.c.document_id, interchange.c.id, interchange.c.repeat_of)
    query = query.where(interchange.c.document_id.in_(documents))
    found: dict[int, list[tuple[int, int | None]]] = {}
    for row in connection.execute(
        query.order_by(interchange.c.document_id, interchange.c.position)
    ):
        found.setdefault(row.document_id, []).append((row.id, row.repeat_of))
    return found


def answered(connection: Connection, interchanges: Collection[int]) -> set[int]:
    """Return those of `interchanges` that have their answer."""
    query = select(outgoing.c.answers).where(outgoing.c.answers.in_(interchanges))
    return set(connection.execute(query).scalars())


def used_before(
    connection: Connection, partners: Collection[int], controls: Collection[str]
) -> dict[Key, tuple[str, int]]:
    """Return the newest interchange of each key that uses one of `controls`, and when it came."""
    query = select(
        interchange.c.id,
        interchange.c.partner_id,
        interchange.c.syntax,
        interchange.c.sender,
        interchange.c.receiver,
        interchange.c.control,
        interchange.c.test,
        interchange.c.received_at,
    ).where(
        interchange.c.partner_id.in_(partners),
        interchange.c.syntax.in_(("x12", "edifact")),  # so that the index is used whole
        interchange.c.control.in_(controls),
    )
    return {
        (row.partner_id, row.syntax, row.sender, row.receiver, row.control, row.test): (
            row.received_at,
            row.id,
        )
        for row in connection.execute(query.order_by(interchange.c.id))
    }


def add_interchanges(connection: Connection, new: Sequence[NewInterchange]) -> list[int]:
    """Keep interchanges; returns their numbers, in order."""
    query = insert(interchange).returning(interchange.c.id, sort_by_parameter_order=True)
    return list(connection.execute(query, list(map(asdict, new))).scalars()) if new else []


def mark_repeats(connection: Connection, repeats: Mapping[int, int]) -> None:
    """Note which interchanges repeat the number of which others."""
    rows = [{"one": one, "first": first} for one, first in repeats.items()]
    if rows:
        query = update(interchange).where(interchange.c.id == bindparam("one"))
        connection.execute(query.values(repeat_of=bindparam("first")), rows)


def document_of(connection: Connection, number: int) -> int:
    """Return the file that an interchange came in."""
    query = select(interchange.c.document_id).where(interchange.c.id == number)
    return int(connection.execute(query).scalar_one())


def name_of(connection: Connection, document_id: int) -> str:
    """Return the name of a file."""
    query = select(document.c.name).where(document.c.id == document_id)
    return str(connection.execute(query).scalar_one())


def namesakes(connection: Connection, documents: Collection[int]) -> set[int]:
    """Return those of `documents` whose partner sent a file of that name before."""
    earlier = document.alias("earlier")
    same = exists().where(
        earlier.c.partner_id == document.c.partner_id,
        earlier.c.name == document.c.name,
        earlier.c.id < document.c.id,
    )
    query = select(document.c.id).where(document.c.id.in_(documents), same)
    return set(connection.execute(query).scalars())


# What goes out.


def add_several(connection: Connection, new: Sequence[NewOutgoing]) -> list[int]:
    """Keep files that go out, without sets to be watched; returns their numbers, in order."""
    query = insert(outgoing).returning(outgoing.c.id, sort_by_parameter_order=True)
    return list(connection.execute(query, list(map(asdict, new))).scalars()) if new else []


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


def last_written(connection: Connection) -> str | None:
    """Return when the last file was written, None where none was."""
    return connection.execute(select(func.max(outgoing.c.written_at))).scalar()


def write_again(connection: Connection, since: str) -> int:
    """Have files written again that were written since then; returns how many."""
    query = update(outgoing).where(outgoing.c.written_at >= since)
    return connection.execute(query.values(written_at=null())).rowcount


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
