"""Files that came in: their receipt, their state, and what is still to be done with them.

Every change of state is guarded: it names the state and the version that it starts from, and who
finds that another was quicker leaves the document to it.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, convert
from sqlalchemy import Connection, bindparam, func, insert, select, update

from gateway.archive import Stored
from gateway.store.dialects import upsert
from gateway.store.schema import blob, document, partner

RECEIVED, READ, QUARANTINED, DUPLICATE = "received", "read", "quarantined", "duplicate"
ANSWERED_BY_FILE = frozenset({"folder", "sftp", "fetch", "mail", "as2"})
"""The doors whose partners find their answers in `out/`."""


class NewDocument(Struct, frozen=True, kw_only=True):
    """A file about to get its receipt; `claim` makes the same arrival count once.

    `packed` is zip or mail where its members become documents; the answer to the whole answers a
    member, too, which is then `answered_with` it.
    """

    claim: str
    partner_id: int
    sha256: str
    name: str
    door: str
    truncated: bool = False
    packed: str | None = None
    answered_with: bool = False


class Waiting(Struct, frozen=True, kw_only=True):
    """A file that has its receipt and is not decided yet; `packed` as its intake has it."""

    id: int
    version: int
    partner: str
    partner_id: int
    sha256: str
    size: int
    name: str
    truncated: bool
    received_at: str
    door: str = "folder"
    packed: str | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """What became of a document, starting from `version`; `problems` is JSON."""

    id: int
    version: int
    state: str
    format: str | None
    problems: bytes | None


class Receipt(Struct, frozen=True, kw_only=True):
    """What a sender is told at once: the number of the receipt, and of the earlier one, if any."""

    number: int
    claim: str
    state: str
    repeat_of: int | None


def partners(connection: Connection, names: Collection[str], at: str) -> dict[str, int]:
    """Return the numbers of partners by name; who is new becomes one."""
    query = select(partner.c.name, partner.c.id).where(partner.c.name.in_(names))
    known = {row.name: row.id for row in connection.execute(query)}
    for name in names:
        if name not in known:
            added = insert(partner).values(name=name, created_at=at).returning(partner.c.id)
            known[name] = connection.execute(added).scalar_one()
    return known


def receipts(connection: Connection, claims: Collection[str]) -> dict[str, Receipt]:
    """Return the receipts that `claims` have already got."""
    query = select(
        document.c.id.label("number"), document.c.claim, document.c.state, document.c.repeat_of
    ).where(document.c.claim.in_(claims))
    rows = connection.execute(query)
    return {row.claim: convert(row, Receipt, from_attributes=True) for row in rows}


def first_with(
    connection: Connection, contents: Collection[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """Return for (partner, hash) the first document with that content, where there is one."""
    query = (
        select(document.c.partner_id, document.c.sha256, func.min(document.c.id))
        .where(
            document.c.sha256.in_({sha256 for _, sha256 in contents}),
            document.c.partner_id.in_({partner_id for partner_id, _ in contents}),
        )
        .group_by(document.c.partner_id, document.c.sha256)
    )
    return {(owner, sha256): first for owner, sha256, first in connection.execute(query)}


def keep_blobs(connection: Connection, blobs: Collection[Stored], at: str) -> list[str]:
    """Note contents that the archive holds; returns those that had been removed from it before."""
    rows = [{"sha256": one.sha256, "size": one.size, "stored_at": at} for one in blobs]
    if not rows:
        return []
    connection.execute(upsert(connection, blob).on_conflict_do_nothing(), rows)
    again = blob.c.sha256.in_([one.sha256 for one in blobs]) & blob.c.removed_at.is_not(None)
    back = list(connection.execute(select(blob.c.sha256).where(again)).scalars())
    if back:
        connection.execute(update(blob).where(again).values(removed_at=None, stored_at=at))
    return back


def receive(connection: Connection, new: Sequence[NewDocument], at: str) -> list[int]:
    """Give receipts: returns their numbers, in order. Some doors want an answer file."""
    rows = [
        {
            "claim": one.claim,
            "partner_id": one.partner_id,
            "sha256": one.sha256,
            "name": one.name,
            "door": one.door,
            "state": RECEIVED,
            "truncated": one.truncated,
            "packed": one.packed,
            "received_at": at,
            "answered": one.answered_with or one.door not in ANSWERED_BY_FILE,
        }
        for one in new
    ]
    query = insert(document).returning(document.c.id, sort_by_parameter_order=True)
    return list(connection.execute(query, rows).scalars()) if rows else []


def mark_repeats(connection: Connection, repeats: Sequence[Receipt], at: str) -> None:
    """Decide documents whose content came before: nothing more is done with them."""
    rows = [{"document": one.number, "first": one.repeat_of} for one in repeats]
    query = update(document).where(document.c.id == bindparam("document"))
    if rows:
        changes = query.values(
            state=DUPLICATE, version=2, repeat_of=bindparam("first"), decided_at=at
        )
        connection.execute(changes, rows)


def assign(connection: Connection, jobs: Mapping[int, int]) -> None:
    """Note for each document the job that has it."""
    rows = [{"document": number, "job": job} for number, job in jobs.items()]
    query = update(document).where(document.c.id == bindparam("document"))
    if rows:
        connection.execute(query.values(job_id=bindparam("job")), rows)


def waiting(connection: Connection, numbers: Collection[int]) -> list[Waiting]:
    """Return those of `numbers` that are not decided yet, in order."""
    query = _WAITING.where(document.c.id.in_(numbers)).order_by(document.c.id)
    return [convert(row, Waiting, from_attributes=True) for row in connection.execute(query)]


def waiting_after(
    connection: Connection, number: int, limit: int
) -> list[tuple[Waiting, int | None]]:
    """Return undecided documents beyond `number`, in order, each with the job that has it."""
    query = _WAITING.add_columns(document.c.job_id).where(document.c.id > number)
    rows = connection.execute(query.order_by(document.c.id).limit(limit))
    return [(convert(row, Waiting, from_attributes=True), row.job_id) for row in rows]


_WAITING = (
    select(
        document.c.id,
        document.c.version,
        partner.c.name.label("partner"),
        document.c.partner_id,
        document.c.sha256,
        blob.c.size,
        document.c.name,
        document.c.truncated,
        document.c.received_at,
        document.c.door,
        document.c.packed,
    )
    .join(partner, partner.c.id == document.c.partner_id)
    .join(blob, blob.c.sha256 == document.c.sha256)
    .where(document.c.state == RECEIVED)
)


def unpack_no_more(connection: Connection, number: int) -> None:
    """Treat a file like any other: it looked packed, and is a document of its own."""
    connection.execute(update(document).where(document.c.id == number).values(packed=None))


def decide(connection: Connection, decisions: Sequence[Decision], at: str) -> bool:
    """Write what became of documents; False where one of them has moved on: then roll back."""
    rows = [
        {
            "document": one.id,
            "old": one.version,
            "state": one.state,
            "version": one.version + 1,
            "format": one.format,
            "problems": one.problems,
            "decided_at": at,
        }
        for one in decisions
    ]
    query = update(document).where(
        document.c.id == bindparam("document"),
        document.c.state == RECEIVED,
        document.c.version == bindparam("old"),
    )
    return not rows or connection.execute(query, rows).rowcount == len(rows)
