"""StatusUpdateRequest and Response: whether a document of ours was taken.

The inner status decides: an order forwarded with code 200 and a DocumentStatus of `rejected` is
rejected, and that is the usual form of a rejection.
"""

from mappers.asking import text_at
from mappers.canonical import Acknowledgment, AcknowledgmentError, AcknowledgmentOf
from mappers.convert import identifier
from mappers.rules import Collect, Compute, Each, One, Pairs, Table, Take
from parsers.form import Form

_INNER_PATHS = (
    "InvoiceStatus/@type",
    "DocumentStatus/@type",
    "PaymentStatus/@type",
    "IntegrationStatus/@documentStatus",
)
_INNER = "|".join(_INNER_PATHS)
_REJECTED = {"rejected", "declined", "denied", "canceled", "cancelled", "failed", "error"}
_PARTIAL = {"acceptedwithchanges", "partiallyaccepted", "partial"}


def _status(form: Form) -> str | None:
    inner = (text_at(form, _INNER) or "").casefold()
    code = (text_at(form, "Status/@code") or "").strip()
    if any(word in inner for word in _REJECTED):
        return "rejected"
    if inner in _PARTIAL:
        return "partially_accepted"
    if not code:
        return "accepted" if inner else None
    return "accepted" if code.startswith("2") else "rejected"


def _fault_code(form: Form) -> str | None:
    """Return the status that speaks of a fault: the inner one, or the code of the outer."""
    if _status(form) != "rejected":
        return None
    return text_at(form, _INNER) or text_at(form, "Status/@code")


def _fault_text(form: Form) -> str | None:
    if _status(form) != "rejected":
        return None
    parts = (text_at(form, path) for path in ("Status/@text", "Status"))
    inner = text_at(form, "InvoiceStatus/Comments|DocumentStatus/Comments")
    found = dict.fromkeys(part for part in (inner, *parts) if part)
    return " ".join(": ".join(found).split()) or None


FAULT = Table(
    "cXML status fault",
    AcknowledgmentError,
    (
        Compute("code", _fault_code, (*_INNER_PATHS, "Status/@code")),
        Compute("text", _fault_text, ("Status", "Status/@text")),
    ),
)

OF = Table(
    "cXML status reference",
    AcknowledgmentOf,
    (
        Take(
            "payload_id",
            ("DocumentReference/@payloadID", "DocumentStatus/DocumentInfo/@payloadID"),
            identifier,
        ),
        Take(
            "number",
            (
                "InvoiceStatus/InvoiceIDInfo/@invoiceID",
                "InvoiceIDInfo/@invoiceID",
                "DocumentStatus/DocumentInfo/@documentID",
            ),
            identifier,
        ),
    ),
)

ACKNOWLEDGMENT = Table(
    "cXML status",
    Acknowledgment,
    (
        One("of", OF),
        Compute("status", _status, (*_INNER_PATHS, "Status/@code")),
        Each("errors", ".", FAULT),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
        Take("fields.invoice_status", "InvoiceStatus/@type", identifier),
        Take("fields.document_status", "DocumentStatus/@type", identifier),
        Take("fields.status", "Status/@code", identifier),
        Collect("notes", "Status", "."),
    ),
)
