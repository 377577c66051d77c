"""The addresses of what can be done about one invoice, and of those that strangers get by link."""

from aiohttp import web

from gateway.doors.guard import needs
from gateway.web.case import allowing, answering, asking, relinking, runs, short_paying

_ID = r"{id:\d{1,18}}"
_TOKEN = r"{token:[\w-]{20,64}}"  # noqa: S105 - the form of an address, no secret
_READ, _DECIDE = "exceptions:read", "exceptions:decide"


def add_case_pages(app: web.Application) -> None:
    """Add the pages and forms of one invoice, and the pages of questions."""
    read, decide, rule = needs(_READ), needs(_DECIDE), needs("partners:write")
    app.add_routes(
        [
            web.get(f"/x/{_ID}/runs", read(runs.show_runs)),
            web.get(f"/x/{_ID}/ask", decide(asking.show_asking)),
            web.post(f"/x/{_ID}/ask", decide(asking.ask)),
            web.post(f"/x/{_ID}/ask/withdraw", decide(asking.withdraw)),
            web.get(f"/x/{_ID}/allow", decide(allowing.show_allowing)),
            web.post(f"/x/{_ID}/allow", decide(allowing.allow_once)),
            web.post(f"/x/{_ID}/limit", rule(allowing.set_limit)),
            web.post(f"/x/{_ID}/limit/end", rule(allowing.end_limit)),
            web.get(f"/x/{_ID}/relink", decide(relinking.show_relinking)),
            web.post(f"/x/{_ID}/relink", decide(relinking.relink)),
            web.post(f"/x/{_ID}/withdraw", decide(allowing.withdraw)),
            web.get(f"/x/{_ID}/short-pay", decide(short_paying.show_short_paying)),
            web.post(f"/x/{_ID}/short-pay", decide(short_paying.short_pay)),
            web.post(f"/x/{_ID}/short-pay/withdraw", decide(short_paying.withdraw)),
            web.get(f"/memos/{_ID}", read(short_paying.show_memo)),
            web.get(f"/memos/{_ID}/file", read(short_paying.memo_file)),
            web.get(f"/ask/{_TOKEN}", answering.show_question),
            web.post(f"/ask/{_TOKEN}", answering.take_answer),
        ]
    )
