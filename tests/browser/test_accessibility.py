"""No route breaks a rule of axe: in light and dark, on a phone, and with text twice as large."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Open = Callable[..., Page]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "large text": {"viewport": {"width": 1280, "height": 900}},
}
ROUTES = (
    "/inbox",
    "/inbox?q=group:cause",
    "/inbox?q=supplier:osprey",
    "/inbox?q=nothing+at+all+colour:red",
    "/invoices",
    "/quarantine",
    "/punchout",
    "/acknowledgments",
    "/acknowledgments?view=answers",
    "/deliveries",
)
NUMBERS = ("Q2291", "KMW-3318")


def broken(page: Page, path: str) -> list[str]:
    """Return the rules that a page breaks, and where."""
    told = Axe().run(page).response
    assert len(told["passes"]) > 10, "axe has looked at nothing"
    found = told["violations"]
    return [
        f"{path}: {one['id']} at {', '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
        for one in found
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_no_rule_is_broken(open_page: Open, look: str) -> None:
    page = open_page("/inbox", **LOOKS[look])
    paths = list(ROUTES)
    for number in NUMBERS:
        page.goto(f"/invoices?q=number:{number}")
        paths.append(str(page.locator(".row-reason a").first.get_attribute("href")))
    faults = []
    for path in paths:
        page.goto(path)
        if look == "large text":
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += broken(page, path)
    page.goto("/inbox")
    page.locator("input[name=item]").first.check()
    page.keyboard.press("?")
    faults += broken(page, "/inbox with its keys shown and a row ticked")
    assert faults == []
