"""Interchanges of our own making, in any delimiters and with any fault a test wants."""

from collections.abc import Callable
from io import BytesIO

import pytest

from parsers.form import Document
from parsers.x12.read import documents

ORDER = """\
ST*850*0001
BEG*00*SA*4500017**20260105
CUR*BY*USD
REF*DP*0042
DTM*002*20260120
N1*BY*NORTHWIND STORES*92*0007
N2*EASTERN REGION
N3*12 HARBOR WAY*DOCK 4
N4*PORTLAND*ME*041010000*US
N1*SE*ACME TOOLS*1*123456789
PO1*1*24*EA*7.5*PE*BP*A-100*VN*V-100*UP*036000291452
PID*F****CLAW HAMMER
PO1*2*6*CA*31.2**BP*A-200
CTT*2*30
AMT*TT*367.2
SE*16*0001"""

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]


def wrapped(  # noqa: PLR0913 - an envelope has that many parts
    *sets: str,
    code: str = "PO",
    version: str = "00401",
    repetition: str = "U",
    gs08: str = "004010",
    control: str = "000000017",
    sender: str = "NORTHWIND".ljust(15),
) -> str:
    """Put sets, a segment a line with * between elements, into an interchange written alike."""
    head = f"ISA*00*{' ' * 10}*00*{' ' * 10}*ZZ*{sender}*ZZ*{'ACME'.ljust(15)}*260105*0930"
    return "\n".join(
        (
            f"{head}*{repetition}*{version}*{control}*0*P*>",
            f"GS*{code}*NORTHWIND*ACME*20260105*0930*17*X*{gs08}",
            *sets,
            f"GE*{len(sets)}*17",
            f"IEA*1*{control}",
        )
    )


def delimited(
    text: str, *, element: str = "*", terminator: str = "~", component: str = ">"
) -> bytes:
    """Write segments in the delimiters of a partner."""
    table = str.maketrans({"*": element, ">": component, "\n": None})
    segments = (line.translate(table) + terminator for line in text.split("\n"))
    return "".join(segments).encode("latin-1")


@pytest.fixture
def order() -> str:
    return ORDER


@pytest.fixture
def interchange() -> Interchange:
    def make(*sets: str, **options: str) -> bytes:
        delimiters = {
            name: options.pop(name)
            for name in ("element", "terminator", "component")
            if name in options
        }
        return delimited(wrapped(*sets or (ORDER,), **options), **delimiters)

    return make


@pytest.fixture
def read() -> Read:
    return lambda data: list(documents(BytesIO(data)))
