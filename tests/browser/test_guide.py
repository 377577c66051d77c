"""The implementation guide, a page to be printed or sent on, breaks no rule either."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import LOOKS, broken

Open = Callable[..., Page]


@pytest.mark.parametrize("look", [name for name in LOOKS if name != "large text"])
def test_the_guide_breaks_no_rule(open_page: Open, look: str) -> None:
    page = open_page("/partners/copperline/guide", **LOOKS[look])
    expect(page.get_by_role("heading", level=1)).to_have_text("Implementation guide for copperline")
    assert broken(page, "the guide") == []
