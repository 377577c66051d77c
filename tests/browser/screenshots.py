"""Draw the pictures of the README: `python -m tests.browser.screenshots FOLDER`.

Ten states of the pages, on a gateway that has read the samples and an inbox that has filled up, in
light and dark, on a desk and on a phone. Pictures have few colours, so that each stays small.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import House
from tests.browser.many import multiply, number_of

COLOURS, BYTES_MAX = 128, 150_000
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = {"color_scheme": "dark"}


def _case(number: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        page.goto(f"/invoices?q=number:{number}")
        page.locator(".row-reason a").first.click()
        page.locator(".case-head").wait_for()

    return show


def _lit(page: Page) -> None:
    _case("88207")(page)
    page.locator(".value.loud a").first.click()


def _group(page: Page) -> None:
    page.goto("/inbox?q=group:cause")
    page.locator(".row-reason a").first.click()


def _ticked(page: Page) -> None:
    page.goto("/inbox")
    for n in (1, 2, 3):
        page.locator("input[name=item]").nth(n).check()
    page.get_by_label("Reason for what is ticked").fill("Agreed with purchasing")


def _keys(page: Page) -> None:
    page.goto("/inbox")
    page.keyboard.press("?")


def _at(path: str) -> Callable[[Page], None]:
    return lambda page: _gone_to(page, path)


def _gone_to(page: Page, path: str) -> None:
    page.goto(path)


STATES: dict[str, tuple[dict[str, Any], Callable[[Page], None]]] = {
    "inbox": (DESK, _at("/inbox")),
    "inbox-dark": (DESK | DARK, _ticked),
    "inbox-phone": (PHONE, _at("/inbox")),
    "causes": (DESK, _at("/inbox?q=group:cause")),
    "group": (DESK, _group),
    "exception": (DESK, _lit),
    "exception-dark": (DESK | DARK, _case("Q2291")),
    "exception-phone": (PHONE | DARK, _case("88207")),
    "pdf": (DESK, _case("KMW-3318")),
    "keys": (DESK, _keys),
}


def main() -> None:
    """Draw every state into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as own, sync_playwright() as playwright:
        house = House(Path(own))
        house.open()
        _fill(house)
        arguments = ["--no-sandbox", "--headless", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        for name in STATES:
            (folder / f"{name}.png").write_bytes(picture(browser, house.address, name))
        browser.close()
        house.close()


def picture(browser: Browser, address: str, name: str) -> bytes:
    """Return one state as PNG of few colours."""
    settings, show = STATES[name]
    context = browser.new_context(base_url=address, **settings)
    page = context.new_page()
    show(page)
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    small = io.BytesIO()
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _fill(house: House) -> None:
    names = (
        "Halden Fasteners",
        "Brightwater Paper",
        "Osier & Co",
        "Norrland Pumps",
        "Kestrel Tape",
    )
    supplier = " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(names))
    with house.gateway.store.write() as connection:
        source = number_of(connection, "88207")
        multiply(connection, source, 90, 60, f"CASE i % 5 {supplier} END")


if __name__ == "__main__":
    main()
