"""The sentence of every code, with its arithmetic, as a person reads it (S9.2)."""

import re
from decimal import Decimal
from typing import Any

import pytest

from matcher.codes import CODES
from matcher.explain import written
from tests.matcher.code_cases import BUILDS

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
