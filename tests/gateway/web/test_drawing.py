"""Pages drawn in a child process: right sizes, and no harm from what cannot be drawn."""

import io
from pathlib import Path

import pytest
from PIL import Image

from gateway.web.pictures import PictureError, Pictures

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
PDF = (SAMPLES / "07-digital-pdf-invoice/kestrel/KMW-3318.pdf").read_bytes()


def pictures(data: bytes) -> Pictures:
    return Pictures(lambda _sha256: io.BytesIO(data))


def test_a_page_of_a_pdf_is_drawn_in_its_proportions() -> None:
    drawn = pictures(PDF)
    ((width, height),) = drawn.sizes("s")
    with Image.open(io.BytesIO(drawn.picture("s", 1))) as image:
        assert image.format == "PNG"
        assert abs(image.width / image.height - width / height) < 0.01


def test_a_scan_is_as_large_as_its_resolution_says() -> None:
    target = io.BytesIO()
    Image.new("L", (1700, 2200), 255).save(target, "PNG", dpi=(200, 200))
    ((width, height),) = pictures(target.getvalue()).sizes("s")
    assert (round(width), round(height)) == (612, 792)


def test_what_is_drawn_once_is_kept() -> None:
    opened = []

    def contents(_sha256: str) -> io.BytesIO:
        opened.append(1)
        return io.BytesIO(PDF)

    drawn = Pictures(contents)
    assert drawn.picture("s", 1) == drawn.picture("s", 1)
    assert len(opened) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", b"%PDF-1.7\n%%EOF", PDF[:2000], b"\x89PNG\r\n\x1a\n" + b"\0" * 100],
    ids=["empty", "text", "empty-pdf", "cut", "broken-png"],
)
def test_what_cannot_be_drawn_says_so(data: bytes) -> None:
    with pytest.raises(PictureError):
        pictures(data).picture("s", 1)
    assert pictures(data).sizes("s") == []


def test_there_is_no_page_beyond_the_last() -> None:
    with pytest.raises(PictureError):
        pictures(PDF).picture("s", 9)
