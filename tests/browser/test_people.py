"""The first person is invited, chooses a password, signs in, and looks after themselves and others.

On a gateway of its own: from the first invitation on, everybody has to sign in.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import House
from tests.browser.test_accessibility import LOOKS, broken

PASSWORD = "plain words on a quay wall"  # noqa: S105 - of this gateway alone
WIDTHS = (320, 390, 768, 1280, 1920)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House(tmp_path_factory.mktemp("people"))
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def link(own: House, browser: Browser) -> str:
    """Return the link by which the first person joins."""
    page = browser.new_context(base_url=own.address).new_page()
    page.goto("/people")
    expect(page.get_by_text("Nobody has been invited.")).to_be_visible()
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Name as it is shown").fill("Ann")
    page.get_by_role("checkbox", name="admin").check()
    page.get_by_role("button", name="Make the link").click()
    shown = page.locator("code.link").inner_text()
    page.context.close()
    return shown


@pytest.fixture(scope="module")
def signed_in(own: House, browser: Browser, link: str) -> Iterator[BrowserContext]:
    """Return a browser in which the first person has signed in."""
    context = browser.new_context(base_url=own.address)
    page = context.new_page()
    page.goto(link)
    looked_at(page, "the link")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Keep it and sign in").click()
    page.wait_for_url("**/inbox")
    page.close()
    yield context
    context.close()


def looked_at(page: Page, name: str) -> None:
    """Fail where a page breaks a rule of axe or does not fit a width."""
    assert broken(page, name) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} wide at {width}"


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_people_break_no_rule(
    signed_in: BrowserContext, own: House, browser: Browser, look: str
) -> None:
    settings: dict[str, Any] = LOOKS[look]
    state = signed_in.storage_state()
    context = browser.new_context(base_url=own.address, storage_state=state, **settings)
    page = context.new_page()
    page.goto("/people")
    person = str(page.locator(".people .row-reason a").first.get_attribute("href"))
    for path in ("/account", "/people", person, "/policies"):
        page.goto(path)
        if look == "large text":
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert broken(page, path) == []
        else:
            looked_at(page, path)
    context.close()


def test_a_stranger_signs_in_first_and_comes_back(own: House, browser: Browser, link: str) -> None:
    assert link
    page = browser.new_context(base_url=own.address).new_page()
    page.goto("/balance")
    expect(page).to_have_url(f"{own.address}/sign-in?next=/balance")
    looked_at(page, "/sign-in")
    page.get_by_label("Name or e-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.close()


def test_a_link_is_good_once(signed_in: BrowserContext, browser: Browser, link: str) -> None:
    assert signed_in.cookies()
    page = browser.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is good no longer")).to_be_visible()
    looked_at(page, "a link that was used")
    page.close()


def test_who_is_signed_in_stands_on_every_page_and_can_leave(
    own: House, browser: Browser, signed_in: BrowserContext
) -> None:
    context = browser.new_context(base_url=own.address, storage_state=signed_in.storage_state())
    page = context.new_page()
    page.goto("/inbox")
    expect(page.get_by_text("Ann").first).to_be_visible()
    page.goto("/account")
    expect(page.get_by_text("this one")).to_be_visible()
    context.close()
