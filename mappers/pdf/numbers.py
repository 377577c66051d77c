"""Numbers as invoices print them: the decimal sign is settled once for a document, by evidence.

1.234,56 and 1,234.56, 1 234,56 and 1'234.56 and 6,00,000.00 all occur, and minus signs before and
after, in parentheses or as CR. What a number's own shape decides (two separators, two decimals) is
decided by it; only where it could be either (1,000) does the document's sign decide, and arithmetic
may still object.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from mappers.pdf.layout import Span
from parsers.form import Word

Sign = Literal[".", ","]

CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "rs": "INR",
    "rs.": "INR",
    "fr.": "CHF",
    "sfr.": "CHF",
    "zł": "PLN",
    "rm": "MYR",
    "r$": "BRL",
    "a$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "au$": "AUD",
    "s$": "SGD",
    "hk$": "HKD",
    "¥": "JPY",
    "₩": "KRW",
    "₺": "TRY",
    "₽": "RUB",
    "kč": "CZK",
}
_CODES = [
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "INR",
    "PLN",
    "MYR",
    "BRL",
    "AUD",
    "CAD",
    "SGD",
    "HKD",
    "JPY",
    "SEK",
    "NOK",
    "DKK",
    "CZK",
    "HUF",
    "RON",
    "BGN",
    "TRY",
    "MXN",
    "ZAR",
    "NZD",
    "CNY",
    "THB",
    "IDR",
    "PHP",
    "AED",
    "SAR",
    "ILS",
    "RUB",
    "UAH",
    "KRW",
    "TWD",
    "ISK",
    "ARS",
    "CLP",
    "COP",
    "PEN",
]
CURRENCIES |= {code.lower(): code for code in _CODES}

_MINUS = "-–−—"  # noqa: RUF001
_CUR = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_SHAPES = (
    r"\d{1,3}(?:[ '’]\d{3})+(?:\s?[.,]\d{1,6})?",  # noqa: RUF001
    r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?",
    r"\d{1,3}(?:\.\d{3})+(?:,\d{1,6})?",
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,4})?",  # lakh and crore
    r"\d{1,3}(?:[.,]\d{3})+[.,]\d{2}",  # a scan's point for a comma
    r"\d+(?:\s?[.,]\d+)?",
    r"[.,]\d+",
)
_BODY = "|".join(_SHAPES)
_SIGN = f"[{_MINUS}+]"
_NUMBER = re.compile(
    rf"(?P<open>[(\[])?\s*(?P<lead>{_SIGN}|\({_SIGN}\))?\s*(?P<before>{_CUR})?\s*(?P<second>{_SIGN})?\s*"
    rf"(?P<body>{_BODY})\s*(?P<percent>%)?\s*(?P<after>{_CUR})?\s*"
    rf"(?P<trail>[{_MINUS}]|CR|cr|Cr)?(?P<close>[)\]])?(?:[*]|,[{_MINUS}]{{1,2}})?",
    re.IGNORECASE,
)
_CURRENCY = re.compile(rf"(?:{_CUR})", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(?P<number>\d+(?:[.,]\d+)*)(?P<unit>[^\W\d_]{1,6}\.?)$")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_LAKH = re.compile(r"\d{1,2}(?:([.,])\d{2})+\1\d{3}")
_COLON = re.compile(r"(?<=\d)[:;](?=\d{2}$)")
_DIGIT = re.compile(r"\d")
_KEPT = 16_384
_THOUSAND = 3
_WINDOW = 6
_JOIN_EM = 0.55
_SIGN_EM = 12.0


class Number(NamedTuple):
    """A number in a row: its value as the document's sign has it, its span, and what stood with it.

    `other` is its value under the other decimal sign, where its shape leaves that open.
    """

    value: Decimal
    span: Span
    decimals: int
    currency: str | None = None
    percent: bool = False
    unit: str | None = None
    other: Decimal | None = None

    @property
    def x0(self) -> float:
        """Its left edge in points."""
        return self.span.words[0].x0

    @property
    def x1(self) -> float:
        """Its right edge in points."""
        return self.span.words[-1].x1

    @property
    def is_money(self) -> bool:
        """Whether it is written as amounts are: with a currency or two decimals and more."""
        return not self.percent and (self.currency is not None or self.decimals >= 2)  # noqa: PLR2004


@lru_cache(maxsize=_KEPT)
def _matched(text: str) -> re.Match[str] | None:
    """Return how `text` is a number, None where it is none: most words have no digit at all."""
    return _NUMBER.fullmatch(text) if _DIGIT.search(text) else None


class _Read(NamedTuple):
    """What a text says as a number, all of a `Number` but its span."""

    value: Decimal
    decimals: int
    currency: str | None
    percent: bool
    unit: str | None
    other: Decimal | None


def decimal_sign(texts: Iterable[str], default: Sign = ".") -> Sign:
    """Return the decimal sign that the numbers among `texts` speak for.

    `default` where none does.
    """
    votes = {".": 0, ",": 0}
    for text in texts:
        match = _matched(text)
        sign = _own_sign(match["body"]) if match else None
        if sign:
            votes[sign] += 1
    if votes["."] == votes[","]:
        return default
    return "." if votes["."] > votes[","] else ","


def _own_sign(body: str) -> Sign | None:
    """Return the decimal sign that a number shows by its own shape."""
    found = [letter for letter in body if letter in ".,"]
    if not found:
        return None
    last: Sign = "." if found[-1] == "." else ","
    tail = len(body) - 1 - body.rindex(last)
    if len(set(found)) > 1:
        return last
    if len(found) > 1:
        return ("," if last == "." else ".") if _is_grouped(body) else last
    if tail == _THOUSAND and not body.startswith(("0", ".", ",")) and _is_grouped(body):
        return None
    return last


def _is_grouped(body: str) -> bool:
    return bool(_GROUPED.fullmatch(body) or _LAKH.fullmatch(body))


def parse(text: str, sign: Sign) -> Decimal | None:
    """Return the number that `text` is, currency, sign and all, or None where it is none."""
    match = _matched(text.strip())
    return _signed(match, _value(match["body"], sign)) if match else None


def _value(body: str, sign: Sign) -> Decimal:
    plain = re.sub(r"[ '’]", "", body)  # noqa: RUF001
    own = _own_sign(plain) or sign
    whole, dot, fraction = plain.rpartition(own)
    if not dot:
        whole, fraction = plain, ""
    digits = re.sub(r"[.,]", "", whole) or "0"
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def _signed(match: re.Match[str], value: Decimal) -> Decimal:
    lead = match["lead"] or match["second"] or ""
    is_bracketed = match["open"] == "(" and match["close"] == ")"
    is_minus = any(letter in _MINUS for letter in lead) or match["trail"] or is_bracketed
    return -value if is_minus else value


def currency_of(text: str) -> str | None:
    """Return the currency code that `text` is, a sign or a code alone."""
    return CURRENCIES.get(text.strip(":()").casefold())


def numbers(words: Sequence[Word], sign: Sign) -> Iterator[Number]:
    """Yield the numbers among `words` of one row, from left to right.

    A number may stand in several words: with its currency apart, or its thousands set off by
    blanks.
    """
    place = 0
    while place < len(words):
        size = _size_at(words, place)
        found = _number(words[place : place + size], sign) if size else _glued(words[place], sign)
        if found:
            yield found
        place += max(size, 1)


def _size_at(words: Sequence[Word], place: int) -> int:
    """Return how many words from `place` on make one number, 0 for none."""
    best, text = 0, ""
    for size in range(1, min(_WINDOW, len(words) - place) + 1):
        word = words[place + size - 1]
        if size > 1 and not _joins(words[place + size - 2], word):
            break
        text = f"{text} {word.text}" if text else word.text
        if _matched(_pointed(word, text)):
            best = size
    return best


def _pointed(word: Word, text: str) -> str:
    """Return `text` with the point that a scan took for a colon (15:75)."""
    return _COLON.sub(".", text) if word.by == "ocr" else text


def _joins(left: Word, right: Word) -> bool:
    """Whether two neighbouring words may be parts of one number."""
    em = max(left.size, right.size)
    gap = right.x0 - left.x1
    if _is_sign(left.text):
        return gap < _SIGN_EM * em
    if _is_sign(right.text) or right.text in ("%", "CR", "-"):
        return gap < em
    is_group = right.text[:3].isdigit() and left.text[-1:].isdigit()
    is_cents = right.text[:1] in ",."
    return (is_group or is_cents) and gap < _JOIN_EM * em and _is_continued(left.text, right.text)


def _is_sign(text: str) -> bool:
    return bool(_CURRENCY.fullmatch(text)) or text in _MINUS


def _is_continued(left: str, right: str) -> bool:
    """Whether `right` can be the next three digits.

    Or the decimals, of a number that ends in `left`.
    """
    core = left.lstrip("(-–−+$€£").split(" ")[-1]  # noqa: RUF001
    if right[:1] in ",.":
        return core.isdigit() and right[1:].strip("-)%€$").isdigit()
    group = re.match(r"\d+", right)
    return core.isdigit() and len(core) <= _THOUSAND and bool(group) and len(group[0]) == _THOUSAND  # type: ignore[index]


def _number(words: Sequence[Word], sign: Sign) -> Number | None:
    text = " ".join(word.text for word in words)
    read = _read(_pointed(words[0], text), sign)
    return Number(read.value, Span(text, words), *read[1:]) if read else None


@lru_cache(maxsize=_KEPT)
def _read(text: str, sign: Sign) -> "_Read | None":
    """Return what `text` says as a number, None where it is none."""
    match = _matched(text)
    if not match:
        return None
    body = re.sub(r"[ '’]", "", match["body"])  # noqa: RUF001
    value = _signed(match, _value(body, sign))
    other = None
    if any(letter in ".," for letter in body) and _own_sign(body) is None:
        other = _signed(match, _value(body, "," if sign == "." else "."))
    code = match["before"] or match["after"]
    exponent = value.as_tuple().exponent
    return _Read(
        value=value,
        decimals=-exponent if isinstance(exponent, int) else 0,
        currency=CURRENCIES[code.casefold()] if code else None,
        percent=bool(match["percent"]),
        unit=None,
        other=other,
    )


def _glued(word: Word, sign: Sign) -> Number | None:
    """Return the number of a word that carries its unit (40h.

    12pcs) or a mark before it (@48.50).
    """
    text = word.text.lstrip("@x×#") if word.text[:1] in "@x×" else word.text  # noqa: RUF001
    if text != word.text:
        found = _number([word], sign) if not text else None
        value = parse(text, sign) if text else None
        return Number(value, Span(text, [word]), 0) if value is not None else found
    match = _WITH_UNIT.fullmatch(text)
    if not match:
        return None
    value = _value(match["number"], sign)
    return Number(value, Span(match["number"], [word]), 0, unit=match["unit"])
