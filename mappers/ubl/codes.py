"""Codes that UBL and CII share (UNTDID 1001, EN 16931)."""

INVOICE_TYPES = {
    **dict.fromkeys(
        ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"), "credit_memo"
    ),
    **dict.fromkeys(("80", "84", "383"), "debit_memo"),
}
"""UNTDID 1001 codes of credits and debits; all others that EN 16931 allows are invoices."""

ORDER_TYPES = {"220": "standard", "105": "standard", "221": "blanket", "226": "release"}
"""UNTDID 1001 codes of orders."""
