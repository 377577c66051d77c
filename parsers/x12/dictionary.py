"""What the standard says of segments and their elements: the tables of this room, made ready.

`facts_of("IT1", 4010)` gives the elements of a segment as they are from version 004010 on; segments
that no table has are not checked. The facts are data, so that whoever checks many segments may
compile them.
"""

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from parsers.x12.dictionary_elements import CODES, ELEMENTS
from parsers.x12.dictionary_segments import COMPOSITES, SEGMENTS

FIRST_LONG_DATES = 4010
"""From this version on dates have eight digits; before, six."""

_NO_VERSION = 4010
_VERSION = re.compile("00[0-9]{4}")
_REPEATED = re.compile(r"(\d+)x\(([^)]*)\)")
_INLINE = re.compile(r"([A-Z0-9]+)<(\d+)")


class Element(Struct, frozen=True):
    """A data element as one version has it; `words` say what it is.

    `type` is AN (text), ID (code), R (decimal), N0 or N2 (whole number, with so many decimals
    implied), DT (date) or TM (time); lengths are in characters, for numbers in digits.
    """

    number: str
    type: str
    shortest: int
    longest: int
    words: str
    codes: frozenset[str] = frozenset()


class Use(Struct, frozen=True):
    """An element in its place in a segment, or a composite of `parts`; `element` None is unknown.

    A composite that is `open` may have more components than are known.
    """

    element: Element | None
    required: bool = False
    parts: "tuple[Use, ...]" = ()
    open: bool = False

    @property
    def words(self) -> str:
        """What stands here, in words."""
        return self.element.words if self.element else ""


class Condition(Struct, frozen=True):
    """What must be there together: `kind` as in the table of segments, `places` the elements."""

    kind: str
    places: tuple[int, ...]


class Facts(Struct, frozen=True):
    """The elements of a segment in their order; an `open` one may have more than are known."""

    name: str
    uses: tuple[Use, ...]
    conditions: tuple[Condition, ...] = ()
    open: bool = False


def version_of(*written: str | None) -> int:
    """Return the version of the dictionary by the first text that has one (`004010VICS` is 4010).

    4010 where none has. ST03 goes before GS08 (X12 005010 ST03, implementation convention).
    """
    found = next((one for text in written if (one := _VERSION.match(text or ""))), None)
    return int(found[0]) if found else _NO_VERSION


@cache
def facts_of(name: str, version: int) -> Facts | None:
    """Return what `version` says of the segment `name`; None where no table has it."""
    row = _row_of(name, version)
    if row is None:
        return None
    body, _, conditions = row.partition("|")
    uses, is_open = _uses(body, version)
    return Facts(
        name,
        uses,
        tuple(_condition(written) for written in conditions.split()),
        is_open,
    )


@cache
def element_of_number(number: str, version: int) -> Element | None:
    """Return a data element by its number, as `version` has it; None where no table has it."""
    written = _rows(ELEMENTS).get(number)
    if written is None:
        return None
    kind, lengths, words = written.split(" ", 2)
    shortest, _, limits = lengths.partition("-")
    longest = 0
    for limit in limits.split(","):
        most, _, since = limit.partition("@")
        if version >= int(since or 0):
            longest = int(most)
    least = int(shortest)
    if kind == "DT" and number != "I08" and version < FIRST_LONG_DATES:
        least = longest = 6
    codes = frozenset(CODES.get(number, "").split())
    return Element(number, kind, least, longest, words, codes)


def number_at(name: str, place: int, component: int = 0, version: int = _NO_VERSION) -> str:
    """Return the number of the data element at a place of a segment (AK402), "" if not known."""
    facts = facts_of(name, version)
    uses = facts.uses[place - 1 : place] if facts else ()
    if uses and component:
        uses = uses[0].parts[component - 1 : component]
    return uses[0].element.number if uses and uses[0].element else ""


def _row_of(name: str, version: int) -> str | None:
    rows = _rows(SEGMENTS)
    for key in rows:
        earlier = _INLINE.fullmatch(key)
        if earlier and earlier[1] == name and version < int(earlier[2]):
            return rows[key]
    return rows.get(name)


@cache
def _rows(table: str) -> dict[str, str]:
    split = (line.partition(" ") for line in table.strip().splitlines())
    return {key: row for key, _, row in split}


def _uses(body: str, version: int) -> tuple[tuple[Use, ...], bool]:
    """Return the elements that a row of a table names, and whether more may follow."""
    repeated = _REPEATED.sub(lambda found: f"{found[2]} " * int(found[1]), body)
    written = repeated.split()
    names = [one for one in written if one != "+"]
    return tuple(_named(names, version)), len(names) < len(written)


def _named(names: list[str], version: int) -> Iterator[Use]:
    composites = _rows(COMPOSITES)
    for name in names:
        number, required = name.rstrip("!"), name.endswith("!")
        if number in composites:
            parts, is_open = _uses(composites[number], version)
            yield Use(parts[0].element if parts else None, required, parts, is_open)
        else:
            yield Use(element_of_number(number, version), required)


def _condition(written: str) -> Condition:
    return Condition(written[0], tuple(map(int, re.findall(r"\d\d", written))))
