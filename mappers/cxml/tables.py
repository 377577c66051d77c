"""The tables of cXML, by the element that holds the business of the document."""

from mappers.cxml.cart import CART
from mappers.cxml.confirmation import CONFIRMATION
from mappers.cxml.invoice import INVOICE
from mappers.cxml.order import ORDER
from mappers.cxml.payment import PAYMENT
from mappers.cxml.profile import COPY
from mappers.cxml.profile import REQUEST as PROFILE_REQUEST
from mappers.cxml.profile import RESPONSE as PROFILE_RESPONSE
from mappers.cxml.receipt import RECEIPT, SERVICE_ENTRY
from mappers.cxml.session import SETUP_REQUEST, SETUP_RESPONSE
from mappers.cxml.ship_notice import SHIP_NOTICE
from mappers.cxml.status import ACKNOWLEDGMENT
from mappers.rules import Table
from mappers.strangers import keeping_strangers

_TABLES: dict[str, Table] = {
    "OrderRequest": ORDER,
    "PunchOutOrderMessage": CART,
    "ConfirmationRequest": CONFIRMATION,
    "ShipNoticeRequest": SHIP_NOTICE,
    "ReceiptRequest": RECEIPT,
    "ServiceEntryRequest": SERVICE_ENTRY,
    "InvoiceDetailRequest": INVOICE,
    "StatusUpdateRequest": ACKNOWLEDGMENT,
    "Response": ACKNOWLEDGMENT,
    "PunchOutSetupRequest": SETUP_REQUEST,
    "PunchOutSetupResponse": SETUP_RESPONSE,
    "PaymentRemittanceRequest": PAYMENT,
    "ProfileRequest": PROFILE_REQUEST,
    "ProfileResponse": PROFILE_RESPONSE,
    "CopyRequest": COPY,
}
TABLES = keeping_strangers(_TABLES)
