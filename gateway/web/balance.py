"""The balance of each day: what came in is delivered, open or rejected, and nothing is left."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.services import SERVICES
from gateway.store import balances
from gateway.store.balances import Day, Open
from gateway.web import show
from gateway.web.rows import link
from gateway.web.serving import answer_page

PATH = "/balance"
DAYS_SHOWN = 7
OPEN_SHOWN = 200


class DayRow(Struct, frozen=True, kw_only=True):
    """A day with its counts; `href` leads to what of it is open."""

    day: str
    iso: str
    href: str
    counts: Day
    difference: str
    current: bool


class OpenRow(Struct, frozen=True, kw_only=True):
    """Something of a day that is open, and why."""

    title: str
    file: str
    partner: str
    why: str
    href: str


class Balance(Struct, frozen=True, kw_only=True):
    """The whole page; `chosen` is the day whose open things are listed."""

    days: tuple[DayRow, ...]
    balanced: bool
    chosen: str
    open: tuple[OpenRow, ...]
    left_out: bool
    before_href: str
    after_href: str | None


async def balance_page(request: web.Request) -> web.Response:
    """Show a week that ends with the day asked for, or with today."""
    today = request.app[SERVICES].clock().date()
    last, day = _day(request.query.get("to")) or today, _day(request.query.get("day"))
    return await answer_page(
        request, "balance.html", lambda connection: balance(connection, last, day, today)
    )


def balance(connection: Connection, last: date, day: date | None, today: date) -> Balance:
    """Prepare the page."""
    week = timedelta(days=DAYS_SHOWN)
    found = balances.balance(connection, last - week + timedelta(days=1), last)
    found = sorted(found, key=lambda one: one.day, reverse=True)
    chosen = day.isoformat() if day else ""
    still_open = _open(connection, day)
    return Balance(
        days=tuple(_row(one, chosen, last) for one in found),
        balanced=not any(one.difference for one in found),
        chosen=show.day(day) if day else "",
        open=tuple(_open_row(one) for one in still_open[:OPEN_SHOWN]),
        left_out=len(still_open) > OPEN_SHOWN,
        before_href=link(PATH, to=(last - week).isoformat()),
        after_href=link(PATH, to=min(last + week, today).isoformat()) if last < today else None,
    )


def _open(connection: Connection, day: date | None) -> Sequence[Open]:
    return balances.still_open(connection, day, day, OPEN_SHOWN + 1) if day else ()


def _row(one: Day, chosen: str, last: date) -> DayRow:
    return DayRow(
        day=show.day(datetime.fromisoformat(one.day)),
        iso=one.day,
        href=link(PATH, to=last.isoformat(), day=one.day),
        counts=one,
        difference=show.quantity(Decimal(one.difference)),
        current=one.day == chosen,
    )


def _open_row(one: Open) -> OpenRow:
    kind = show.KINDS.get(one.kind or "", "File")
    return OpenRow(
        title=f"{kind} {one.number or ''}".strip(),
        file=one.name,
        partner=one.partner,
        why=one.why,
        href=f"/x/{one.record}" if one.record else f"/documents/{one.document}/bytes",
    )


def _day(text: str | None) -> date | None:
    """Read a day; None where it is none, or one that no calendar week leads to."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if date(1970, 1, 1) <= day <= date(9000, 1, 1) else None
