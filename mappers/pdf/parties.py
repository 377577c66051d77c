"""Who sells and who buys: names under their labels, at the head of the page, or beside their numbers.

The buyer stands under a label or in the window of the envelope. The seller is named once and again: at the head,
in the line above the window, in the footer, where payments go to. A name that is not the buyer's, looks like a
company's and recurs is the seller's.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.fuzz import ratio
from stdnum import iban
from stdnum.exceptions import ValidationError

from mappers.pdf.anchors import Anchors, Label
from mappers.pdf.candidates import Candidate
from mappers.pdf.fields import Read
from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.vocabulary import find, fold

_FORMS = (
    "gmbh|ag|kg|ohg|ug|gbr|e k|ev|se|inc|llc|llp|lp|corp|corporation|co|company|ltd|limited|plc|pty|pte|pvt|sdn|bhd"
    "|sarl|sas|sasu|eurl|sa|snc|sci|bv|nv|vof|sl|slu|srl|spa|sas|lda|ltda|oy|ab|as|aps|sro|sp z o o|kft|doo"
    "|enterprise|enterprises|trading|associates|group|holding|holdings|services|technologies|industries|partners"
    "|incorporated|international|solutions|systems|supplies|supply"
)
_FORM = re.compile(rf"\b(?:{_FORMS})\b")
_SEPARATORS = re.compile(r"\s*[|•·∙●‧]\s*|\s+-\s+|\s*,\s*(?=\d)")
_ADDRESS = re.compile(
    r"^\d+\s|\d{4,6}\b|\b(?:street|str|strasse|road|rd|ave|avenue|blvd|rue|calle|via|weg|platz|suite|floor|po box|p o box"
    r"|box|straat|lane|drive|dr|pkwy|hwy)\b"
)
_CONTACT = re.compile(
    r"@|www\.|https?:|\b(?:tel|phone|fax|mobile|email|e-mail|telefon|vat|tax|iban|page|seite)\b",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")
_TOP = 0.3
_ADDRESS_ROWS = 5
_SAME = 88.0
_NAME_MIN, _NAME_MAX = 3, 70
_SURE, _GOOD, _FAIR = 0.95, 0.9, 0.75


class Named(NamedTuple):
    """A name that may be a party's, with its weight and the cell it stands in."""

    name: str
    span: Span
    weight: float


def buyer(layout: Layout, anchors: Anchors) -> Read[str] | None:
    """Return the buyer's name, None where no label or window shows it."""
    found = [named for label in anchors.of("buyer") for named in _named(layout, anchors, label)]
    if not found:
        found = list(_window(layout, anchors))
    best = max(found, key=lambda named: named.weight, default=None)
    if best is None:
        return None
    return Read(best.name, best.span, _GOOD if best.weight >= 0.9 else _FAIR)  # noqa: PLR2004


def supplier(layout: Layout, anchors: Anchors, bought_by: str | None) -> Read[str] | None:
    """Return the seller's name, None where nothing on the page looks like one."""
    found = [
        *_labelled(layout, anchors),
        *_heads(layout, anchors),
        *_senders(layout),
        *_feet(layout),
    ]
    found = [one for one in found if not (bought_by and _same(one.name, bought_by))]
    if not found:
        return None
    scored = [(one.weight + 0.35 * _echoes(one, found), one) for one in found]
    score, best = max(scored, key=lambda pair: pair[0])
    return Read(best.name, best.span, _SURE if score >= 1.6 else _GOOD if score >= 1.3 else _FAIR)  # noqa: PLR2004


def bank_accounts(layout: Layout) -> Iterator[Read[str]]:
    """Yield the IBANs on the pages whose check digits are right."""
    for cell in layout.cells:
        for match in _IBAN.finditer(cell.text):
            plain = match[0].replace(" ", "")
            for length in range(len(plain), 14, -1):
                if _is_iban(plain[:length]):
                    yield Read(plain[:length], cell.span(match.start(), match.end()), 0.98)
                    break


def tax_id(found: Sequence[Candidate[str]], taken: Read[str] | None) -> Read[str] | None:
    """Return the seller's tax number: one that a label names and that does not stand in the buyer's block."""
    own = [one for one in found if one.kind == "tax_id" and not _is_in_block(one, taken)]
    best = max(own, key=lambda one: one.weight, default=None)
    if best is None:
        return None
    return Read(best.value, best.span, 0.9 * min(1.0, best.weight + 0.1))


def _is_iban(text: str) -> bool:
    try:
        iban.validate(text)
    except ValidationError:
        return False
    return True


def _is_in_block(one: Candidate[str], taken: Read[str] | None) -> bool:
    """Whether a candidate stands right under the buyer's name."""
    if taken is None or one.span.page != taken.span.page:
        return False
    x0, top, _, bottom = taken.span.box
    x, y = one.span.box[0], one.span.box[1]
    return top <= y <= bottom + 8 * (bottom - top) and abs(x - x0) < 12 * (bottom - top)


def _named(layout: Layout, anchors: Anchors, label: Label) -> Iterator[Named]:
    """Yield the name that stands after, beside or under a label."""
    for place in anchors.places(label):
        text = place.text.strip(" :,-")
        if _is_name(text):
            weight = place.weight + (0.1 if place.relation == "below" and label.is_whole else 0.0)
            yield Named(text, place.cell.span(place.start, place.end), weight)
            return
        if place.relation == "below":
            return


def _is_name(text: str) -> bool:
    letters = sum(letter.isalpha() for letter in text)
    if not _NAME_MIN <= len(text) <= _NAME_MAX or letters < 0.5 * len(text.replace(" ", "")):
        return False
    return not _CONTACT.search(text) and not text[:1].isdigit()


def _labelled(layout: Layout, anchors: Anchors) -> Iterator[Named]:
    for label in anchors.of("supplier"):
        for named in _named(layout, anchors, label):
            yield named._replace(
                weight=0.9 * named.weight + 0.4 * bool(_FORM.search(fold(named.name)))
            )


def _heads(layout: Layout, anchors: Anchors) -> Iterator[Named]:
    """Yield what stands at the head of the first page: larger and higher counts for more."""
    first = [cell for cell in layout.cells if cell.page == min(layout.pages)]
    if not first:
        return
    height = layout.pages[first[0].page].height
    usual = sorted(cell.size for cell in first)[len(first) // 2]
    rank = 0
    for cell in first:
        text = _SEPARATORS.split(cell.text)[0].strip(" ,")
        if (
            cell.top > _TOP * height
            or not _is_name(text)
            or _is_wording(cell.text)
            or anchors.is_label(cell)
        ):
            continue
        weight = 0.55 - 0.03 * rank + 0.4 * bool(_FORM.search(fold(text)))
        weight += 0.25 * min(max(cell.size / max(usual, 1.0) - 1.0, 0.0), 1.0)
        yield Named(text, cell.span(0, len(text)), weight)
        rank += 1


def _is_wording(text: str) -> bool:
    """Whether a text is a title or a sentence about the document."""
    titles = find(text, "titles")
    covered = sum(match.end - match.start for match in titles)
    return covered >= 0.5 * len(text.replace(" ", "")) or len(text.split()) > 8  # noqa: PLR2004


def _senders(layout: Layout) -> Iterator[Named]:
    """Yield the sender's line above the window: a name and an address in small print, set apart by dots."""
    for cell in layout.cells:
        parts = [part for part in re.split(r"\s*[|•·∙●‧]\s*|\s+-\s+|,\s", cell.text) if part]
        if (
            len(parts) >= 3
            and _is_name(parts[0])
            and any(_ADDRESS.search(fold(p)) for p in parts[1:])
        ):  # noqa: PLR2004
            yield Named(
                parts[0],
                cell.span(0, len(parts[0])),
                0.8 + 0.3 * bool(_FORM.search(fold(parts[0]))),
            )


def _feet(layout: Layout) -> Iterator[Named]:
    """Yield names of companies in the lower part of a page, where the seller's particulars stand."""
    for cell in layout.cells:
        page = layout.pages[cell.page]
        text = _SEPARATORS.split(cell.text)[0].strip(" ,")
        if cell.top > 0.8 * page.height and _is_name(text) and _FORM.search(fold(text)):
            yield Named(text, cell.span(0, len(text)), 0.6)


def _window(layout: Layout, anchors: Anchors) -> Iterator[Named]:
    """Yield the first line of an address that stands on the upper part of the first page without a label."""
    first = min(layout.pages, default=0)
    for cell in layout.cells:
        page = layout.pages[cell.page]
        if cell.page != first or not 0.1 * page.height < cell.top < 0.4 * page.height:
            continue
        if not _is_name(cell.text) or anchors.by_cell.get(id(cell)):
            continue
        under = [
            c
            for c in layout.below(cell, within=5 * (cell.bottom - cell.top))
            if abs(c.x0 - cell.x0) < 3
        ]  # noqa: PLR2004
        if len(under) >= 2 and any(_ADDRESS.search(fold(c.text)) for c in under[:_ADDRESS_ROWS]):  # noqa: PLR2004
            yield Named(cell.text, cell.whole, 0.7 + 0.1 * bool(_FORM.search(fold(cell.text))))


def _echoes(one: Named, found: Sequence[Named]) -> int:
    """Return in how many other places the same name stands, three at most."""
    places = {(n.span.page, n.span.words[0].top) for n in found if _same(n.name, one.name)}
    return min(len(places) - 1, 3)


def _same(one: str, two: str) -> bool:
    return ratio(fold(one), fold(two)) >= _SAME
