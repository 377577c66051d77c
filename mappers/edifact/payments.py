"""Payments and what they are for: REMADV.

UN/EDIFACT D.93A to D.01B, EANCOM: BGM, FII, DOC, AJT, MOA. A credit note that was taken into
account keeps its own amount; `type` of its line (1001: 381) says the direction.
"""

from mappers.canonical import BankAccount, OrderRef, Payment, PaymentAdjustment, PaymentLine
from mappers.convert import upper
from mappers.edifact.parts import CURRENCY, NOTES, PARTY, REFERENCES, day, decimal
from mappers.rules import Each, Join, One, Table, Take

_ADJUSTMENT = Table(
    "REMADV adjustment",
    PaymentAdjustment,
    (
        Take("amount", ("MOA[165]/12", "MOA[52]/12", "MOA/12"), decimal),
        Take("code", "AJT/11", upper),
        Join("reason", ("FTX/41", "FTX/42", "FTX/43")),
        Take("reference", "RFF/12"),
    ),
)

_LINE = Table(
    "REMADV line",
    PaymentLine,
    (
        Take("invoice", "DOC/21"),
        Take("type", "DOC/11", upper),
        *day("date", "171", "3", "137"),
        One("order", Table("order", OrderRef, (Take("number", "RFF[ON]/12"),))),
        Take("gross", ("MOA[77]/12", "MOA[9]/12", "MOA[39]/12"), decimal),
        Take("discount", ("MOA[52]/12", "MOA[21]/12"), decimal),
        Take("paid", "MOA[12]/12", decimal),
        Each("adjustments", "AJT", _ADJUSTMENT),
    ),
)


def _account(name: str, qualifier: str) -> One:
    place = f"FII[{qualifier}]"
    rows = (Take("number", f"{place}/21"), Take("bank", (f"{place}/31", f"{place}/34")))
    return One(name, Table(name, BankAccount, rows))


PAYMENT = Table(
    "REMADV",
    Payment,
    (
        Take("number", "BGM/21", required=True),
        *day("date", "203", "138", "209", "137"),
        CURRENCY,
        Take("amount", ("MOA[12]/12", "MOA[9]/12", "MOA[86]/12", "MOA[77]/12"), decimal),
        Take("method", ("PAI/13", "PAI/11"), upper),
        One("payer", PARTY, ("NAD[PR]", "NAD[BY]", "NAD[OR]")),
        One("payee", PARTY, ("NAD[PE]", "NAD[SU]", "NAD[BE]")),
        _account("payer_account", "OR"),
        _account("payee_account", "BF"),
        Each("lines", "DOC", _LINE),
        REFERENCES,
        *NOTES,
    ),
)
