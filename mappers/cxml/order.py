"""OrderRequest, and the lines it shares with punchout (cXML 1.2 OrderRequest)."""

from mappers.canonical import Freight, OrderLine, PurchaseOrder, Schedule
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.accounting import EXTRINSICS
from mappers.cxml.checks import order_problems
from mappers.cxml.convert import amount, currency, day
from mappers.cxml.items import PRICED
from mappers.cxml.money import ADJUSTMENT, TAX, TERMS
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take

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
        Each("adjustments", f"{_HEAD}/Shipping[Money!=0]", ADJUSTMENT),
        Each("adjustments", f"{_HEAD}/Total/Modifications/Modification", ADJUSTMENT),
        Each("taxes", f"{_HEAD}/Tax/TaxDetail|{_HEAD}/Tax[!TaxDetail]", TAX),
        Each("accounting", _HEAD, EXTRINSICS),
        Each("lines", "ItemOut", LINE),
        Take("total", f"{_HEAD}/Total/Money", amount),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        Take("fields.requisitionID", f"{_HEAD}/@requisitionID", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
    finish=order_problems,
)
