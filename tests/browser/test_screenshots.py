"""The pictures of the README: ten states, none of them blank or heavy."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.screenshots import BYTES_MAX, STATES, picture

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"


def colours(content: bytes) -> int:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return len(image.getcolors(1 << 24) or ())


def test_the_pictures_that_the_readme_shows_are_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(STATES)
    for path in FOLDER.glob("*.png"):
        assert path.stat().st_size <= BYTES_MAX, path.name
        assert colours(path.read_bytes()) > 20, f"{path.name} is blank"


@pytest.mark.parametrize("state", ["exception", "inbox-phone"])
def test_a_state_is_drawn_anew(browser: Browser, house: Any, state: str) -> None:
    drawn = picture(browser, house.address, state)
    assert len(drawn) <= BYTES_MAX
    assert colours(drawn) > 20
