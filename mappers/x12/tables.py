"""The table of each transaction set that becomes a canonical record, by ST01."""

from mappers.rules import Table
from mappers.x12.acknowledgments import FUNCTIONAL, IMPLEMENTATION, INTERCHANGE
from mappers.x12.invoices import INVOICE
from mappers.x12.orders import CHANGE, CHANGE_RESPONSE, ORDER, RESPONSE
from mappers.x12.receipts import RECEIPT, SHIP_NOTICE

TABLES: dict[str, Table] = {
    "810": INVOICE,
    "850": ORDER,
    "855": RESPONSE,
    "856": SHIP_NOTICE,
    "860": CHANGE,
    "861": RECEIPT,
    "865": CHANGE_RESPONSE,
    "997": FUNCTIONAL,
    "999": IMPLEMENTATION,
    "TA1": INTERCHANGE,
}
