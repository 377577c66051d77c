"""A written interchange with other control numbers: all else stays, byte for byte.

X12: ISA13 and IEA02, GS06 and GE02. EDIFACT: UNB 0020 and UNZ, UNG 0048 and UNE. The numbers of
sets and messages inside count from the header of their group and stay as they are.
"""

from collections.abc import Iterator, Sequence

from parsers.received import Received

_X12 = {"ISA": (13, 0), "IEA": (2, 0), "GS": (6, 1), "GE": (2, 1)}
_EDIFACT = {"UNB": (5, 0), "UNZ": (2, 0), "UNG": (5, 1), "UNE": (2, 1)}
_HEADERS = {"GS", "UNG"}


def renumbered(
    content: bytes, received: Received, interchange: int, groups: Sequence[int]
) -> bytes:
    """Return `content`, one whole interchange, with these control numbers."""
    places = _X12 if received.syntax == "x12" else _EDIFACT
    marks = received.delimiters
    release = received.release or ""
    text = content.decode("latin-1")
    open_group = -1
    pieces: list[str] = []
    for segment in _split(text, marks.terminator, release):
        elements = list(_split(segment, marks.element, release))
        name = elements[0].strip("\ufeff\xef\xbb\xbf\r\n\t ")
        open_group += name in _HEADERS
        place, level = places.get(name, (0, 0))
        if place and len(elements) > place:
            number = groups[open_group] if level else interchange
            elements[place] = f"{number:09d}" if name in {"ISA", "IEA"} else str(number)
        pieces.append(marks.element.join(elements))
    return marks.terminator.join(pieces).encode("latin-1")


def _split(text: str, mark: str, release: str) -> Iterator[str]:
    """Split text at a mark, unless the release character takes its meaning off it."""
    if not release:
        yield from text.split(mark)
        return
    held = ""
    for piece in text.split(mark):
        held += piece
        if _is_released(held, release):
            held += mark
        else:
            yield held
            held = ""
    if held:
        yield held


def _is_released(text: str, release: str) -> bool:
    signs = len(text) - len(text.rstrip(release))
    return signs % 2 == 1
