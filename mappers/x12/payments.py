"""Payments and what they are for: 820.

X12 004010 BPR, TRN, RMR, ADX. The amounts of an 820 are decimal numbers, and an adjustment that
lowers the payment has a minus.
"""

from typing import Any

from mappers.canonical import BankAccount, OrderRef, Payment, PaymentAdjustment, PaymentLine
from mappers.convert import codes, date, decimal, upper
from mappers.rules import Compute, Each, Join, One, Pairs, Table, Take, When
from mappers.x12.parts import NOTES, PARTY, REFERENCES

_ORDER = "PO"
"""RMR01 of what is paid on an order, without an invoice."""

_ADJUSTMENT = Table(
    "820 adjustment",
    PaymentAdjustment,
    (
        Take("amount", "ADX/01", decimal, required=True),
        Take("code", "ADX/02", upper),
        Join("reason", "02", each="NTE"),
        Take("reference", ("ADX/04", "REF/02")),
    ),
)
_OWN_ADJUSTMENT = Table(
    "820 line adjustment",
    PaymentAdjustment,
    (Take("amount", "RMR/08", decimal), Take("code", "RMR/07", upper)),
)


def _invoice(line: Any) -> str | None:
    """Return the number of the document that is paid, unless that is an order."""
    kind, number = line.find("RMR/01"), line.find("RMR/02")
    return number.text if number and not (kind and kind.text == _ORDER) else None


def _written_invoice(number: str) -> dict[str, str]:
    return {"RMR/02": number}


_LINE = Table(
    "820 line",
    PaymentLine,
    (
        Compute("invoice", _invoice, ("RMR/02",), _written_invoice),
        Take("type", "RMR/01", upper),
        Take("date", "DTM[003]/02", date, severity="warning"),
        When(
            "RMR/01",
            (_ORDER,),
            (One("order", Table("paid order", OrderRef, (Take("number", "RMR/02"),))),),
        ),
        One("order", Table("order", OrderRef, (Take("number", "REF[PO]/02"),))),
        Take("paid", "RMR/04", decimal),
        Take("gross", "RMR/05", decimal),
        Take("discount", "RMR/06", decimal),
        When("RMR/08", (), (Each("adjustments", "", _OWN_ADJUSTMENT),)),
        Each("adjustments", "ADX", _ADJUSTMENT),
        Pairs("fields", "REF", "01", ("02", "03"), keep_case=True),
    ),
)


def _account(name: str, bank: str, kind: str, number: str) -> Table:
    return Table(
        name,
        BankAccount,
        (
            Take("number", f"BPR/{number}"),
            Take("type", f"BPR/{kind}", upper),
            Take("bank", f"BPR/{bank}"),
        ),
    )


PAYMENT = Table(
    "820",
    Payment,
    (
        Take("number", ("TRN/02", "REF[EF]/02", "REF[CK]/02"), severity="warning"),
        Take("type", "BPR/03", codes({"C": "credit", "D": "debit"}, other=None)),
        Take("amount", "BPR/02", decimal, required=True),
        Take("method", "BPR/04", upper),
        Take("date", "BPR/16", date, severity="warning"),
        Take("currency", "CUR/02", upper),
        One("payer", PARTY, "N1[PR]"),
        One("payee", PARTY, "N1[PE]"),
        One("payer_account", _account("payer's account", "07", "08", "09")),
        One("payee_account", _account("payee's account", "13", "14", "15")),
        Each("lines", "RMR", _LINE),
        Each("lines", "ENT/RMR", _LINE),
        Each("adjustments", "ADX", _ADJUSTMENT),
        Each("adjustments", "ENT/ADX", _ADJUSTMENT),
        *REFERENCES,
        *NOTES,
    ),
)
