import pytest
from PIL import Image, ImageDraw, ImageFont

from parsers.pdf.straighten import is_sideways, tilt_of

A4 = (1240, 1754)
WORDS = "hex bolt zinc gloves total invoice number order price delivered 24.00 1,204.50 KT-20417"
ROWS = [
    " ".join(WORDS.split()[index * index % 7 : 5 + index * 11 % 13 // 2]) or "Kestrel Tools Ltd"
    for index in range(24)
]


def page(rows: list[str]) -> Image.Image:
    image = Image.new("L", A4, 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(24)
    for index, row in enumerate(rows):
        draw.text((120, 120 + 40 * index), row, 0, font)
    return image


def stamped(image: Image.Image, degrees: float) -> Image.Image:
    stamp = Image.new("L", (460, 200), 255)
    draw = ImageDraw.Draw(stamp)
    draw.rectangle((4, 4, 455, 195), outline=90, width=6)
    draw.text((30, 50), "APPROVED", 90, ImageFont.load_default(78))
    turned = stamp.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    image.paste(turned, (500, 900))
    return image


@pytest.mark.parametrize("degrees", [-5.0, -1.3, -0.3, 0.0, 0.8, 2.6])
def test_a_tilt_is_measured(degrees: float) -> None:
    tilted = page(ROWS).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    assert tilt_of(tilted) == pytest.approx(-degrees, abs=0.11)


@pytest.mark.parametrize("degrees", [-5.0, 4.0])
def test_a_tilted_stamp_does_not_outweigh_a_short_invoice(degrees: float) -> None:
    image = stamped(page(ROWS[:8]), degrees)
    tilted = image.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=255)
    assert tilt_of(tilted) == pytest.approx(-0.7, abs=0.11)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (1240, 1754)])
def test_an_empty_page_is_not_tilted(size: tuple[int, int]) -> None:
    assert tilt_of(Image.new("L", size, 255)) == 0.0


def test_lines_that_run_up_the_page_are_seen_even_tilted() -> None:
    tilted = page(ROWS).rotate(1.5, Image.Resampling.BICUBIC, fillcolor=255)
    assert not is_sideways(tilted)
    assert is_sideways(tilted.transpose(Image.Transpose.ROTATE_90))
