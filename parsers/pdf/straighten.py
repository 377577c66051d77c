"""Straightening a scanned page: which way its lines run, and by how much they are tilted.

Text that lies level makes rows of ink and rows of nothing: the more the row sums of a page differ
from one another, the more level it lies. The page is cut into upright strips; to tilt it is to
shift the strips' row sums against one another, so that all angles are tried in a hundredth of a
second. In no strip do solid lines count for more than text: the frame of a stamp, set at an angle,
would outweigh the few lines of a short invoice.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 1400
_STRIPS = 48
_TEXT = 0.4
_WIDEST, _STEP, _FINE = 6.0, 0.25, 0.05
_UNLIKELY = 0.03
_WORTH = 0.12
_BORDER = 0.04
_PAPER, _SAMPLE, _CONTRAST = 80, 3, 128.0

Ink = NDArray[np.float32]


def is_sideways(image: Image.Image) -> bool:
    """Whether the lines of text run up or down the page instead of across it."""
    ink = _ink(image)
    across, along = _Strips.of(ink, most=1.0), _Strips.of(ink.T, most=1.0)
    return along.level(along.tilt()) > across.level(across.tilt())


def tilt_of(image: Image.Image) -> float:
    """Return the degrees by which `image` must be turned counter-clockwise to lie level.

    0 if hardly any.
    """
    best = _Strips.of(_ink(image), most=_TEXT).tilt()
    return best if abs(best) >= _WORTH else 0.0


class _Strips(NamedTuple):
    """The row sums of a page's upright strips, and where the middle of each strip lies."""

    sums: Ink
    middles: Ink

    @classmethod
    def of(cls, ink: Ink, most: float) -> "_Strips":
        """Cut `ink` into strips, none of whose rows counts for more than `most` of its width."""
        edges = np.unique(np.linspace(0, ink.shape[1], _STRIPS + 1).astype(int))
        sums = np.add.reduceat(ink, edges[:-1], axis=1)
        middles = (edges[:-1] + edges[1:] - ink.shape[1]) / 2
        return cls(np.minimum(sums, most * np.diff(edges)).T, middles.astype(np.float32))

    def tilt(self) -> float:
        """Return the degrees at which the page lies most level; small ones are likelier."""
        steps = np.arange(-_WIDEST, _WIDEST + _STEP / 2, _STEP).tolist()
        coarse = max(sorted(steps, key=abs), key=self._likely)
        near = np.arange(coarse - _STEP, coarse + _STEP + _FINE / 2, _FINE).tolist()
        return float(max(sorted(near, key=abs), key=self._likely))

    def _likely(self, degrees: float) -> float:
        return self.level(degrees) * (1 - _UNLIKELY * abs(degrees))

    def level(self, degrees: float) -> float:
        """Return how much the row sums differ from one another when turned by `degrees`."""
        shifts = np.rint(-math.tan(math.radians(degrees)) * self.middles).astype(int)
        margin, height = int(np.abs(shifts).max(initial=0)), self.sums.shape[1]
        rows = np.zeros(height + 2 * margin, dtype=np.float32)
        for strip, shift in zip(self.sums, shifts, strict=True):
            rows[margin + shift : margin + shift + height] += strip
        return float(np.square(np.diff(rows)).sum())


def _ink(image: Image.Image) -> Ink:
    """Return the dark pixels of `image` at a low resolution, without its margins, 1 for ink."""
    scale = _SIDE / max(image.size)
    small = image.convert("L")
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        small = small.resize(size, Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.float32)
    rows, columns = (int(side * _BORDER) for side in grey.shape)
    grey = grey[rows : grey.shape[0] - rows, columns : grey.shape[1] - columns]
    paper = np.percentile(grey[::_SAMPLE, ::_SAMPLE], _PAPER)
    return np.asarray(np.clip((paper - grey) / _CONTRAST, 0.0, 1.0), dtype=np.float32)
