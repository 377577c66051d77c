"""Who sells and who buys.

The buyer stands under a label, or in the window of the envelope. The seller is named once and
again: at the head, in the small line above the window, in the footer, where payments go to, in a
web address. The name that most of this speaks for, and that is not the buyer's, is the seller's.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from mappers.pdf.anchors import Anchors, Label
from mappers.pdf.dates import dates
from mappers.pdf.fields import Read
from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.vocabulary import find, fold
from parsers.form import Word

_FORM = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|ug|gbr|inc|llc|llp|lp|corp|corporation|co|company|ltd|limited|plc|pty|pte|pvt|sdn|bhd"
    r"|sarl|sas|sasu|eurl|sa|snc|bv|nv|vof|sl|slu|srl|spa|lda|ltda|oy|ab|aps|sro|kft|doo|incorporated|oyj|cv)\b"
    r"|e\.\s?k\.|b\.\s?v\.|n\.\s?v\.|s\.\s?[al]\.|s\.\s?r\.\s?l\.|s\.\s?p\.\s?a\.|z\s?o\.\s?o\."
)
_TRADE = re.compile(
    r"\b(?:enterprise|enterprises|trading|associates|group|holding|services|technologies|industries|partners"
    r"|international|solutions|systems|supplies|supply|hardware|hardwares|machinery|restaurant|restoran|interior)\b"
)
_PARTS = re.compile(r"\s*[|•·∙●‧]\s*|\s+[-–]\s+|,\s+(?=\d)|\s{2,}")  # noqa: RUF001
_ADDRESS = re.compile(
    r"^\d+[a-z]?[\s,]|\b\d{4,6}\b|\b(?:street|str|strasse|road|rd|ave|avenue|blvd|rue|calle|via|weg|platz|suite|floor"
    r"|box|straat|lane|drive|dr|pkwy|hwy|jalan|jln|lot|no)\b|\w+(?:strasse|straat|weg|platz|gracht|laan)\b"
)
_STREET = re.compile(
    r"^\d+\s|^(?:rue|avenue|calle|via|jalan|jln|no|lot|p\s?o box|suite)\b|\d+$|(?:strasse|straat)\b"
)
_CONTACT = re.compile(
    r"@|www\.|https?:|\.com\b|\b(?:tel|phone|fax|mobile|e-?mail|telefon|vat|iban|page|seite|bic|swift|gst|reg)\b",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:@|www\.|https?://(?:www\.)?)([a-z0-9\-]{3,40})\.", re.IGNORECASE)
_FREE_MAIL = {"gmail", "yahoo", "hotmail", "outlook", "gmx", "web", "icloud"}
_INTRO = re.compile(
    r"^(?:name|company|firma|attn|attention|société|m/s|messrs|spett\.?(?:\s?le)?)\s*[.:]\s*",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:herrn?|frau|mrs?|ms|dr|dhr|mevr|mme|mlle|sra?|sig|signora|exmo)\.?\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_PARTICULARS = ("tax_id", "tax_id_other", "bank")
_TOP, _FOOT = 0.33, 0.8
_BLOCK_ROWS = 6.0
_SAME = 90.0
_NAME_MIN, _NAME_MAX, _WORDS_MAX = 3, 70, 9
_SENTENCE = 60
_PREFIX = 6
_SURE, _GOOD, _FAIR = 0.95, 0.9, 0.75


class Named(NamedTuple):
    """A name that may be a party's: where it stands and what speaks for it."""

    name: str
    span: Span
    weight: float


class Parties(NamedTuple):
    """The seller and the buyer, as far as the pages name them."""

    supplier: Read[str] | None
    buyer: Read[str] | None


def parties(layout: Layout, anchors: Anchors, skipped: Collection[int]) -> Parties:
    """Return who sells and who buys; the rows `skipped` belong to the lines and name nobody."""
    search = _Search(layout, anchors, skipped)
    buyers = search.labelled_buyers()
    bought = max(buyers, key=lambda named: named.weight, default=None)
    sold = search.supplier(buyers)
    if bought is None:
        bought = search.window(sold)
        sold = search.supplier([bought] if bought else [])
    return Parties(
        supplier=Read(sold.name, sold.span, _certainty(sold.weight, bought)) if sold else None,
        buyer=Read(bought.name, bought.span, _GOOD if bought.weight >= 0.9 else _FAIR)  # noqa: PLR2004
        if bought
        else None,
    )


def _certainty(weight: float, bought: Named | None) -> float:
    """Return how sure the seller is: not very, where nobody is known to be the buyer."""
    if bought is None:
        return _FAIR
    return _SURE if weight >= 1.6 else _GOOD if weight >= 1.3 else _FAIR  # noqa: PLR2004


class _Search:
    """Looks for names in one layout."""

    def __init__(self, layout: Layout, anchors: Anchors, skipped: Collection[int]) -> None:
        self.layout = layout
        self.anchors = anchors
        self.cells = [cell for cell in layout.cells if cell.row not in skipped]
        self.plain = [_plain(cell.text) for cell in self.cells]
        self.domains = [
            domain.casefold().replace("-", "")
            for cell in self.cells
            for domain in _DOMAIN.findall(cell.text)
            if domain.casefold() not in _FREE_MAIL
        ]

    # the buyer

    def labelled_buyers(self) -> list[Named]:
        """Return the names that labels of the buyer point at."""
        return [
            named
            for label in self.anchors.of("buyer")
            if _is_heading(label)
            for named in self._named(label)
        ]

    def window(self, sold: Named | None) -> Named | None:
        """Return the first line of an unlabelled address on the upper part of the first page."""
        found = [
            self._untitled(cell, 0.8 + 0.1 * bool(_FORM.search(fold(cell.text))))
            for cell in self.cells
            if self._is_high(cell, 0.45)
            and self._may_name(cell)
            and _is_name(cell.text)
            and self._heads_address(cell)
            and not (sold and _is_same(cell.text, sold.name))
        ]
        return max(found, key=lambda named: named.weight, default=None)

    def _heads_address(self, cell: Cell) -> bool:
        """Whether the lines of an address stand under `cell`.

        None of the sender's particulars.
        """
        under = self._block(cell)
        if any(self._is_particular(one) for one in under):
            return False
        return len(under) > 1 and any(_ADDRESS.search(fold(one.text)) for one in under)

    def _is_particular(self, cell: Cell) -> bool:
        """Whether `cell` names a tax number, a register or a bank account."""
        return any(label.kind in _PARTICULARS for label in self.anchors.by_cell.get(id(cell), ()))

    def _untitled(self, cell: Cell, weight: float) -> Named:
        """Return the name in `cell` without Mr or Mrs."""
        title = _TITLE.match(cell.text)
        start = title.end() if title else 0
        return Named(cell.text[start:], cell.span(start, len(cell.text)), weight)

    def _block(self, cell: Cell) -> list[Cell]:
        """Return the cells right under `cell` that begin where it begins."""
        height = max(cell.bottom - cell.top, 1.0)
        block: list[Cell] = []
        last = cell
        for under in self.layout.below(cell, within=_BLOCK_ROWS * height):
            if abs(under.x0 - cell.x0) < 0.5 * height and under.top - last.bottom < height:
                block.append(under)
                last = under
        return block

    # the seller

    def supplier(self, buyers: Sequence[Named]) -> Named | None:
        """Return the name that most speaks for the seller, other than those of the buyers."""
        found = [*self._labelled(), *self._heads(), *self._senders(), *self._companies()]
        block = {id(word) for bought in buyers for word in self._around(bought)}
        scored = [
            one._replace(weight=one.weight + self._support(one))
            for one in found
            if not any(_is_same(one.name, bought.name) for bought in buyers)
            and id(one.span.words[0]) not in block
        ]
        return max(scored, key=lambda named: named.weight, default=None)

    def _around(self, bought: Named) -> Iterator[Word]:
        """Yield the words of the buyer's name and of the address beneath it."""
        for cell in self.cells:
            if cell.words[-1] in bought.span.words:
                yield from (word for one in (cell, *self._block(cell)) for word in one.words)

    def _support(self, one: Named) -> float:
        """Return what recurrence.

        A web address, a legal form and particulars beneath add to a name.
        """
        plain, folded = _plain(one.name), fold(one.name)
        echoes = sum(plain in text for text in self.plain) - 1
        is_web = any(domain in plain or plain in domain for domain in self.domains)
        home = next((cell for cell in self.cells if one.span.words[0] in cell.words), None)
        is_sender = home is not None and any(self._is_particular(c) for c in self._block(home))
        return (
            0.3 * min(max(echoes, 0), 2)
            + 0.4 * is_web
            + 0.4 * is_sender
            + (0.4 if _FORM.search(folded) else 0.2 if _TRADE.search(folded) else 0.0)
        )

    def _labelled(self) -> Iterator[Named]:
        for label in self.anchors.of("supplier"):
            if _is_heading(label):
                yield from (
                    named._replace(weight=0.9 * named.weight) for named in self._named(label)
                )

    def _heads(self) -> Iterator[Named]:
        """Yield what stands at the head of the first page: higher and larger counts for more."""
        first = [cell for cell in self.cells if self._is_high(cell, _TOP)]
        if not first:
            return
        usual = sorted(cell.size for cell in first)[len(first) // 2]
        rank = 0
        for cell in first:
            named = self._part(cell)
            if named:
                large = min(max(cell.size / max(usual, 1.0) - 1.0, 0.0), 1.0)
                yield named._replace(weight=0.6 - 0.04 * min(rank, 10) + 0.3 * large)
                rank += 1

    def _senders(self) -> Iterator[Named]:
        """Yield the sender's line above the window.

        A name and an address set apart by dots or commas.
        """
        for cell in self.cells:
            parts = [part for part in re.split(r"\s*[|•·∙●‧]\s*|\s+[-–]\s+|,\s", cell.text) if part]  # noqa: RUF001
            is_address = any(_ADDRESS.search(fold(part)) for part in parts[1:])
            if len(parts) > 2 and is_address and _is_name(parts[0]) and self._is_high(cell, 0.5):  # noqa: PLR2004
                yield Named(parts[0], cell.span(0, len(parts[0])), 0.8)

    def _companies(self) -> Iterator[Named]:
        """Yield names with a legal form anywhere else.

        In footers, beside bank accounts, in small print.
        """
        for cell in self.cells:
            named = self._part(cell)
            if named and _FORM.search(fold(named.name)):
                yield named._replace(weight=0.45 if self._is_foot(cell) else 0.3)

    # names

    def _named(self, label: Label) -> Iterator[Named]:
        """Yield the name that stands after, beside or under a label."""
        for place in self.anchors.places(label):
            intro = _INTRO.match(place.text)
            start = place.start + (intro.end() if intro else 0)
            text = place.cell.text[start : place.end].strip(" ,-")
            title = _TITLE.match(text)
            start, text = (start + title.end(), text[title.end() :]) if title else (start, text)
            if (
                not text.endswith(":")
                and _is_name(text)
                and not _is_wording(text)
                and place.cell in self.cells
            ):
                weight = place.weight + (0.1 if label.is_whole else 0.0)
                yield Named(text, place.cell.span(start, start + len(text)), weight)
                return

    def _part(self, cell: Cell) -> Named | None:
        """Return the name that a cell begins with, without what follows a dot or a dash.

        Without a title.
        """
        if not self._may_name(cell):
            return None
        start, end = 0, len(cell.text)
        cut = _PARTS.search(cell.text)
        if cut and cut.start() >= _NAME_MIN:
            end = cut.start()
        for match in find(cell.text, "titles"):
            if match.end >= end and match.start > _NAME_MIN:
                end = match.start
        text = cell.text[start:end].strip(" ,:-")
        return Named(text, cell.span(start, start + len(text)), 0.0) if _is_name(text) else None

    def _may_name(self, cell: Cell) -> bool:
        if self.anchors.is_label(cell) or _is_wording(cell.text) or self._is_value(cell):
            return False
        if any(label.weight == 1.0 for label in self.anchors.by_cell.get(id(cell), ())):
            return False
        return not _STREET.search(fold(cell.text)) and next(dates(cell.text), None) is None

    def _is_value(self, cell: Cell) -> bool:
        """Whether `cell` stands to the right of a label."""
        row = self.layout.rows[cell.row]
        place = row.cells.index(cell)
        left = row.cells[place - 1] if place else None
        return (
            left is not None and self.anchors.is_label(left) and cell.x0 - left.x1 < 6 * cell.size
        )

    def _is_high(self, cell: Cell, share: float) -> bool:
        return (
            cell.page == min(self.layout.pages)
            and cell.top < share * self.layout.pages[cell.page].height
        )

    def _is_foot(self, cell: Cell) -> bool:
        return cell.top > _FOOT * self.layout.pages[cell.page].height


def _is_heading(label: Label) -> bool:
    """Whether a label of a party heads its block; a short preposition must stand alone."""
    text = label.cell.text[label.match.start : label.match.end]
    if label.weight < 1.0:
        return False
    rest = label.cell.text[label.match.end :].lstrip()
    return len(text) > 4 or not rest or rest[0] == ":"  # noqa: PLR2004


def _is_name(text: str) -> bool:
    letters = sum(letter.isalpha() for letter in text)
    if not _NAME_MIN <= len(text) <= _NAME_MAX or letters < 0.6 * len(text.replace(" ", "")):
        return False
    if len(text.split()) > _WORDS_MAX or not text[0].isalnum() or text[:1].isdigit():
        return False
    return not _CONTACT.search(text)


def _is_wording(text: str) -> bool:
    """Whether a text is a title or a sentence, not a name."""
    covered = sum(match.end - match.start for match in find(text, "titles"))
    letters = sum(letter.isalnum() for letter in text)
    return (
        covered >= 0.7 * letters
        or len(text) > _SENTENCE + _NAME_MAX
        or text.endswith((".:", "?", "!"))
    )


def _is_same(one: str, two: str) -> bool:
    """Whether two names are one, or one begins with the other."""
    first, second = sorted((_plain(one), _plain(two)), key=len)
    return ratio(first, second) >= _SAME or (len(first) >= _PREFIX and second.startswith(first))


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
