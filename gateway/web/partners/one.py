"""One partner: what it sends and by which doors, what is agreed with it, and its last files."""

import asyncio
from datetime import timedelta

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway import partners as files
from gateway.approving import approval_of
from gateway.clock import stamp
from gateway.doors.services import SERVICES
from gateway.guide.agreed import sections
from gateway.guide.build import UnknownSetError, guide
from gateway.guide.html import html
from gateway.guide.view import Section
from gateway.partner_checks import Mistake, mistakes_in
from gateway.partners import Agreed
from gateway.store import senders, traffic
from gateway.store.traffic import Traffic
from gateway.web import show
from gateway.web.partners.listing import DAYS, ago, look_of, profiled
from gateway.web.serving import answer_page
from mappers.partners import PartnerError
from mappers.profile import Profile

_LAST = 20
_STATES = {
    "received": show.Look(icon="clock", word="Being read", tone="quiet"),
    "read": show.Look(icon="check", word="Read", tone="good"),
    "quarantined": show.LOOKS["unreadable"],
    "duplicate": show.Look(icon="copies", word="Came before", tone="quiet"),
}
_FORMATS = {"x12": "X12", "edifact": "EDIFACT", "cxml": "cXML", "ubl": "UBL", "cii": "CII"}
_FORMATS |= {"pdf": "PDF", "oci": "OCI", "zip": "ZIP", "email": "E-mail"}
NO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class Sends(Struct, frozen=True, kw_only=True):
    """How many files come in one form by one door."""

    format: str
    door: str
    files: int


class File(Struct, frozen=True, kw_only=True):
    """One of the last files."""

    id: int
    name: str
    look: show.Look
    form: str
    door: str
    came: str
    came_at: str


class Partner(Struct, frozen=True, kw_only=True):
    """What the page shows; `profile` is good, faulty or none."""

    name: str
    title: str
    look: show.Look
    profile: str
    mistakes: tuple[Mistake, ...]
    approved: str
    lately: Traffic
    days: int
    sends: tuple[Sends, ...]
    sections: tuple[Section, ...]
    files: tuple[File, ...]


class _Agreed(Struct, frozen=True, kw_only=True):
    mistakes: tuple[Mistake, ...] = ()
    sections: tuple[Section, ...] = ()
    approved: str = ""


async def partner_page(request: web.Request) -> web.Response:
    """Show one partner; 404 for one that has neither sent anything nor a profile."""
    name, now = request.match_info["name"], request.app[SERVICES].clock()
    profile, agreed = await asyncio.to_thread(lambda: (profiled(name), _agreed(name)))

    def view(connection: Connection) -> Partner | None:
        if profile.state == "none" and name not in senders.senders(connection):
            return None
        since = stamp(now - timedelta(days=DAYS))
        lately = traffic.traffic(connection, since).get(name, Traffic())
        came = traffic.last_files(connection, name, _LAST)
        return Partner(
            name=name,
            title=profile.title or name,
            look=look_of(lately, profile),
            profile=profile.state,
            mistakes=agreed.mistakes,
            approved=agreed.approved,
            lately=lately,
            days=DAYS,
            sends=tuple(
                Sends(format=form_word(one.format), door=one.door, files=one.files)
                for one in traffic.forms(connection, name)
            ),
            sections=agreed.sections,
            files=tuple(
                File(
                    id=one.id,
                    name=one.name,
                    look=_STATES[one.state],
                    form=form_word(one.format),
                    door=one.door,
                    came=ago(one.received_at, now),
                    came_at=one.received_at,
                )
                for one in came
            ),
        )

    return await answer_page(request, "partner.html", view)


async def guide_page(request: web.Request) -> web.Response:
    """Answer with the implementation guide as a page of its own, to be printed or sent on."""
    name, wanted = request.match_info["name"], request.query.getall("set", [])

    def build() -> str | None:
        path = files.path_of(name)
        agreed = files.agreed_in(path) if path and path.is_file() else Agreed(Profile())
        return html(guide(name, agreed, wanted))

    try:
        page = await asyncio.to_thread(build)
    except UnknownSetError as fault:
        known = ", ".join(fault.known)
        raise web.HTTPNotFound(text=f"There is no set {fault}; there are {known}.") from fault
    except PartnerError as fault:
        raise web.HTTPConflict(text=f"The profile has mistakes: {fault}.") from fault
    response = web.Response(text=page, content_type="text/html")
    response.headers["Content-Security-Policy"] = NO_POLICY  # it brings its own style, no script
    return response


def form_word(form: str | None) -> str:
    """Name a format."""
    return _FORMATS.get(form or "", form or "Not recognised")


def _agreed(name: str) -> _Agreed:
    path = files.path_of(name)
    if path is None or not path.is_file():
        return _Agreed()
    try:
        mistakes = mistakes_in(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return _Agreed(mistakes=(Mistake(key="", message=str(error)),))
    if mistakes:
        return _Agreed(mistakes=mistakes)
    profile, approval = files.profile_of(name), approval_of(path)
    told = f"Approved by {approval.by} on {approval.at[:10]}" if approval else ""
    return _Agreed(sections=sections(name, profile) if profile else (), approved=told)
