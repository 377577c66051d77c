"""StatusUpdateRequest and Response, both ways: whether a document of ours was taken.

The inner status decides: an order forwarded with code 200 and a DocumentStatus of `rejected` is
rejected, and that is the usual form of a rejection.
"""

from mappers.asking import text_at
from mappers.canonical import Acknowledgment, AcknowledgmentError, AcknowledgmentOf
from mappers.convert import identifier
from mappers.cxml.envelope import request, response
from mappers.cxml.nodes import comments, node
from mappers.rules import Collect, Compute, Each, One, Pairs, Table, Take
from mappers.writing import Outgoing
from parsers.form import Form, Node

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


_TEXTS = {"accepted": (200, "OK"), "rejected": (406, "Not Acceptable")}


def status_update_request(told: Acknowledgment, outgoing: Outgoing) -> Node:
    """Return whether a document was taken as a StatusUpdateRequest: the inner status says it."""
    reasons = [one.text or one.code or "" for one in told.errors]
    of = told.of or AcknowledgmentOf()
    inner = "rejected" if told.status == "rejected" else told.fields.get("invoice_status")
    payload = node(
        "StatusUpdateRequest",
        node("DocumentReference", payloadID=of.payload_id or ""),
        node("Status", code="200", text="OK", xml_lang="en"),
        node(
            "InvoiceStatus",
            node("InvoiceIDInfo", invoiceID=of.number) if of.number else None,
            *comments(reasons[:1]),
            type=inner or "processing",
        ),
    )
    return request(payload, outgoing, None, None)


def written_response(told: Acknowledgment, outgoing: Outgoing) -> Node:
    """Return whether a document was taken as the Response on the connection it came by."""
    code, text = _TEXTS.get(told.status or "", (201, "Accepted"))
    reasons = "; ".join(filter(None, (one.text or one.code for one in told.errors)))
    return response(outgoing, code, text, told=reasons or None)
