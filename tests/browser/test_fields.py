"""What was read beside its page, in a real browser: by mouse, by keys, by two people at once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.layouts import layouts_of
from tests.browser.test_accessibility import LOOKS, broken
from tests.gateway.web.paper import FIRST, drawn

Open = Callable[..., Page]
WIDTHS = (320, 390, 768, 1280, 1920)
WEIGHTS = """
() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((one) => !one.name.includes("/file/pages/"))
  .map((one) => one.encodedBodySize)
"""
FOCUS_MS = """
() => {
  const field = document.getElementById("f-lines-2-amount");
  const begun = performance.now();
  field.focus();
  const box = document.querySelector(".box.lit").getBoundingClientRect();
  const list = document.querySelector("doc-viewer .pages").getBoundingClientRect();
  const inside = box.left >= list.left && box.right <= list.right && box.top >= list.top;
  return [performance.now() - begun, inside && box.bottom <= list.bottom];
}
"""


@pytest.fixture
def paper(house: Any, request: pytest.FixtureRequest) -> str:
    """Return the address of an invoice that was not read whole, one of its own for each test."""
    name = request.node.name.partition("[")[0].replace("test_", "").replace("_", "-")[:40]
    number = f"ZX-{abs(hash(request.node.nodeid)) % 90_000 + 10_000}"
    folder = house.folder / "inbox" / name / "in"
    folder.mkdir(parents=True, exist_ok=True)
    file = f"{number}.pdf"
    (folder / file).write_bytes(drawn(FIRST | {"number": number, "order": number[::-1]}))
    house.drain()
    query = (
        "SELECT max(r.id) FROM record r JOIN document d ON d.id = r.document_id WHERE d.name = ?"
    )
    with house.gateway.store.read() as connection:
        record = connection.exec_driver_sql(query, (file,)).scalar_one()
    return f"/doc/{record}"


def number_on(page: Page) -> str:
    word = page.locator(".word[data-text^=ZX-]").first
    expect(word).to_be_attached()
    return str(word.get_attribute("data-text"))


def test_words_fill_a_field_and_completing_it_matches_and_teaches(
    open_page: Open, house: Any, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house.folder)
    page = open_page(paper)
    number = page.locator("#f-number")
    expect(number).to_be_focused()
    wanted = number_on(page)
    page.locator(f".word[data-text={wanted!r}]").click()
    expect(number).to_have_value(wanted)
    page.locator("#f-buyer-name").click()
    page.get_by_label("Word Harrow").click()
    page.get_by_label("Word plc").click()
    page.get_by_label("Word Engineering").click()
    expect(page.locator("#f-buyer-name")).to_have_value("Harrow Engineering plc")
    page.get_by_role("button", name="All compared").click()
    expect(page.get_by_role("status").first).to_contain_text("Whole now, and matched")
    expect(page.get_by_text(f"Invoice {wanted}", exact=True).first).to_be_visible()
    house.drain()
    kinds = [one["type"] for one in house.events if one["data"].get("number") == wanted]
    assert kinds == ["document.corrected", "invoice.received"]
    taught = layouts_of("words-fill-a-field-and-completing-it-mat")
    assert {"number", "buyer"} <= {anchor.field for anchor in taught[0].anchors}


def test_words_that_are_clicked_first_wait_for_their_field(open_page: Open, paper: str) -> None:
    page = open_page(paper, viewport={"width": 1280, "height": 900})
    wanted = number_on(page)
    page.keyboard.press("Escape")
    page.locator(f".word[data-text={wanted!r}]").click()
    expect(page.locator("[data-picked]")).to_contain_text("go to the field")
    page.locator("#f-number").click()
    expect(page.locator("#f-number")).to_have_value(wanted)


def test_focus_shows_its_box_at_once(open_page: Open, paper: str) -> None:
    page = open_page(paper)
    page.wait_for_load_state("networkidle")
    took, is_inside = page.evaluate(FOCUS_MS)
    assert is_inside
    assert took < 50
    page.get_by_role("button", name="Total, 144.47, sure").click()
    expect(page.locator("#f-totals-total")).to_be_focused()


def test_keys_confirm_edit_and_hide(open_page: Open, paper: str) -> None:
    page = open_page(paper)
    expect(page.locator("[data-left]")).to_contain_text("values need you")
    page.locator("#f-date").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-ok=f-date]")).to_be_checked()
    expect(page.locator("#f-date")).not_to_be_focused()
    box = page.get_by_role("button", name="Total, 144.47, sure")
    for key in ("e", "F2"):
        box.focus()
        page.keyboard.press(key)
        expect(page.locator("#f-totals-total")).to_be_focused()
    page.keyboard.press("b")
    expect(page.locator("#f-totals-total")).to_have_value("b")
    page.get_by_role("region", name="page by page").focus()
    page.keyboard.press("b")
    expect(page.locator(".box:not(.lit)").first).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator(".box:not(.lit)").first).to_be_visible()


def test_tab_goes_through_fields_and_then_boxes_in_reading_order(
    open_page: Open, paper: str
) -> None:
    page = open_page(paper)
    order = page.evaluate(
        "[...document.querySelectorAll('[data-fields] input:not([type=hidden]), .box')]"
        ".map(one => [one.matches('.box'), one.getBoundingClientRect().top])"
    )
    kinds = [is_box for is_box, _ in order]
    assert kinds == sorted(kinds)
    tops = [round(top) for is_box, top in order if is_box]
    assert tops == sorted(tops)


def test_sums_are_checked_while_one_types(open_page: Open, paper: str) -> None:
    page = open_page(paper)
    page.locator("#f-lines-0-amount").fill("25")
    expect(page.locator("#sums")).to_contain_text("+1.00")
    page.locator("#f-lines-0-amount").fill("24,00")
    expect(page.locator("#sums")).not_to_contain_text("Wrong")


def test_the_second_of_two_people_is_told(
    open_page: Open, browser: Browser, house: Any, paper: str
) -> None:
    page = open_page(paper)
    other = browser.new_page(base_url=house.address)  # it may complain of the 409
    other.goto(paper)
    page.locator("#f-buyer-name").fill("Harrow")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Kept with your name")
    other.locator("#f-number").fill("ZX-1")
    with other.expect_response(lambda answer: answer.status == 409):
        other.evaluate("document.querySelector('button[value=save]').click()")
    expect(other.get_by_role("alert").first).to_contain_text("operator corrected this first")
    expect(other.locator("#f-number")).to_have_value("ZX-1")
    expect(other.locator("#f-buyer-name")).to_have_value("")
    other.close()


def test_one_field_is_corrected_without_scripts(open_page: Open, paper: str) -> None:
    page = open_page(paper, java_script_enabled=False)
    box = page.get_by_role("button", name="Total, 144.47, sure")
    expect(box).to_be_visible()
    page.locator("#f-buyer-name").fill("Harrow")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("nothing → Harrow")).to_be_visible()
    page.locator(".field", has=page.locator("#f-date")).get_by_role("link").click()
    expect(page.locator(".box:target")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_no_rule_is_broken(open_page: Open, paper: str, look: str) -> None:
    page = open_page(paper, **LOOKS[look])
    if look == "large text":
        page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.locator(".word").first.wait_for(state="attached")
    assert broken(page, paper) == []


def test_nothing_is_wider_than_the_screen_and_words_stand_out(
    open_page: Open, paper: str, contrasts: str
) -> None:
    page = open_page(paper)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{wider} pixels too wide at {width}"
    for scheme in ("light", "dark"):
        page = open_page(paper, color_scheme=scheme)
        for text, ratio in page.evaluate(contrasts):
            assert ratio >= 4.5, f"{scheme}: {text!r} has a contrast of {ratio:.2f}"


def test_the_page_weighs_little_without_its_picture(open_page: Open, paper: str) -> None:
    page = open_page(paper)
    page.locator(".word").first.wait_for(state="attached")
    weights = page.evaluate(WEIGHTS)
    assert len(weights) > 5
    assert sum(weights) < 150_000
