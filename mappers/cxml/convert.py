"""Converters for what cXML senders write: days with any offset, amounts, addresses of pages.

cXML asks for ISO 8601 times with an offset; real ones come with `Z`, `-0500`, no offset, no time.
The day is the day as written, in the sender's own offset.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from mappers.convert import Convert, number, plain

_DAY = re.compile(
    r"(\d{4})(-?)(\d\d)\2(\d\d)(?:[T ]?[\d:.,]*\s*(?:Z|UTC|[+-][\d:]{1,6})?)", re.ASCII
)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+\.\d+", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_WEB = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)
_KEPT = 8192


@lru_cache(_KEPT)
def _day(raw: str) -> dt.date:
    found = _DAY.fullmatch(raw.strip())
    if not found:
        raise ValueError(raw)
    return dt.date(int(found[1]), int(found[3]), int(found[4]))


@lru_cache(_KEPT)
def _moment(raw: str) -> str:
    found = _MOMENT.fullmatch(raw.strip())
    if not found:
        return _day(raw).isoformat()
    day, time, offset = found.groups()
    dt.date.fromisoformat(day)
    if not time:
        return day
    if offset and offset != "Z" and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return f"{day}T{time}{offset or ''}"


@lru_cache(_KEPT)
def _amount(raw: str) -> Decimal:
    """Read a number; commas between thousands only where a point makes their meaning sure."""
    trimmed = raw.strip()
    if _THOUSANDS.fullmatch(trimmed):
        trimmed = trimmed.replace(",", "")
    return number(trimmed)


def _currency(raw: str) -> str:
    if not _CURRENCY.fullmatch(raw.strip()):
        raise ValueError(raw)
    return raw.strip().upper()


def _web_address(raw: str) -> str:
    if not _WEB.fullmatch(raw.strip()):
        raise ValueError(raw)
    return raw.strip()


day = Convert(
    "date",
    lambda raw, _year: _day(raw),
    lambda value: f"{value:%Y-%m-%d}",
    "a day or time as ISO 8601 writes it",
)
moment = Convert(
    "time", lambda raw, _year: _moment(raw), str, "a day or time as ISO 8601 writes it"
)
amount = Convert("number", lambda raw, _year: _amount(raw), plain, "a number", _amount)
magnitude = Convert("number", lambda raw, _year: abs(_amount(raw)), plain, "a number")
currency = Convert(
    "currency", lambda raw, _year: _currency(raw), str, "a currency of three letters (ISO 4217)"
)
web_address = Convert(
    "web_address", lambda raw, _year: _web_address(raw), str, "an address that begins with https://"
)
