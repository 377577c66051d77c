"""The table of each transaction set that becomes a canonical record, by ST01."""

from mappers.rules import Table
from mappers.x12 import billing, grocery
from mappers.x12.acknowledgments import APPLICATION, FUNCTIONAL, IMPLEMENTATION, INTERCHANGE
from mappers.x12.invoices import INVOICE
from mappers.x12.orders import CHANGE, CHANGE_RESPONSE, ORDER, RESPONSE
from mappers.x12.payments import PAYMENT
from mappers.x12.receipts import RECEIPT, SHIP_NOTICE
from mappers.x12.texts import TEXT

TABLES: dict[str, Table] = {
    "810": INVOICE,
    "820": PAYMENT,
    "824": APPLICATION,
    "850": ORDER,
    "855": RESPONSE,
    "856": SHIP_NOTICE,
    "857": billing.INVOICE,
    "860": CHANGE,
    "861": RECEIPT,
    "864": TEXT,
    "865": CHANGE_RESPONSE,
    "875": grocery.ORDER,
    "880": grocery.INVOICE,
    "894": grocery.DELIVERY,
    "997": FUNCTIONAL,
    "999": IMPLEMENTATION,
    "TA1": INTERCHANGE,
}
