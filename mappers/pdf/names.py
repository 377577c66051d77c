"""What may be the name of a company or a person, and when two names are one.

A label, a heading, a street, a bank code or the debris of a scan is never a name.
"""

import re

from rapidfuzz.fuzz import ratio

from mappers.pdf.layout import Span
from mappers.pdf.vocabulary import find, fold, months

_FORM = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|ug|gbr|inc|llc|llp|lp|corp|corporation|co|company|ltd|limited|plc|pty|pte|pvt|sdn|bhd"
    r"|sarl|sas|sasu|eurl|sa|snc|bv|nv|vof|sl|slu|srl|spa|lda|ltda|oy|ab|aps|sro|kft|doo|incorporated|oyj|cv)\b"
    r"|e\.\s?k\.|b\.\s?v\.|n\.\s?v\.|s\.\s?[al]\.|s\.\s?r\.\s?l\.|s\.\s?p\.\s?a\.|z\s?o\.\s?o\."
)
_TRADE = re.compile(
    r"\b(?:enterprise|enterprises|trading|associates|group|holding|services|technologies|industries|partners"
    r"|international|solutions|systems|supplies|supply|hardware|hardwares|machinery|restaurant|restoran|interior)\b"
)
_STREET = re.compile(
    r"^\d+\s|^(?:rua|rue|avenue|avenida|calle|via|jalan|jln|no|lot|p\s?o box|suite)\b|\d+$"
    r"|(?:strasse|straat)\b|\b\d{4}-\d{3}\b|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$"
)
_CONTACT = re.compile(
    r"@|www\.|https?:|\b(?:tel|phone|fax|mobile|e-?mail|telefon|vat|iban|page|seite|bic|swift|gst|reg)\b",
    re.IGNORECASE,
)
_SITE = re.compile(r"\.com\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?=\w*\d)[A-Z0-9]{6,}$|\b(?=\w*\d\w*\d)[A-Z0-9]{5,}\b")
_HEADING = re.compile(
    r"\b(?:information|informationen|details|summary|angaben|daten|informations|coordonnees|datos|gegevens)$"
)
_NAME_MIN, _NAME_MAX, _WORDS_MAX = 3, 70, 9
_SENTENCE, _SPOKEN = 60, 6
_COVERED = 0.7
_SAME = 90.0
_PREFIX = 6
_READABLE, _CLEAR = 4, 0.9


def has_form(text: str) -> bool:
    """Whether `text` names a legal form: GmbH, Ltd, B.V."""
    return bool(_FORM.search(fold(text)))


def is_form(text: str) -> bool:
    """Whether `text` is a legal form and nothing else."""
    return has_form(text) and not plain(_FORM.sub(" ", fold(text)))


def has_trade(text: str) -> bool:
    """Whether `text` names a trade, as companies' names do."""
    return bool(_TRADE.search(fold(text)))


def is_street(text: str) -> bool:
    """Whether `text` is a line of an address: a street with its number, a place with its code."""
    return bool(_STREET.search(fold(text)))


def is_name(text: str) -> bool:
    """Whether `text` may name a party: a few words, mostly letters, and no way to reach one."""
    letters = sum(letter.isalpha() for letter in text)
    if not _NAME_MIN <= len(text) <= _NAME_MAX or letters < 0.6 * len(text.replace(" ", "")):
        return False
    if len(text.split()) > _WORDS_MAX or not text[0].isalnum() or text[:1].isdigit():
        return False
    if ":" in text or _CODE.search(text) or is_form(text):
        return False
    return not _CONTACT.search(text) and (has_form(text) or not _SITE.search(text))


def is_wording(text: str, *, loose: bool = False) -> bool:
    """Whether a text is a title, a heading or a sentence, not a name.

    `loose` forgives a letter, as on scans.
    """
    if len(text) > _SENTENCE + _NAME_MAX or text.endswith((".:", "?", "!")):
        return True
    if text.endswith(".") and len(text.split()) >= _SPOKEN and not has_form(text):
        return True
    if _covers(text, "titles") or _covers(text.replace(" ", ""), "titles"):
        return True
    if _HEADING.search(fold(text)) or all(word in months() for word in fold(text).split()):
        return True
    sections = () if has_form(text) else ("columns", "totals")
    return any(_covers(text, section, loose=loose) for section in sections)


def _covers(text: str, section: str, *, loose: bool = False) -> bool:
    """Whether labels of `section` make up most of `text`."""
    found = {(match.start, match.end) for match in find(text, section, loose=loose)}
    letters = sum(letter.isalnum() for letter in text)
    return sum(end - start for start, end in found) >= _COVERED * letters


def is_debris(name: Span) -> bool:
    """Whether a scan's "name" is what OCR makes of a logo or a stain: no word in it is legible."""
    if name.by == "text" or has_form(name.text):
        return False
    return not any(
        sum(map(str.isalpha, word.text)) >= _READABLE
        or (word.text.isupper() and len(word.text) >= _NAME_MIN and word.confidence > _CLEAR)
        for word in name.words
    )


def is_same(one: str, two: str) -> bool:
    """Whether two names are one, or one begins with the other.

    Companies of one name and two legal forms are two.
    """
    first, second = sorted((plain(one), plain(two)), key=len)
    if len(first) >= _PREFIX and second.startswith(first):
        return True
    return ratio(first, second) >= _SAME and not _differ_in_form(one, two)


def _differ_in_form(one: str, two: str) -> bool:
    forms = [_last_form(one), _last_form(two)]
    return None not in forms and forms[0] != forms[1]


def _last_form(text: str) -> str | None:
    found = [plain(match.group()) for match in _FORM.finditer(fold(text))]
    return found[-1] if found else None


def plain(text: str) -> str:
    """Return the letters and digits of `text`, folded."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
