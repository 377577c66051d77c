"""The tables of SAP OCI 4.0 and 5.0: carts, and the calls that open a shop."""

import re
from decimal import Decimal

from msgspec.structs import replace

from mappers.asking import text_at
from mappers.canonical import Cart, CartLine, Item, PriceBasis, Problem, Session
from mappers.convert import Convert, identifier, integer, number, plain, uom
from mappers.cxml.convert import currency, web_address
from mappers.rules import Collect, Compute, Each, One, Pairs, Table, Take
from parsers.form import Form

_GROUPED = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d+)", re.ASCII)
_COMMA = re.compile(r"(\d+),(\d{1,2}|\d{4,})", re.ASCII)


def _number(raw: str, _year: int = 0) -> Decimal:
    """Read a number; a comma is a decimal point where it can be nothing else."""
    trimmed = raw.strip()
    found = _GROUPED.fullmatch(trimmed) or _COMMA.fullmatch(trimmed)
    if found:
        trimmed = f"{found[1].replace('.', '')}.{found[2]}"
    return number(trimmed)


_DECIMALS = 12
"""A price of one unit has no more of them."""

_decimal = Convert("number", _number, plain, "a number with a decimal point")


def _stated(form: Form, name: str) -> Decimal | None:
    raw = text_at(form, name)
    try:
        return None if raw is None else _number(raw)
    except ValueError:
        return None


def _per_one(form: Form) -> Decimal | None:
    """Return the price of one unit where PRICE by PRICEUNIT comes out even."""
    price, units = _stated(form, "PRICE"), _stated(form, "PRICEUNIT") or Decimal(1)
    if price is None:
        return None
    if units == Decimal(1):
        return price
    one = (price / units).normalize()
    if one * units != price or -int(one.as_tuple().exponent) > _DECIMALS:
        return None  # also a quotient that comes out even only because it was rounded
    return one or price


def _unit_price(form: Form) -> Decimal | None:
    one = _per_one(form)
    return one if one is not None else _stated(form, "PRICE")


def _price_basis(form: Form) -> PriceBasis | None:
    units = _stated(form, "PRICEUNIT")
    if units is None or _per_one(form) is not None:
        return None
    unit = text_at(form, "UNIT")
    return PriceBasis(quantity=units, uom=unit.upper() if unit else None)


_MAPPED = (
    "VENDORMAT|EXT_PRODUCT_ID|MATNR|MANUFACTMAT|MANUFACTCODE|DESCRIPTION|MATGROUP|QUANTITY|UNIT"
    "|PRICE|PRICEUNIT|LEADTIME|LONGTEXT|CURRENCY"
)

ITEM = Table(
    "OCI item",
    Item,
    (
        Take("supplier_part", "VENDORMAT", identifier),
        Take("supplier_part_aux", "EXT_PRODUCT_ID", identifier),
        Take("buyer_part", "MATNR", identifier),
        Take("manufacturer_part", "MANUFACTMAT", identifier),
        Take("manufacturer", "MANUFACTCODE"),
        Take("description", ("DESCRIPTION", "LONGTEXT")),
        Pairs("classifications", "MATGROUP", "@name", ".", keep_case=True),
    ),
)

LINE = Table(
    "OCI line",
    CartLine,
    (
        Take("number", "@number", identifier),
        One("item", ITEM),
        Take("quantity", "QUANTITY", _decimal, required=True),
        Take("uom", "UNIT", uom),
        Compute("unit_price", _unit_price, ("PRICE",)),
        Compute("price_basis", _price_basis, ("PRICEUNIT",)),
        Take("lead_time_days", "LEADTIME", integer, severity="warning"),
        Pairs("fields", f"!{_MAPPED}", "@name", ".", keep_case=True),
        Collect("notes", "LONGTEXT", "."),
    ),
)


def _checked(cart: Cart, form: Form) -> Cart:
    """Return `cart` with its currency, and with what was read in another notation than OCI's."""
    lines = list(form.each("NEW_ITEM"))
    problems = [
        problem
        for index, line in enumerate(lines)
        for name, field in (("PRICE", "unit_price"), ("QUANTITY", "quantity"))
        for problem in _notation(line, index, name, field)
    ]
    return replace(cart, problems=(*cart.problems, *problems))


def _notation(line: Form, index: int, name: str, field: str) -> list[Problem]:
    found, pointer = line.find(name), f"/lines/{index}/{field}"
    if found is None or (name == "QUANTITY" and _stated(line, name) is None):
        return []
    value = _stated(line, name)
    if value is not None and "," not in found.text:
        return []
    return [
        Problem(
            code="value.not_number" if value is None else "oci.decimal_comma",
            severity="error" if value is None else "warning",
            message=f"{found.text!r} is not a number with a decimal point",
            at=found.position.at,
            found=found.text,
            expected="a number with a decimal point and without separators of thousands",
            pointer=pointer,
            remedy="Write 1234.50 (OCI 4.0, field types of 11.3 digits).",
        )
    ]


CART = Table(
    "OCI cart",
    Cart,
    (
        Take("currency", "NEW_ITEM/CURRENCY", currency),
        Each("lines", "NEW_ITEM", LINE),
        Pairs("fields", "!HOOK_URL", "@name", ".", keep_case=True),
    ),
    finish=_checked,
)

CALL = Table(
    "OCI call",
    Session,
    (
        Take("operation", "FUNCTION"),
        Take("return_url", "HOOK_URL", web_address),
        Take("user", "USERNAME"),
        Pairs("fields", "!HOOK_URL|FUNCTION|USERNAME", "@name", ".", keep_case=True),
    ),
)

TABLES: dict[str, Table] = {"cart": CART, "login": CALL, "function": CALL}
