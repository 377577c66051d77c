"""Every page there is, with an address of it: what is looked at for each of them is asked here.

The router says which routes there are, so a new page that nobody has listed fails a test.
"""

import re
from collections.abc import Iterator

from aiohttp import web
from playwright.sync_api import Page

from gateway.punchout import counter, pages

NO_PAGES = {
    "/": "leads to the first page",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/metrics": "for machines",
    "/inbox/live": "a stream of counters",
    "/x/{id}/next": "leads to a page",
    "/x/{id}/previous": "leads to a page",
    "/documents/{id}/fields": "leads to a page",
    "/documents/{id}/file": "a file",
    "/documents/{id}/file/pages/{page}": "a picture",
    "/acknowledgments/{id}/file": "a file",
    "/memos/{id}/file": "a file",
    "/doc/{id}/boxes.css": "a style sheet",
    "/doc/{id}/words": "for a script",
    "/sign-in/oidc": "leads to who signs people in",
    "/sign-in/oidc/back": "leads to a page",
    "/static/{name}": "a file of ours",
}
"""Routes that show no page of their own, and what they are."""

ELSEWHERE = {
    "/doc/{id}": "test_fields.py",
    "/memos/{id}": "test_case.py",
    "/ask/{token}": "test_case.py",
    "/partners/{name}/guide": "test_guide.py",
    "/account": "test_people.py",
    "/people/{id}": "test_people.py",
    "/sign-in/link/{secret}": "test_people.py",
    "/punchout/{id}": "test_punchout.py",
    "/punchout/return/{secret}": "test_punchout.py",
    "/punchout/cart/{landing}": "test_punchout.py",
    "/punchout/go/{landing}": "test_punchout.py",
}
"""Pages of which an address must be made first, and where they are looked at."""

_MACHINES = ("/v1/", "/shop/")  # a shop stands for somebody else's


def patterns(app: web.Application) -> list[str]:
    """Return the routes that a browser can open, those of punchout among them."""
    shop = web.Application()
    pages.add_buyer_pages(shop)
    counter.add_shop_pages(shop)
    found = {
        re.sub(r":[^{}]*(\{[^{}]*\})?", "", route.resource.canonical)
        for one in (app, shop)
        for route in one.router.routes()
        if route.method == "GET" and route.resource is not None
    }
    return sorted(path for path in found if not path.startswith(_MACHINES))


def addresses(page: Page, number: str = "88207") -> dict[str, list[str]]:
    """Return addresses for each page, of what there is where `page` looks."""
    record = _record(page, number)
    torn = _record(page, "KMW-3318")
    page.goto("/inbox?q=group:cause")
    groups = page.locator(".groups .row-reason a")
    group = str(groups.first.get_attribute("href")) if groups.count() else ""
    file = _unreadable(page)
    return {
        "/inbox": [
            "/inbox",
            "/inbox?q=group:cause",
            "/inbox?q=order:newest",
            "/inbox?q=nothing+colour:red+suplier:osprey",
        ],
        "/inbox/group": [group] if group else [],
        "/inbox/decided": [f"/inbox/decided?key=none&items={record}.{torn}"],
        "/invoices": ["/invoices", "/invoices?q=nothing+at+all"],
        "/x/{id}": [f"/x/{record}", f"/x/{torn}"],
        "/x/{id}/runs": [f"/x/{record}/runs"],
        "/x/{id}/ask": [f"/x/{record}/ask", f"/x/{record}/ask?to=supplier"],
        "/x/{id}/allow": [f"/x/{record}/allow"],
        "/x/{id}/relink": [f"/x/{record}/relink"],
        "/x/{id}/short-pay": [f"/x/{record}/short-pay"],
        "/quarantine": ["/quarantine", "/quarantine?kind=partly", "/quarantine?cause=none"],
        "/documents/{id}/bytes": [f"/documents/{file}/bytes?at=17"],
        "/punchout": ["/punchout"],
        "/acknowledgments": ["/acknowledgments", "/acknowledgments?view=answers"],
        "/deliveries": ["/deliveries", "/deliveries?state=delivered", "/deliveries?state=refused"],
        "/balance": ["/balance", *_days(page)],
        "/sign-in": ["/sign-in"],
        "/policies": ["/policies"],
        "/people": ["/people"],
        "/partners": ["/partners"],
        "/partners/{name}": ["/partners/copperline"],
        "/partners/{name}/start": ["/partners/copperline/start"],
        "/partners/{name}/profile": ["/partners/copperline/profile"],
    }


def _record(page: Page, number: str) -> int:
    page.goto(f"/invoices?q=number:{number}")
    href = str(page.locator(".row-reason a").first.get_attribute("href"))
    return int(re.findall(r"/x/(\d+)", href)[0])


def _unreadable(page: Page) -> int:
    page.goto("/quarantine")
    cards = page.locator(".card")
    return int(str(cards.first.get_attribute("id")).removeprefix("file-")) if cards.count() else 1


def _days(page: Page) -> Iterator[str]:
    page.goto("/balance")
    for one in page.locator(".balance .row-reason a").all()[:1]:
        yield str(one.get_attribute("href"))
