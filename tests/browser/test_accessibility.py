"""No page breaks a rule of axe: in light and dark, on a phone, and with text twice as large.

The pages are those of the router, so that none is forgotten. What axe does not see is asked for
beside it: the way of the focus, the size of targets, and that nothing moves where that is unwanted.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from gateway.doors.http import build_app
from tests.browser.routes import ELSEWHERE, NO_PAGES, addresses, patterns
from tests.browser.test_intents import crowd
from tests.gateway.web.conftest import Workspace

Open = Callable[..., Page]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "large text": {"viewport": {"width": 1280, "height": 900}},
}
TABS_MAX = 60
FOCUSED = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const seen = drawn(getComputedStyle(one)) || drawn(getComputedStyle(one, "::after"));
  const all = [...document.querySelectorAll("*")];
  return { place: all.indexOf(one), seen, what: one.outerHTML.slice(0, 90) };
}
"""
SMALL = """
() => [...document.querySelectorAll("button, select, summary, input, nav a, .chip, .way")]
  .filter((one) => one.checkVisibility() && !one.closest("dialog") && one.type !== "hidden")
  .map((one) => (["checkbox", "radio"].includes(one.type) ? one.closest("label") ?? one : one))
  .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24))
  .map(([, what]) => what)
"""
MOVING = """
() => [...document.querySelectorAll("*")]
  .filter((one) => {
    const style = getComputedStyle(one);
    const longest = Math.max(...style.transitionDuration.split(",").map(parseFloat));
    return longest > 0.001 || style.animationName !== "none" || style.scrollBehavior === "smooth";
  })
  .map((one) => one.outerHTML.slice(0, 90))
"""


def broken(page: Page, path: str) -> list[str]:
    """Return the rules that a page breaks, and where."""
    told = Axe().run(page).response
    assert len(told["passes"]) > 10, "axe has looked at nothing"
    found = told["violations"]
    return [
        f"{path}: {one['id']} at {', '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
        for one in found
    ]


def there(page: Page, workspace: Any) -> list[str]:
    """Return the addresses of all pages that the router has."""
    known = set(patterns(build_app(workspace.services())))
    return [one for route, several in addresses(page).items() if route in known for one in several]


@pytest.fixture(scope="module", autouse=True)
def grouped(house: Any) -> None:
    """Give two invoices one supplier and one cause, so that there is a group."""
    crowd(house, "Grouped", 2)


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    """Return an empty workspace, for its routes."""
    return Workspace(tmp_path)


def test_every_page_of_the_router_is_looked_at(open_page: Open, workspace: Any) -> None:
    known = patterns(build_app(workspace.services()))
    looked_at = addresses(open_page("/inbox"))
    forgotten = set(known) - {*looked_at, *NO_PAGES, *ELSEWHERE}
    assert forgotten == set(), "list them in tests/browser/routes.py"
    assert [route for route, several in looked_at.items() if not several] == []
    assert {
        name for name in ELSEWHERE.values() if not (Path(__file__).parent / name).exists()
    } == set()


@pytest.mark.parametrize("look", LOOKS)
def test_no_rule_is_broken(open_page: Open, workspace: Any, look: str) -> None:
    page = open_page("/inbox", **LOOKS[look])
    faults = []
    for path in there(page, workspace):
        page.goto(path)
        if look == "large text":
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += broken(page, path)
    page.goto("/inbox")
    page.locator("input[name=item]").first.check()
    page.keyboard.press("?")
    faults += broken(page, "/inbox with its keys shown and a row ticked")
    assert faults == []


def test_the_focus_goes_as_one_reads_and_is_seen(open_page: Open, workspace: Any) -> None:
    page = open_page("/inbox")
    for path in there(page, workspace):
        page.goto(path)
        page.evaluate("document.activeElement.blur()")
        last = -1
        for _ in range(TABS_MAX):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None or focused["place"] < last:
                break  # past the last one
            assert focused["place"] > last, f"{path}: the focus stays at {focused['what']}"
            assert focused["seen"], f"{path}: no focus is seen at {focused['what']}"
            last = focused["place"]
        assert last > 0
        assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0


def test_targets_can_be_hit(open_page: Open, workspace: Any) -> None:
    page = open_page("/inbox")
    for path in there(page, workspace):
        page.goto(path)
        assert page.evaluate(SMALL) == [], f"{path}: smaller than 24 pixels"


def test_nothing_moves_for_whom_that_is_unwanted(open_page: Open, workspace: Any) -> None:
    page = open_page("/inbox", reduced_motion="reduce")
    for path in there(page, workspace):
        page.goto(path)
        assert page.evaluate(MOVING) == [], path


def test_a_failure_breaks_no_rule(browser: Browser, house: Any) -> None:
    context = browser.new_context(base_url=house.address)
    page = context.new_page()
    page.goto("/x/999999")
    assert page.get_by_role("heading", level=1).count() == 1
    assert broken(page, "/x/999999") == []
    context.close()
