"""The elements of each EDIFACT segment that we read, in their order: type, length, requirement.

A row is the segment and its elements; a composite stands in parentheses with its components:

    RFF (an3! an70 an6 an35 an6)!

`an35` is text of at most 35 characters, `a3` letters, `n15` a number, whose sign and decimal mark
do not count. `!` marks what must be there: in a composite, where the composite is. `5x(an35 an3)`
comes five times. Drawn as wide as the widest of the directories D.93A to D.14B; segments that no
row has are not checked. The words for all of it are in `parsers.edifact.names`.
"""

import re
from functools import cache

from msgspec import Struct

SEGMENTS = """
AJT an3! an6
ALC an3! (an35 an3) an3 an3 (an17 an17 an3 an35 an35)
BGM (an3 an17 an3 an35) (an70 an9 an6) an3 an3
CNT (an3! n18! an8)!
COM (an512! an3!)! 3x(an512 an3)
CPS an35! an35 an3
CTA an3 (an17 an256)
CUX (an3! an3 an3 n18) (an3! an3 an3 n18) n12 an3
DOC (an3 an17 an3 an35)! (an70 an3 an70 an3 an9 an6) an3 n2 n2
DTM (an3! an35 an3)!
ERC (an8! an17 an3)!
FII an3! (an35 an70 an70 an3) (an11 an17 an3 an17 an17 an3 an70 an70) an3
FTX an3! an3 (an17! an17 an3) (an512! an512 an512 an512 an512) an3 an3
GIN an3! 5x(an35! an35)
IMD an3 (an17 an17 an3) (an17 an17 an3 an256 an256 an3) an3
LIN an6 an3 (an35 an3 an17 an3) (an3 n6) n2 an3
LOC an3! (an35 an17 an3 an256) (an35 an17 an3 an256) (an35 an17 an3 an256) an3
MEA an3! (an3 an3 an17 an256) (an8 an18 n18 n18 n2) an3
MOA (an3! n35 an3 an3 an3)!
NAD an3! (an35! an17 an3) (an256! an256 an256 an256 an256) (an70! an70 an70 an70 an70 an3) \
(an256! an256 an256 an256) an35 (an9 an17 an3 an70) an17 an3
PAC n8 (an3 an3 an3) (an17 an17 an3 an35) (an3! an35! an3 an35 an3) (an3 an3)
PAI (an3 an3 an3 an17 an3 an3)!
PAT an3! (an17! an17 an3 an35 an35) (an3! an3 an3 n8)
PCD (an3! n14 an3 an17 an3)!
PIA an3! 5x(an35 an3 an17 an3)
PRI (an3! n15 an3 an3 n9 an8) an3
QTY (an3! n35! an8)!
RFF (an3! an70 an6 an35 an6)!
TAX an3! (an3 an17 an3 an35) (an17! an17 an3) n35 (an7 an17 an3 n17 an17 an3 an3) an3 an20 an3
TDT an3! an17 (an3 an17) (an8 an17) (an17 an17 an3 an70) an3 (an3! an3! an17) \
(an35 an17 an3 an70 an3) an3
TOD an3 an3 (an3 an17 an3 an70 an70)
UNS a1!
"""

_TOKEN = re.compile(r"(?:(\d+)x)?(?:\(([^)]*)\)|(an|a|n)(\d+))(!?)")
_ROW = re.compile(r"([A-Z]{3}) (.+)")


class Component(Struct, frozen=True):
    """A simple element or a component: `type` an, a or n, and its greatest length."""

    type: str
    longest: int
    required: bool


class Place(Struct, frozen=True):
    """An element in its place: a composite has several components, a simple element one."""

    components: tuple[Component, ...]
    required: bool


@cache
def places_of(name: str) -> tuple[Place, ...]:
    """Return the elements of a segment, none where no row has it."""
    rows = dict(_ROW.findall(SEGMENTS.replace("\\\n", "")))
    return tuple(place for found in _TOKEN.finditer(rows.get(name, "")) for place in _places(found))


def _places(found: re.Match[str]) -> list[Place]:
    times, composite, kind, longest, mark = found.groups()
    inner = _TOKEN.finditer(composite) if composite is not None else ()
    components = tuple(Component(one[3], int(one[4]), required=bool(one[5])) for one in inner)
    if composite is None:
        components = (Component(kind, int(longest), required=True),)
    return [Place(components, required=bool(mark))] * int(times or 1)
