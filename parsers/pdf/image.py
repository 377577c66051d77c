"""A scanned image (PNG, JPEG, TIFF) as frames: each of its pictures is a page for Tesseract."""

import io
from collections.abc import Callable, Iterator
from itertools import islice

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from parsers.pdf import problems
from parsers.pdf.ocr import DPI, OcrError, page_of, recognise
from parsers.pdf.reading import Ended, Frame, Order, PageRead, ProblemFound

_POINTS = 72.0
_A4_WIDTH = 595.0
_PLAUSIBLE = range(100, 1201)


def frames(data: bytes, order: Order, step: Callable[[], None]) -> Iterator[Frame]:
    """Yield what `data`, an image file, shows; `step` is called before each step with a limit."""
    Image.MAX_IMAGE_PIXELS = order.limits.image_pixels
    number = 0
    try:
        with Image.open(io.BytesIO(data)) as file:
            pictures = islice(ImageSequence.Iterator(file), order.limits.pages_ocr)
            for number, picture in enumerate(pictures, 1):
                step()
                yield from _frames(picture, number, order)
    except Image.DecompressionBombError as error:
        yield ProblemFound(problems.broken_image(str(error)), fatal=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        yield ProblemFound(problems.broken_image(str(error)), fatal=number <= 1)
    yield Ended(number)


def _frames(picture: Image.Image, number: int, order: Order) -> Iterator[Frame]:
    pixels, limit = picture.width * picture.height, order.limits.image_pixels
    if pixels > limit:
        yield ProblemFound(problems.image_too_large(number, pixels, limit))
        return
    image, scale = _scaled(picture, order)
    try:
        for way in order.ways:
            yield PageRead(page_of(recognise(image, number, scale, order, way), number))
    except OcrError as error:
        yield ProblemFound(error.problem)


def _scaled(picture: Image.Image, order: Order) -> tuple[Image.Image, float]:
    """Return the picture upright and in grey, and how many of its pixels make a point."""
    upright = ImageOps.exif_transpose(picture).convert("L")
    stated = picture.info.get("dpi", (0, 0))[0]
    width = _POINTS * upright.width / stated if int(stated) in _PLAUSIBLE else _A4_WIDTH
    height = width * upright.height / upright.width
    scale = min(DPI / _POINTS, (order.limits.pixels / (width * height)) ** 0.5)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return upright.resize(size, Image.Resampling.LANCZOS), scale
