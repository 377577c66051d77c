"""The sentence of every code, with its arithmetic, as a person reads it (S9.2)."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from matcher.codes import CODES
from matcher.explain import written

LINE = {"qty": "12", "price": "4.00", "vendor_part": "W-7", "desc": "wing nut"}
Build = Callable[[Any], dict[str, Any]]
BUILDS: dict[str, Build] = {}
"""For each code, documents that lead to it; what a build returns is the policy."""


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


SENTENCES = {
    "QTY_OVER_ORDERED": "Billed 20 EA, ordered 12, with tolerance 15: 5 over, 20.00 disputed.",
    "QTY_OVER_RECEIVED": (
        "Billed 12 EA, received 9 and no more will come: 3 over, 12.00 disputed."
    ),
    "WAITING_RECEIPT": (
        "Billed 5 EA, received 4 of 12: 1 wait for a receipt, 4.00 pending; a ship notice "
        "expects it on 2026-05-26."
    ),
    "WAITING_RECEIPT_OVERDUE": (
        "Billed 12 EA, received 0 of 12 by receipt GR-55: 12 wait for a receipt for 40 days, "
        "48.00 pending."
    ),
    "WAITING_INSPECTION": (
        "Billed 12 EA, accepted 5 of 12 received: 7 wait in inspection, 28.00 pending."
    ),
    "QTY_REJECTED": "Billed 12 EA, accepted 10, rejected 2: 2 were rejected, 8.00 disputed.",
    "RETURN_NOT_CREDITED": (
        "Billed 12 EA, 3 of them went back for credit: 3 are not credited yet, 12.00 disputed."
    ),
    "PO_CANCELLED": (
        "Billed 12 EA, but the order was cancelled with 5 received: 7 over, 28.00 disputed."
    ),
    "QTY_TOL": (
        "Billed 13 EA, ordered 12, received 13: 1 over, within the ceiling of 13.2, 4.00 approved."
    ),
    "QTY_MISSING": (
        "The line bills 48.00 without a quantity, so nothing can be counted: 48.00 pending."
    ),
    "UOM_MISMATCH": (
        "Billed 2 BX, ordered in EA, and no factor is known (the prices imply 6): 48.00 pending."
    ),
    "BLANKET_LIMIT": (
        "Order 7700 is limited to 30.00 over all invoices: 18.00 of this line are beyond, disputed."
    ),
    "OVER_RELEASED": "48.00 were released, 36.00 are due now: recover 12.00.",
    "CREDIT_EXCEEDS_BILLED": "Credited 60.00, 12.00 more than was billed: 12.00 pending.",
    "WAITING_INVOICE": (
        "The memo over 8.00 is for invoice Z-9, not here or not payable yet: 8.00 pending."
    ),
    "PRICE_OVER": (
        "Billed 51.60 for 12 EA, the order's price makes 48.00, at most 48.96: 3.60 over, disputed."
    ),
    "PRICE_CAP": (
        "Billed 51.60 for 12 EA, the order's price makes 48.00: 2.60 are beyond the line's "
        "budget for variances and disputed."
    ),
    "PRICE_TOL": (
        "Billed 49.20 for 12 EA, the order's price makes 48.00: 1.20 over, within tolerance, "
        "approved."
    ),
    "PRICE_UNDER": (
        "Billed 46.80 for 12 EA, the order's price makes 48.00: 1.20 less, approved as billed."
    ),
    "PRICE_UNDER_BLOCK": (
        "Billed 4.80 for 12 EA, the order's price makes 48.00: 43.20 less is too cheap to be "
        "right, 4.80 pending."
    ),
    "PRICE_MISSING": "Billed 48.00 for 12 EA, but the order has no price: 48.00 pending.",
    "ITEM_NOT_ON_PO": "Order 7700 has no line for X-1: 9.00 disputed.",
    "PAIR_CONFLICT": (
        "The line names line 1 of order 7700, which is for W-7, but bills X-1: 48.00 disputed."
    ),
    "PAIR_AMBIGUOUS": (
        "The line may be for order line 1 at 4.00 or 2 at 6.00, equally likely: 60.00 pending."
    ),
    "PAIR_BY_ITEM": "The line names order line 1, its item is that of line 2: paired there.",
    "PO_MISSING": "No order is named (nearest: 7700 (0.30)): 48.00 pending.",
    "PO_NOT_FOUND": "Order 7999 is not known (nearest: 7700 (0.50)): 48.00 pending.",
    "PO_AMBIGUOUS": (
        "Several orders fit equally well (nearest: 7700 (1.00), 8800 (1.00)): 48.00 pending."
    ),
    "PO_RECOVERED": (
        "Order 77O1 was read as order 7700: number 0.75, items 1, amount 1 make 0.875."
    ),
    "LINES_MISSING": "The document has no lines that could be matched: 48.00 pending.",
    "PO_CLOSED": "Order 7700 is closed: 48.00 pending.",
    "PO_NOT_APPROVED": "Order 7700 is not approved: 48.00 pending.",
    "PO_CONFLICT": (
        "Order 7700 came twice with one revision number and other terms: 48.00 pending."
    ),
    "BLANKET_EXPIRED": (
        "2026-05-10 lies outside the order's validity, 2026-01-01 to 2026-04-30: 48.00 pending."
    ),
    "CHARGE_OVER": "Billed 14.00 for freight, planned 10.00, allowed 10.00: 4.00 over, disputed.",
    "CHARGE_UNPLANNED": (
        "Billed 14.00 for freight, which no order planned, allowed 5: 9.00 over, disputed."
    ),
    "CHARGE_TOL": (
        "Billed 10.50 for freight, planned 10.00: 0.50 over, within the allowed 11.00, approved."
    ),
    "TAX_OVER": "Tax 6.00 billed, 10 % of 48.00 make 4.80: 1.20 over, disputed.",
    "TAX_RATE_MISMATCH": (
        "Tax 9.60 billed at 20 %, the order has 10 %: 10 % of 48.00 make 4.80, 4.80 apart."
    ),
    "TAX_UNDER": "Tax 4.00 billed, 10 % of 48.00 make 4.80: 0.80 less, paid as billed.",
    "TAX_ROUNDING": (
        "Tax 4.81 billed, 10 % of 48.00 make 4.80: 0.01 apart, within 0.01, approved."
    ),
    "ARITH_LINE": (
        "The line states 52.00, but 12 at 4.00 make 48.00: the lesser is matched, 4.00 disputed."
    ),
    "ARITH_TOTAL": "The total is 55.00, its parts make 48.00: 7.00 apart, more than rounding.",
    "ROUNDING": "The total is 48.02, its parts make 48.00: 0.02 is accepted as rounding.",
    "CURRENCY_MISMATCH": "Billed in EUR, ordered in USD, and no rate is agreed: 48.00 disputed.",
    "INV_DATE_FUTURE": "The invoice is dated 2026-05-24, 4 days after 2026-05-20: 48.00 pending.",
    "INV_BEFORE_PO": "The invoice is dated 2026-05-10, before order 7700 of 2026-05-12.",
    "INV_BEFORE_PO_BLOCK": (
        "The invoice is dated 2026-05-10, before order 7700 of 2026-05-12: 48.00 pending."
    ),
    "INV_STALE": "The invoice is dated 2025-05-01, 384 days before 2026-05-20.",
    "TERMS_WORSE": (
        "The invoice asks for net 14 days, the order has 2 % within 10 days, net 30 days: the"
        " order's terms pay."
    ),
    "TERMS_BETTER": (
        "The invoice offers net 60 days from end of month, the order has net 30 days."
    ),
    "SUPPLIER_MISMATCH": "Billed by OTHER, but order 7700 went to ACME: 48.00 pending.",
    "SUPPLIER_BLOCKED": "Supplier ACME is blocked in master data: 48.00 pending.",
    "TAX_ID_MISMATCH": "The invoice states tax number T-2, master data has T-1: 48.00 pending.",
    "BANK_CHANGE": "The invoice asks for payment to XX22, master data has XX11: 48.00 pending.",
    "REMIT_TO_CHANGE": (
        "The invoice asks for remittance to Box 2, master data has Box 1: 48.00 pending."
    ),
    "FACT_CONFLICT": "Document A-17 came twice with other contents: 44.00 pending.",
    "FACT_REFUSED": "GR9/lines/0 cannot be used: no order line fits line 4.",
    "TIER_NOT_APPLIED": (
        "Billed 48.00 for 12 EA as ordered, but contract K-1 has 3.75 from 10 on, which makes"
        " 45.00: 3.00 too much."
    ),
    "SURCHARGE_OVER_CAP": (
        "Billed 9.00 for fuel, but contract K-1 caps it at 4.80: 4.20 too much."
    ),
    "DISCOUNT_NOT_GIVEN": (
        "Contract K-1 promises 5 % off 48.00, which is 2.40, and 0 were given: 2.40 too much."
    ),
    "DUP_EXACT": (
        "Number k4017 and total 48.00 are those of K-4017 of 2026-05-10: 48.00 disputed."
    ),
    "DUP_FUZZY": (
        "Number K-4O17 reads like K-4017 of 2026-05-10, with the same total 48.00: 48.00 disputed."
    ),
    "ERS_DUPLICATE": "Order 7700 is paid from its receipts without an invoice: 48.00 disputed.",
    "DUP_SUSPECT": (
        "Number K-4071 is one keystroke from K-4017 of 2026-05-10, with the same total 48.00:"
        " 48.00 pending."
    ),
    "DUP_NUMBER_REUSED": "Number K-4017 was used on 2026-05-10 for 48.00: 36.00 pending.",
    "DUP_CROSS_SUPPLIER": (
        "K-4017 of 2026-05-10 has this number and total, too, from a supplier with the same "
        "tax number or bank account: 48.00 pending."
    ),
}


@pytest.mark.parametrize("code", CODES)
def test_the_sentence_of_every_code(book: Any, code: str) -> None:
    policy = BUILDS[code](book)
    findings = [
        finding
        for outcome in book.judge(**policy).values()
        for finding in outcome.result.findings
        if finding.code == code
    ]
    finding = findings[0]
    assert finding.sentence == SENTENCES[code]
    assert finding.sources
    assert finding.severity == CODES[code].severity
    assert bool(finding.role) is bool(CODES[code].role)
    assert not re.search(
        r"[{}]|None|  | [,.:;]", " ".join([finding.sentence, *finding.suggestions])
    )


def test_a_code_that_stops_money_names_who_resolves_it_and_how() -> None:
    for name, code in CODES.items():
        if code.bucket in {"pend", "dispute"}:
            assert code.role, name
            assert code.suggestions, name


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12.00", "12.00"),
        ("0.50", "0.50"),
        ("3.3330", "3.333"),
        ("0.9285714", "0.9286"),
        ("1E+3", "1000"),
        ("Infinity", "unlimited"),
    ],
)
def test_numbers_are_written_plainly(number: str, text: str) -> None:
    assert written(Decimal(number)) == text
