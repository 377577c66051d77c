"""The tables of UBL and CII, by their root elements."""

from mappers.rules import Table
from mappers.strangers import keeping_strangers
from mappers.ubl.cart import CART
from mappers.ubl.cii import ELDER_INVOICE
from mappers.ubl.cii import INVOICE as CII_INVOICE
from mappers.ubl.despatch import DESPATCH_ADVICE, RECEIPT_ADVICE
from mappers.ubl.invoice import CREDIT_NOTE, INVOICE
from mappers.ubl.order import ORDER, ORDER_CANCELLATION, ORDER_CHANGE
from mappers.ubl.response import APPLICATION_RESPONSE, ORDER_RESPONSE

_TABLES: dict[str, Table] = {
    "Order": ORDER,
    "OrderChange": ORDER_CHANGE,
    "OrderCancellation": ORDER_CANCELLATION,
    "OrderResponse": ORDER_RESPONSE,
    "OrderResponseSimple": ORDER_RESPONSE,
    "DespatchAdvice": DESPATCH_ADVICE,
    "ReceiptAdvice": RECEIPT_ADVICE,
    "Invoice": INVOICE,
    "CreditNote": CREDIT_NOTE,
    "ApplicationResponse": APPLICATION_RESPONSE,
    "CrossIndustryInvoice": CII_INVOICE,
    "CrossIndustryDocument": ELDER_INVOICE,
    "PunchOut": CART,
}
TABLES = keeping_strangers(_TABLES)
