"""The shelf of what we write: which mapper and which syntax make a document of a record.

A format of one document is one row in `_FORMATS`: the record it takes, and the function that writes
it. Formats of X12 and EDIFACT hold many documents in one interchange and are written by the tables
that read them. Each is loaded when the first document needs it.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from msgspec import Struct

from mappers import canonical
from mappers.canonical import AnyRecord
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Problem


class Format(Struct, frozen=True):
    """A kind of document: the record class it is made of, and where its writer is."""

    record: type[Struct]
    mapper: str
    syntax: str


_FORMATS = {
    "cxml-order": Format(canonical.PurchaseOrder, "mappers.cxml.order:order_request", "cxml"),
    "cxml-cart": Format(canonical.Cart, "mappers.cxml.cart:punchout_order_message", "cxml"),
    "cxml-confirmation": Format(
        canonical.OrderResponse, "mappers.cxml.confirmation:confirmation_request", "cxml"
    ),
    "cxml-ship-notice": Format(
        canonical.Receipt, "mappers.cxml.ship_notice:ship_notice_request", "cxml"
    ),
    "cxml-receipt": Format(canonical.Receipt, "mappers.cxml.receipt:receipt_request", "cxml"),
    "cxml-invoice": Format(
        canonical.Invoice, "mappers.cxml.invoice_written:invoice_detail_request", "cxml"
    ),
    "cxml-punchout-setup": Format(
        canonical.Session, "mappers.cxml.session:punchout_setup_request", "cxml"
    ),
    "cxml-punchout-start": Format(
        canonical.Session, "mappers.cxml.session:punchout_setup_response", "cxml"
    ),
    "cxml-status": Format(
        canonical.Acknowledgment, "mappers.cxml.status:status_update_request", "cxml"
    ),
    "cxml-response": Format(
        canonical.Acknowledgment, "mappers.cxml.status:written_response", "cxml"
    ),
    "ubl-order": Format(canonical.PurchaseOrder, "mappers.ubl.order_written:ubl_any_order", "ubl"),
    "ubl-order-response": Format(
        canonical.OrderResponse, "mappers.ubl.fulfilment_written:ubl_order_response", "ubl"
    ),
    "ubl-despatch-advice": Format(
        canonical.Receipt, "mappers.ubl.fulfilment_written:ubl_despatch_advice", "ubl"
    ),
    "ubl-receipt-advice": Format(
        canonical.Receipt, "mappers.ubl.fulfilment_written:ubl_receipt_advice", "ubl"
    ),
    "ubl-invoice": Format(canonical.Invoice, "mappers.ubl.written:ubl_invoice", "ubl"),
    "cii-invoice": Format(canonical.Invoice, "mappers.ubl.cii_written:cii_invoice", "cii"),
}


INTERCHANGES = (
    *(
        f"x12-{kind}"
        for kind in ("810", "820", "824", "850", "855", "856", "860", "861", "864", "865")
    ),
    *(f"x12-{kind}" for kind in ("997", "999", "ta1")),
    *(f"edifact-{kind}" for kind in ("aperak", "contrl", "desadv", "invoic", "ordchg", "orders")),
    *(f"edifact-{kind}" for kind in ("ordrsp", "recadv", "remadv")),
)
"""The formats of which an interchange holds one document or many."""


def formats() -> list[str]:
    """Return the names of the formats that can be written."""
    return [*_FORMATS, *INTERCHANGES]


def write_records(
    records: Sequence[AnyRecord], to: str, outgoing: Outgoing, partner: str | None = None
) -> tuple[bytes, tuple[Problem, ...]]:
    """Return records in the format `to`, and what they say that the format has no place for.

    Several make one interchange. Raises `UnwritableError` as `write_document` does, and where a
    format takes one record only.
    """
    if to in INTERCHANGES:
        from gateway.interchanges import kind_of, write_interchange  # noqa: PLC0415 - when needed

        for record in records:
            _refuse_others(record, kind_of(to), to)
        written = write_interchange(records, to, outgoing, partner)
        return written.data, written.problems
    if len(records) != 1:
        message = f"{to} holds one document; there are {len(records)} records"
        raise UnwritableError(message)
    return write_document(records[0], to, outgoing), ()


def write_document(record: AnyRecord, to: str, outgoing: Outgoing) -> bytes:
    """Return `record` as a document of the format `to`.

    Raises `UnwritableError` where the record is of another kind, is incomplete, or does not say
    what the format cannot do without.
    """
    if to in INTERCHANGES:
        return write_records((record,), to, outgoing)[0]
    wanted = _FORMATS[to]
    _refuse_others(record, wanted.record, to)
    module, function = wanted.mapper.split(":")
    return _SYNTAXES[wanted.syntax](getattr(import_module(module), function)(record, outgoing))


def _refuse_others(record: AnyRecord, wanted: type[Struct], to: str) -> None:
    if not isinstance(record, wanted):
        kind = str(type(record).__struct_config__.tag).replace("_", " ")
        message = f"a record of the kind {kind} cannot be written as {to}"
        raise UnwritableError(message)
    if record.incomplete:
        message = "an incomplete record is not written; complete it first"
        raise UnwritableError(message)


def _cxml(document: Any) -> bytes:
    from mappers.cxml.envelope import doctype_of  # noqa: PLC0415 - only when cXML is written
    from parsers.xml.write import write  # noqa: PLC0415

    return write(document, doctype=doctype_of(document))


def _ubl(document: Any) -> bytes:
    from mappers.ubl.nodes import namespaces_of  # noqa: PLC0415 - only when UBL is written
    from parsers.xml.write import write  # noqa: PLC0415

    return write(document, namespaces=namespaces_of(document))


def _cii(document: Any) -> bytes:
    from mappers.ubl.cii_written import NAMESPACES  # noqa: PLC0415 - only when CII is written
    from parsers.xml.write import write  # noqa: PLC0415

    return write(document, namespaces=NAMESPACES)


_SYNTAXES: dict[str, Callable[[Any], bytes]] = {"cxml": _cxml, "ubl": _ubl, "cii": _cii}
