"""The child process that draws a page: `python -m gateway.web.drawing PAGE`, the file on its input.

A file from outside may hang a renderer or burst it, so it is drawn where that harms nobody: with
its own bounds of memory, time and pixels. Page 0 asks for the sizes of the pages alone.
"""

import io
import math
import resource
import sys

import msgspec
import pypdfium2
from msgspec import Struct
from PIL import Image, ImageOps, ImageSequence

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
PIXELS_MAX = 4_000_000
PIXELS_PER_POINT = 2.0
PAGES_MAX = 20
IMAGE_PIXELS_MAX = 60_000_000
POINTS_PER_INCH = 72.0
A4_WIDTH = 595.0
PLAUSIBLE_DPI = range(100, 1201)


class Drawn(Struct, frozen=True, kw_only=True):
    """The sizes of the first pages in points, and the picture that was asked for as PNG."""

    sizes: list[tuple[float, float]]
    picture: bytes = b""


def draw(data: bytes, page: int) -> Drawn:
    """Draw page number `page` (from 1) of a PDF or an image file."""
    return _draw_pdf(data, page) if b"%PDF-" in data[:1024] else _draw_image(data, page)


def _draw_pdf(data: bytes, page: int) -> Drawn:
    document = pypdfium2.PdfDocument(data)
    sizes = [document[n].get_size() for n in range(min(len(document), PAGES_MAX))]
    if not 1 <= page <= len(sizes):
        return Drawn(sizes=sizes)
    scale = _scale(*sizes[page - 1])
    return Drawn(sizes=sizes, picture=_png(document[page - 1].render(scale=scale).to_pil()))


def _scale(width: float, height: float) -> float:
    return min(PIXELS_PER_POINT, math.sqrt(PIXELS_MAX / max(width * height, 1)))


def _draw_image(data: bytes, page: int) -> Drawn:
    Image.MAX_IMAGE_PIXELS = IMAGE_PIXELS_MAX
    sizes, picture = [], b""
    with Image.open(io.BytesIO(data)) as file:
        for number, image in enumerate(ImageSequence.Iterator(file), 1):
            upright = ImageOps.exif_transpose(image).convert("L")
            size = _points(image, upright)
            sizes.append(size)
            if number == page:
                upright.thumbnail((size[0] * PIXELS_PER_POINT, size[1] * PIXELS_PER_POINT))
                picture = _png(upright)
            if number == PAGES_MAX:
                break
    return Drawn(sizes=sizes, picture=picture)


def _points(image: Image.Image, upright: Image.Image) -> tuple[float, float]:
    """Return the size in points that reading it took: by its resolution, or as wide as A4."""
    stated = float(image.info.get("dpi", (0, 0))[0])
    width = POINTS_PER_INCH * upright.width / stated if int(stated) in PLAUSIBLE_DPI else A4_WIDTH
    return width, width * upright.height / upright.width


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def main() -> None:
    """Bound this process, then draw the page that the arguments name."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    drawn = draw(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(msgspec.msgpack.encode(drawn))


if __name__ == "__main__":
    main()
