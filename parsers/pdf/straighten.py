"""Straightening a scanned page: which way its lines run, and by how much they are tilted.

Text that lies level makes rows of ink and rows of nothing: the more the row sums of a page differ
from one another, the more level it lies. Tried at a low resolution, coarse steps first, this takes
a few hundredths of a second.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 1000
_COARSE, _STEP, _FINE = 6.0, 0.5, 0.1
_WORTH = 0.15
_SIDEWAYS = 1.3
_BORDER = 0.04

Ink = NDArray[np.float32]


def is_sideways(image: Image.Image) -> bool:
    """Whether the lines of text run up or down the page instead of across it."""
    ink = _ink(image)
    return _levelness(ink.T) > _SIDEWAYS * _levelness(ink)


def tilt_of(image: Image.Image) -> float:
    """Return the degrees by which `image` must be turned counter-clockwise to lie level.

    0 if hardly any.
    """
    small = Image.fromarray((255 * _ink(image)).astype(np.uint8))

    def level(degrees: float) -> float:
        turned = small.rotate(degrees, Image.Resampling.BILINEAR)
        return _levelness(np.asarray(turned, dtype=np.float32))

    coarse = max(np.arange(-_COARSE, _COARSE + _STEP, _STEP).tolist(), key=level)
    fine = np.arange(coarse - _STEP, coarse + _STEP + _FINE, _FINE).tolist()
    best = max(fine, key=level)
    return float(best) if abs(best) >= _WORTH else 0.0


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
    paper = np.percentile(grey, 80) if grey.size else 255.0
    return np.asarray(np.clip((paper - grey) / 128.0, 0.0, 1.0), dtype=np.float32)


def _levelness(ink: Ink) -> float:
    rows = ink.sum(axis=1)
    return float(np.square(np.diff(rows)).sum()) if rows.size > 1 else 0.0
