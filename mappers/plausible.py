"""What cannot be right in a whole record, though every value of it can be read.

Check digits, packages that are there twice, parts of a quantity, terms in words, sums: all told as
problems with the pointer of the value, and none is corrected.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import structs

from mappers.canonical import (
    Invoice,
    InvoiceLine,
    OrderLine,
    Problem,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Schedule,
    Terms,
)
from mappers.digits import (
    are_right,
    check_digit,
    is_digits,
    is_wrong_gtin,
    is_wrong_sscc,
)
from mappers.footing import footing_problem
from parsers.form import Form

_SSCC_LENGTH = 18
_MARK_LENGTHS = range(16, 23)
_NET = re.compile(r"\bNET\s+(\d{1,3})\b|\b(\d{1,3})\s+DAYS?\s+NET\b", re.IGNORECASE)
_DISCOUNT = re.compile(
    r"(\d{1,2}(?:\.\d{1,3})?)\s*%\s*(?:-|,|IN|WITHIN|/)?\s*(\d{1,3})\s*(?:DAYS?)?\b", re.IGNORECASE
)


def checked(problems_of: Callable[[Any], Iterator[Problem]]) -> Callable[[Any, Form], Any]:
    """Return the function that adds the problems of a record to it: the finish of a table."""

    def finish(record: Any, _form: Form) -> Any:
        problems = tuple(problems_of(record))
        return (
            structs.replace(record, problems=(*record.problems, *problems)) if problems else record
        )

    return finish


def order_problems(order: PurchaseOrder) -> Iterator[Problem]:
    """Yield what cannot be right in an order."""
    yield from _numbers_of(order.lines)
    for index, line in enumerate(order.lines):
        if line.schedules and line.quantity is not None:
            yield from _schedule_problems(line, f"/lines/{index}")
    yield from _terms_problems(order.terms)


def invoice_problems(invoice: Invoice) -> Iterator[Problem]:
    """Yield what cannot be right in an invoice."""
    yield from _numbers_of(invoice.lines)
    yield from _terms_problems(invoice.terms)
    footing = footing_problem(invoice)
    if footing is not None:
        yield footing


def receipt_problems(receipt: Receipt) -> Iterator[Problem]:
    """Yield what cannot be right in a ship notice or receipt."""
    yield from _numbers_of(receipt.lines)
    marks = {one.id for one in receipt.packages}
    if len(marks) == len(receipt.packages) and _are_packages([one or "" for one in marks]):
        return
    seen: set[str] = set()
    for index, package in enumerate(receipt.packages):
        if package.id is not None:
            yield from _package_problems(package.id, f"/packages/{index}/id", seen)


def _numbers_of(lines: Iterable[OrderLine | InvoiceLine | ReceiptLine]) -> Iterator[Problem]:
    gtins = [line.item.gtin if line.item is not None else None for line in lines]
    stated = [gtin for gtin in gtins if gtin is not None]
    if not stated or are_right(stated):
        return
    for index, gtin in enumerate(gtins):
        if gtin is not None and is_wrong_gtin(gtin):
            yield _wrong_digit("GTIN", gtin, f"/lines/{index}/item/gtin", code="item.check_digit")


def _are_packages(marks: list[str]) -> bool:
    """Whether marks are SSCCs, and right."""
    return not marks or (len(marks[0]) == _SSCC_LENGTH and are_right(marks))


def _package_problems(mark: str, pointer: str, seen: set[str]) -> Iterator[Problem]:
    if mark in seen:
        yield Problem(
            code="package.repeated",
            message=f"the package {mark} is there twice, so what it holds cannot be told",
            found=mark,
            expected="a number of its own for each package",
            pointer=pointer,
            remedy="Give each pallet and carton its own SSCC and send the ship notice again.",
        )
    seen.add(mark)
    if is_wrong_sscc(mark):
        yield _wrong_digit("SSCC", mark, pointer, code="package.check_digit")
    elif is_digits(mark) and len(mark) in _MARK_LENGTHS and len(mark) != _SSCC_LENGTH:
        yield Problem(
            code="package.length",
            severity="warning",
            message=f"the mark of a package has {len(mark)} digits, an SSCC has 18",
            found=mark,
            expected="18 digits, or 20 with the leading 00",
            pointer=pointer,
            remedy="Send the whole SSCC.",
        )


def _wrong_digit(what: str, number: str, pointer: str, *, code: str) -> Problem:
    return Problem(
        code=code,
        severity="warning",
        message=f"the check digit of the {what} is wrong: {number} should end with "
        f"{check_digit(number)}",
        found=number,
        expected=f"{number[:-1]}{check_digit(number)}",
        pointer=pointer,
        remedy="Check the number for a slip; nothing is corrected here.",
    )


def _schedule_problems(line: OrderLine, pointer: str) -> Iterator[Problem]:
    """Compare the parts of a quantity, by day and by store, with the whole."""
    by_store = [one for one in line.schedules if one.ship_to is not None]
    by_day = [one for one in line.schedules if one.ship_to is None]
    for parts in (by_day, by_store):
        added = _added(parts, line)
        if added is not None and added != line.quantity:
            yield Problem(
                code="line.schedules",
                severity="warning",
                message=f"the parts of the quantity come to {added:f}, not to {line.quantity:f}",
                found=f"{line.quantity:f}",
                expected=f"{added:f}",
                pointer=f"{pointer}/quantity",
                remedy="Check whether a part is missing, or the quantity was changed.",
            )


def _added(parts: list[Schedule], line: OrderLine) -> Decimal | None:
    quantities = [one.quantity for one in parts if one.uom in {None, line.uom}]
    known = [one for one in quantities if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None


def _terms_problems(terms: tuple[Terms, ...]) -> Iterator[Problem]:
    for index, one in enumerate(terms):
        if one.text is not None:
            yield from _text_problems(one, f"/terms/{index}/text", terms)


def _text_problems(one: Terms, pointer: str, terms: tuple[Terms, ...]) -> Iterator[Problem]:
    """Say what terms in words seem to mean, where no field says it, or another thing."""
    said = terms_in_words(one.text or "")
    for field, value in said:
        stated = {found for term in terms if (found := getattr(term, field)) is not None}
        if value in stated:
            continue
        only = "only in words" if not stated else "in words otherwise than in fields"
        yield Problem(
            code="terms.in_words",
            severity="warning",
            message=f"the terms say {only}: {field.replace('_', ' ')} {value}",
            found=one.text,
            expected=", ".join(map(str, sorted(stated))) or f"a field for the {field}",
            pointer=pointer,
            remedy="State the terms in the fields that are there for them.",
        )


@lru_cache(1 << 12)
def terms_in_words(text: str) -> tuple[tuple[str, Any], ...]:
    """Return what a text such as `2% 10 NET 30` seems to say, as fields of `Terms`."""
    found: list[tuple[str, Any]] = []
    discount, net = _DISCOUNT.search(text), _NET.search(text)
    if discount:
        found.append(("discount_percent", Decimal(discount[1])))
        found.append(("discount_days", int(discount[2])))
    if net:
        found.append(("net_days", int(net[1] or net[2])))
    return tuple(found)
