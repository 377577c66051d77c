"""UBL and UN/CEFACT CII documents: the root element is the document.

UBL 2 as Peppol BIS 3 and EN 16931 use it; CII as Factur-X, XRechnung and ZUGFeRD 2 use it, and its
elder form of ZUGFeRD 1 (CrossIndustryDocument).
"""

from typing import Any

from parsers.form import Document
from parsers.xml.element import XmlForm
from parsers.xml.paths import LOCAL
from parsers.xml.tree import Tree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = {"CrossIndustryInvoice", "CrossIndustryDocument"}
_SELLER = (
    "ProviderParty|SellerSupplierParty|AccountingSupplierParty|DespatchSupplierParty|SenderParty"
)
_BUYER = "BuyerCustomerParty|AccountingCustomerParty|DeliveryCustomerParty|ReceiverParty"
_SENT_BY_BUYER = {"Order", "OrderChange", "OrderCancellation", "ReceiptAdvice"}
_PUNCH_OUT = ":trns:punch_out:"
_TEST = "|".join(
    f"{context}/TestIndicator/Indicator"
    for context in ("ExchangedDocumentContext", "SpecifiedExchangedDocumentContext")
)
_TRADE = "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement"


def format_of(root: Any) -> str | None:
    """Return "ubl" or "cii" where `root` is the root element of such a document, else None."""
    namespace, _, name = root.tag.removeprefix("{").rpartition("}")
    if name in _CII:
        return "cii"
    if namespace.startswith(_UBL):
        return "ubl"
    return None


def business_document(root: Any, tree: Tree, index: int) -> Document:
    """Return the UBL or CII document `root`."""
    form = XmlForm(root, tree.origin)
    kind = _kind(form)
    is_cii = kind in _CII
    seller, buyer = _parties(form, is_cii=is_cii)
    sender, receiver = (buyer, seller) if kind in _SENT_BY_BUYER else (seller, buyer)
    return Document(
        format="cii" if is_cii else "ubl",
        kind=kind,
        form=form,
        index=index,
        version=_version(form, is_cii=is_cii),
        sender=sender,
        receiver=receiver,
        control=_text(form, "ExchangedDocument/ID|HeaderExchangedDocument/ID" if is_cii else "ID"),
        test=_text(form, _TEST) == "true",
        problems=tree.problems,
    )


def _kind(form: XmlForm) -> str:
    """Return the name of the root element; a catalogue that is a punch-out's cart is told apart."""
    kind = LOCAL[form.element.tag]
    if kind == "Catalogue" and _PUNCH_OUT in (_text(form, "CustomizationID") or ""):
        return "PunchOut"
    return kind


def _text(form: XmlForm, path: str) -> str | None:
    return XmlForm.text_of(path)(form)


def _version(form: XmlForm, *, is_cii: bool) -> str | None:
    if not is_cii:
        return _text(form, "CustomizationID|UBLVersionID")
    context = "GuidelineSpecifiedDocumentContextParameter/ID"
    return _text(
        form, f"ExchangedDocumentContext/{context}|SpecifiedExchangedDocumentContext/{context}"
    )


def _parties(form: XmlForm, *, is_cii: bool) -> tuple[str | None, str | None]:
    """Return the electronic addresses of seller and buyer (BT-34, BT-49), or their identifiers."""
    if is_cii:
        address = f"{_TRADE}/%sTradeParty/URIUniversalCommunication/URIID"
        return _text(form, address % "Seller"), _text(form, address % "Buyer")
    return _ubl_party(form, _SELLER), _ubl_party(form, _BUYER)


def _ubl_party(form: XmlForm, names: str) -> str | None:
    ways = ("Party/EndpointID", "EndpointID", "Party/PartyIdentification/ID")
    return _text(form, "|".join(f"{name}/{way}" for way in ways for name in names.split("|")))
