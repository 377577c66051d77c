"""Adjusting a tolerance, once or as policy: what it would change is shown before it is done."""

import asyncio
from decimal import Decimal

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES, Services
from gateway.flows import allowing, amending
from gateway.flows.allowing import Allowance, Limit, Preview
from gateway.flows.deciding import Outcome
from gateway.store.exception import NewDecision
from gateway.web import show
from gateway.web.case.changing import Write, change
from gateway.web.case.heads import Head, Looked, looked_at
from gateway.web.serving import answer_page
from matcher.policy import PolicyError
from matcher.policy_changes import Move
from matcher.policy_words import SETTABLE

_VALUE_CHARACTERS_MAX = 24
_NAMED_MAX = 6


class Choice(Struct, frozen=True, kw_only=True):
    """A tolerance that can be adjusted once."""

    key: str
    words: str
    chosen: bool


class Key(Struct, frozen=True, kw_only=True):
    """A limit that can be set."""

    name: str
    words: str
    chosen: bool


class MoveView(Struct, frozen=True, kw_only=True):
    """Invoices that would move alike, and the money with them."""

    before: show.Look
    after: show.Look
    count: int
    invoices: str
    money: tuple[str, ...]


class Shown(Struct, frozen=True, kw_only=True):
    """A preview: this invoice before and after, and what else would move."""

    before: show.Look
    after: show.Look
    approved: str
    left: str
    helps: bool
    moves: tuple[MoveView, ...]
    moved: int
    looked_at: int


class Page(Struct, frozen=True, kw_only=True):
    """The page on which a tolerance is adjusted; `mode` is once or limit."""

    head: Head
    mode: str
    choices: tuple[Choice, ...]
    keys: tuple[Key, ...]
    key: str
    value: str
    supplier: str
    for_all: bool
    may_set: bool
    fault: str
    preview: Shown | None


async def show_allowing(request: web.Request) -> web.Response:
    """Show what can be adjusted and, where one is chosen, what it would change."""
    services, record_id = request.app[SERVICES], int(request.match_info["id"])
    asked, rights = dict(request.query), request[ACTOR].rights

    def prepare() -> Page | None:
        with services.store.read() as connection:
            looked = looked_at(connection, record_id, asked.get("q", ""))
        return _page(services, looked, asked, rights) if looked else None

    prepared = await asyncio.to_thread(prepare)

    def view(_connection: Connection) -> Page | None:
        return prepared

    return await answer_page(request, "allow.html", view)


def _page(
    services: Services, looked: Looked, asked: dict[str, str], rights: frozenset[str]
) -> Page:
    offered = allowing.allowances(looked.told)
    mode = asked.get("mode") if asked.get("mode") in {"once", "limit"} else None
    mode = mode or ("once" if offered else "limit")
    key, value = _limit_asked(looked, asked)
    chosen = next((one for one in offered if one.key == asked.get("allow")), None)
    if chosen is None and len(offered) == 1:
        chosen = offered[0]
    for_all = asked.get("scope") == "all" or not looked.told.invoice.supplier
    preview, fault = _previewed(services, looked, mode, chosen, (key, value, for_all))
    return Page(
        head=looked.head,
        mode=mode,
        choices=tuple(
            Choice(key=one.key, words=one.words, chosen=one is chosen) for one in offered
        ),
        keys=tuple(
            Key(name=name, words=words, chosen=name == key) for name, words in SETTABLE.items()
        ),
        key=key,
        value=value,
        supplier=looked.told.invoice.supplier or "",
        for_all=for_all,
        may_set="partners:write" in rights,
        fault=fault,
        preview=_shown(preview, looked.told.currency) if preview else None,
    )


def _limit_asked(looked: Looked, asked: dict[str, str]) -> tuple[str, str]:
    if asked.get("limit_key") in SETTABLE:
        return asked["limit_key"], asked.get("value", "").strip()[:_VALUE_CHARACTERS_MAX]
    return allowing.proposed(looked.told) or (next(iter(SETTABLE)), "")


def _previewed(
    services: Services,
    looked: Looked,
    mode: str,
    chosen: Allowance | None,
    asked: tuple[str, str, bool],
) -> tuple[Preview | None, str]:
    store, clock, judge = services.store, services.clock, services.reviewer
    if mode == "once":
        if chosen is None:
            return None, ""
        return allowing.preview_once(store, clock, judge, looked.head.id, chosen), ""
    limit = _limit(looked.told.invoice.supplier, *asked)
    if not limit.value:
        return None, ""
    try:
        allowing.checked(limit)
    except PolicyError as error:
        return None, str(error) or "That cannot be set here."
    return allowing.preview_limit(store, clock, judge, looked.head.id, limit), ""


def _limit(supplier: str | None, key: str, value: str, for_all: bool) -> Limit:  # noqa: FBT001
    return Limit(key=key, value=value, supplier=None if for_all else supplier)


def _shown(preview: Preview, currency: str | None) -> Shown:
    trial = preview.trial
    before, after = trial.own or (None, None)
    moves = trial.moves
    approved = (after.approved - before.approved) if before and after else Decimal(0)
    left = (after.disputed + after.pending) if after else Decimal(0)
    return Shown(
        before=show.LOOKS[before.verdict if before else "unknown"],
        after=show.LOOKS[after.verdict if after else "unknown"],
        approved=show.signed(approved, show.money(approved, currency)),
        left=show.money(left, currency) if left else "",
        helps=approved > 0,
        moves=tuple(_move(one) for one in moves),
        moved=sum(len(one.invoices) for one in moves),
        looked_at=trial.looked_at,
    )


def _move(one: Move) -> MoveView:
    named = ", ".join(one.invoices[:_NAMED_MAX])
    more = len(one.invoices) - _NAMED_MAX
    parts = {"approved": one.approved, "pending": one.pending, "disputed": one.disputed}
    return MoveView(
        before=show.LOOKS[one.before],
        after=show.LOOKS[one.after],
        count=len(one.invoices),
        invoices=f"{named} and {more} more" if more > 0 else named,
        money=tuple(
            f"{show.signed(amount, show.money(amount, one.currency))} {word}"
            for word, amount in parts.items()
            if amount
        ),
    )


async def allow_once(request: web.Request) -> web.Response:
    """Adjust a tolerance for this invoice."""

    def write(fields: dict[str, str]) -> Write:
        return lambda services, new: _allow(services, new, fields.get("allow", ""))

    return await change(request, "allow", "allowed", write)


def _allow(services: Services, new: NewDecision, key: str) -> Outcome:
    """Write the way that the preview showed: it is found again, for the result is the same."""
    with services.store.read() as connection:
        looked = looked_at(connection, new.record_id, "")
    offered = allowing.allowances(looked.told) if looked else ()
    chosen = next((one for one in offered if one.key == key), None)
    store, clock, judge = services.store, services.clock, services.reviewer
    if chosen is None:
        return Outcome(state="changed")
    way = allowing.preview_once(store, clock, judge, new.record_id, chosen).way
    return allowing.allow_once(store, clock, judge, new, way or chosen.ways[0])


async def set_limit(request: web.Request) -> web.Response:
    """Set a limit of the policy from the page of an invoice."""

    def write(fields: dict[str, str]) -> Write:
        return lambda services, new: _set(services, new, fields)

    return await change(request, "allow", "limited", write)


def _set(services: Services, new: NewDecision, fields: dict[str, str]) -> Outcome:
    with services.store.read() as connection:
        looked = looked_at(connection, new.record_id, "")
    supplier = looked.told.invoice.supplier if looked else None
    for_all = fields.get("scope") == "all"
    if not for_all and not supplier:
        return Outcome(state="changed")
    value = fields.get("value", "").strip()[:_VALUE_CHARACTERS_MAX]
    limit = _limit(supplier, fields.get("limit_key", ""), value, for_all)
    try:
        return allowing.set_limit(services.store, services.clock, services.reviewer, new, limit)
    except PolicyError as error:
        raise web.HTTPUnprocessableEntity(
            text=f"{error or 'That cannot be set here'}; go back."
        ) from error


async def end_limit(request: web.Request) -> web.Response:
    """End a limit that was set on this invoice."""

    def write(fields: dict[str, str]) -> Write:
        number = fields.get("limit", "")
        known = int(number) if number.isascii() and number.isdigit() else 0
        return lambda services, new: allowing.end_limit(
            services.store, services.clock, services.reviewer, new, known
        )

    return await change(request, "withdraw", "withdrawn", write)


async def withdraw(request: web.Request) -> web.Response:
    """Take back a repair, a link or an allowance."""

    def write(fields: dict[str, str]) -> Write:
        return lambda services, new: amending.withdraw(
            services.store, services.clock, services.reviewer, new, fields.get("fact", "")
        )

    return await change(request, "withdraw", "withdrawn", write)
