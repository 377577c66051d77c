"""Paths into a transaction set, parsed: which segment, which element.

A path names segments and loops from the outside in, and ends with an element:

    BEG/03              element 03 of the first BEG
    REF[BM]/02          of a REF whose element 01 is BM; [BM|MB] either; [03=X] by element 03
    N1[ST]/N3/01        of the N3 in an N1 loop that begins with N1*ST
    CTP/05-1            the first component of element 05
    PO1/06+VN|VP        the value behind VN, or else VP, in the pairs that begin at element 06
    ^PRF/01             of the nearest enclosing group that has one, the group itself first
    ^^MAN/02            the same, the group itself left out
    03                  element 03 of the segment (or pair, or first segment of the loop) itself

Paths to groups end with a segment or loop, or take a segment apart:

    HL[03=I]            the loops
    PO1/?ACK            the ACK loops in each PO1, or the PO1 itself where it has none
    PO1/06+             the pairs of elements from 06 on; each has elements 01 and 02
    LIN/02+LT           the pairs whose first is LT
    N3/*                the elements that are not empty; each is its own element 01
    PIA/2*              (EDIFACT) the composites from element 2 on; 01 is the first component
"""

import re
from functools import lru_cache

from msgspec import Struct

_STEP = re.compile(r"(\??)([A-Z][A-Z0-9]{1,2})(?:\[(?:(\d\d)=)?([^\]]+)\])?")
_ELEMENT = re.compile(r"(\d\d)(?:-(\d)|(\+)(.*))?|(\d?)\*")


class Step(Struct, frozen=True):
    """Segments or loops of one name; with `values`, those whose element `at` is one of them.

    `first` is the value that is written where a new one is made.
    """

    name: str
    at: int = 1
    values: frozenset[str] = frozenset()
    optional: bool = False
    first: str = ""

    def takes(self, row: list[str]) -> bool:
        """Whether the segment `row`, or the loop that it begins, is meant."""
        if not self.values:
            return True
        return (row[self.at] if len(row) > self.at else "") in self.values


class Path(Struct, frozen=True):
    """A parsed path.

    `element` 0 means the segment itself; with `pairs` it is where the pairs begin and `qualifiers`
    says which are meant; `apart` means each element, or each composite from `element` on. `climbs`
    counts the `^`.
    """

    steps: tuple[Step, ...] = ()
    element: int = 0
    component: int = 0
    qualifiers: tuple[str, ...] = ()
    pairs: bool = False
    apart: bool = False
    climbs: int = 0


@lru_cache(4096)
def parse_path(path: str) -> Path:
    """Parse `path`; raises `ValueError` where it is none: a fault of a table, not of a document."""
    inner = path.lstrip("^")
    climbs, parts = len(path) - len(inner), inner.split("/") if inner else []
    last = _ELEMENT.fullmatch(parts[-1]) if parts else None
    steps = tuple(_step(part, path) for part in (parts[:-1] if last else parts))
    if last is None:
        return Path(steps, climbs=climbs)
    return Path(
        steps,
        element=int(last[1] or last[5] or 0),
        component=int(last[2] or 0),
        qualifiers=tuple(last[4].split("|")) if last[4] else (),
        pairs=bool(last[3]),
        apart=last[0].endswith("*"),
        climbs=climbs,
    )


def _step(part: str, path: str) -> Step:
    found = _STEP.fullmatch(part)
    if found is None:
        raise ValueError(path)
    values = found[4].split("|") if found[4] else []
    first = values[0] if values else ""
    return Step(
        found[2], int(found[3] or 1), frozenset(values), optional=bool(found[1]), first=first
    )
