"""What the text of an element means."""

import pytest

from gateway.explain.values import meaning_in_edifact, meaning_in_x12


@pytest.mark.parametrize(
    ("segment", "place", "name", "text", "means"),
    [
        ("BEG", 5, "order date", "20260105", "2026-01-05"),
        ("BEG", 5, "order date", "20261305", ""),
        ("ISA", 9, "date", "260105", "2026-01-05"),
        ("ISA", 10, "time", "0930", "09:30:00"),
        ("DTM", 3, "time", "2599", ""),
        ("TDS", 1, "total amount", "3410", "34.10"),
        ("TDS", 1, "total amount", "34.10", ""),
        ("TDS", 1, "total amount", "-1250", "-12.50"),
        ("TDS", 1, "total amount", "12,5O", ""),
        ("SAC", 5, "amount", "7", "0.07"),
        ("AMT", 2, "amount", "480.00", ""),
        ("IT1", 3, "unit", "EA", "each"),
        ("AK3", 4, "fault", "3", "a mandatory segment is missing"),
        (
            "AK5",
            2,
            "fault",
            "23",
            "the control number of the transaction set is not unique in its group",
        ),
        ("N1", 1, "role", "??", ""),
        ("QQ9", 40, "", "x", ""),
    ],
)
def test_in_x12(segment: str, place: int, name: str, text: str, means: str) -> None:
    assert meaning_in_x12(segment, place, name, text, "004010") == means


@pytest.mark.parametrize(
    ("place", "name", "text", "form", "means"),
    [
        ("DTM/1/2", "date", "20260105", "102", "2026-01-05"),
        ("DTM/1/2", "date", "260105", "101", "2026-01-05"),
        ("DTM/1/2", "date", "202601051630", "203", "2026-01-05 16:30:00"),
        ("DTM/1/2", "date", "202601", "610", ""),
        ("UNB/4/1", "date", "260105", "", "2026-01-05"),
        ("UNB/4/2", "time", "0930", "", "09:30:00"),
        ("DTM/1/1", "date type", "137", "", "document"),
        ("QTY/1/3", "unit", "PCE", "", "piece"),
        ("NAD/1", "role", "zz", "", ""),
    ],
)
def test_in_edifact(place: str, name: str, text: str, form: str, means: str) -> None:
    assert meaning_in_edifact(place, name, text, form) == means
