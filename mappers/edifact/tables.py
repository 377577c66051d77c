"""The table of each message that becomes a canonical record, by UNH message type."""

from mappers.edifact.acknowledgments import APPLICATION, SYNTAX
from mappers.edifact.invoices import INVOICE
from mappers.edifact.orders import CHANGE, ORDER, RESPONSE
from mappers.edifact.payments import PAYMENT
from mappers.edifact.receipts import RECEIPT, SHIP_NOTICE
from mappers.rules import Table

TABLES: dict[str, Table] = {
    "APERAK": APPLICATION,
    "CONTRL": SYNTAX,
    "DESADV": SHIP_NOTICE,
    "INVOIC": INVOICE,
    "ORDCHG": CHANGE,
    "ORDERS": ORDER,
    "ORDRSP": RESPONSE,
    "RECADV": RECEIPT,
    "REMADV": PAYMENT,
}
