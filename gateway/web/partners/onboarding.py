"""Bringing a partner on: its values to be copied, a test of everything, and a file to be tried."""

import asyncio
from contextlib import ExitStack
from typing import BinaryIO

import msgspec
from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway import partners as files
from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES, Services
from gateway.flows import onboarding
from gateway.flows.onboarding import Check, Trial, Way
from gateway.reading.pool import ReaderDiedError, forget, records_of
from gateway.reading.wire import File
from gateway.web import show
from gateway.web.partners.listing import partner_of, profiled
from gateway.web.posted import posted
from gateway.web.serving import answer_page, check_form, form
from mappers.canonical import AnyRecord
from mappers.partners import PartnerError
from mappers.profile import Profile
from parsers.form import Problem

_RECORDS_MAX = 20
_WRITE = "partners:write"
_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_LOOKS = {
    True: show.Look(icon="check", word="Well", tone="good"),
    False: show.Look(icon="cross", word="Not well", tone="bad"),
    None: show.Look(icon="dash", word="Not needed", tone="quiet"),
}


class CheckView(Struct, frozen=True, kw_only=True):
    """One look of the test."""

    what: str
    look: show.Look
    told: str
    remedy: str


class Read(Struct, frozen=True, kw_only=True):
    """A document of a tried file: what it would become."""

    called: str
    number: str
    look: show.Look
    problems: tuple[Problem, ...]


class Tried(Struct, frozen=True, kw_only=True):
    """What a tried file came to; `more` documents are not shown."""

    file: str
    fault: str = ""
    problems: tuple[Problem, ...] = ()
    documents: tuple[Read, ...] = ()
    more: int = 0


class Page(Struct, frozen=True, kw_only=True):
    """The page; `checks` are those of a test that was just made."""

    name: str
    title: str
    profile: str
    ways: tuple[Way, ...]
    checks: tuple[CheckView, ...]
    well: bool
    tried: Tried | None
    may_see_secrets: bool
    can_test: bool
    can_try: bool


async def onboarding_page(request: web.Request) -> web.Response:
    """Show the values of a partner."""
    return await _show(request)


async def test_now(request: web.Request) -> web.Response:
    """Look at everything that the partner needs."""
    await form(request)
    services, name = request.app[SERVICES], partner_of(request)
    trade = services.trade
    if trade is None:
        raise web.HTTPConflict(text="Nothing can be tested here: no partners are served.")
    trial = Trial(
        trading=trade.desk.trading,
        doors=services.doors,
        post=trade.desk.post,
        now=services.clock(),
    )
    return await _show(request, await onboarding.looked_over(name, trial))


async def try_file(request: web.Request) -> web.Response:
    """Read a file by the partner's rules and say what it would become; nothing is created."""
    name, services = partner_of(request), request.app[SERVICES]
    with ExitStack() as stack:
        sent = await posted(request, stack)
        check_form(request, sent.fields)
        if sent.file is None:
            return await _show(request, tried=Tried(file="", fault="Choose a file first."))
        tried = await asyncio.to_thread(_tried, services, name, sent.name, sent.file)
    return await _show(request, tried=tried)


async def _show(
    request: web.Request, checks: tuple[Check, ...] = (), tried: Tried | None = None
) -> web.Response:
    name, services = partner_of(request), request.app[SERVICES]
    rights = request[ACTOR].rights
    address = services.trade.desk.address() if services.trade else str(request.url.origin())
    profile, ways = await asyncio.to_thread(
        lambda: (profiled(name), onboarding.ways(name, _profile(name), services.doors, address))
    )

    def view(_connection: Connection) -> Page:
        return Page(
            name=name,
            title=profile.title or name,
            profile=profile.state,
            ways=ways,
            checks=tuple(
                CheckView(what=one.what, look=_LOOKS[one.ok], told=one.told, remedy=one.remedy)
                for one in checks
            ),
            well=all(one.ok is not False for one in checks),
            tried=tried,
            may_see_secrets=_WRITE in rights,
            can_test=_WRITE in rights and services.trade is not None,
            can_try=services.readers is not None,
        )

    return await answer_page(request, "partner_start.html", view)


def _profile(name: str) -> Profile:
    try:
        return files.profile_of(name) or Profile()
    except PartnerError:
        return Profile()


def _tried(services: Services, partner: str, name: str, source: BinaryIO) -> Tried:
    if services.readers is None:
        return Tried(file=name, fault="Nothing can be read here.")
    stored = services.archive.put(source)
    asked = File(
        document=0, sha256=stored.sha256, name=name, partner=partner, year=services.clock().year
    )
    try:
        (read,) = services.readers.read([asked])
    except ReaderDiedError as error:
        return Tried(file=name, fault=f"Nothing could be made of it: {error}")
    try:
        records = list(records_of(read))
    finally:
        forget(read)
    shown = tuple(_read(one.body) for one in records[:_RECORDS_MAX])
    return Tried(
        file=name,
        problems=read.problems,
        documents=shown,
        more=max(len(records) - _RECORDS_MAX, 0),
    )


def _read(body: bytes) -> Read:
    record = _record.decode(body)
    wrong = any(one.is_error for one in record.problems)
    return Read(
        called=show.kind_of(record),
        number=getattr(record, "number", None) or "",
        look=show.READ["wrong" if wrong else "look" if record.problems else "sure"],
        problems=record.problems,
    )
