"""An 864 keeps its words."""

from collections.abc import Callable
from typing import Any

Record = Callable[[str, str], Any]


def test_a_message_for_people(record: Record) -> None:
    body = """
        BMG*00*PLANT CLOSED
        N1*FR*ACME TOOLS
        MIT*1*SHUTDOWN
        MSG*We are closed
        MSG*from 1 to 8 August.
    """
    text = record("864", body)
    assert text.fields == {"subject": "PLANT CLOSED"}
    assert text.notes == ("We are closed", "from 1 to 8 August.")
