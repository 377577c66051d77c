"""Pieces that written UBL documents are made of, in the order of UBL 2.1."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from mappers.canonical import Address, Adjustment, Item, Party, PriceBasis, Tax
from mappers.convert import plain
from parsers.form import Node

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_ROOTS = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
_ICD = {"gln": "0088", "duns": "0060"}
_NOT_PARTY_IDS = {"registration", "fc", "endpoint"}


def namespaces_of(document: Node) -> dict[str, str]:
    """Return the namespaces of a document by their prefixes."""
    return {"": _ROOTS.format(document.name), **NAMESPACES}


def kept(name: str, *parts: Node | None) -> Node:
    """Return a document of those parts that there are."""
    return Node(name, {}, tuple(part for part in parts if part is not None))


def group(name: str, *parts: Node | None) -> Node | None:
    """Return an aggregate, or None where it would be empty."""
    kept = tuple(part for part in parts if part is not None)
    return Node(f"cac:{name}", {}, kept) if kept else None


def text(name: str, value: str | None, **attributes: str | None) -> Node | None:
    """Return a basic component, or None where it has no value."""
    if value is None:
        return None
    kept = {key: one for key, one in attributes.items() if one is not None}
    return Node(f"cbc:{name}", kept, (value,))


def day(name: str, value: dt.date | None) -> Node | None:
    """Return a date."""
    return text(name, f"{value:%Y-%m-%d}" if value else None)


def amount(name: str, value: Decimal | None, currency: str | None) -> Node | None:
    """Return an amount in a currency."""
    return text(name, None if value is None else plain(value), currencyID=currency)


def quantity(name: str, value: Decimal | None, unit: str | None) -> Node | None:
    """Return a quantity in a unit."""
    return text(name, None if value is None else plain(value), unitCode=unit)


def party(told: Party) -> Node | None:
    """Return a Party."""
    ids = {key: value for key, value in told.ids.items() if key not in _NOT_PARTY_IDS}
    electronic = next((key for key in ids if key != "id"), None)
    endpoint = ids.pop(electronic) if electronic else told.ids.get("endpoint")
    return group(
        "Party",
        text("EndpointID", endpoint, schemeID=scheme_of(electronic)),
        *(
            group("PartyIdentification", text("ID", value, schemeID=scheme_of(key)))
            for key, value in ids.items()
        ),
        address("PostalAddress", told.address),
        _tax_scheme(told.tax_id, "VAT"),
        _tax_scheme(told.ids.get("fc"), "FC"),
        group(
            "PartyLegalEntity",
            text("RegistrationName", told.name),
            text("CompanyID", told.ids.get("registration")),
        ),
        _contact(told),
    )


def _contact(told: Party) -> Node | None:
    return group(
        "Contact",
        text("Name", told.contact),
        text("Telephone", told.phone),
        text("ElectronicMail", told.email),
    )


def scheme_of(key: str | None) -> str | None:
    """Return the scheme of an identifier as ISO 6523 numbers it, None for one without a scheme."""
    return None if key in {None, "id"} else _ICD.get(key or "", key)


def _tax_scheme(identifier: str | None, scheme: str) -> Node | None:
    if identifier is None:
        return None
    return group(
        "PartyTaxScheme", text("CompanyID", identifier), group("TaxScheme", text("ID", scheme))
    )


def address(name: str, where: Address | None) -> Node | None:
    """Return an address, or None where there is none."""
    if where is None:
        return None
    street, more, *rest = (*where.street, None, None)
    return group(
        name,
        text("StreetName", street),
        text("AdditionalStreetName", more),
        text("CityName", where.city),
        text("PostalZone", where.postal_code),
        text("CountrySubentity", where.region),
        *(group("AddressLine", text("Line", line)) for line in rest if line is not None),
        group("Country", text("IdentificationCode", where.country)),
    )


def delivery(told: Party | None, *periods: Node | None) -> Node | None:
    """Return where goods go, and when."""
    where = told or Party()
    first = next(((key, value) for key, value in where.ids.items() if key != "address_id"), None)
    identifier = text("ID", first[1], schemeID=scheme_of(first[0])) if first else None
    name = group("PartyName", text("Name", where.name))
    return group(
        "Delivery",
        group("DeliveryLocation", identifier, address("Address", where.address)),
        *periods,
        group("DeliveryParty", name, _contact(where)),
    )


def item(told: Item, taxes: Iterable[Tax], description: str | None) -> Node | None:
    """Return an Item with its tax categories."""
    return group(
        "Item",
        text("Description", description),
        text("Name", told.description),
        group("BuyersItemIdentification", text("ID", told.buyer_part)),
        group("SellersItemIdentification", text("ID", told.supplier_part)),
        group("ManufacturersItemIdentification", text("ID", told.manufacturer_part)),
        group("StandardItemIdentification", text("ID", told.gtin, schemeID="0160")),
        *(
            group("CommodityClassification", text("ItemClassificationCode", code, listID=domain))
            for domain, code in told.classifications.items()
        ),
        *(_category("ClassifiedTaxCategory", tax) for tax in taxes),
    )


def instances(told: Node | None, lots: Iterable[str], serials: Iterable[str]) -> Node:
    """Return an Item with the lots and serial numbers of what there is of it."""
    kept_parts = told.children if told else ()
    found = (
        *(group("ItemInstance", text("SerialID", serial)) for serial in serials),
        *(
            group("ItemInstance", group("LotIdentification", text("LotNumberID", lot)))
            for lot in lots
        ),
    )
    return Node("cac:Item", {}, (*kept_parts, *(one for one in found if one is not None)))


def moment(name: str, value: str | None) -> tuple[Node | None, ...]:
    """Return the date and the time of a moment as ISO 8601 writes it."""
    when, _, time = (value or "").partition("T")
    return text(f"{name}Date", when or None), text(f"{name}Time", time or None)


def price(value: Decimal | None, basis: PriceBasis | None, currency: str | None) -> Node | None:
    """Return a net price and the quantity it buys."""
    per = basis or PriceBasis()
    return group(
        "Price",
        amount("PriceAmount", value, currency),
        quantity("BaseQuantity", per.quantity, per.uom),
    )


def adjustment(one: Adjustment, currency: str | None) -> Node | None:
    """Return an allowance or a charge."""
    return group(
        "AllowanceCharge",
        text("ChargeIndicator", "true" if one.type == "charge" else "false"),
        text("AllowanceChargeReasonCode", one.code),
        text("AllowanceChargeReason", one.reason),
        text("MultiplierFactorNumeric", None if one.percent is None else plain(one.percent)),
        amount("Amount", one.amount, currency),
    )


def tax_total(taxes: Iterable[Tax], total: Decimal | None, currency: str | None) -> Node | None:
    """Return the tax total with its subtotals."""
    subtotals = [
        group(
            "TaxSubtotal",
            amount("TaxableAmount", one.taxable, currency),
            amount("TaxAmount", one.amount, currency),
            _category("TaxCategory", one),
        )
        for one in taxes
    ]
    return group("TaxTotal", amount("TaxAmount", total, currency), *subtotals)


def category_of(tax: Tax) -> str:
    """Return the code of a tax's category: standard, zero rated or exempt, as its rate tells."""
    return "E" if tax.exempt else "Z" if tax.rate == 0 else "S"


def _category(name: str, tax: Tax) -> Node | None:
    """Return a tax category with its rate and reason."""
    return group(
        name,
        text("ID", category_of(tax)),
        text("Percent", None if tax.rate is None else plain(tax.rate)),
        text("TaxExemptionReason", tax.exempt),
        group("TaxScheme", text("ID", tax.type or "VAT")),
    )


def reference(name: str, number: str | None) -> Node | None:
    """Return a reference to another document."""
    return group(name, text("ID", number))
