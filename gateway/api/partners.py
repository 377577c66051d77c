"""Partners: who sends, what is agreed with them, and what became of their documents."""

import asyncio
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import Connection

from gateway import partners as files
from gateway.api import types
from gateway.api.asking import LIMIT_DEFAULT, LIMIT_MAX, Limit
from gateway.api.calls import Call, Reply
from gateway.api.registry import op
from gateway.doors.problems import Code, refused
from gateway.partner_checks import Mistake, mistakes_in
from gateway.store import senders
from gateway.store.senders import Sender

_GROUP = "Partners"


class PartnerQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list, which is in the order of names."""

    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Limit = LIMIT_DEFAULT


class _Agreed(Struct, frozen=True, kw_only=True):
    """What is agreed with a partner, as far as the list tells of it."""

    title: str | None
    mistakes: list[str]
    exists: bool


@op(
    "GET /v1/partners",
    group=_GROUP,
    right="partners:read",
    query=PartnerQuery,
    gives=types.PartnerPage,
)
async def partners(call: Call) -> Reply:
    """List the partners that have sent something or have a profile, by name."""
    asked: PartnerQuery = call.query
    known = await call.read(senders.senders)
    profiles = await asyncio.to_thread(files.partners)
    names = sorted({*known, *profiles})
    wanted = [name for name in names if name > asked.after]
    chosen = wanted[: min(max(asked.limit, 1), LIMIT_MAX)]
    agreed = await asyncio.to_thread(lambda: [_agreed(name) for name in chosen])
    pairs = zip(chosen, agreed, strict=True)
    items = [types.Partner(**_told(name, known.get(name), one)) for name, one in pairs]
    following = chosen[-1] if chosen else asked.after or None
    return Reply(body=types.PartnerPage(items=items, next=following))


@op(
    "GET /v1/partners/{name}",
    group=_GROUP,
    right="partners:read",
    gives=types.PartnerDetail,
)
async def partner(call: Call) -> Reply:
    """Tell of a partner: its documents by state, and what is wrong with its profile."""
    name = call.request.match_info["name"]

    def ask(connection: Connection) -> tuple[Sender | None, dict[str, int]]:
        return senders.senders(connection).get(name), senders.states(connection, name)

    if not name.isprintable():
        raise refused(Code.NOT_FOUND, "There is no partner of this name.")
    sender, states = await call.read(ask)
    agreed = await asyncio.to_thread(_agreed, name)
    if sender is None and not agreed.exists:
        raise refused(Code.NOT_FOUND, "There is no partner of this name.")
    told = types.PartnerDetail(
        **_told(name, sender, agreed),
        supplier=sender.supplier if sender else None,
        states=states,
        mistakes=agreed.mistakes,
    )
    return Reply(body=told)


def _told(name: str, sender: Sender | None, agreed: _Agreed) -> dict[str, Any]:
    profile = "faulty" if agreed.mistakes else "good"
    return {
        "name": name,
        "title": agreed.title,
        "since": sender.since if sender else None,
        "documents": sender.documents if sender else 0,
        "last_document_at": sender.last_at if sender else None,
        "profile": profile if agreed.exists else "none",
    }


def _agreed(name: str) -> _Agreed:
    path = files.path_of(name)
    if path is None or not path.is_file():
        return _Agreed(title=None, mistakes=[], exists=False)
    try:
        found = mistakes_in(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return _Agreed(title=None, mistakes=[str(error)], exists=True)
    profile = None if found else files.profile_of(name)
    title = profile.name if profile else None
    return _Agreed(title=title, mistakes=[_words(one) for one in found], exists=True)


def _words(one: Mistake) -> str:
    return f"{one.key}: {one.message}. {one.remedy}".strip()
