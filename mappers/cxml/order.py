"""OrderRequest, both ways (cXML 1.2 OrderRequest)."""

from collections.abc import Iterator

from mappers.canonical import (
    Adjustment,
    Freight,
    Item,
    OrderLine,
    Party,
    PurchaseOrder,
    Schedule,
)
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.accounting import EXTRINSICS
from mappers.cxml.checks import order_problems
from mappers.cxml.convert import amount, currency, day
from mappers.cxml.envelope import request
from mappers.cxml.items import PRICED
from mappers.cxml.money import MODIFICATION, SHIPPING, TAX, TERMS
from mappers.cxml.nodes import (
    accounting_extrinsics,
    address,
    comments,
    contact,
    distribution,
    extrinsics,
    item_detail,
    item_id,
    modification,
    money,
    node,
    noon,
    number,
    payment_term,
    spoken,
    tax,
)
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

_HEAD = "OrderRequestHeader"
_BUYERS = "buyer|purchasingAgent|endUser"
_SELLERS = "supplierCorporate|supplierAccount|sales"
_OPERATION = codes({"new": "new", "update": "change", "delete": "cancel"})
_TYPE = codes({"regular": "standard", "blanket": "blanket", "release": "release"}, other="other")

SCHEDULE = Table(
    "cXML schedule line",
    Schedule,
    (
        Take("quantity", "@quantity", decimal),
        Take("uom", "UnitOfMeasure", uom),
        Take("date", "@requestedDeliveryDate", day, severity="warning"),
        One("ship_to", ADDRESSED, ("ShipTo/Address", "Address")),
    ),
)

LINE = Table(
    "OrderRequest line",
    OrderLine,
    (*PRICED, Each("schedules", "ScheduleLine", SCHEDULE)),
)

FREIGHT = Table(
    "cXML freight",
    Freight,
    (
        Take(
            "terms",
            (
                f"{_HEAD}/TermsOfDelivery/ShippingPaymentMethod/@value",
                f"{_HEAD}/TermsOfDelivery/TransportTerms/@value",
                f"{_HEAD}/TermsOfDelivery/TermsOfDeliveryCode/@value",
            ),
        ),
        Take(
            "carrier",
            (
                f"{_HEAD}/ShipTo/CarrierIdentifier[@domain~=companyName]",
                f"{_HEAD}/Shipping/@trackingDomain",
            ),
        ),
        Take("scac", f"{_HEAD}/ShipTo/CarrierIdentifier[@domain~=SCAC]", identifier),
    ),
)

ORDER = Table(
    "OrderRequest",
    PurchaseOrder,
    (
        Take("number", f"{_HEAD}/@orderID", identifier, required=True),
        Take("operation", f"{_HEAD}/@type", _OPERATION),
        Const("operation", "new"),
        Take("type", f"{_HEAD}/@orderType", _TYPE),
        Const("type", "standard"),
        Take("revision", f"{_HEAD}/@orderVersion", identifier),
        Take("date", f"{_HEAD}/@orderDate", day, severity="warning"),
        Take(
            "currency",
            (f"{_HEAD}/Total/Money/@currency", "ItemOut/ItemDetail/UnitPrice/Money/@currency"),
            currency,
        ),
        Take(
            "contract",
            (
                f"{_HEAD}/@agreementID",
                f"{_HEAD}/@parentAgreementID",
                "ItemOut/MasterAgreementIDInfo/@agreementID",
                "ItemOut/MasterAgreementReference/@agreementID",
            ),
            identifier,
        ),
        One("buyer", header_party("buyer", "From", f"{_HEAD}/Contact[@role~={_BUYERS}]")),
        One("supplier", header_party("supplier", "To", f"{_HEAD}/Contact[@role~={_SELLERS}]")),
        One("ship_to", ADDRESSED, (f"{_HEAD}/ShipTo/Address", "ItemOut/ShipTo/Address")),
        One("bill_to", ADDRESSED, f"{_HEAD}/BillTo/Address"),
        Take("requested_date", f"{_HEAD}/@requestedDeliveryDate", day, severity="warning"),
        Take("cancel_after", f"{_HEAD}/@expirationDate", day, severity="warning"),
        One("freight", FREIGHT),
        Each("terms", f"{_HEAD}/PaymentTerm", TERMS),
        Each("adjustments", f"{_HEAD}/Shipping[Money!=0]", SHIPPING),
        Each("adjustments", f"{_HEAD}/Total/Modifications/Modification", MODIFICATION),
        Each("taxes", f"{_HEAD}/Tax/TaxDetail|{_HEAD}/Tax[!TaxDetail]", TAX),
        Each("accounting", f"{_HEAD}[Extrinsic]", EXTRINSICS),
        Each("lines", "ItemOut", LINE),
        Take("total", f"{_HEAD}/Total/Money", amount),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        Take("fields.requisitionID", f"{_HEAD}/@requisitionID", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
    finish=order_problems,
)


def order_request(order: PurchaseOrder, outgoing: Outgoing) -> Node:
    """Return a purchase order as an OrderRequest.

    Raises `UnwritableError` without lines, or identifiers of both parties.
    """
    if not order.lines:
        message = "an OrderRequest has at least one line, also where it cancels an order"
        raise UnwritableError(message)
    payload = node("OrderRequest", _written_head(order), *_written_lines(order))
    return request(payload, outgoing, order.buyer, order.supplier)


def _written_head(order: PurchaseOrder) -> Node:
    currency = order.currency
    shipping = [one for one in order.adjustments if one.code == "shipping"][:1]
    others = [one for one in order.adjustments if one not in shipping]
    return node(
        _HEAD,
        money("Total", order.total, currency, _modifications(others, currency)),
        node("ShipTo", address(order.ship_to)) if order.ship_to else None,
        node("BillTo", address(order.bill_to or Party())),
        *(
            money("Shipping", one.amount, currency, spoken("Description", one.reason))
            for one in shipping
        ),
        tax(order.taxes, None, currency),
        *map(payment_term, order.terms),
        contact("buyer", _person(order.buyer)) if order.buyer and order.buyer.contact else None,
        *comments(order.notes),
        *extrinsics(order.fields, but=("requisitionID",)),
        *accounting_extrinsics(order.accounting, order.fields),
        orderID=order.number or "",
        orderDate=noon(order.date) or "",
        type=_OPERATION.write(order.operation or "new"),
        orderType="regular" if order.type in {None, "other"} else _TYPE.write(order.type),
        orderVersion=order.revision,
        agreementID=order.contract,
        requisitionID=order.fields.get("requisitionID"),
        requestedDeliveryDate=noon(order.requested_date),
        expirationDate=noon(order.cancel_after),
    )


def _person(party: Party) -> Party:
    return Party(name=party.contact, email=party.email, phone=party.phone, address=party.address)


def _modifications(adjustments: list[Adjustment], currency: str | None) -> Node | None:
    if not adjustments:
        return None
    return node("Modifications", *(modification(one, currency) for one in adjustments))


def _written_lines(order: PurchaseOrder) -> Iterator[Node]:
    for line in order.lines:
        yield node(
            "ItemOut",
            item_id(line.item or Item()),
            item_detail(line, order.currency),
            tax(line.taxes, None, order.currency),
            *(distribution(split, order.currency) for split in line.accounting),
            *comments(line.notes),
            *map(_written_schedule, line.schedules),
            quantity=number(line.quantity) or "",
            lineNumber=line.number,
            requestedDeliveryDate=noon(line.requested_date),
        )


def _written_schedule(schedule: Schedule) -> Node:
    return node(
        "ScheduleLine",
        node("UnitOfMeasure", schedule.uom),
        quantity=number(schedule.quantity) or "",
        requestedDeliveryDate=noon(schedule.date) or "",
    )
