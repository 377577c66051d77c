"""A partner's profile on the screen: changed, tried on real traffic, and put live by a person."""

import asyncio

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.services import SERVICES
from gateway.flows import profiling
from gateway.flows.profiling import Draft, Rehearsal, StaleError
from gateway.partner_checks import Mistake, mistakes_in
from gateway.preview import Tally
from gateway.web.partners.listing import partner_of, profiled
from gateway.web.serving import actor_name, answer_page, form
from mappers.partners import PartnerError

TEXT_CHARACTERS_MAX = 200_000
LAST = 25
_CONFLICT = 409
_SHOWN_CHANGES, _SHOWN_FIELDS = 12, 12
_EMPTY = """\
# How this partner writes, and what is agreed: docs/partner-profile.md names every key.
name = "{name}"

# Who it is in the envelopes of X12:
# [[identifiers.isa]]
# qualifier = "ZZ"
# id = "THEIR ID"
"""


class Change(Struct, frozen=True, kw_only=True):
    """A field that reads otherwise."""

    field: str
    before: str
    after: str
    place: str


class Document(Struct, frozen=True, kw_only=True):
    """A document that reads otherwise; `more` changes are not shown."""

    file: str
    called: str
    changes: tuple[Change, ...]
    more: int
    new: tuple[str, ...]
    vanished: tuple[str, ...]
    worse: bool


class Trial(Struct, frozen=True, kw_only=True):
    """What the change comes to."""

    tally: Tally
    fields: tuple[tuple[str, int], ...]
    documents: tuple[Document, ...]
    paper: int
    unread: int
    may_go_live: bool


class Page(Struct, frozen=True, kw_only=True):
    """The page: the text as it stands in the form, and what is known of it."""

    name: str
    title: str
    text: str
    seen: str
    exists: bool
    mistakes: tuple[Mistake, ...]
    trial: Trial | None
    fault: str
    last: int


async def profile_page(request: web.Request) -> web.Response:
    """Show the profile as it is, to be changed."""
    name = partner_of(request)
    text = await asyncio.to_thread(profiling.text_of, name)
    shown = _EMPTY.format(name=name) if text is None else text
    draft = Draft(partner=name, text=shown, seen=profiling.digest_of(text))
    return await _show(request, draft)


async def try_profile(request: web.Request) -> web.Response:
    """Try a changed text on what the partner sent last."""
    draft, services = await _asked(request), request.app[SERVICES]
    if mistakes_in(draft.text):
        return await _show(request, draft)

    def tried() -> Trial:
        with services.store.read() as connection:
            return _trial(profiling.rehearse(connection, services.archive, draft, LAST))

    return await _show(request, draft, await asyncio.to_thread(tried))


async def put_profile_live(request: web.Request) -> web.Response:
    """Make a changed text the profile, if no document gets a new error by it."""
    draft, services = await _asked(request), request.app[SERVICES]
    by, now = actor_name(request), services.clock()

    def put() -> Rehearsal:
        with services.store.read() as connection:
            found = profiling.rehearse(connection, services.archive, draft, LAST)
        if not found.tally.worse:
            with services.store.write() as connection:
                profiling.put_live(connection, draft, by, now, found.tally)
        return found

    try:
        found = await asyncio.to_thread(put)
    except StaleError:
        fault = "Somebody else changed this profile meanwhile. Load the page again to see it."
        return await _show(request, draft, fault=fault)
    except PartnerError as error:
        return await _show(request, draft, fault=f"{error}.")
    if found.tally.worse:
        fault = "Documents would have new errors: nothing was changed."
        return await _show(request, draft, _trial(found), fault=fault)
    services.announced()
    raise web.HTTPSeeOther(location=f"/partners/{draft.partner}?done=live")


async def _asked(request: web.Request) -> Draft:
    fields = await form(request)
    text = fields.get("text", "").replace("\r\n", "\n")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise web.HTTPRequestEntityTooLarge(
            max_size=TEXT_CHARACTERS_MAX, actual_size=len(text), text="This profile is too long."
        )
    return Draft(partner=partner_of(request), text=text, seen=fields.get("seen", ""))


async def _show(
    request: web.Request, draft: Draft, trial: Trial | None = None, *, fault: str = ""
) -> web.Response:
    profile = await asyncio.to_thread(profiled, draft.partner)

    def view(_connection: Connection) -> Page:
        return Page(
            name=draft.partner,
            title=profile.title or draft.partner,
            text=draft.text,
            seen=draft.seen,
            exists=bool(draft.seen),
            mistakes=mistakes_in(draft.text),
            trial=trial,
            fault=fault,
            last=LAST,
        )

    response = await answer_page(request, "partner_profile.html", view)
    response.set_status(_CONFLICT if fault else 200)
    return response


def _trial(found: Rehearsal) -> Trial:
    documents = [
        Document(
            file=one.file,
            called=one.document,
            changes=tuple(
                Change(
                    field=change.pointer,
                    before=change.before or "-",
                    after=change.after or "-",
                    place=", ".join(filter(None, (change.name, change.at))),
                )
                for change in one.changes[:_SHOWN_CHANGES]
            ),
            more=max(len(one.changes) - _SHOWN_CHANGES, 0),
            new=tuple(problem.message for problem in one.new),
            vanished=tuple(problem.message for problem in one.vanished),
            worse=one.is_worse,
        )
        for one in found.shown
    ]
    return Trial(
        tally=found.tally,
        fields=tuple(found.tally.fields.most_common(_SHOWN_FIELDS)),
        documents=tuple(documents),
        paper=found.paper,
        unread=found.unread,
        may_go_live=not found.tally.worse,
    )
