"""Pieces that written UBL documents are made of, in the order of UBL 2.1."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from mappers.canonical import Adjustment, Item, Party, PriceBasis, Tax
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
        text("EndpointID", endpoint, schemeID=_scheme(electronic)),
        *(
            group("PartyIdentification", text("ID", value, schemeID=_scheme(key)))
            for key, value in ids.items()
        ),
        _address("PostalAddress", told),
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


def _scheme(key: str | None) -> str | None:
    return None if key in {None, "id"} else _ICD.get(key or "", key)


def _tax_scheme(identifier: str | None, scheme: str) -> Node | None:
    if identifier is None:
        return None
    return group(
        "PartyTaxScheme", text("CompanyID", identifier), group("TaxScheme", text("ID", scheme))
    )


def _address(name: str, told: Party) -> Node | None:
    where = told.address
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
    identifier = text("ID", first[1], schemeID=_scheme(first[0])) if first else None
    name = group("PartyName", text("Name", where.name))
    return group(
        "Delivery",
        group("DeliveryLocation", identifier, _address("Address", where)),
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


def _category(name: str, tax: Tax) -> Node | None:
    """Return a tax category (UNCL 5305): standard, zero rated or exempt, as the rate tells."""
    code = "E" if tax.exempt else "Z" if tax.rate == 0 else "S"
    return group(
        name,
        text("ID", code),
        text("Percent", None if tax.rate is None else plain(tax.rate)),
        text("TaxExemptionReason", tax.exempt),
        group("TaxScheme", text("ID", tax.type or "VAT")),
    )


def reference(name: str, number: str | None) -> Node | None:
    """Return a reference to another document."""
    return group(name, text("ID", number))
