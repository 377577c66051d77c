"""How fast the review pages are, with many invoices in the store: at the server, and in Chromium.

A gateway reads the documents of one exception, which is then made many. `make bench-web` takes
INVOICES and EXCEPTIONS; the defaults are a fifth of what is promised. `inbox_p95_ms` and
`exception_p95_ms` are the time in which a page is answered, over loopback, at the 95th percentile;
the floor is that of an answer with nothing in it. `decide_and_next_ms` is from the click on Accept
until the next exception is painted, by the browser's own clock, its floor the same of a page with
nothing on it; `focus_ms` from the click on a value until its origin is lit and drawn, its floor two
frames of the browser. `page_kb` is what the heavier of the inbox and an exception brings over the
wire the first time, with all that it loads but the pictures; its floor is what it may weigh.
"""

import asyncio
import os
import shutil
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks.measure import report
from gateway.app import Gateway
from gateway.collecting import COLLECT_RARELY, collect
from gateway.config import load
from tests.browser.many import multiply, number_of

INVOICES = int(os.environ.get("INVOICES", "20000"))
EXCEPTIONS = int(os.environ.get("EXCEPTIONS", "2000"))
ASKED, DECIDED = 40, 10
PAGE_KB_MAX = 150
_WEIGHED = {"document", "stylesheet", "script"}
SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "03-over-billing"
NUMBER = "88207"
_CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
[folders.patience]
give_up = 1.0
[web]
port = 0
"""
_LIT = """
() => new Promise((done) => {
  const link = document.querySelector("td[data-column=Invoice] a");
  const begin = performance.now();
  link.click();
  requestAnimationFrame(() => requestAnimationFrame(() =>
    done([performance.now() - begin, document.querySelector(":target") !== null])));
})
"""
_CLICKED = """
addEventListener("click", () => {
  sessionStorage.setItem("clicked", performance.timeOrigin + performance.now());
}, true);
"""
_ACCEPT = "() => document.querySelector('[data-decide] [value=accept]').click()"
_TO_EMPTY = """
() => {
  const link = document.createElement("a");
  link.href = "/sign-in?" + Math.random();
  document.body.append(link);
  link.click();
}
"""
_IS_NEXT = """
(before) => performance.timeOrigin !== before
  && performance.getEntriesByName("first-contentful-paint").length > 0
  && document.querySelector("h1") !== null
"""
_SINCE = """
() => performance.timeOrigin
  + performance.getEntriesByName("first-contentful-paint")[0].startTime
  - Number(sessionStorage.getItem("clicked"))
"""
_FRAMES = """
() => new Promise((done) => {
  const begin = performance.now();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
})
"""


def main() -> None:
    """Measure at the server, then in the browser where there is one."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    collect(COLLECT_RARELY)  # as the command line does
    with tempfile.TemporaryDirectory() as folder, _gateway(Path(folder)) as gateway:
        with gateway.store.write() as connection:
            above = multiply(connection, number_of(connection, NUMBER), INVOICES, EXCEPTIONS)
        nothing = _p95(lambda _: f"{gateway.address}/healthz")
        inbox = _p95(lambda _: f"{gateway.address}/inbox")
        report("web.inbox_p95_ms", value=inbox, unit="ms", floor=nothing)
        page = _p95(lambda n: f"{gateway.address}/x/{above + 1 + n}")
        report("web.exception_p95_ms", value=page, unit="ms", floor=nothing)
        if path := shutil.which("chromium") or shutil.which("chromium-browser"):
            _in_browser(gateway.address, above, path)


@contextmanager
def _gateway(folder: Path) -> Iterator[Gateway]:
    """Run a gateway that has read the sample, in a thread of its own."""
    (folder / "dockmatch.toml").write_text(_CONFIG, encoding="utf-8")
    for path in (one for one in SAMPLE.glob("*/*") if one.suffix != ".json"):
        into = folder / "inbox" / path.parent.name / "in"
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, into)
    gateway, loop = Gateway(load(folder / "dockmatch.toml")), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result()  # type: ignore[arg-type]

    run(gateway.start())
    run(gateway.drain())
    try:
        yield gateway
    finally:
        run(gateway.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _p95(address: Callable[[int], str]) -> float:
    times = []
    for n in range(ASKED):
        begin = time.perf_counter()
        with urllib.request.urlopen(address(n % EXCEPTIONS)) as answer:  # noqa: S310 - our own
            answer.read()
        times.append(1e3 * (time.perf_counter() - begin))
    return statistics.quantiles(times, n=20)[-1]


def _in_browser(address: str, above: int, path: str) -> None:
    arguments = ["--no-sandbox", "--headless", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_page(base_url=address)
        lit = []
        for n in range(DECIDED):
            page.goto(f"/x/{above + 1 + n}")
            took, found = page.evaluate(_LIT)
            if not found:
                message = "nothing was lit"
                raise RuntimeError(message)
            lit.append(took)
        frames = statistics.median(page.evaluate(_FRAMES) for _ in range(DECIDED))
        report("web.focus_ms", value=statistics.median(lit), unit="ms", floor=frames)
        page.add_init_script(_CLICKED)
        page.goto("/sign-in")
        empty = statistics.median(_painted(page, _TO_EMPTY) for _ in range(DECIDED))
        page.goto(f"/x/{above + 1}")
        decided = statistics.median(_decision(page) for _ in range(DECIDED))
        report("web.decide_and_next_ms", value=decided, unit="ms", floor=empty)
        heaviest = max(_weight(browser, address + path) for path in ("/inbox", f"/x/{above + 50}"))
        report("web.page_kb", value=heaviest, unit="kB", floor=PAGE_KB_MAX)
        browser.close()


def _decision(page: Page) -> float:
    page.get_by_label("Reason", exact=True).fill("agreed")
    return _painted(page, _ACCEPT)


def _painted(page: Page, act: str) -> float:
    """Return the milliseconds from what `act` does until the page behind it is painted."""
    before = page.evaluate("performance.timeOrigin")
    page.evaluate(act)
    page.wait_for_function(_IS_NEXT, arg=before)
    return float(page.evaluate(_SINCE))


def _weight(browser: Browser, address: str) -> float:
    """Return the bytes of a page and what it loads, in thousands, as they come over the wire."""
    page = browser.new_page()
    came: list[Response] = []

    def note(one: Response) -> None:
        came.append(one)

    page.on("response", note)
    page.goto(address, wait_until="load")
    loaded = (one.request for one in came if one.request.resource_type in _WEIGHED)
    found = sum(one.sizes()["responseBodySize"] for one in loaded) / 1000
    page.close()
    return found
