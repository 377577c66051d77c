"""What a line says itself, and what stands beside it or behind a charge."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Record = Callable[[str, str], Any]


def test_an_answer_takes_the_item_of_its_own_line(record: Record) -> None:
    response = record(
        "855",
        """
        BAK*00*AC*4500017*20260105
        PO1*1*5*EA*2**BP*A-1
        PID*F****CLAW HAMMER
        ACK*IA*5*EA
        PO1*2*5*EA*3
        ACK*IA*5*EA
        """,
    )
    first, second = response.lines
    assert (first.item.buyer_part, first.item.description) == ("A-1", "CLAW HAMMER")
    assert second.item is None


def test_a_tax_behind_a_charge_is_a_tax(record: Record) -> None:
    order = record(
        "850",
        """
        BEG*00*NE*4500017**20260105
        SAC*C*D240***750
        TXI*ST*1.20
        PO1*1*5*EA*2
        SAC*C*D240***100
        TXI*ST*0.30
        """,
    )
    assert [tax.amount for tax in order.taxes] == [Decimal("1.20")]
    assert [tax.amount for tax in order.lines[0].taxes] == [Decimal("0.30")]
