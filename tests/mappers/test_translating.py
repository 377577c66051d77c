"""A partner's codes at their elements mean ours."""

from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.edifact.tables import TABLES as EDIFACT
from mappers.rules import map_document
from mappers.translating import element_of, translated
from mappers.x12.tables import TABLES as X12
from parsers.edifact.read import documents as edifact_documents
from parsers.x12.read import documents as x12_documents

BLANK, NAME = " " * 10, "A".ljust(15)
ORDER = (
    f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*000000001*0*P*>~"
    "GS*PO*A*A*20260105*0930*1*X*004010~ST*850*0001~BEG*00*XO*P-1**20260105~REF*QC*CONTRACT-9~"
    "DTM*099*20260120~N1*KP*HALDEN*Z1*4711~PO1*1*2*ST*3*H1*ZZ*Q-7~CTP**NOW*5~CTT*1~SE*10*0001~"
    "GE*1*1~IEA*1*000000001~"
)
ORDERS = (
    "UNB+UNOC:3+A+B+260105:0930+1'UNH+1+ORDERS:D:96A:UN'BGM+220+P-1+9'DTM+900:20260105:102'"
    "RFF+QZ:C-9'NAD+KP+4711::91'LIN+1++4012345678901:XX'PIA+1+Q-7:ZZ'QTY+21:2:PCE'UNS+S'"
    "UNT+10+1'UNZ+1+1'"
)


def order(**codes: dict[str, str]) -> Any:
    return read(X12, x12_documents, ORDER, "850", codes)


def orders(**codes: dict[str, str]) -> Any:
    return read(EDIFACT, edifact_documents, ORDERS, "ORDERS", codes)


def read(
    tables: Any, documents: Any, text: str, kind: str, codes: dict[str, dict[str, str]]
) -> Any:
    found = [element_of(address, pairs) for address, pairs in codes.items()]
    own = translated(tables, tuple(one for one in found if one))
    [document] = documents(BytesIO(text.encode()))
    return map_document(own[kind], document, Source(), 2026).record


@pytest.mark.parametrize(
    ("address", "codes", "field", "value"),
    [
        ("BEG/02", {"XO": "BK"}, "type", "blanket"),
        ("REF/01", {"QC": "CT"}, "contract", "CONTRACT-9"),
        ("DTM/01", {"099": "002"}, "requested_date", "2026-01-20"),
        ("PO1/03", {"ST": "EA"}, "lines.0.uom", "EA"),
        ("PO1/06", {"ZZ": "VN"}, "lines.0.item.supplier_part", "Q-7"),
        ("PO1/05", {"H1": "HP"}, "lines.0.price_basis.quantity", "100"),
    ],
)
def test_a_code_of_x12_means_another(
    address: str, codes: dict[str, str], field: str, value: str
) -> None:
    assert reached(order(), field) != value
    assert reached(order(**{address: codes}), field) == value


def test_roles_and_the_kinds_of_numbers_within_them() -> None:
    found = order(**{"N1/01": {"KP": "BY"}, "N1/03": {"Z1": "92"}})
    assert found.buyer.name == "HALDEN"
    assert found.buyer.ids == {"assigned_by_buyer": "4711"}


def test_a_dictionary_keeps_the_value_under_our_code() -> None:
    assert order().fields["QC"] == "CONTRACT-9"
    assert order(**{"REF/01": {"QC": "CT"}}).fields["CT"] == "CONTRACT-9"


@pytest.mark.parametrize(
    ("address", "codes", "field", "value"),
    [
        ("DTM/1/1", {"900": "137"}, "date", "2026-01-05"),
        ("NAD/1", {"KP": "BY"}, "buyer.ids.assigned_by_seller", "4711"),
        ("LIN/3/2", {"XX": "EN"}, "lines.0.item.gtin", "4012345678901"),
        ("PIA/2/2", {"ZZ": "SA"}, "lines.0.item.supplier_part", "Q-7"),
        ("QTY/1/3", {"PCE": "EA"}, "lines.0.uom", "EA"),
    ],
)
def test_a_code_of_edifact_means_another(
    address: str, codes: dict[str, str], field: str, value: str
) -> None:
    assert reached(orders(), field) != value
    assert reached(orders(**{address: codes}), field) == value


def reached(found: Any, field: str) -> str | None:
    for part in field.split("."):
        if isinstance(found, dict):
            found = found.get(part)
        elif part.isdigit():
            found = found[int(part)]
        else:
            found = getattr(found, part, None)
    return None if found is None else str(found)


def test_what_is_no_element_is_none() -> None:
    assert element_of("uom", {}) is None
    assert element_of("REF/1", {"A": "B"}) is not None


def test_other_elements_stay_as_they_were() -> None:
    plain, translated_order = order(), order(**{"REF/02": {"QC": "CT"}})
    assert plain.fields == translated_order.fields
