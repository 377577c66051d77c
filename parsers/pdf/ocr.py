"""Words of a page image by Tesseract.

Turned upright, straightened, recognised, and put back in points.

Tesseract runs as a program of its own through pytesseract, on one thread (OMP_THREAD_LIMIT=1: its
threads only cost time), so that pages can be read side by side. The image is handed over as a plain
file; its folder is the child's own and goes with it.
"""

import os
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

import pytesseract
from msgspec import Struct
from PIL import Image, ImageFilter

from parsers.form import Page, Problem, Word
from parsers.pdf import problems
from parsers.pdf.reading import Order, Way
from parsers.pdf.straighten import is_sideways, tilt_of

DPI = 300
_SECONDS = 60
_WORD_LEVEL = "5"
_SURE, _USELESS = 0.60, 0.10
_FEW = 20
_SHARED = 0.3
_SOFT = 1.0
_WAYS: dict[Way, tuple[int, bool]] = {
    "columns": (4, True),
    "block": (6, False),
    "scattered": (11, True),
}
_RULES = "|_"
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


class Recognised(Struct, frozen=True, kw_only=True):
    """What was read on an image.

    It was turned clockwise by `turned` degrees and straightened by `skew`.
    """

    words: tuple[Word, ...]
    width: float
    height: float
    turned: int
    skew: float

    @property
    def confidence(self) -> float:
        """How sure Tesseract is of the letters, on average, from 0 to 1."""
        sure = sum(word.confidence * len(word.text) for word in self.words)
        return sure / max(self.letters, 1)

    @property
    def letters(self) -> int:
        """How many letters were read."""
        return sum(len(word.text) for word in self.words)

    @property
    def weight(self) -> float:
        """How much was read, counted by how sure it is: the measure by which readings compare."""
        return sum((word.confidence - _USELESS) * len(word.text) for word in self.words)


class OcrError(Exception):
    """A page could not be recognised; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def recognise(image: Image.Image, number: int, scale: float, order: Order, way: Way) -> Recognised:
    """Read `image`, page `number` at `scale` pixels a point, whichever way up it lies.

    Softening the image closes broken strokes; to take it as it is keeps small print apart. Raises
    OcrError.
    """
    task = _Task(image, number, scale, order, way)
    best = task.read(0)
    # columns of figures look sideways too: ask only where a page reads badly as it lies
    if best.confidence < _SURE or best.letters < _FEW:
        for turned in (90, 270, 180) if is_sideways(image) else (180,):
            best = max(best, task.read(turned), key=lambda one: one.weight)
    return best


def page_of(read: Recognised, number: int, kept: tuple[Word, ...] = ()) -> Page:
    """Return what was recognised as a page.

    `kept` are words of its text layer, which count for more.
    """
    if read.turned or read.skew:
        kept = ()
    return Page(
        number=number,
        width=read.width,
        height=read.height,
        words=kept + _missing(kept, read.words),
        by="ocr",
        skew=read.skew,
    )


def _missing(words: tuple[Word, ...], found: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return those of `found` that stand where `words` has nothing."""
    return tuple(word for word in found if not any(_overlap(word, other) for other in words))


def _overlap(one: Word, two: Word) -> bool:
    shared = min(one.bottom, two.bottom) - max(one.top, two.top)
    lower = min(one.bottom - one.top, two.bottom - two.top)
    return min(one.x1, two.x1) > max(one.x0, two.x0) and shared > _SHARED * lower


class _Task(NamedTuple):
    """One page image and how it is to be read."""

    image: Image.Image
    number: int
    scale: float
    order: Order
    way: Way

    def read(self, turned: int) -> Recognised:
        """Read the image turned clockwise by `turned` degrees."""
        upright = self.image.transpose(_TURNS[turned]) if turned else self.image
        skew = tilt_of(upright)
        if skew:
            upright = upright.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
        mode, is_softened = _WAYS[self.way]
        if is_softened:
            upright = upright.filter(ImageFilter.GaussianBlur(_SOFT))
        table = _tesseract(upright, self.order.languages, mode, self.number)
        return Recognised(
            words=tuple(_words(table, self.number, self.scale)),
            width=upright.width / self.scale,
            height=upright.height / self.scale,
            turned=turned,
            skew=skew,
        )


def _tesseract(image: Image.Image, languages: str, mode: int, number: int) -> str:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
        image.save(file, format="PPM")
        file.flush()
        config = f"--psm {mode} --dpi {DPI}"
        try:
            return str(pytesseract.image_to_data(file.name, languages, config, timeout=_SECONDS))
        except pytesseract.TesseractNotFoundError as error:
            raise OcrError(problems.no_tesseract()) from error
        except RuntimeError as error:
            raise OcrError(problems.ocr_failed(number, str(error))) from error


def _words(table: str, number: int, scale: float) -> Iterator[Word]:
    """Yield the words of Tesseract's TSV.

    Level, page, block, paragraph, line, word, box, confidence, text.
    """
    for row in table.splitlines()[1:]:
        level, *_, left, top, width, height, confidence, text = row.split("\t")
        sure, letters = float(confidence) / 100, _letters(text)
        if level != _WORD_LEVEL or not letters or sure < _USELESS:
            continue
        x0, y0 = int(left) / scale, int(top) / scale
        yield Word(
            text=letters,
            x0=x0,
            top=y0,
            x1=x0 + int(width) / scale,
            bottom=y0 + int(height) / scale,
            page=number,
            size=int(height) / scale,
            confidence=sure,
            by="ocr",
        )


def _letters(text: str) -> str:
    """Return `text` without the ruling lines beside it, which Tesseract takes for letters."""
    return text.strip().strip(_RULES).strip()
