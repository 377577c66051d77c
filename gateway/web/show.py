"""How things are written on the pages: money, quantities, ages, and the look of a verdict.

The one place that knows the locale. A verdict is told by its icon and its word; the tone, which
becomes a colour, comes third.
"""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Tone = Literal["good", "wait", "bad", "quiet"]


# Decimals of currencies that have not two (ISO 4217).
_DECIMALS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Look(Struct, frozen=True, kw_only=True):
    """How a state is shown."""

    icon: str
    word: str
    tone: Tone


LOOKS = {
    "matched": Look(icon="check", word="Matched", tone="good"),
    "matched_within_tolerance": Look(icon="about", word="Within tolerance", tone="good"),
    "waiting": Look(icon="clock", word="Waiting", tone="wait"),
    "exception": Look(icon="cross", word="Exception", tone="bad"),
    "unmatched": Look(icon="unlinked", word="No order", tone="bad"),
    "duplicate": Look(icon="copies", word="Duplicate", tone="bad"),
    "incomplete": Look(icon="torn", word="Incomplete", tone="wait"),
    "unreadable": Look(icon="broken", word="Unreadable", tone="bad"),
    "accept": Look(icon="check", word="Accepted", tone="good"),
    "reject": Look(icon="cross", word="Rejected", tone="quiet"),
    "repair": Look(icon="check", word="Repaired", tone="good"),
    "relink": Look(icon="unlinked", word="Linked", tone="good"),
    "allow": Look(icon="about", word="Allowed", tone="good"),
    "short_pay": Look(icon="torn", word="Paid short", tone="good"),
    "withdraw": Look(icon="again", word="Taken back", tone="quiet"),
    "undo": Look(icon="again", word="Taken back", tone="quiet"),
    "unknown": Look(icon="dash", word="Not matched yet", tone="quiet"),
}

READ = {
    "sure": Look(icon="check", word="Sure", tone="quiet"),
    "look": Look(icon="eye", word="Look", tone="wait"),
    "wrong": Look(icon="cross", word="Wrong or missing", tone="bad"),
}
_READ_FROM = {
    "x12": "X12 elements",
    "edifact": "EDIFACT elements",
    "cxml": "cXML elements",
    "ubl": "UBL elements",
    "cii": "CII elements",
    "pdf": "words in the PDF, and its sums agree",
    "scan": "picture, and its sums agree",
}

ROLES = {
    "ap": "Accounts payable",
    "AP": "Accounts payable",
    "buyer": "Buyer",
    "receiver": "Receiver",
    "supplier": "Supplier",
    "quality": "Quality",
    "sender": "The sender",
}

KINDS = {
    "purchase_order": "Order",
    "cart": "Cart",
    "order_response": "Order response",
    "receipt": "Receipt",
    "ship_notice": "Ship notice",
    "invoice": "Invoice",
    "acknowledgment": "Acknowledgment",
    "payment": "Payment",
    "session": "Punchout session",
    "other": "Document",
}


def kind_of(record: object) -> str:
    """Name the kind of a record: what was shipped is not yet received."""
    kind = str(record.__struct_config__.tag) if isinstance(record, Struct) else ""
    shipped = kind == "receipt" and getattr(record, "evidence", None) == "shipped"
    return KINDS.get("ship_notice" if shipped else kind, "Document")


def money(amount: Decimal | None, currency: str | None = None) -> str:
    """Write an amount with grouped digits and at least the decimals of its currency."""
    if amount is None:
        return ""
    least = Decimal(1).scaleb(-_DECIMALS.get(currency or "", 2))
    return _grouped(amount + 0 * least)  # a sum has the decimals of its finer part


def _grouped(amount: Decimal) -> str:
    return f"{amount:,f}".replace("-", "\N{MINUS SIGN}")


def quantity(amount: Decimal | None) -> str:
    """Write a quantity without decimals that say nothing."""
    if amount is None:
        return ""
    whole = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else None
    return _grouped(amount.normalize() if whole is None else whole)


def signed(amount: Decimal, text: str) -> str:
    """Put the sign of `amount` before `text`, which writes it."""
    return f"+{text}" if amount > 0 else text


def percent_of(part: Decimal, whole: Decimal) -> str:
    """Write `part` as a signed percentage of `whole`, to one decimal; nothing of nothing."""
    if not whole:
        return ""
    share = (100 * part / whole).quantize(Decimal("0.1"))
    return f"{signed(share, _grouped(share))} %"


def age(since: datetime, now: datetime) -> str:
    """Write how long ago `since` was, in its largest unit."""
    passed = max(now - since, timedelta(0))
    if passed < timedelta(minutes=1):
        return "now"
    for unit, name in ((timedelta(days=1), "d"), (timedelta(hours=1), "h")):
        if passed >= unit:
            return f"{passed // unit} {name}"
    return f"{passed // timedelta(minutes=1)} min"


def ago(since: datetime, now: datetime) -> str:
    """Write how long ago `since` was, to the second while that is what one wants to know."""
    passed = max(now - since, timedelta(0))
    if passed < timedelta(minutes=1):
        return f"{int(passed.total_seconds())} s ago"
    return f"{age(since, now)} ago"


def span(length: timedelta) -> str:
    """Write a length of time in days."""
    return f"{length.days} d"


def cause(code: str) -> str:
    """Write the code of a finding as words."""
    said = code.replace("QTY", "QUANTITY").replace("_", " ")
    return re.sub(r"\bpo\b", "PO", said.capitalize())


def ahead(until: datetime, now: datetime) -> str:
    """Write how long it is until `until`."""
    return "soon" if until <= now else f"in {age(now, until)}".replace("in now", "soon")


def size(count: int) -> str:
    """Write a size in bytes."""
    for unit, name in ((1 << 20, "MB"), (1 << 10, "kB")):
        if count >= unit:
            return f"{Decimal(count) / unit:.1f} {name}"
    return f"{count} bytes"


def moment(at: datetime) -> str:
    """Write a moment as people read it, in UTC."""
    return f"{at:%d %b %Y, %H:%M} UTC"


def day(value: object) -> str:
    """Write a day; nothing where there is none."""
    return f"{value:%d %b %Y}" if value else ""


def read_from(file_format: str) -> str:
    """Say what the values of a format are read from."""
    return _READ_FROM.get(file_format, "text")


def role(name: str | None) -> str:
    """Write who has the next move."""
    return ROLES.get(name, name.capitalize()) if name else ""


def pointer_words(pointer: str) -> str:
    """Say in words what a JSON pointer points to: `/lines/1/unit_price` is "line 2, unit price"."""
    said: list[str] = []
    for part in pointer.removeprefix("/").split("/"):
        if part.isdigit() and said:
            said[-1] = f"{said[-1].removesuffix('s')} {int(part) + 1}"
        else:
            said.append(part.replace("~1", "/").replace("~0", "~").replace("_", " "))
    return ", ".join(word for word in said if word)
