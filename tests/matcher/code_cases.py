"""For each code, documents that lead to it; what a build returns is the policy."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

LINE = {"qty": "12", "price": "4.00", "vendor_part": "W-7", "desc": "wing nut"}
Build = Callable[[Any], dict[str, Any]]
BUILDS: dict[str, Build] = {}


def leads_to(code: str) -> Callable[[Callable[[Any], dict[str, Any] | None]], Build]:
    def remember(build: Callable[[Any], dict[str, Any] | None]) -> Build:
        def run(book: Any) -> dict[str, Any]:
            return build(book) or {}

        BUILDS[code] = run
        return run

    return remember


def ready(
    book: Any, received: str = "12", billed: dict[str, Any] | None = None, **order: Any
) -> None:
    book.order({**LINE, **order.pop("line", {})}, **order)
    if received != "0":
        book.receipt(received)
    book.invoice({**LINE, **(billed or {})})


@leads_to("QTY_OVER_ORDERED")
def _(book: Any) -> dict[str, Any]:
    ready(book, "20", {"qty": "20"})
    return {"qty": {"ordered_pct": "25"}}


@leads_to("QTY_OVER_RECEIVED")
def _(book: Any) -> None:
    book.order(LINE)
    book.receipt("9", final=True)
    book.invoice(LINE)


@leads_to("WAITING_RECEIPT")
def _(book: Any) -> None:
    book.order(LINE)
    book.goods("asn", "SN1", {"po_line": 1, "qty": "12"}, eta="2026-05-26")
    book.receipt("4")
    book.invoice({**LINE, "qty": "5"}, id_="B-0", at="2026-05-08")
    book.invoice({**LINE, "qty": "7"})


@leads_to("WAITING_RECEIPT_OVERDUE")
def _(book: Any) -> None:
    book.order(LINE)
    book.invoice({**LINE, "receipt": "GR-55"}, at="2026-04-10")


@leads_to("WAITING_INSPECTION")
def _(book: Any) -> None:
    ready(book, line={"way": 4})
    book.inspection("5", "0")


@leads_to("QTY_REJECTED")
def _(book: Any) -> None:
    ready(book, line={"way": 4})
    book.inspection("10", "2")


@leads_to("RETURN_NOT_CREDITED")
def _(book: Any) -> None:
    ready(book)
    book.returned("3")


@leads_to("PO_CANCELLED")
def _(book: Any) -> None:
    ready(book, "5", status="cancelled")


@leads_to("QTY_TOL")
def _(book: Any) -> dict[str, Any]:
    ready(book, "13", {"qty": "13"})
    return {"qty": {"ordered_pct": "10"}}


@leads_to("QTY_MISSING")
def _(book: Any) -> None:
    ready(book, billed={"qty": None, "amount": "48.00"})


@leads_to("UOM_MISMATCH")
def _(book: Any) -> None:
    ready(book, billed={"qty": "2", "uom": "BX", "price": "24.00"})


@leads_to("BLANKET_LIMIT")
def _(book: Any) -> None:
    ready(book, limit="30.00")


@leads_to("OVER_RELEASED")
def _(book: Any) -> None:
    ready(book)
    book.release("A-17", "48.00")
    book.returned("3")


@leads_to("CREDIT_EXCEEDS_BILLED")
def _(book: Any) -> None:
    ready(book)
    book.credit({**LINE, "qty": "15", "ref_line": 1})


@leads_to("WAITING_INVOICE")
def _(book: Any) -> None:
    book.order(LINE)
    book.credit({**LINE, "qty": "2", "ref_line": 1}, ref_invoice="Z-9")


@leads_to("PRICE_OVER")
def _(book: Any) -> dict[str, Any]:
    ready(book, billed={"price": "4.30"})
    return {"price": {"over_pct": "2"}}


@leads_to("PRICE_CAP")
def _(book: Any) -> dict[str, Any]:
    ready(book, billed={"price": "4.30"})
    return {"price": {"over_pct": "10", "cap_abs": "1"}}


@leads_to("PRICE_TOL")
def _(book: Any) -> dict[str, Any]:
    ready(book, billed={"price": "4.10"})
    return {"price": {"over_pct": "5"}}


@leads_to("PRICE_UNDER")
def _(book: Any) -> None:
    ready(book, billed={"price": "3.90"})


@leads_to("PRICE_UNDER_BLOCK")
def _(book: Any) -> dict[str, Any]:
    ready(book, billed={"price": "0.40"})
    return {"price": {"under_block_pct": "50"}}


@leads_to("PRICE_MISSING")
def _(book: Any) -> None:
    ready(book, line={"price": None})


@leads_to("ITEM_NOT_ON_PO")
def _(book: Any) -> None:
    ready(book)
    book.invoice({"qty": "1", "price": "9.00", "vendor_part": "X-1", "po_line": None}, id_="EXTRA")


@leads_to("PAIR_CONFLICT")
def _(book: Any) -> None:
    ready(book, billed={"vendor_part": "X-1", "desc": None})


@leads_to("PAIR_AMBIGUOUS")
def _(book: Any) -> None:
    book.order(LINE, {**LINE, "price": "6.00"})
    book.invoice({**LINE, "price": "5.00", "po_line": None})


@leads_to("PAIR_BY_ITEM")
def _(book: Any) -> None:
    book.order({"qty": "1", "price": "99.00", "vendor_part": "V-1"}, LINE)
    book.receipt("0", "12")
    book.invoice({**LINE, "po_line": 1})


@leads_to("PO_MISSING")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1].pop("po")
    book.documents[-1]["lines"][0] |= {"vendor_part": "X-1", "desc": "saw"}


@leads_to("PO_NOT_FOUND")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["po"] = "7999"


@leads_to("PO_AMBIGUOUS")
def _(book: Any) -> None:
    ready(book)
    book.order(LINE, id_="PO2", number="8800")
    book.documents[2].pop("po")


@leads_to("PO_RECOVERED")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["po"] = "77O1"


@leads_to("LINES_MISSING")
def _(book: Any) -> None:
    book.order(LINE)
    book.invoice(total="48.00")


@leads_to("PO_CLOSED")
def _(book: Any) -> None:
    ready(book, status="closed")


@leads_to("PO_NOT_APPROVED")
def _(book: Any) -> None:
    ready(book, status="draft")


@leads_to("PO_CONFLICT")
def _(book: Any) -> None:
    ready(book)
    book.order({**LINE, "price": "4.50"}, id_="PO2")


@leads_to("BLANKET_EXPIRED")
def _(book: Any) -> None:
    ready(book, valid_from="2026-01-01", valid_to="2026-04-30")


@leads_to("CHARGE_OVER")
def _(book: Any) -> None:
    ready(book, charges=[{"type": "freight", "amount": "10.00"}])
    book.documents[-1] |= {"charges": [{"type": "freight", "amount": "14.00"}], "total": "62.00"}


@leads_to("CHARGE_UNPLANNED")
def _(book: Any) -> dict[str, Any]:
    ready(book)
    book.documents[-1] |= {"charges": [{"type": "freight", "amount": "14.00"}], "total": "62.00"}
    return {"charge": {"unplanned_abs": "5"}}


@leads_to("CHARGE_TOL")
def _(book: Any) -> dict[str, Any]:
    ready(book, charges=[{"type": "freight", "amount": "10.00"}])
    book.documents[-1] |= {"charges": [{"type": "freight", "amount": "10.50"}], "total": "58.50"}
    return {"charge": {"over_pct": "10"}}


def taxed(book: Any, billed: str, rate: str = "0.10", ordered: str = "0.10") -> None:
    ready(book, line={"tax": ordered}, billed={"tax": rate})
    total = str(Decimal("48.00") + Decimal(billed))
    book.documents[-1] |= {"tax": [{"rate": rate, "amount": billed}], "total": total}


@leads_to("TAX_OVER")
def _(book: Any) -> None:
    taxed(book, "6.00")


@leads_to("TAX_UNDER")
def _(book: Any) -> None:
    taxed(book, "4.00")


@leads_to("TAX_ROUNDING")
def _(book: Any) -> None:
    taxed(book, "4.81")


@leads_to("TAX_RATE_MISMATCH")
def _(book: Any) -> None:
    taxed(book, "9.60", rate="0.20")


@leads_to("ARITH_LINE")
def _(book: Any) -> None:
    ready(book, billed={"amount": "52.00"})


@leads_to("ARITH_TOTAL")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["total"] = "55.00"


@leads_to("ROUNDING")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["total"] = "48.02"


@leads_to("CURRENCY_MISMATCH")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["currency"] = "EUR"


@leads_to("INV_DATE_FUTURE")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["date"] = "2026-05-24"


@leads_to("INV_BEFORE_PO")
def _(book: Any) -> None:
    ready(book, date="2026-05-12")


@leads_to("INV_BEFORE_PO_BLOCK")
def _(book: Any) -> dict[str, Any]:
    ready(book, date="2026-05-12")
    return {"dates": {"before_po": "block"}}


@leads_to("INV_STALE")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["date"] = "2025-05-01"


@leads_to("TERMS_WORSE")
def _(book: Any) -> None:
    ready(book, terms={"net": 30, "disc_pct": "2", "disc_days": 10})
    book.documents[-1]["terms"] = {"net": 14}


@leads_to("TERMS_BETTER")
def _(book: Any) -> None:
    ready(book, terms={"net": 30})
    book.documents[-1]["terms"] = {"net": 60, "eom": True}


@leads_to("SUPPLIER_MISMATCH")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["supplier"] = "OTHER"


@leads_to("SUPPLIER_BLOCKED")
def _(book: Any) -> None:
    ready(book)
    book.master = {"suppliers": {"ACME": {"blocked": True}}}


@leads_to("TAX_ID_MISMATCH")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["tax_id"] = "T-2"
    book.master = {"suppliers": {"ACME": {"tax_id": "T-1"}}}


@leads_to("BANK_CHANGE")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["bank"] = "XX22"
    book.master = {"suppliers": {"ACME": {"bank": "XX11"}}}


@leads_to("REMIT_TO_CHANGE")
def _(book: Any) -> None:
    ready(book)
    book.documents[-1]["remit_to"] = "Box 2"
    book.master = {"suppliers": {"ACME": {"remit_to": "Box 1"}}}


@leads_to("FACT_CONFLICT")
def _(book: Any) -> None:
    ready(book)
    book.invoice({**LINE, "qty": "11"})


@leads_to("FACT_REFUSED")
def _(book: Any) -> None:
    ready(book)
    book.goods("receipt", "GR9", {"po_line": 4, "qty": "12"})


def again(book: Any, number: str, quantity: str = "12", ordered: str = "40") -> None:
    book.order({**LINE, "qty": ordered})
    book.receipt(ordered)
    book.invoice(LINE, number="K-4017")
    book.invoice({**LINE, "qty": quantity}, id_="AGAIN", number=number, at="2026-05-13")


@leads_to("DUP_EXACT")
def _(book: Any) -> None:
    again(book, "k4017")


@leads_to("DUP_FUZZY")
def _(book: Any) -> None:
    again(book, "K-4O17")


@leads_to("DUP_SUSPECT")
def _(book: Any) -> None:
    again(book, "K-4071", ordered="12")


@leads_to("DUP_NUMBER_REUSED")
def _(book: Any) -> None:
    again(book, "K-4017", "9")


@leads_to("DUP_CROSS_SUPPLIER")
def _(book: Any) -> None:
    again(book, "K-4017")
    book.documents[-1] |= {"supplier": "OTHER", "po": "8800"}
    book.order(LINE, id_="PO2", number="8800", supplier="OTHER")
    book.master = {"suppliers": {"ACME": {"bank": "XX11"}, "OTHER": {"bank": "XX11"}}}


@leads_to("ERS_DUPLICATE")
def _(book: Any) -> None:
    ready(book, ers=True)


def contract(book: Any, **terms: Any) -> None:
    ready(book, charges=[{"type": "fuel", "amount": "9.00"}])
    book.documents[-1] |= {"charges": [{"type": "fuel", "amount": "9.00"}], "total": "57.00"}
    book.master = {"contracts": [{"number": "K-1", "supplier": "ACME", **terms}]}


@leads_to("TIER_NOT_APPLIED")
def _(book: Any) -> None:
    contract(book, vendor_part="W-7", tiers=[{"min": "10", "price": "3.75"}])


@leads_to("SURCHARGE_OVER_CAP")
def _(book: Any) -> None:
    contract(book, surcharges={"fuel": {"percent": "10"}})


@leads_to("DISCOUNT_NOT_GIVEN")
def _(book: Any) -> None:
    contract(book, discount_pct="5")
