"""Going through the list by keys: on and back in its order, and no key while somebody types."""

import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gateway.store import events
from gateway.store.events import NewEvent
from tests.browser.test_intents import crowd

Open = Callable[..., Page]


class List:
    """A list of three invoices of one supplier, and the records behind its rows."""

    def __init__(self, page: Page, above: int) -> None:
        self.page, self.above = page, above
        self.records = self.shown()

    def shown(self) -> list[int]:
        links = self.page.locator(".row-reason a").all()
        return [int(re.findall(r"/x/(\d+)", str(one.get_attribute("href")))[0]) for one in links]

    def is_at(self, place: int) -> None:
        expect(self.page).to_have_url(re.compile(rf"/x/{self.records[place]}\?q=supplier"))


@pytest.fixture
def listed(open_page: Open, house: Any, request: pytest.FixtureRequest) -> List:
    name = f"Queue {zlib.crc32(request.node.name.encode())}"
    above = crowd(house, name, 3)
    return List(open_page(f'/inbox?q=supplier:"{name}"'), above)


def test_on_and_back_by_key(listed: List) -> None:
    page = listed.page
    assert sorted(listed.records) == [listed.above + n for n in (1, 2, 3)]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    listed.is_at(0)
    for key, there in (("j", 1), ("n", 2), ("j", 0), ("k", 2), ("Shift+N", 1)):
        page.keyboard.press(key)
        listed.is_at(there)
    page.keyboard.press("i")
    expect(page.locator(".row-number")).to_have_count(3)
    assert listed.shown() == listed.records


def test_no_key_acts_while_somebody_types(listed: List) -> None:
    page = listed.page
    page.locator(".row-reason a").first.click()
    listed.is_at(0)
    page.keyboard.press("a")
    expect(page.get_by_label("Reason", exact=True)).to_be_focused()
    page.keyboard.type("jknpqsu?1")
    expect(page.get_by_label("Reason", exact=True)).to_have_value("jknpqsu?1")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+j")
    listed.is_at(0)


def test_what_comes_is_told_and_no_row_moves(listed: List, house: Any) -> None:
    page = listed.page
    news = [
        NewEvent(type="invoice.exception", subject=f"record/{one}", data=b"{}")
        for one in listed.records[:2]
    ]
    with house.gateway.store.write() as connection:
        events.announce(connection, news, "2026-10-30T09:00:00.000000Z")
    expect(page.get_by_text("2 new or changed")).to_be_visible(timeout=15_000)
    assert listed.shown() == listed.records
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.locator("[data-live-link]")).to_be_hidden()
    assert listed.shown() == listed.records
