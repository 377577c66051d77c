"""Decisions by key, as fast as they can be pressed: each counts once, in order."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from gateway.store.schema import decision, reconciliation
from tests.browser.many import multiply, number_of

Open = Callable[..., Page]
PRESSES = 20
PRESSING = """
async (presses) => {
  const begin = performance.now();
  for (let n = 0; n < presses; n += 1) {
    const told = { key: "a", bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", told));
    await new Promise((done) => setTimeout(done, 10));
  }
  return performance.now() - begin;
}
"""
LOSING = """
() => {
  const fetched = window.fetch;
  window.lost = 0;
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (window.lost++) { window.lost = 1; return answer; }
    throw new TypeError("the connection was lost");
  };
}
"""


def crowd(house: Any, name: str, many: int = PRESSES) -> int:
    """Put invoices into the house that cost next to nothing, so that they come last."""
    store = house.gateway.store
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE document SET claim = 'x' || id WHERE claim LIKE 'many%'")
        connection.exec_driver_sql("UPDATE record SET key = 'x' || id WHERE key LIKE 'many%'")
        source = number_of(connection, "88207")
        return multiply(connection, source, many, many, f"'{name}'", "'0.01'")


def decided(house: Any, above: int) -> list[tuple[int, str]]:
    with house.gateway.store.read() as connection:
        query = select(decision.c.record_id, decision.c.action).order_by(decision.c.id)
        rows = connection.execute(query.where(decision.c.record_id > above)).all()
    return [(row.record_id, row.action) for row in rows]


def test_twenty_presses_are_twenty_decisions(open_page: Open, house: Any) -> None:
    above = crowd(house, "Crowd")
    page = open_page("/inbox?q=supplier:crowd")
    rows = page.locator("[data-rows] tbody tr")
    expect(rows).to_have_count(PRESSES)
    order = [int(str(one.get_attribute("data-item")).partition(".")[0]) for one in rows.all()]
    page.keyboard.press("j")
    assert page.evaluate(PRESSING, PRESSES) < 2000
    expect(rows).to_have_count(0)
    expect(page.locator("[data-said]")).to_contain_text("Accepted M-")
    assert decided(house, above) == [(one, "accept") for one in order]


def test_a_lost_answer_is_asked_for_again_and_counts_once(open_page: Open, house: Any) -> None:
    above = crowd(house, "Lossy", 2)
    page = open_page("/inbox?q=supplier:lossy")
    page.evaluate(LOSING)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("a")
    expect(page.locator("[data-rows] tbody tr")).to_have_count(0)
    assert page.evaluate("window.lost") == 1
    assert sorted(decided(house, above)) == [(above + 1, "accept"), (above + 2, "accept")]


def test_the_second_person_is_told_who_was_first(open_page: Open, house: Any) -> None:
    above = crowd(house, "Raced", 1)
    page = open_page("/inbox?q=supplier:raced")
    other = open_page("/inbox?q=supplier:raced")
    for one in (page, other):
        one.keyboard.press("j")
        one.keyboard.press("a")
        expect(one.locator("[data-said]")).not_to_be_empty()
    expect(other.locator("[data-said]")).to_have_text(
        re.compile(r"M-000001 was already decided by operator \d+ s ago\.")
    )
    assert decided(house, above) == [(above + 1, "accept")]
    with house.gateway.store.write() as connection:  # the house is others' as well
        connection.execute(
            reconciliation.update()
            .where(reconciliation.c.record_id > above)
            .values(verdict="matched")
        )


def test_a_range_is_decided_together_and_the_rest_by_its_cause(open_page: Open, house: Any) -> None:
    above = crowd(house, "Ranged", 5)
    page = open_page("/inbox?q=supplier:ranged")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("input[name=item]:checked")).to_have_count(3)
    page.get_by_label("Reason for what is ticked").fill("small amounts")
    page.get_by_role("button", name="Reject what is ticked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 of 3 decided")
    page.goto("/inbox?q=supplier:ranged")
    page.keyboard.press("g")
    page.get_by_role("link", name="Quantity over ordered").click()
    expect(page.locator("input[name=item]:checked")).to_have_count(2)
    page.get_by_label("Reason for all that are ticked").fill("the rest")
    page.get_by_role("button", name="Accept all that are ticked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 of 2 decided")
    assert [action for _, action in decided(house, above)] == ["reject"] * 3 + ["accept"] * 2
