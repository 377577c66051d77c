"""Pieces that every written cXML document is made of, in the order of their content models.

What the record does not say is left out where the document type allows it, and empty where it asks
for an element: reading an empty element back gives nothing again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from mappers.accounting import FIELDS, loosened
from mappers.canonical import (
    Accounting,
    Adjustment,
    Item,
    OrderLine,
    OrderRef,
    Party,
    PriceBasis,
    Tax,
    Terms,
)
from mappers.convert import plain
from mappers.cxml.accounting import NAMES
from parsers.form import Node

Part = Node | str | None
_NO_COUNTRY = ""


def node(name: str, /, *children: Part, **attributes: str | None) -> Node:
    """Return an element; what is None is left out. `xml_lang` is the attribute xml:lang."""
    return Node(
        name,
        {
            key.replace("xml_lang", "xml:lang"): value
            for key, value in attributes.items()
            if value is not None
        },
        tuple(child for child in children if child is not None),
    )


def optional(name: str, text: str | None, /, **attributes: str | None) -> Node | None:
    """Return an element with `text`, or None where there is none."""
    return None if text is None else node(name, text, **attributes)


def spoken(name: str, text: str | None) -> Node:
    """Return an element with a text in a language, empty where there is none."""
    return node(name, text, xml_lang="en")


def number(value: Decimal | int | None) -> str | None:
    """Return a number as cXML writes it."""
    return None if value is None else plain(Decimal(value))


def noon(day: dt.date | None) -> str | None:
    """Return a day as a time with an offset: noon in UTC, the same day nearly everywhere."""
    return None if day is None else f"{day:%Y-%m-%d}T12:00:00+00:00"


def timed(raw: str | None) -> str | None:
    """Return a day or time as a time with an offset."""
    if raw is None or len(raw) > len("2026-03-02"):
        return raw
    return noon(dt.date.fromisoformat(raw))


def money(name: str, amount: Decimal | None, currency: str | None, *more: Part) -> Node:
    """Return an element that holds an amount, empty where there is none."""
    return node(name, node("Money", number(amount), currency=currency or ""), *more)


def priced(name: str, amount: Decimal | None, currency: str | None) -> Node | None:
    """Return an element that holds an amount, or None where there is none."""
    return None if amount is None else money(name, amount, currency)


def address(party: Party) -> Node:
    """Return a party as an Address."""
    return node("Address", *_reachable(party), addressID=party.ids.get("address_id"))


def contact(role: str, party: Party) -> Node:
    """Return a party as a Contact in a role."""
    references = [
        node("IdReference", domain=scheme, identifier=value)
        for scheme, value in party.ids.items()
        if scheme != "address_id"
    ]
    if party.tax_id:
        references.append(node("IdReference", domain="taxID", identifier=party.tax_id))
    return node(
        "Contact", *_reachable(party), *references, role=role, addressID=party.ids.get("address_id")
    )


def _reachable(party: Party) -> Iterable[Part]:
    yield spoken("Name", party.name)
    if party.address:
        lines = party.address.street or ("",)
        yield node(
            "PostalAddress",
            *(node("DeliverTo", line) for line in party.address.deliver_to),
            *(node("Street", line) for line in lines),
            node("City", party.address.city),
            optional("State", party.address.region),
            optional("PostalCode", party.address.postal_code),
            _country(party.address.country),
        )
    yield optional("Email", party.email)
    if party.phone:
        yield node("Phone", _telephone(party.phone))


def _country(country: str | None) -> Node:
    if country and len(country) == 2:  # noqa: PLR2004 - an ISO 3166 code
        return node("Country", isoCountryCode=country)
    return node("Country", country, isoCountryCode=_NO_COUNTRY)


def _telephone(phone: str) -> Node:
    country, area, local = "", "", phone
    if phone.startswith("+"):
        country, _, local = phone[1:].partition(" ")
        area, sign, rest = local.partition(" ")
        area, local = (area, rest) if sign else ("", area)
    return node(
        "TelephoneNumber",
        node("CountryCode", country, isoCountryCode=_NO_COUNTRY),
        node("AreaOrCityCode", area),
        node("Number", local),
    )


def item_id(item: Item) -> Node:
    """Return the identifiers of an item."""
    others = {**({"EANID": item.gtin} if item.gtin else {}), **item.other_ids}
    return node(
        "ItemID",
        node("SupplierPartID", item.supplier_part),
        optional("SupplierPartAuxiliaryID", item.supplier_part_aux),
        optional("BuyerPartID", item.buyer_part),
        *(node("IdReference", domain=key, identifier=value) for key, value in others.items()),
    )


def described(item: Item) -> Iterable[Part]:
    """Yield what follows the price in an item's details: classification and manufacturer."""
    classes = item.classifications or {"NotAvailable": ""}
    yield from (node("Classification", code, domain=domain) for domain, code in classes.items())
    yield optional("ManufacturerPartID", item.manufacturer_part)
    yield optional("ManufacturerName", item.manufacturer)


def price_basis(basis: PriceBasis | None) -> Node | None:
    """Return the quantity that a price buys."""
    if basis is None:
        return None
    return node(
        "PriceBasisQuantity",
        node("UnitOfMeasure", basis.uom),
        quantity=number(basis.quantity) or "1",
        conversionFactor=number(basis.factor) or "1",
    )


def item_detail(line: OrderLine, currency: str | None, *before_extrinsics: Part) -> Node:
    """Return what an ordered or offered line says of its item and price."""
    item = line.item or Item()
    return node(
        "ItemDetail",
        money("UnitPrice", line.unit_price, currency),
        spoken("Description", item.description),
        node("UnitOfMeasure", line.uom),
        price_basis(line.price_basis),
        *described(item),
        *before_extrinsics,
        *extrinsics(line.fields),
    )


def extrinsics(fields: dict[str, str], *, but: Iterable[str] = ()) -> list[Node]:
    """Return named values as Extrinsics, without those that have a place of their own."""
    left_out = set(but)
    return [
        node("Extrinsic", text, name=key) for key, text in fields.items() if key not in left_out
    ]


def accounting_extrinsics(splits: Iterable[Accounting], fields: dict[str, str]) -> Iterator[Node]:
    """Yield who pays for the whole as Extrinsics, without what `fields` say anyhow."""
    said = {loosened(name) for name in fields}
    for split in list(splits)[:1]:
        for field, name in FIELDS.items():
            value = getattr(split, field)
            known = {loosened(one) for one in NAMES[field].split("|")}
            if value is not None and not known & said:
                yield node("Extrinsic", value, name=name)


def comments(notes: Iterable[str]) -> list[Node]:
    """Return notes as Comments."""
    return [spoken("Comments", note) for note in notes]


def distribution(split: Accounting, currency: str | None) -> Node:
    """Return who pays for a part of a line."""
    named = {FIELDS[field]: getattr(split, field) for field in FIELDS}
    segments = {**named, "Percentage": number(split.percent), **split.segments}
    name = segments.pop("Accounting", None) or "DistributionCharge"
    return node(
        "Distribution",
        node(
            "Accounting",
            *(
                node("AccountingSegment", spoken("Name", key), spoken("Description", None), id=code)
                for key, code in segments.items()
                if code is not None
            ),
            name=name,
        ),
        money("Charge", split.amount, currency),
    )


def payment_term(terms: Terms) -> Node | None:
    """Return one window of the payment terms; None where it gives no number of days."""
    days = terms.discount_days if terms.net_days is None else terms.net_days
    if days is None:
        return None
    discount = None
    if terms.discount_percent is not None:
        discount = node("DiscountPercent", percent=number(terms.discount_percent))
    elif terms.discount_amount is not None:
        discount = money("DiscountAmount", terms.discount_amount, None)
    return node(
        "PaymentTerm",
        node("Discount", discount) if discount else None,
        payInNumberOfDays=str(days),
    )


def tax(taxes: Iterable[Tax], total: Decimal | None, currency: str | None) -> Node | None:
    """Return a tax with its details; None where there is neither a total nor a tax."""
    details = list(taxes)
    if total is None and not details:
        return None
    known = [one.amount for one in details if one.amount is not None]
    stated = total if total is not None else sum(known, Decimal(0)) if known else None
    return money("Tax", stated, currency, spoken("Description", None), *_details(details, currency))


def _details(taxes: list[Tax], currency: str | None) -> Iterable[Node]:
    """Yield a detail for each tax, but none for one that is a mere amount."""
    if len(taxes) == 1 and taxes[0] == Tax(amount=taxes[0].amount):
        return
    for one in taxes:
        is_withheld = one.type == "withholding"
        yield node(
            "TaxDetail",
            priced("TaxableAmount", one.taxable, currency),
            money("TaxAmount", one.amount, currency),
            spoken("TaxLocation", one.jurisdiction) if one.jurisdiction else None,
            purpose="tax",
            category=one.type or "other",
            percentageRate=number(one.rate),
            exemptDetail=one.exempt if one.exempt in {"zeroRated", "exempt"} else None,
            isWithholdingTax="yes" if is_withheld else None,
        )


def modification(one: Adjustment, currency: str | None) -> Node:
    """Return an allowance or charge as a Modification."""
    if one.type == "charge":
        change = node("AdditionalCost", node("Money", number(one.amount), currency=currency or ""))
    else:
        change = node("AdditionalDeduction", money("DeductionAmount", one.amount, currency))
    detail = node(
        "ModificationDetail",
        spoken("Description", one.reason) if one.reason else None,
        name=one.code or one.type,
    )
    return node("Modification", change, detail)


def order_reference(order: OrderRef | None) -> Node:
    """Return a reference to an order by its number."""
    told = order or OrderRef()
    return node(
        "OrderReference",
        node("DocumentReference", payloadID=""),
        orderID=told.number,
        orderDate=noon(told.date),
    )
