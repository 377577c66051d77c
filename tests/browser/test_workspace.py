"""What a clerk does all day, in a real browser: on a desk, on a phone, by keys, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.routes import addresses

Open = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDTHS = (320, 390, 768, 1280, 1920)


def row(page: Page, number: str) -> Any:
    return page.locator("tr", has=page.get_by_text(number, exact=True))


def open_case(page: Page, number: str) -> None:
    row(page, number).get_by_role("link").click()
    expect(page.get_by_text(f"Invoice {number}", exact=True).first).to_be_visible()


def test_from_the_inbox_to_a_decision_that_the_erp_hears_of(open_page: Open, house: Any) -> None:
    page = open_page("/inbox?q=verdict:exception")
    expect(row(page, "88207")).to_contain_text("472.00 disputed")
    open_case(page, "88207")
    expect(page.locator(".value.loud").first).to_have_text("44 RL")
    page.get_by_label("Reason").fill("agreed with purchasing")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status")).to_contain_text("Accepted: 88207")
    page.goto("/inbox")
    expect(row(page, "88207")).to_have_count(0)
    house.drain()
    resolved = [one for one in house.events if one["type"] == "invoice.exception_resolved"]
    told = [one for one in resolved if one["data"]["invoice"]["number"] == "88207"][-1]
    assert (told["data"]["approved"], told["data"]["disputed"]) == ("6792.00", "0.00")
    assert told["data"]["decision"]["reason"] == "agreed with purchasing"


def test_everything_works_without_scripts(open_page: Open) -> None:
    page = open_page("/inbox", java_script_enabled=False)
    open_case(page, "GH-7719")
    page.locator(".grid .value a").first.click()
    expect(page.locator(":target")).to_be_visible()
    page.get_by_label("Reason").fill("freight as agreed")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_contain_text("Rejected: GH-7719")


def test_a_click_on_a_value_lights_its_origin_in_each_document(open_page: Open) -> None:
    page = open_page("/inbox")
    open_case(page, "Q2291")
    columns = {"Invoice": "3.45", "Order": "3.1"}
    for column, text in columns.items():
        value = page.locator(f"td[data-column={column}] a").nth(1)
        value.click()
        lit = page.locator(":target")
        expect(lit).to_have_text(text)
        expect(lit).to_be_in_viewport()
        expect(value).to_be_in_viewport()
    page.locator("td[data-column=Receipt] a").first.click()
    expect(page.locator(":target")).to_have_text("500")


def test_values_on_a_page_of_a_pdf_light_up(open_page: Open) -> None:
    page = open_page("/invoices?q=number:KMW-3318")
    open_case(page, "KMW-3318")
    picture = page.locator(".sheet img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
    page.locator("td[data-column=Invoice] a").first.click()
    expect(page.locator("g:target rect")).to_be_visible()


def test_the_inbox_by_keys(open_page: Open) -> None:
    page = open_page("/inbox")
    links = page.locator("[data-rows] .row-reason a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Filter")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.get_by_label("Filter")).to_have_value("jk?")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("k")
    page.locator("tr", has_text="Q2291").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Invoice Q2291", exact=True).first).to_be_visible()


def test_single_letter_keys_can_be_turned_off(open_page: Open) -> None:
    page = open_page("/inbox")
    page.keyboard.press("?")
    page.get_by_label("Single-letter keys off").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(page.locator("[data-rows] a:focus")).to_have_count(0)


def test_words_filter_and_become_the_address(open_page: Open) -> None:
    page = open_page("/inbox")
    page.get_by_label("Filter").fill("supplier:quillfeather")
    page.get_by_label("Filter").press("Enter")
    page.wait_for_url("**/inbox?q=supplier%3Aquillfeather")
    expect(row(page, "Q2291")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)


def paths(page: Page) -> list[str]:
    return [one for several in addresses(page).values() for one in several]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(open_page: Open, width: int) -> None:
    page = open_page("/inbox", viewport={"width": width, "height": 800})
    for path in paths(page):
        page.goto(path)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{path} is {wider} pixels too wide at {width}"


def test_targets_are_large_enough_for_a_thumb(open_page: Open) -> None:
    page = open_page("/inbox", **PHONE)
    for path in paths(page):
        page.goto(path)
        for button in page.locator("button:visible, .tabs a:visible, .top nav a:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 36, f"{path}: {button.inner_text()!r} is {box['height']} high"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_paper(open_page: Open, contrasts: str, scheme: str) -> None:
    page = open_page("/inbox", color_scheme=scheme)
    for path in paths(page):
        page.goto(path)
        for text, ratio in page.evaluate(contrasts):
            assert ratio >= 4.5, f"{path}, {scheme}: {text!r} has a contrast of {ratio:.2f}"


def test_markup_of_a_supplier_does_nothing(open_page: Open) -> None:
    page = open_page("/inbox")
    for path in paths(page):
        page.goto(path)
        assert page.title().endswith("dockmatch")
        assert page.locator("img[src=x]").count() == 0
        assert page.locator("script:not([src])").count() == 0
    page.goto("/invoices?q=number:Q2291")
    page.locator(".row-reason a").first.click()
    shown = page.locator(".line-title").first
    expect(shown).to_contain_text('<script>document.title="PAID"</script>')


def test_a_person_with_a_reader_finds_their_way(open_page: Open) -> None:
    page = open_page("/inbox")
    for path in paths(page):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("main")).to_have_count(1)
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("svg[role=img]:not([aria-label])").count() == 0
        assert page.locator("table:not(:has(caption))").count() == 0
    page.goto("/inbox")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
