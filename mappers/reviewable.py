"""Which values of a record a person may look over and correct, and how what they type is read.

A value is named by its JSON pointer. Amounts may be typed as any page prints them; where that can
be read two ways (1,234), it is asked for again rather than guessed. So are days.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal

from msgspec import Struct

from mappers.canonical import AnyRecord, Day, Invoice
from mappers.pdf.dates import Order, dates

Sort = Literal["text", "code", "day", "amount", "count", "choice"]
Typed = str | Decimal | Day | int

TEXT_MAX = 500
DIGITS_MAX = 28
COUNT_MAX = 10_000

_CURRENCY = re.compile(r"[A-Z]{3}")
_BARE = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ONE_SIGN = re.compile(r"\d+([.,])\d+")
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})+(?:(?!\1)[.,]\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NOISE = re.compile(r"[^\d.,' +\-()\N{MINUS SIGN}]")
_THOUSAND = 3


class UnclearError(ValueError):
    """What was typed can be read in no way, or in two; the message says what to type instead."""


class Field(Struct, frozen=True, kw_only=True):
    """A value that may be corrected: its pointer below the record or a line, and what it is."""

    pointer: str
    label: str
    sort: Sort = "text"
    choices: tuple[str, ...] = ()


class Sheet(Struct, frozen=True, kw_only=True):
    """The values of a kind of record, in the order in which a person reads them."""

    header: tuple[Field, ...] = ()
    parties: tuple[Field, ...] = ()
    totals: tuple[Field, ...] = ()
    lines: tuple[Field, ...] = ()


def _fields(sort: Sort, **named: str) -> tuple[Field, ...]:
    return tuple(
        Field(pointer="/" + name.replace("__", "/"), label=label, sort=sort)
        for name, label in named.items()
    )


_ITEM = (
    *_fields("text", item__supplier_part="Part", item__description="Description"),
    *_fields("amount", quantity="Quantity"),
    *_fields("text", uom="Unit"),
)
_PRICED = _fields("amount", unit_price="Price", price_basis__quantity="Per", amount="Amount")
_PARTIES = _fields("text", supplier__name="Supplier", buyer__name="Buyer")
_TYPES = ("invoice", "credit_memo", "debit_memo")

SHEETS = {
    "invoice": Sheet(
        header=(
            Field(pointer="/type", label="Kind", sort="choice", choices=_TYPES),
            *_fields("text", number="Invoice number"),
            *_fields("day", date="Invoice date", due_date="Due date"),
            *_fields("code", currency="Currency"),
            *_fields("count", terms__0__net_days="Days to pay"),
            *_fields("amount", terms__0__discount_percent="Discount, percent"),
            *_fields("count", terms__0__discount_days="Days for the discount"),
        ),
        parties=(
            *_fields(
                "text",
                supplier__name="Supplier",
                supplier__tax_id="Supplier's tax number",
                supplier__bank_account="Supplier's account",
                buyer__name="Buyer",
            ),
        ),
        totals=_fields(
            "amount",
            totals__lines="Sum of lines",
            totals__net="Net",
            totals__tax="Tax",
            totals__rounding="Rounding",
            totals__total="Total",
            totals__prepaid="Paid already",
            totals__due="Due",
        ),
        lines=(*_ITEM, *_PRICED, *_fields("text", order__number="Order")),
    ),
    "purchase_order": Sheet(
        header=(
            *_fields("text", number="Order number"),
            *_fields("day", date="Order date"),
            *_fields("code", currency="Currency"),
        ),
        parties=_PARTIES,
        totals=_fields("amount", total="Total"),
        lines=(*_fields("text", number="Line"), *_ITEM, *_PRICED),
    ),
    "receipt": Sheet(
        header=(*_fields("text", number="Number"), *_fields("day", date="Date")),
        parties=_PARTIES,
        lines=(*_fields("text", order__number="Order", order__line="Order line"), *_ITEM),
    ),
    "order_response": Sheet(
        header=(*_fields("text", number="Number"), *_fields("day", date="Date")),
        lines=(*_fields("text", order_line="Order line"), *_ITEM),
    ),
}
"""The sheets by the kind of the record; records of other kinds are shown by their source alone."""


def sheet_of(record: AnyRecord) -> Sheet:
    """Return the sheet of a record, with as many orders and charges as it has and one more."""
    sheet = SHEETS.get(str(record.__struct_config__.tag), Sheet())
    if not isinstance(record, Invoice):
        return sheet
    orders = (
        Field(pointer=f"/orders/{n}", label="Order" if n == 0 else f"Order {n + 1}")
        for n in range(len(record.orders) + 1)
    )
    return Sheet(
        header=(*sheet.header, *orders),
        parties=sheet.parties,
        totals=tuple(_totals(sheet.totals, record)),
        lines=sheet.lines,
    )


def _totals(totals: tuple[Field, ...], record: Invoice) -> Iterator[Field]:
    """Yield the totals with what stands between the net and the total where it stands."""
    for field in totals:
        if field.pointer == "/totals/tax":
            for n, one in enumerate(record.adjustments):
                word = "Charge" if one.type == "charge" else "Allowance"
                label = f"{word}: {one.reason}" if one.reason else word
                yield Field(pointer=f"/adjustments/{n}/amount", label=label, sort="amount")
            new = f"/adjustments/{len(record.adjustments)}/amount"
            yield Field(pointer=new, label="Charge, or with a minus an allowance", sort="amount")
        yield field


def field_at(record: AnyRecord, pointer: str) -> Field | None:
    """Return the field of a record at `pointer`, None where a person may correct nothing there."""
    sheet = sheet_of(record)
    line = re.fullmatch(r"/lines/(\d{1,4})(/.+)", pointer)
    if line:
        return next((one for one in sheet.lines if one.pointer == line[2]), None)
    every = (*sheet.header, *sheet.parties, *sheet.totals)
    return next((one for one in every if one.pointer == pointer), None)


def typed(field: Field, text: str, order: Order | None = None) -> Typed | None:
    """Return what `text` says as a value of `field`, None where it is empty.

    `order` settles days in numbers. Raises UnclearError.
    """
    text = " ".join(text.split())
    if not text:
        return None
    if len(text) > TEXT_MAX:
        message = f"write at most {TEXT_MAX} characters"
        raise UnclearError(message)
    if field.sort == "day":
        return day(text, order)
    if field.sort == "choice":
        return _chosen(field, text)
    return _READERS[field.sort](text)


def amount(text: str) -> Decimal:
    """Return a number as people write it, with a currency or not; raises UnclearError."""
    plain = _NOISE.sub("", text).replace("\N{MINUS SIGN}", "-").strip(" '")
    is_negative = plain.startswith(("-", "(")) or plain.endswith("-")
    digits = plain.strip(" +-()'")
    if sum(map(str.isdigit, digits)) > DIGITS_MAX:
        message = "this number is too long"
        raise UnclearError(message)
    try:
        value = Decimal(_pointed(digits))
    except InvalidOperation as fault:
        message = f"{text!r} is no number: write 1234.50"
        raise UnclearError(message) from fault
    return -value if is_negative else value


def _pointed(digits: str) -> str:
    """Return digits with a point before the decimals and nothing else between them."""
    one = _ONE_SIGN.fullmatch(digits)
    if one and len(digits.partition(one[1])[2]) == _THOUSAND and one[1] == ",":
        whole, _, rest = digits.partition(one[1])
        message = f"{digits} can be read two ways: write {whole}{rest} or {whole}.{rest}"
        raise UnclearError(message)
    if one:
        return digits.replace(",", ".")
    if _GROUPED.fullmatch(digits):
        last = max(digits.rfind("."), digits.rfind(","))
        signs = {sign for sign in digits if not sign.isdigit()}
        if len(signs) > 1 and last >= 0:
            return re.sub(r"\D", "", digits[:last]) + "." + digits[last + 1 :]
        return re.sub(r"\D", "", digits)
    return digits


def day(text: str, order: Order | None = None) -> Day:
    """Return a day as people write it; raises UnclearError, also where it can be two days."""
    iso = _ISO.fullmatch(text)
    try:
        if iso:
            return Day(*(int(part) for part in iso.groups()))
    except ValueError as fault:
        message = f"there is no day {text}"
        raise UnclearError(message) from fault
    found = next(dates(text), None)
    if found is None:
        message = f"{text!r} is no day: write 2026-11-25"
        raise UnclearError(message)
    if found.is_open and order is None:
        message = f"{text} can be {found.dmy} or {found.mdy}: write one of them"
        raise UnclearError(message)
    told = found.read(order or "dmy")
    if told is None:
        message = f"there is no day {text}"
        raise UnclearError(message)
    return told


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > COUNT_MAX:
        message = f"{text!r} is no number of days"
        raise UnclearError(message)
    return int(text)


def _code(text: str) -> str:
    code = text.upper()
    if not _CURRENCY.fullmatch(code):
        message = f"{text!r} is no currency: write its three letters, as EUR"
        raise UnclearError(message)
    return code


def _chosen(field: Field, text: str) -> str:
    if text not in field.choices:
        message = f"{text!r} is none of {', '.join(field.choices)}"
        raise UnclearError(message)
    return text


_READERS: dict[Sort, Callable[[str], Typed]] = {
    "text": str,
    "amount": amount,
    "count": _count,
    "code": _code,
}


def written(value: object) -> str:
    """Return a value as it stands in a field: exact, and as it may be typed again."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
