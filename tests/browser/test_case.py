"""Settling an invoice where it stands, in a real browser: by keys, on a phone, without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": PHONE,
}
THUMB = 44


def address_of(page: Page, number: str) -> str:
    page.goto(f"/invoices?q=number:{number}")
    return str(page.locator(".row-reason a").first.get_attribute("href")).partition("?")[0]


def question(page: Page, number: str, role: str) -> str:
    """Ask, and return the link that answers."""
    page.goto(f"{address_of(page, number)}/ask?role={role}")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", name="Asked")).to_be_visible()
    return page.locator("[data-link]").first.input_value()


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_the_receiver_answers_on_the_phone_and_it_is_matched(open_page: Open, house: Any) -> None:
    page = open_page("/inbox")
    link = question(page, "55120", "receiver")
    case = page.url.partition("#")[0]
    phone = open_page(path_of(link), java_script_enabled=False, **PHONE)
    for target in phone.locator(".ask-button:visible, .ask-check:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
    phone.get_by_label("What is missing will not come any more").check()
    phone.get_by_role("button", name="No").click()
    expect(phone.get_by_text("Thank you. Your answer has arrived.")).to_be_visible()
    phone.goto(path_of(link))
    expect(phone.get_by_text("This question is answered.")).to_be_visible()
    house.drain()
    page.goto(case)
    expect(page.locator("h1")).to_contain_text("no more will come: 300 over")
    expect(page.get_by_text("No, it did not arrive").first).to_be_visible()
    answered = [one for one in house.events if one["type"] == "question.answered"]
    assert answered[-1]["data"]["final"] is True


def test_the_supplier_answers_without_an_account(open_page: Open) -> None:
    page = open_page("/inbox")
    link = question(page, "GH-7719", "supplier")
    stranger = open_page(path_of(link), **PHONE)
    stranger.get_by_label("The invoice is right").check()
    stranger.get_by_label("In your words").fill("fuel went up <b>")
    stranger.get_by_role("button", name="Send the answer").click()
    expect(stranger.get_by_text("Thank you. Your answer has arrived.")).to_be_visible()
    page.reload()
    expect(page.locator(".answer-said").first).to_contain_text("fuel went up <b>")


def test_a_link_is_copied(open_page: Open) -> None:
    page = open_page("/inbox")
    question(page, "Q2291", "supplier")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied").first).to_be_visible()
    page.get_by_role("button", name="Take it back").first.click()
    expect(page.get_by_text("Taken back").first).to_be_visible()


def test_a_line_is_linked_by_keys_and_taken_back(open_page: Open) -> None:
    page = open_page("/inbox")
    page.goto(address_of(page, "88207"))
    page.keyboard.press("l")
    expect(page.get_by_role("heading", level=1)).to_have_text("Link a line to another order line")
    chosen = page.locator("input[name=target]:checked")
    chosen.focus()
    before = chosen.input_value()
    page.keyboard.press("ArrowUp")
    assert page.locator("input[name=target]:checked").input_value() != before
    page.keyboard.press("Enter")
    expect(page.get_by_text("Linked, and matched again.")).to_be_visible()
    page.get_by_role("button", name="Take back Linked").click()
    expect(page.get_by_text("Taken back, and matched again.")).to_be_visible()


def test_a_tolerance_shows_what_it_changes_before_it_does(open_page: Open) -> None:
    page = open_page("/inbox")
    page.goto(address_of(page, "Q2291"))
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="What it would change")).to_be_visible()
    expect(page.locator(".preview-own")).to_contain_text("approved")
    page.get_by_role("link", name="As policy, from now on").click()
    expect(page.get_by_label("Limit")).to_be_visible()
    page.get_by_label("Value").fill("much")
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.get_by_role("status")).to_contain_text("must be a number")


def test_paying_short_writes_a_memo_that_is_printed_and_taken_back(
    open_page: Open, house: Any
) -> None:
    page = open_page("/inbox")
    case = address_of(page, "Q2291")
    page.goto(case)
    page.keyboard.press("p")
    page.get_by_label("Reason").fill("price not agreed")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("Paid short: the debit memo is written")).to_be_visible()
    page.get_by_role("link", name=re.compile("Debit memo DM-")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("DM-")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="JSON").click()
    assert downloading.value.suggested_filename.endswith(".json")
    house.drain()
    assert [one for one in house.events if one["type"] == "invoice.short_paid"]
    page.goto(f"{case}/runs")
    expect(page.get_by_text("a debit memo was written")).to_be_visible()
    page.goto(case)
    page.get_by_role("button", name=re.compile("Take back Debit memo")).first.click()
    expect(page.get_by_text("Taken back, and matched again.")).to_be_visible()


def test_the_numbers_of_the_sentence_lead_to_their_sources(open_page: Open) -> None:
    page = open_page("/inbox")
    page.goto(address_of(page, "Q2291"))
    cards = page.locator(".lit-card")
    assert cards.count() >= 2
    figure = page.locator(".headline .figure").first
    figure.click()
    expect(page.locator(":target")).to_be_visible()
    expect(page.locator(":target")).to_be_in_viewport()
    cards.first.click()
    expect(page.locator(":target")).to_be_in_viewport()


def test_differences_open_in_the_timeline(open_page: Open) -> None:
    page = open_page("/inbox")
    page.goto(address_of(page, "GH-7719"))
    page.locator(".diff summary").first.click()
    expect(page.locator(".diff-table").first).to_be_visible()


def pages(page: Page) -> list[str]:
    case, waiting = address_of(page, "Q2291"), address_of(page, "55120")
    found = [f"{case}/{name}" for name in ("ask?role=supplier", "allow", "relink", "short-pay")]
    found += [
        f"{case}/allow?mode=limit",
        f"{waiting}/runs",
        f"{waiting}/ask?role=receiver",
        waiting,
    ]
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_no_rule_is_broken(open_page: Open, look: str) -> None:
    page = open_page("/inbox", **LOOKS[look])
    links = [question(page, "Q2291", "supplier"), question(page, "Q2291", "receiver")]
    faults = []
    for path in [*pages(page), *map(path_of, links)]:
        page.goto(path)
        found = Axe().run(page).response
        assert len(found["passes"]) > 10, "axe has looked at nothing"
        faults += [
            f"{path}: {one['id']} at {[str(node['target'][0]) for node in one['nodes'][:3]]}"
            for one in found["violations"]
        ]
    assert faults == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen(open_page: Open, width: int) -> None:
    page = open_page("/inbox", viewport={"width": width, "height": 800})
    for path in [*pages(page), path_of(question(page, "Q2291", "receiver"))]:
        page.goto(path)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{path} is {wider} pixels too wide at {width}"
