"""Groups cast in one mould: recognised by one regular expression, without looking at elements.

The lines of a document mostly differ in what they say and not in how they are written. A mould is
made of one of them: its markup as it stands, its texts and attributes as slots of a sample, which
can be asked like any other form. Slots that somebody looked into while he worked out what the
sample means are fixed: the same text must stand there; of others he may have learned something that
must hold for each (`GuardedSlot`). All are captured, so that a group in the same mould is nothing
but its captures, each with its place.

Only tidy texts are captured (no references, no blanks but single ones inside): whatever is spelled
otherwise is read the ordinary way. Bytes are matched; captures are decoded when they are asked for.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from parsers.form import Found
from parsers.xml.origin import Origin
from parsers.xml.slots import GuardedSlot

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[^\s/>!?]+)"
    r"(?P<attributes>(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"(\s+)([^\s=]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_WORD = r"[^<&\"'\t-\r\x1c- ]++"
_TIDY = re.compile(rf"{_WORD}(?: {_WORD})*+")
_CAPTURED = rf"({_TIDY.pattern})"
_ODD_BLANK = re.compile(r"[^\S\x00-\x7f]")
_PLAIN = re.compile(r"ascii|utf-8|(?:iso8859-|cp125)\d+|latin.*|koi8.*")
"""Encodings whose bytes below 128 are ASCII, wherever they stand."""

_LONGEST = 1 << 20
_TEXTS_KEPT = 4096
_ELEMENTS_LIMIT = 2000
_BLANKS = "[ \\t\\r\\n]*+"  # what is a blank to XML
_BLANK = re.compile(_BLANKS.encode())

Spot = tuple[str, int, str]
"""A name, the pattern's group that stands for it, and its path within the group."""
Spots = tuple[list[Spot], list[tuple[str, Found]]]
"""Where the values of a group stand: within it, and what they take from around it."""
Make = Callable[..., Any]


class Sample:
    """An element of a sample: what is asked of elements of lxml can be asked of it."""

    __slots__ = ("_attributes", "_children", "_parent", "tag", "tail", "text")

    def __init__(self, tag: str, parent: Any) -> None:
        self.tag = tag
        self.text: str | None = None
        self.tail: str | None = None
        self._parent = parent
        self._children: list[Sample] = []
        self._attributes: dict[str, str] = {}

    def __iter__(self) -> "Iterator[Sample]":
        """Iterate over the children."""
        return iter(self._children)

    def __len__(self) -> int:
        """Return the number of children."""
        return len(self._children)

    def __bool__(self) -> bool:
        """Be there, also without children."""
        return True

    def append(self, child: "Sample") -> None:
        """Add a child."""
        self._children.append(child)

    def put(self, name: str, value: str) -> None:
        """Set an attribute."""
        self._attributes[name] = value

    def get(self, name: str) -> str | None:
        """Return an attribute."""
        return self._attributes.get(name)

    def getparent(self) -> Any:
        """Return the element around this one; that of the topmost is no sample."""
        return self._parent

    def itertext(self) -> Iterator[str]:
        """Yield the texts inside, and fix them: whoever joins them looks into them."""
        if self.text:
            hash(self.text)
            yield self.text
        for child in self._children:
            yield from child.itertext()


class Mould:
    """How a group is written, with a sample; `settle` makes its pattern once slots are fixed.

    `slots` are by the number of their element in document order and what of it they are ("" or
    "@name"); the pattern's groups are the slots in their order. The first is the group's own name.
    """

    def __init__(self, top: Any, text: str, encoding: str) -> None:
        """Make a mould of the group `top`, which `text` begins with; ValueError where it is odd."""
        self.elements: list[Any] = list(top.iter("*"))
        self.slots: dict[tuple[int, str], GuardedSlot] = {}
        self._pieces: list[str | GuardedSlot] = []
        self._text = text
        self._encoding = encoding
        self._number = -1
        self.sample, self.end = self._melted(top)

    def settle(self) -> re.Pattern[bytes]:
        """Return the pattern of groups like the sample, once it is known what it means."""
        return re.compile("".join(map(self._written, self._pieces)).encode(self._encoding))

    def inherit(self, other: "Mould") -> None:
        """Be no wider than another mould of the same group: all of its slots hold for this one."""
        for key, slot in other.slots.items():
            mine = self.slots[key]
            mine.fixed = mine.fixed or slot.fixed
            mine.guards = slot.guards + mine.guards

    def values(self) -> tuple[str, ...]:
        """Return what the pattern captures of the group that the mould was made from."""
        return tuple(map(str, self.slots.values()))

    def spots(self, places: Iterable[tuple[str, Any]]) -> "Spots | None":
        """Return where the values of the group stand, by name; None where that cannot be said.

        `places` are those of the group from which the mould was made.
        """
        numbers = {element: number for number, element in enumerate(self.elements)}
        inside: list[Spot] = []
        outside: list[tuple[str, Found]] = []
        for name, place in places:
            if isinstance(place, Found):
                return None
            base, element, end = place
            if element not in numbers:
                outside.append((name, base.found(element, end)))
                continue
            slot = self.slots.get((numbers[element], end))
            if slot is None:
                return None
            path = base.origin.steps(self.elements[0], element)
            where = f"{path}/{end}" if end[:1] == "@" else path
            inside.append((name, slot.place + 1, where))
        return inside, outside

    @staticmethod
    def _written(piece: str | GuardedSlot) -> str:
        if isinstance(piece, GuardedSlot):
            looked_at = "".join(dict.fromkeys(piece.guards))
            return f"({re.escape(str(piece))})" if piece.fixed else looked_at + _CAPTURED
        return piece

    def _melted(self, top: Any) -> tuple[Sample, int]:
        """Take the group apart; return its sample and how many bytes it has."""
        place, last = 0, None
        open_ones: list[Sample] = []
        while True:
            tag = _TAG.search(self._text, place)
            if tag is None:
                raise ValueError
            if open_ones:
                self._content(self._text[place : tag.start()], open_ones[-1], last)
            place = tag.end()
            if tag["close"]:
                last = open_ones.pop()
                self._pieces.append(re.escape(tag[0]))
            else:
                last = self._opened(tag, open_ones, top)
            if not open_ones:
                break
        if self._number + 1 != len(self.elements) or last is None:
            raise ValueError
        return last, len(self._text[:place].encode(self._encoding))

    def _opened(self, tag: re.Match[str], open_ones: list[Sample], top: Any) -> Sample | None:
        """Take a start tag; return its element where that is closed at once."""
        self._number += 1
        if self._number >= min(len(self.elements), _ELEMENTS_LIMIT):
            raise ValueError
        parent = open_ones[-1] if open_ones else top.getparent()
        sample = self._sampled(tag, self._number, parent)
        if open_ones:
            open_ones[-1].append(sample)
        if tag["empty"]:
            return sample
        open_ones.append(sample)
        return None

    def _sampled(self, tag: re.Match[str], number: int, parent: Any) -> Sample:
        """Take a start tag apart, held against the element that it is."""
        element = self.elements[number]
        if element.tag.rpartition("}")[2] != tag["name"].rpartition(":")[2]:
            raise ValueError
        sample = Sample(element.tag, parent)
        before, sign, local = tag["name"].rpartition(":")
        self._pieces.append(re.escape(f"<{before}{sign}"))
        if number:
            self._pieces.append(re.escape(local))
        else:
            self._named(local)
        for blank, name, sign, quoted in _ATTRIBUTE.findall(tag["attributes"]):
            value = quoted[1:-1]
            self._pieces.append(re.escape(f"{blank}{name}{sign}{quoted[0]}"))
            is_plain = ":" not in name and element.get(name) == value
            kept = self._slotted(value, (number, f"@{name}")) if is_plain else value
            if not isinstance(kept, GuardedSlot):
                self._pieces.append(re.escape(value))
            if ":" not in name:
                sample.put(name, kept if is_plain else element.get(name) or "")
            self._pieces.append(quoted[0])
        self._pieces.append(rf"{_BLANKS}{tag['empty']}>")
        return sample

    def _content(self, raw: str, holder: Sample, last: Any) -> None:
        """Take the text before a tag: the element's own where nothing stands before it."""
        text, number = raw.strip(), self._number
        if not text:
            self._pieces.append(_BLANKS)
            return
        element = self.elements[number]
        is_whole = last is None and not len(element) and (element.text or "").strip() == text
        kept = None
        if is_whole:
            self._pieces.append(_BLANKS)
            kept = self._slotted(text, (number, ""))
        if isinstance(kept, GuardedSlot):
            holder.text = kept
            self._pieces.append(_BLANKS)
            return
        self._pieces.append(re.escape(raw) if not is_whole else re.escape(raw.lstrip()))
        if last is None:
            holder.text = element.text
        else:
            last.tail = raw

    def _named(self, local: str) -> None:
        """Write the group's own name, which is asked for and never another."""
        slot = GuardedSlot(local, len(self.slots))
        slot.fixed = True
        self.slots[0, "name()"] = slot
        self._pieces.append(slot)

    def _slotted(self, value: str, key: tuple[int, str]) -> str:
        """Return a tidy value as a slot, and write its place; others as they are."""
        if not _TIDY.fullmatch(value) or _ODD_BLANK.search(value):
            return value
        slot = GuardedSlot(value, len(self.slots))
        self.slots[key] = slot
        self._pieces.append(slot)
        return slot


class _Texts(dict[bytes, str]):
    """Texts by their bytes: most lines say much that others have said."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def __missing__(self, raw: bytes) -> str:
        if len(self) >= _TEXTS_KEPT:
            self.clear()
        text = self[raw] = raw.decode(self._encoding)
        return text


class Caster:
    """Finds groups in the bytes of their document, one after the other, each from where it starts.

    Several readings of the same groups share one: moulds of the same group grow narrower from
    reading to reading, so that mostly the pattern of the first is that of all, and its matches are
    at hand.
    """

    def __init__(self, origin: Origin) -> None:
        """Take a document; ValueError where its bytes are not those of its file, or not plain."""
        if not origin.data or origin.inserted or not _PLAIN.fullmatch(origin.encoding):
            raise ValueError
        self._origin = origin
        self._data = origin.data
        self._is_ascii = origin.data.isascii()
        self._last: Any = None
        self._end = 0
        self._texts = _Texts(origin.encoding)
        self._matches: dict[Any, re.Match[bytes]] = {}
        self._moulds: dict[Any, Mould] = {}

    @classmethod
    def of(cls, origin: Origin) -> "Caster":
        """Return the caster of a document, made once; ValueError as for a new one."""
        if origin.caster is None:
            origin.caster = cls(origin)
        caster: Caster = origin.caster
        return caster

    def match(self, element: Any, patterns: Sequence[re.Pattern[bytes]]) -> tuple[int, Any]:
        """Return the number of the first pattern that fits, and its match; -1 where none does."""
        known = self._matches.get(element)
        if known is not None and known.re in patterns:
            return patterns.index(known.re), known
        if not patterns:
            return -1, None
        start = self._start_of(element)
        for number, pattern in enumerate(patterns):
            found = pattern.match(self._data, start)
            if found is not None and (self._is_ascii or self._is_tidy(found[0])):
                self._last, self._end = element, found.end()
                self._matches[element] = found
                return number, found
        return -1, None

    def texts(self, found: re.Match[bytes], slots: Sequence[int]) -> list[str]:
        """Return the texts of some slots in a match."""
        texts = self._texts
        return [texts[found[slot + 1]] for slot in slots]

    def alike(self) -> Iterator[tuple[int, int]]:
        """Yield from where to where groups stand whose markup is that of an earlier one."""
        seen: set[int] = set()
        for found in sorted(self._matches.values(), key=re.Match.start):
            pattern = id(found.re)  # its hash would be worked out anew each time
            if pattern in seen:
                yield found.span()
            seen.add(pattern)

    def mould(self, element: Any) -> Mould | None:
        """Return a mould of an element, None where it is written too oddly."""
        encoding = self._origin.encoding
        try:
            start = self._start_of(element)
            text = self._data[start : start + _LONGEST].decode(encoding, "ignore")
            mould = Mould(element, text, encoding)
        except (ValueError, IndexError):
            return None
        self._last, self._end = element, start + mould.end
        if element in self._moulds:
            mould.inherit(self._moulds[element])
        self._moulds[element] = mould
        return mould

    def fill(self, told: dict[str, Any], casting: "Casting", at: str, make: Make) -> None:
        """Put what `make` makes of each capture of a match under its name, which begins with `at`.

        `make` takes where it stands in words, its text, and from and to which byte of the file.
        """
        found, texts, offset = casting.found, self._texts, self._origin.offset
        lines, head = self._origin.lines(), f"{self._origin.prefix}{casting.trail}"
        first, last = (bisect_right(lines, place) for place in found.span())
        for name, group, path in casting.spots[0]:
            start, end = found.span(group)
            told[at + name] = make(
                at=f"{head}{path}, line {bisect_right(lines, start, first, last) + 1}",
                text=texts[found[group]],
                start=start + offset,
                end=end + offset,
            )

    def _is_tidy(self, raw: bytes) -> bool:
        """Whether bytes have no blanks but those of ASCII, which patterns know."""
        return raw.isascii() or not _ODD_BLANK.search(raw.decode(self._origin.encoding))

    def _start_of(self, element: Any) -> int:
        """Return where an element starts: next to the last one, as the first, or by its number."""
        known = self._matches.get(element)
        if known is not None:
            return known.start()
        if self._last is not None and self._last.getnext() is element:
            blank = _BLANK.match(self._data, self._end)
            return blank.end() if blank else self._end
        root = element.getroottree().getroot()
        if next(root.iter(element.tag)) is element:
            name = re.escape(element.tag.rpartition("}")[2].encode(self._origin.encoding))
            first = re.search(rb"<(?:[\w.-]+:)?%s(?=[\s/>])" % name, self._data)
            return first.start() if first else 0
        return self._origin.index(element).start_of(element)


class Casting:
    """Where all values of a group stand that is in a mould: told when somebody asks."""

    __slots__ = ("_caster", "found", "spots", "trail")

    def __init__(self, caster: Caster, found: Any, trail: str, spots: "Spots") -> None:
        self._caster = caster
        self.found = found
        self.trail = trail
        self.spots = spots

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.spots[0]) + len(self.spots[1])

    def names(self) -> list[str]:
        """Return the names of the values, within the group."""
        return [spot[0] for spots in self.spots for spot in spots]

    def fill(self, told: dict[str, Any], at: str, make: Make, made: Callable[[Found], Any]) -> None:
        """Put what is made of each place under its name, which begins with `at`.

        `make` is for those within the group (see `Caster.fill`), `made` for those around it.
        """
        self._caster.fill(told, self, at, make)
        for name, found in self.spots[1]:
            told[at + name] = made(found)
