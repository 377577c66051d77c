"""The list of partners: what they send, how much of it could be used, and their profiles."""

import asyncio
from datetime import datetime, timedelta

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway import partners as files
from gateway.clock import moment_of, stamp
from gateway.doors.services import SERVICES
from gateway.partner_checks import mistakes_in
from gateway.store import senders, traffic
from gateway.store.traffic import Traffic
from gateway.web import show
from gateway.web.serving import answer_page

DAYS = 30
_FEW = 5  # files from which on a share says something
_SICK_PERCENT = 10

GOOD = show.Look(icon="check", word="Well", tone="good")
QUIET = show.Look(icon="dash", word="Nothing lately", tone="quiet")
SICK = show.Look(icon="eye", word="Look", tone="wait")
FAULTY = show.Look(icon="cross", word="Profile has mistakes", tone="bad")


class Row(Struct, frozen=True, kw_only=True):
    """A partner as the list shows it; `profile` is good, faulty or none."""

    name: str
    title: str
    look: show.Look
    profile: str
    files: int
    unusable: int
    repeats: int
    last: str
    last_at: str | None


class Partners(Struct, frozen=True, kw_only=True):
    """The list, those that need a look first."""

    rows: tuple[Row, ...]
    days: int


class Profiled(Struct, frozen=True, kw_only=True):
    """What is known of a profile without its details."""

    title: str | None = None
    state: str = "none"


async def partners_page(request: web.Request) -> web.Response:
    """Show all partners that have sent something or have a profile."""
    now = request.app[SERVICES].clock()
    profiles = await asyncio.to_thread(lambda: {name: profiled(name) for name in files.partners()})

    def view(connection: Connection) -> Partners:
        known = senders.senders(connection)
        lately = traffic.traffic(connection, stamp(now - timedelta(days=DAYS)))
        rows = []
        for name in sorted({*known, *profiles}):
            sender, profile = known.get(name), profiles.get(name, Profiled())
            came = lately.get(name, Traffic())
            last_at = sender.last_at if sender else None
            rows.append(
                Row(
                    name=name,
                    title=profile.title or name,
                    look=look_of(came, profile),
                    profile=profile.state,
                    files=came.files,
                    unusable=came.unusable,
                    repeats=came.repeats,
                    last=ago(last_at, now) if last_at else "never",
                    last_at=last_at,
                )
            )
        return Partners(rows=tuple(sorted(rows, key=_need)), days=DAYS)

    return await answer_page(request, "partners.html", view)


def ago(at: str, now: datetime) -> str:
    """Write how long ago something was."""
    passed = show.age(moment_of(at), now)
    return passed if passed == "now" else f"{passed} ago"


def partner_of(request: web.Request) -> str:
    """Return the partner that an address names, known or not; 404 where nobody can be called so."""
    name = request.match_info["name"]
    if files.path_of(name) is None:
        raise web.HTTPNotFound(text="That is no name of a partner.")
    return name


def _need(row: Row) -> tuple[int, str]:
    return ("bad", "wait", "good", "quiet").index(row.look.tone), row.name


def look_of(came: Traffic, profile: Profiled) -> show.Look:
    """Say how a partner does: one file in ten that cannot be used deserves a look."""
    if profile.state == "faulty":
        return FAULTY
    if came.files == 0:
        return QUIET
    sick = came.unusable * 100 >= came.files * _SICK_PERCENT
    return SICK if sick and (came.files >= _FEW or came.unusable == came.files) else GOOD


def profiled(name: str) -> Profiled:
    """Look at the profile of a partner."""
    path = files.path_of(name)
    if path is None or not path.is_file():
        return Profiled()
    try:
        faulty = bool(mistakes_in(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError:
        faulty = True
    profile = None if faulty else files.profile_of(name)
    return Profiled(title=profile.name if profile else None, state="faulty" if faulty else "good")
