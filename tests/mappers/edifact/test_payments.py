"""What a REMADV pays, and for which documents."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.edifact.tables import TABLES
from mappers.rules import map_document
from parsers.edifact.read import documents

ADVICE = """\
UNB+UNOC:3+BUYER:14+SELLER:14+260105:0930+77
UNH+1+REMADV:{version}:UN
BGM+481+ADV-7+9
DTM+137:20260105:102
DTM+203:20260110:102
FII+OR+123456789:NORTHWIND STORES+BANKGB2L:25:17
FII+BF+987654321
PAI+::42
NAD+PR+5412345000013::9
NAD+PE+4012345000009::9
CUX+2:EUR:11
DOC+380+INV-1
MOA+77:1000
MOA+52:20
MOA+12:980
DTM+171:20251201:102
RFF+ON:4500017
DOC+381+CM-2
MOA+77:50
MOA+12:50
AJT+6
MOA+165:-5
FTX+AAI+++SHORT
UNS+S
MOA+12:925
UNT+25+1
UNZ+1+77"""


def record(version: str) -> Any:
    raw = ADVICE.format(version=version).replace("\n", "'") + "'"
    [document] = documents(BytesIO(raw.encode()))
    return map_document(TABLES["REMADV"], document, Source(format="edifact"), 2026).record


@pytest.mark.parametrize("version", ["D:93A", "D:96A", "D:01B"])
def test_an_advice(version: str) -> None:
    payment = record(version)
    assert payment.problems == ()
    assert (payment.number, payment.amount, payment.currency) == ("ADV-7", Decimal(925), "EUR")
    assert (payment.date, payment.method) == (date(2026, 1, 10), "42")
    assert payment.payer.ids == {"gln": "5412345000013"}
    assert (payment.payer_account.number, payment.payer_account.bank) == ("123456789", "BANKGB2L")
    assert payment.payee_account.number == "987654321"
    invoice, credit = payment.lines
    assert (invoice.invoice, invoice.type, invoice.date) == ("INV-1", "380", date(2025, 12, 1))
    amounts = (invoice.gross, invoice.discount, invoice.paid)
    assert amounts == (Decimal(1000), Decimal(20), Decimal(980))
    assert invoice.order.number == "4500017"
    [adjustment] = credit.adjustments
    assert (adjustment.amount, adjustment.code, adjustment.reason) == (Decimal(-5), "6", "SHORT")
