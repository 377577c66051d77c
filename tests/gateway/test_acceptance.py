"""What a receiver says that it made of an event, as it is read from the body of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.acceptance import NUMBER_MAX, REASON_MAX, Said, said


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"document_number": "5105600123"}', Said(document_number="5105600123")),
        ('{"document_number": 5105600123, "year": 2026}', Said(document_number="5105600123")),
        ('{"rejected": " the period is closed "}', Said(rejected="the period is closed")),
        ('{"document_number": "1", "rejected": "no"}', None),
        ('{"document_number": ""}', None),
        ('{"document_number": null, "rejected": null}', None),
        ('{"document_number": {"a": 1}}', None),
        ('{"document_number": "' + "1" * (NUMBER_MAX + 1) + '"}', None),
        ('{"id": "evt_1", "repeat": false}', None),
        ("OK", None),
        ("", None),
        ("[1]", None),
        (b"\xff\xfe", None),
        ('{"rejected": "\\ud800"}', None),
    ],
)
def test_one_of_the_two_is_said_or_nothing(body: str | bytes, told: Said | None) -> None:
    assert said(body) == told


@given(st.one_of(st.binary(), st.text(st.characters(codec="utf-8"))))
def test_any_answer_can_be_read(body: bytes | str) -> None:
    told = said(body)
    assert told is None or (told.document_number is None) != (told.rejected is None)


def test_a_long_reason_is_cut() -> None:
    told = said('{"rejected": "' + "x" * 5000 + '"}')
    assert told is not None
    assert len(told.rejected or "") == REASON_MAX
