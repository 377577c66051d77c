"""A partner's rows take the place of ours, or are refused."""

from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.partners import PartnerError, RowChange, changed
from mappers.rules import map_document
from mappers.x12.tables import TABLES
from parsers.x12.read import documents

BLANK, NAME = " " * 10, "A".ljust(15)
ORDER = (
    f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*000000001*0*P*>~"
    "GS*PO*A*A*20260105*0930*1*X*004010~ST*850*0001~BEG*00*SA*P-1**20260105~REF*XY*LATE~"
    "DTM*002*20260120~DTM*010*20260110~PO1*1*2*EA*3**ZZ*Q-7~CTT*1~SE*8*0001~GE*1*1~"
    "IEA*1*000000001~"
)


def order(*changes: RowChange) -> Any:
    [document] = documents(BytesIO(ORDER.encode()))
    table = changed(TABLES, changes)["850"]
    return map_document(table, document, Source(), 2026).record


def test_without_changes_the_tables_stay() -> None:
    assert changed(TABLES, ()) == TABLES


def test_a_row_takes_the_place_of_ours() -> None:
    assert str(order().requested_date) == "2026-01-20"
    moved = RowChange(table="850", field="requested_date", path=("DTM[010]/02", "DTM[002]/02"))
    assert str(order(moved).requested_date) == "2026-01-10"


def test_a_row_inside_a_line() -> None:
    change = RowChange(table="PO1 item", field="supplier_part", path="PO1/06+ZZ")
    (line,) = order(change).lines
    assert line.item.supplier_part == "Q-7"


def test_a_field_that_had_no_row() -> None:
    change = RowChange(table="850", field="fields.priority", path="REF[XY]/02", convert="code")
    assert order(change).fields["priority"] == "LATE"


def test_a_row_may_become_required() -> None:
    change = RowChange(table="850", field="contract", path="BEG/06", required=True)
    found = order(change)
    assert found.incomplete
    assert [problem.pointer for problem in found.problems] == ["/contract"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (RowChange(table="851", field="number", path="BEG/03"), "no table '851'"),
        (RowChange(table="850", field="colour", path="BEG/03"), "no field 'colour'"),
        (RowChange(table="850", field="number", path="BEG/03", convert="float"), "no converter"),
    ],
)
def test_changes_that_nothing_takes_are_refused(change: RowChange, told: str) -> None:
    with pytest.raises(PartnerError, match=told):
        changed(TABLES, (change,))
