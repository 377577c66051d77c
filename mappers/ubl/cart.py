"""The cart of a Peppol punch-out: a Catalogue of what was chosen (BIS Punch Out 3)."""

from mappers.canonical import Cart, CartLine
from mappers.convert import decimal, identifier, integer, uom, upper
from mappers.rules import Const, Each, One, Table, Take
from mappers.ubl.items import ITEM, PRICE_BASIS, TAX
from mappers.ubl.parties import PARTY

_TERMS = "RequiredItemLocationQuantity"
_PRICE = f"{_TERMS}/Price"

LINE = Table(
    "UBL punch-out line",
    CartLine,
    (
        Take("number", "ID", identifier),
        One("item", ITEM, "Item"),
        Take("quantity", f"{_TERMS}/DeliveryUnit/BatchQuantity", decimal, required=True),
        Take("uom", f"{_TERMS}/DeliveryUnit/BatchQuantity/@unitCode", uom),
        Take("unit_price", f"{_PRICE}/PriceAmount", decimal),
        One("price_basis", PRICE_BASIS, f"{_PRICE}/BaseQuantity"),
        Each("taxes", "Item/ClassifiedTaxCategory", TAX),
        Take(
            "lead_time_days",
            f"{_TERMS}/LeadTimeMeasure[@unitCode=DAY]",
            integer,
            severity="warning",
        ),
        Take("fields.contract_line", "ContractSubdivision", identifier),
    ),
)

CART = Table(
    "UBL punch-out cart",
    Cart,
    (
        Take("buyer_cookie", "ReceiverParty/Contact/ID"),
        Const("operation", "create"),
        Take("currency", f"CatalogueLine/{_PRICE}/PriceAmount/@currencyID", upper),
        One("supplier", PARTY, ("ProviderParty", "SellerSupplierParty/Party")),
        Each("lines", "CatalogueLine", LINE),
        Take("fields.catalogue", "ID", identifier),
        Take("fields.contract", "ReferencedContract/ID", identifier),
        Take("fields.valid_until", "ValidityPeriod/EndDate", identifier),
    ),
)
