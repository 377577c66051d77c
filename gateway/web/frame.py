"""What surrounds every page: where one can go, how much waits there, and what was just done."""

from msgspec import Struct
from sqlalchemy import Connection

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
    "nothing": "There was nothing to do.",
}


_GOOD = {
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
    """The frame of a page; `token` proves that a form was ours."""

    places: tuple[Place, ...]
    notice: Notice | None
    token: str
    signed_in: bool


def frame(
    connection: Connection, path: str, done: str | None, token: str, *, signed_in: bool
) -> Frame:
    """Prepare the frame of the page at `path`; `done` is what the address says was just done."""
    counts = inbox.open_counts(connection)
    unreadable = counts["unreadable"]
    dead = deliveries.dead_count(connection)
    places = (
        ("Inbox", "/inbox", sum(counts.values())),
        ("Unreadable files", "/quarantine", unreadable),
        ("Punchout", "/punchout", punchout.waiting_for_order(connection)),
        ("Acknowledgments", "/acknowledgments", awaited.untaken(connection)),
        ("Deliveries", "/deliveries", dead),
    )
    here = {"/invoices": "/inbox"}.get(
        path, "/inbox" if path.startswith(("/x/", "/doc/", "/inbox/")) else path
    )
    here = "/punchout" if path.startswith("/punchout/") else here
    return Frame(
        places=tuple(
            Place(label=label, href=href, count=count, current=href == here)
            for label, href, count in places
        ),
        notice=_notice(connection, done),
        token=token,
        signed_in=signed_in,
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
