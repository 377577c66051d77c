"""How numbers, parts and words compare when they are spelled differently (S4.1, S8.2).

`compact` keeps letters and digits; `folded` also forgives prefixes, copy marks, confusable
characters and leading zeros, so that "INV-1O0I" and "INV-1001" are one number.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

_COPY = re.compile(r"[\s\-_/.(]+(?:COPY|DUP|REV|R\d+)\W*$")
_PREFIX = re.compile(r"^(?:INVOICE|INV|BILL|NO|NR|REF)+(?=\d)")
_TRAILING_LETTER = re.compile(r"(?<=\d{3})[A-E]$")
_CONFUSABLE = str.maketrans("OQILSBZG", "00115826")
_TRAILING_DIGITS = re.compile(r"\d+$")
_WORD = re.compile(r"[^\W_]+")
_LEGAL_FORM = re.compile(
    "INC|INCORPORATED|LLC|LTD|LIMITED|CO|COMPANY|CORP|CORPORATION|PLC|GMBH|AG|KG|SA|SAS|SARL|BV|NV"
    "|AB|AS|OY|APS|SPA|SRL|PTY|PTE"
)
_LONGEST_SEQUENCE_STEP = 10
_MEMORY = 1 << 16


@lru_cache(_MEMORY)
def compact(text: str) -> str:
    """Keep letters and digits only, in upper case: how part numbers compare (S4.1)."""
    return text.upper() if text.isalnum() else "".join(filter(str.isalnum, text)).upper()


@lru_cache(_MEMORY)
def folded(number: str) -> str:
    """Fold a document number so that misspellings of it fall together (S8.2)."""
    bare = compact(_COPY.sub("", number.strip().upper()))
    bare = _TRAILING_LETTER.sub("", _PREFIX.sub("", bare))
    return bare.translate(_CONFUSABLE).lstrip("0")


@lru_cache(_MEMORY)
def line_key(number: str) -> str:
    """Compare line numbers without leading zeros: "0010" is "10"."""
    return number.strip().lstrip("0").upper() or "0"


@lru_cache(_MEMORY)
def gtin14(code: str) -> str:
    """Write a GTIN, UPC or EAN as 14 digits."""
    return compact(code).zfill(14)


@lru_cache(_MEMORY)
def words(description: str) -> frozenset[str]:
    """Return the lower-case words of a description."""
    return frozenset(_WORD.findall(description.lower()))


@lru_cache(_MEMORY)
def party_name(name: str) -> str:
    """Fold a company name: letters and digits of its words, legal form left out."""
    kept = [word for word in _WORD.findall(name.upper()) if not _LEGAL_FORM.fullmatch(word)]
    return "".join(kept)


def edits(one: str, other: str, at_most: int) -> int | None:
    """Return the edit distance (adjacent transposition counts one), or None beyond `at_most`."""
    distance = int(OSA.distance(one, other, score_cutoff=at_most))
    return distance if distance <= at_most else None


def is_next_in_sequence(one: str, other: str) -> bool:
    """Whether two numbers are near in an ordinary sequence: alike but for +1 ... +10 (S8.3)."""
    first, second = _TRAILING_DIGITS.search(one), _TRAILING_DIGITS.search(other)
    if not first or not second or one[: first.start()] != other[: second.start()]:
        return False
    return 1 <= abs(int(first.group()) - int(second.group())) <= _LONGEST_SEQUENCE_STEP
