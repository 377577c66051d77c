"""What surrounds every page: where one can go, how much waits there, and what was just done."""

from collections.abc import Callable
from functools import cached_property

from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.access import Actor
from gateway.store import awaited, deliveries, exception, inbox, punchout
from gateway.web import show

_DONE = {
    "changed": "The result has changed meanwhile: nothing was decided. This is the new one.",
    "rematched": "Matched again with everything that is stored now.",
    "replayed": "Put back into the queue, under the same ids.",
    "resent": "Sent again, under new control numbers.",
    "repaired": "Repair accepted, and matched again.",
    "relinked": "Linked, and matched again.",
    "allowed": "Adjusted for this invoice, and matched again.",
    "limited": "The limit is set; what is open was matched again by it.",
    "short_paid": "Paid short: the debit memo is written, and announced.",
    "withdrawn": "Taken back, and matched again.",
    "undone": "Taken back: the invoice is open again, its money as it was judged.",
    "late": "This can no longer be taken back.",
    "commented": "Said.",
    "corrected": "Kept with your name; it still needs somebody.",
    "completed": "Whole now: matched with everything that is stored.",
    "learned": "Whole now, and matched. The next of this supplier is read by what you said.",
    "unlearned": "Whole now, and matched; too little stood on the page to know the layout again.",
    "kept": "The view is kept for everybody.",
    "reread": "Being read again; what comes of it stands here or in the inbox in a moment.",
    "last": "That was the only one of this list.",
    "password": "Your password is changed; your other sessions have ended.",
    "ended": "Ended.",
    "kept-person": "Kept; what they may do holds from their next sign-in.",
    "disabled": "Disabled; their sessions have ended.",
    "enabled": "Enabled.",
    "grouped": "Kept.",
    "nothing": "There was nothing to do.",
    "live": "The profile is live: what comes from now on is read by it.",
}


_GOOD = {
    "live",
    "relinked",
    "allowed",
    "limited",
    "short_paid",
    "withdrawn",
    "rematched",
    "reread",
    "replayed",
    "resent",
    "repaired",
    "undone",
    "commented",
    "kept",
    "completed",
    "learned",
    "password",
    "ended",
    "kept-person",
    "disabled",
    "enabled",
    "grouped",
}


class Place(Struct, frozen=True, kw_only=True):
    """A place to go to."""

    label: str
    href: str
    count: int
    current: bool


class Notice(Struct, frozen=True, kw_only=True):
    """What was just done; `href` leads back to what it was done to, `undo` takes it back."""

    text: str
    good: bool
    href: str | None = None
    undo: str | None = None
    digest: str = ""


class Frame(Struct, frozen=True, kw_only=True):
    """The frame of a page; `token` proves that a form was ours, `who` is signed in."""

    places: tuple[Place, ...]
    notice: Notice | None
    token: str
    who: str | None
    has_account: bool
    rights: frozenset[str]


class Visitor(Struct, frozen=True, kw_only=True):
    """Who looks at a page: `token` is what their forms carry; `signs_in` where they had to."""

    actor: Actor
    token: str
    signs_in: bool


class _Counts:
    """What waits, counted once and only where it is shown."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def open(self) -> dict[str, int]:
        return inbox.open_counts(self.connection)

    def dead(self) -> int:
        return deliveries.dead_count(self.connection)


class _Where(Struct, frozen=True):
    """A page in the navigation: who may open it, and what counts there."""

    label: str
    href: str
    right: str | None
    count: Callable[[_Counts], int]


def frame(connection: Connection, path: str, done: str | None, visitor: Visitor) -> Frame:
    """Prepare the frame of the page at `path`, with nothing in it that the visitor cannot open.

    `done` is what the address says was just done.
    """
    here, counts, actor = _here(path), _Counts(connection), visitor.actor
    return Frame(
        places=tuple(
            Place(
                label=one.label,
                href=one.href,
                count=one.count(counts),
                current=one.href == here,
            )
            for one in _PLACES
            if one.right is None or one.right in actor.rights
        ),
        notice=_notice(connection, done),
        token=visitor.token,
        who=(actor.display or actor.name) if visitor.signs_in else None,
        has_account=actor.person is not None,
        rights=actor.rights,
    )


def _here(path: str) -> str:
    """Return the place that a page belongs to."""
    if path == "/invoices" or path.startswith(("/x/", "/doc/", "/inbox/")):
        return "/inbox"
    if path == "/balance":
        return "/deliveries"
    return f"/{path.split('/')[1]}"


_PLACES = (
    _Where("Inbox", "/inbox", "exceptions:read", lambda counts: sum(counts.open.values())),
    _Where(
        "Unreadable files",
        "/quarantine",
        "documents:read",
        lambda counts: counts.open["unreadable"],
    ),
    _Where(
        "Punchout",
        "/punchout",
        "punchout:use",
        lambda counts: punchout.waiting_for_order(counts.connection),
    ),
    _Where(
        "Acknowledgments",
        "/acknowledgments",
        "documents:read",
        lambda counts: awaited.untaken(counts.connection),
    ),
    _Where("Deliveries", "/deliveries", "endpoints:read", _Counts.dead),
    _Where("Partners", "/partners", "partners:read", lambda _: 0),
    _Where("Policies", "/policies", None, lambda _: 0),
    _Where("People", "/people", "people:write", lambda _: 0),
)


def _notice(connection: Connection, done: str | None) -> Notice | None:
    if done in _DONE:
        return Notice(text=_DONE[done], good=done in _GOOD)
    if done is None or not (done.isascii() and done.isdigit() and len(done) <= 18):  # noqa: PLR2004
        return None
    decisions = exception.decisions(connection, int(done))
    record = exception.kept(connection, int(done))
    if not decisions or not record:
        return None
    word = show.LOOKS[decisions[-1].action].word
    number = record.number or record.file
    return Notice(
        text=f"{word}: {number}",
        good=True,
        href=f"/x/{done}",
        undo=f"/x/{done}/undo" if decisions[-1].action in {"accept", "reject"} else None,
        digest=decisions[-1].digest,
    )
