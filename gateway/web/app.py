"""The pages and their addresses. Everything works without a script."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.doors.edge import ACTOR
from gateway.doors.guard import needs
from gateway.doors.services import SERVICES
from gateway.web import actions, bulk, files, reviewing
from gateway.web.acknowledgments import Acknowledgments, acknowledgments
from gateway.web.balance import balance_page
from gateway.web.bytes import bytes_page
from gateway.web.case.routes import add_case_pages
from gateway.web.case.ways import Asker
from gateway.web.correcting import add_fields
from gateway.web.deliveries import deliveries_page, replay
from gateway.web.entrance import add_entrance
from gateway.web.exception import Page, page
from gateway.web.inbox import Inbox, inbox, viewer_of
from gateway.web.landing import landing
from gateway.web.live import add_live, listen
from gateway.web.partners.routes import add_partner_pages
from gateway.web.pictures import Pictures
from gateway.web.quarantine import quarantine_page, reread_files
from gateway.web.queue import next_page, previous_page
from gateway.web.rendering import Pages, static_files
from gateway.web.serving import PAGES, answer_page
from gateway.web.source import Originals
from gateway.web.tracing import Traces

_ID = r"{id:\d{1,18}}"
_DIGITS = 18
_TRACES = web.AppKey("traces", Traces)


def add_pages(app: web.Application) -> None:
    """Add the pages, their forms and the files that they need to `app`."""
    static = static_files()
    app[files.STATIC] = static
    app[_TRACES] = Traces(app[SERVICES].archive.open)
    app[files.PICTURES] = Pictures(app[SERVICES].archive.open)
    app[PAGES] = Pages(static)
    add_fields(app, app[_TRACES])
    add_live(app)
    app.add_routes(
        [
            web.get("/", needs()(_home)),
            web.get("/inbox", needs("exceptions:read")(_inbox)),
            web.get("/invoices", needs("exceptions:read")(_inbox)),
            web.get("/inbox/live", needs("exceptions:read")(listen)),
            web.get("/inbox/group", needs("exceptions:read")(bulk.group)),
            web.get("/inbox/decided", needs("exceptions:read")(bulk.decided)),
            web.post("/inbox/decisions", needs("exceptions:decide")(bulk.decide)),
            web.post("/inbox/views", needs("exceptions:decide")(reviewing.keep_view)),
            web.get(f"/x/{_ID}", needs("exceptions:read")(_exception)),
            web.get(f"/x/{_ID}/next", needs("exceptions:read")(next_page)),
            web.get(f"/x/{_ID}/previous", needs("exceptions:read")(previous_page)),
            web.post(f"/x/{_ID}/decision", needs("exceptions:decide")(actions.decision)),
            web.post(f"/x/{_ID}/intent", needs("exceptions:decide")(actions.intent)),
            web.post(f"/x/{_ID}/undo", needs("exceptions:decide")(reviewing.undo)),
            web.post(f"/x/{_ID}/repair", needs("exceptions:decide")(reviewing.repair)),
            web.post(f"/x/{_ID}/comment", needs("exceptions:decide")(reviewing.comment)),
            web.post(f"/x/{_ID}/rematch", needs("exceptions:decide")(actions.rematch)),
            web.get("/quarantine", needs("documents:read")(quarantine_page)),
            web.post("/quarantine/reread", needs("exceptions:decide")(reread_files)),
            web.get(f"/documents/{_ID}/bytes", needs("documents:read")(bytes_page)),
            web.get("/deliveries", needs("endpoints:read")(deliveries_page)),
            web.get("/balance", needs("endpoints:read")(balance_page)),
            web.post("/deliveries/replay", needs("endpoints:write")(replay)),
            web.get("/acknowledgments", needs("documents:read")(_acknowledgments)),
            web.get(f"/acknowledgments/{_ID}/file", needs("documents:read")(files.sent)),
            web.post("/acknowledgments/resend", needs("documents:send")(actions.resend)),
            web.get(f"/documents/{_ID}/file", needs("documents:read")(files.original)),
            web.get(
                rf"/documents/{_ID}/file/pages/{{page:\d{{1,4}}}}",
                needs("documents:read")(files.picture),
            ),
            web.get("/static/{name}", files.static),
        ]
    )
    add_entrance(app)
    add_case_pages(app)
    add_partner_pages(app)


async def _home(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther(location=landing(request[ACTOR]))


async def _inbox(request: web.Request) -> web.Response:
    query, after = request.query.get("q", ""), request.query.get("after")
    viewer, everything = viewer_of(request), request.path == "/invoices"

    def view(connection: Connection) -> Inbox:
        return inbox(connection, query, after, viewer, everything=everything)

    return await answer_page(request, "inbox.html", view)


async def _exception(request: web.Request) -> web.Response:
    services, record_id = request.app[SERVICES], int(request.match_info["id"])
    asker = Asker(
        now=services.clock(),
        address=str(request.url.origin()),
        query=request.query.get("q", ""),
        done=request.query.get("done", ""),
    )
    originals = Originals(
        contents=services.archive.open,
        sizes=request.app[files.PICTURES].sizes,
        trace=request.app[_TRACES].of,
    )

    def view(connection: Connection) -> Page | None:
        return page(connection, record_id, originals, asker)

    return await answer_page(request, "exception.html", view)


async def _acknowledgments(request: web.Request) -> web.Response:
    before, now = _number(request, "before"), request.app[SERVICES].clock()
    view = request.query.get("view")

    def prepared(connection: Connection) -> Acknowledgments:
        return acknowledgments(connection, view, before, now)

    return await answer_page(request, "acknowledgments.html", prepared)


def _number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
