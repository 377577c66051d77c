"""The three envelopes of X12, and what may be wrong with them: counts and control numbers.

An interchange (ISA to IEA) holds functional groups (GS to GE), a group transaction sets (ST to SE).
A trailer repeats its header's control number and counts what stands between. Disagreements are
told, never a reason to stop: everything readable is read. X12.5 and X12.6, 004010 and later.
"""

from parsers.form import Problem
from parsers.x12.delimiters import Header
from parsers.x12.dictionary import version_of
from parsers.x12.form import Row, element_of, span
from parsers.x12.segments import readable

NUMBERS_LIMIT = 100_000
"""How many control numbers are remembered to find one that comes twice."""

GROUP_OF_SET = {
    "810": "IN", "820": "RA", "824": "AG", "830": "PS", "832": "SC", "846": "IB", "850": "PO",
    "855": "PR", "856": "SH", "857": "BS", "860": "PC", "861": "RC", "864": "TX", "865": "CA",
    "870": "RS", "875": "OG", "880": "GP", "894": "DX", "895": "DX", "997": "FA", "999": "FA",
}  # fmt: skip
"""The functional identifier (GS01) that each transaction set travels under."""


class Spot:
    """A segment of the envelope where it stands in the file: `start` is the byte of `piece`."""

    __slots__ = ("piece", "row", "separator", "start")

    def __init__(self, row: Row, piece: str, start: int, separator: str) -> None:
        self.row = row
        self.piece = piece
        self.start = start
        self.separator = separator

    @property
    def name(self) -> str:
        """The segment's name without the blanks before it."""
        return self.row[0].strip()

    def element(self, place: int) -> str:
        """Return an element without outer blanks, "" where there is none."""
        return element_of(self.row, place)

    def at(self, place: int = 0) -> str:
        """Say where the segment or an element stands."""
        place = place if len(self.row) > place else 0
        start, end = span(self.piece, place, self.separator)
        inner = f" element {place:02d}" if place else ""
        return f"segment {self.name}{inner}, bytes {self.start + start}-{self.start + end}"


class Numbers:
    """Remembers control numbers, to tell one that comes twice; rising numbers cost nothing."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def repeats(self, number: str) -> bool:
        """Whether `number` came before; remembers it."""
        if number in self._seen:
            return True
        if len(self._seen) < NUMBERS_LIMIT:
            self._seen.add(number)
        return False


class Interchange:
    """An open interchange; `groups` counts those that began, `guessed` is one without ISA."""

    def __init__(self, header: Header, start: int) -> None:
        self.header = header
        self.start = start
        self.groups = 0
        self.guessed = not header.elements[12]
        self.control = header.elements[13].strip()
        self.sender = readable(header.elements[6]).strip("\xa0 ")
        self.receiver = readable(header.elements[8]).strip("\xa0 ")
        self.test = header.elements[15].strip() == "T"
        self._group_numbers = Numbers()

    def repeated(self, numbers: "Numbers") -> list[Problem]:
        """Say that this file had an interchange of the same number between the same partners."""
        identity = [self.header.elements[place].strip() for place in (6, 8, 13)]
        if not self.control or not numbers.repeats("/".join(identity)):
            return []
        return [
            Problem(
                code="x12.interchange_repeated",
                severity="warning",
                message=f"the interchange control number {self.control} comes twice",
                at=f"segment ISA element 13, byte {self.start}",
                found=self.control,
                expected="a number of its own for each interchange",
                remedy="Check that the interchange was not sent twice.",
            )
        ]

    def group_repeated(self, spot: Spot) -> list[Problem]:
        """Say that this interchange had a group of the same number, by its GS segment."""
        if not self._group_numbers.repeats(f"{spot.element(1)}/{spot.element(6)}"):
            return []
        return [
            Problem(
                code="x12.group_control_repeated",
                severity="warning",
                message=f"the group control number {spot.element(6)!r} comes twice",
                at=spot.at(6),
                found=spot.element(6),
                expected="a number of its own for each group",
                remedy="Check that the group was not sent twice.",
            )
        ]


class FunctionalGroup:
    """An open functional group; `implicit` where no GS began it. `sets` counts its sets.

    `edition` is the version as the dictionary counts: 4010.
    """

    def __init__(self, spot: Spot, *, implicit: bool = False) -> None:
        self.implicit = implicit
        self.elements = () if implicit else tuple(spot.row)
        self.sets = 0
        self.numbers = Numbers()
        self.code = "" if implicit else spot.element(1)
        self.control = "" if implicit else spot.element(6)
        self.version = None if implicit else spot.element(8) or None
        self.edition = version_of(self.version)

    def admits(self, kind: str, control: str) -> bool:
        """Whether `problems_of` a set of this kind and number is nothing; remembers the number."""
        expected = GROUP_OF_SET.get(kind, self.code)
        return (expected == self.code or self.implicit) and not self.numbers.repeats(control)

    def problems_of(self, kind: str, spot: Spot) -> list[Problem]:
        """Say what is wrong with a set of this `kind` (ST01) in this group, by its ST segment."""
        problems = []
        if self.numbers.repeats(spot.element(2)):
            problems.append(_repeated(spot))
        expected = GROUP_OF_SET.get(kind)
        if expected and self.code != expected and not self.implicit:
            problems.append(_misplaced(kind, self.code, expected, spot))
        return problems


_COUNTED = {"set": "segment", "group": "group", "interchange": "interchange"}
_TRAILERS = {
    "set": ("segments", "ST02"),
    "group": ("transaction sets", "GS06"),
    "interchange": ("functional groups", "ISA13"),
}


def trailer_problems(spot: Spot, of: str, counted: int, control: str) -> list[Problem]:
    """Compare the SE, GE or IEA segment of a set, group or interchange with what it closes.

    `counted` is what it should count (an SE segment counts ST and itself); `control` the number of
    the header.
    """
    if spot.row[1:3] == [str(counted), control]:
        return []
    what, header = _TRAILERS[of]
    return [
        *_count(spot, counted, f"x12.{_COUNTED[of]}_count", what),
        *_control(spot, control, f"x12.{of}_control", header),
    ]


def _count(spot: Spot, counted: int, code: str, what: str) -> list[Problem]:
    written = spot.element(1)
    digits = written.isascii() and written.isdigit() and len(written) <= 10  # noqa: PLR2004
    if digits and int(written) == counted:
        return []
    return [
        Problem(
            code=code,
            severity="warning",
            message=f"{spot.name}01 counts {written or 'no'} {what}, but there are {counted}",
            at=spot.at(1),
            found=written,
            expected=str(counted),
            remedy=f"Compare with the original whether {what} are missing.",
        )
    ]


def _control(spot: Spot, control: str, code: str, header: str) -> list[Problem]:
    written = spot.element(2)
    if written == control:
        return []
    same = written.lstrip("0") == control.lstrip("0") and header != "ST02"
    message = f"{spot.name}02 is {written!r}, but {header} is {control!r}"
    return [
        Problem(
            code=code,
            severity="warning",
            message=f"{message}: the same number, written differently" if same else message,
            at=spot.at(2),
            found=written,
            expected=control,
            remedy="Repeat the control number of the header in the trailer.",
        )
    ]


def _repeated(spot: Spot) -> Problem:
    return Problem(
        code="x12.set_control_repeated",
        severity="warning",
        message=f"the set control number {spot.element(2)!r} comes twice in its group",
        at=spot.at(2),
        found=spot.element(2),
        expected="a number of its own for each set",
        remedy="Check that the document was not sent twice.",
    )


def _misplaced(kind: str, code: str, expected: str, spot: Spot) -> Problem:
    return Problem(
        code="x12.group_code",
        severity="warning",
        message=f"an {kind} travels in a group {expected}, not {code or 'without code'}",
        at=spot.at(1),
        found=code,
        expected=expected,
        remedy=f"Put {expected} into GS01.",
    )
