"""Who sells and who buys.

The buyer stands under a label, or in the window of the envelope. The seller is named once and
again: at the head, in the small line above the window, in the footer, where payments go to, in a
web address. The name that most of this speaks for, and that is not the buyer's, is the seller's.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from mappers.pdf.anchors import Anchors, Label
from mappers.pdf.dates import dates
from mappers.pdf.fields import Read
from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.names import (
    has_form,
    has_trade,
    is_debris,
    is_name,
    is_same,
    is_street,
    is_wording,
    plain,
)
from mappers.pdf.vocabulary import find, fold
from parsers.form import Word

_PARTS = re.compile(r"\s*[|•·∙●‧]\s*|\s+[-–]\s+|,\s+(?=\d)|\s{2,}")  # noqa: RUF001
_ADDRESS = re.compile(
    r"^\d+[a-z]?[\s,]|\b\d{4,6}\b|\b(?:street|str|strasse|road|rd|ave|avenue|blvd|rue|calle|via|weg|platz|suite|floor"
    r"|box|straat|lane|drive|dr|pkwy|hwy|jalan|jln|lot|no)\b|\w+(?:strasse|straat|weg|platz|gracht|laan)\b"
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
_PARTIES = ("supplier", "buyer", "ship_to")
_PARTICULARS = ("tax_id", "tax_id_other", "bank")
_MOST = 0.6
_TOP, _FOOT = 0.33, 0.8
_BLOCK_ROWS, _APART, _SET_APART = 6.0, 2.2, 2.0
_NAME_MIN = 3
_LOWLY, _BLURRED, _LEGIBLE = 0.15, 0.6, 0.5
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
        self.plain = [plain(cell.text) for cell in self.cells]
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
            self._untitled(cell, 0.8 + 0.1 * bool(has_form(cell.text)))
            for cell in self.cells
            if self._is_high(cell, 0.45)
            and self._may_name(cell)
            and is_name(cell.text)
            and self._heads_address(cell)
            and not (sold and self._is_sold(cell, sold))
        ]
        return max(found, key=lambda named: named.weight, default=None)

    def _is_sold(self, cell: Cell, sold: Named) -> bool:
        """Whether `cell` is the seller's name or stands above it, with no address between."""
        near = takewhile(lambda one: not _ADDRESS.search(fold(one.text)), self._block(cell))
        block = {id(word) for one in near for word in one.words}
        return is_same(cell.text, sold.name) or id(sold.span.words[0]) in block

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
            if abs(under.x0 - cell.x0) < 0.5 * height and under.top - last.bottom < _APART * height:
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
            if not any(is_same(one.name, bought.name) for bought in buyers)
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
        bare = plain(one.name)
        echoes = sum(bare in text for text in self.plain) - 1
        home = next((cell for cell in self.cells if one.span.words[0] in cell.words), None)
        is_sender = home is not None and any(self._is_particular(c) for c in self._block(home))
        return (
            0.3 * min(max(echoes, 0), 2)
            + 0.4 * self._web(bare)
            + 0.4 * is_sender
            + (0.4 if has_form(one.name) else 0.2 if has_trade(one.name) else 0.0)
            - (_LOWLY if one.name[:1].islower() and not has_form(one.name) else 0.0)
            - (_BLURRED if one.span.by != "text" and one.span.confidence < _LEGIBLE else 0.0)
        )

    def _web(self, bare: str) -> float:
        """Return how much of the web addresses speak for a name, the most frequent for all."""
        counts = Counter(self.domains)
        own = [
            count
            for domain, count in counts.items()
            if domain in bare or (bare in domain and len(bare) > _MOST * len(domain))
        ]
        return max(own) / max(counts.values()) if own else 0.0

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
            if len(parts) > 2 and is_address and _is_sender(parts[0]) and self._is_high(cell, 0.5):  # noqa: PLR2004
                yield Named(parts[0], cell.span(0, len(parts[0])), 0.8)

    def _companies(self) -> Iterator[Named]:
        """Yield names with a legal form anywhere else.

        In footers, beside bank accounts, in small print.
        """
        for cell in self.cells:
            named = self._part(cell)
            if named and has_form(named.name):
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
                and is_name(text)
                and not self._is_wording(text)
                and not is_street(text)
                and not is_debris(place.cell.span(start, start + len(text)))
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
        end = _after_form(cell.text[:end])
        for match in find(cell.text, "titles"):
            if match.end >= end and match.start > _NAME_MIN:
                end = match.start
        text = cell.text[start:end].strip(" ,:-")
        if not is_name(text) or is_street(text) or self._is_wording(text):
            return None
        span = cell.span(start, start + len(text))
        return None if is_debris(span) else self._joined(cell, Named(text, span, 0.0))

    def _joined(self, cell: Cell, named: Named) -> Named:
        """Return a company's name with the words that wide letters set apart on its left."""
        if not has_form(named.name):
            return named
        row = self.layout.rows[cell.row]
        first, words = cell, list(named.span.words)
        for left in reversed(row.cells[: row.cells.index(cell)]):
            if first.x0 - left.x1 > _SET_APART * cell.size or not _is_proper(left.text):
                break
            if self.anchors.by_cell.get(id(left)) or self._is_wording(left.text):
                break
            words, first = [*left.words, *words], left
        text = " ".join(word.text for word in words).strip(" ,:-")
        return Named(text, Span(text, words), named.weight) if first is not cell else named

    def _may_name(self, cell: Cell) -> bool:
        if self.anchors.is_label(cell) or self._is_wording(cell.text) or self._is_value(cell):
            return False
        if any(_is_telling(label) for label in self.anchors.by_cell.get(id(cell), ())):
            return False
        return not is_street(cell.text) and next(dates(cell.text), None) is None

    def _is_wording(self, text: str) -> bool:
        return is_wording(text, loose=self.layout.is_scan)

    def _is_value(self, cell: Cell) -> bool:
        """Whether `cell` stands to the right of a label."""
        row = self.layout.rows[cell.row]
        place = row.cells.index(cell)
        left = row.cells[place - 1] if place else None
        if left is None or not self.anchors.is_label(left):
            return False
        is_telling = any(_is_telling(label) for label in self.anchors.by_cell[id(left)])
        return is_telling and cell.x0 - left.x1 < 6 * cell.size

    def _is_high(self, cell: Cell, share: float) -> bool:
        return (
            cell.page == min(self.layout.pages)
            and cell.top < share * self.layout.pages[cell.page].height
        )

    def _is_foot(self, cell: Cell) -> bool:
        return cell.top > _FOOT * self.layout.pages[cell.page].height


def _after_form(text: str) -> int:
    """Return where a name with a legal form ends, if an address goes on behind it."""
    commas = (match.start() for match in re.finditer(r",\s", text))
    return next((comma for comma in commas if has_form(text[:comma])), len(text))


def _is_heading(label: Label) -> bool:
    """Whether a label of a party heads its block; a short preposition must stand alone."""
    text = label.cell.text[label.match.start : label.match.end]
    if label.weight < 1.0:
        return False
    rest = label.cell.text[label.match.end :].lstrip()
    return len(text) > 4 or rest[:1] == ":" or (not rest and len(text) > 1)  # noqa: PLR2004


def _is_telling(label: Label) -> bool:
    """Whether a cell with `label` is no name; De Vries and Van Dam begin like labels of parties."""
    return label.weight == 1.0 and (label.kind not in _PARTIES or _is_heading(label))


def _is_proper(text: str) -> bool:
    """Whether all words of a text begin with a capital, as those of a company's name do."""
    return is_name(text) and all(word[0].isupper() or word == "&" for word in text.split())


def _is_sender(text: str) -> bool:
    return is_name(text) and not is_street(text)
