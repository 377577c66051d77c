"""Transaction sets to records: a test writes the segments, a line each, between ST and SE."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.rules import Mapped, map_document
from mappers.x12.tables import TABLES
from parsers.x12.read import documents

YEAR = 2026
_HEAD = "ISA*00*{0}*00*{0}*ZZ*{1}*ZZ*{2}*260105*0930*U*00401*000000017*0*P*>".format(
    " " * 10, "NORTHWIND".ljust(15), "ACME".ljust(15)
)
_CODES = {"810": "IN", "850": "PO", "855": "PR", "856": "SH", "860": "PC", "861": "RC"}
_CODES |= {"865": "CA", "997": "FA", "999": "FA", "820": "RA", "824": "AG", "857": "BS"}
_CODES |= {"864": "TX", "875": "OG", "880": "GP", "894": "DX"}


def mapped_set(kind: str, body: str) -> Mapped:
    segments = [line.strip() for line in body.splitlines() if line.strip()]
    lines = (
        _HEAD,
        f"GS*{_CODES[kind]}*NORTHWIND*ACME*20260105*0930*17*X*004010",
        f"ST*{kind}*0001",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        "GE*1*17",
        "IEA*1*000000017",
    )
    [document] = documents(BytesIO("".join(f"{line}~\n" for line in lines).encode()))
    return map_document(TABLES[kind], document, Source(format="x12"), YEAR)


@pytest.fixture
def mapped() -> Callable[[str, str], Mapped]:
    return mapped_set


@pytest.fixture
def record() -> Callable[[str, str], Any]:
    return lambda kind, body: mapped_set(kind, body).record
