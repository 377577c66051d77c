"""The answer says what a file became, in words for people and in JSON for programs."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.answers import answer, as_json, as_text, plain, refusal
from gateway.store.answering import Became, Decided
from parsers.form import Problem

WRONG = Problem(
    code="value.not_number",
    message="'12,5O' is not a number",
    at="segment 17 (IT1) element 02",
    found="12,5O",
    expected="a number",
    remedy="Correct the value and send the document again.",
)


def decided(state: str = "read", **more: object) -> Decided:
    facts: dict[str, object] = {
        "id": 7,
        "claim": "c",
        "partner": "acme",
        "name": "a.x12",
        "door": "folder",
        "state": state,
        "repeat_of": None,
        "problems": None,
        "received_at": "2026-03-02T09:00:00.000000+00:00",
        "decided_at": "2026-03-02T09:00:01.000000+00:00",
        "namesake": False,
    }
    return Decided(**facts | more)  # type: ignore[arg-type]


def became(position: int = 0, **more: object) -> Became:
    facts: dict[str, object] = {
        "document_id": 7,
        "position": position,
        "kind": "invoice",
        "number": "IN1",
        "incomplete": False,
        "body": b"{}",
        "verdict": None,
        "reason": None,
        "result": None,
    }
    return Became(**facts | more)  # type: ignore[arg-type]


RESULT = msgspec.json.encode(
    {
        "currency": "USD",
        "approved": "40.00",
        "pending": "0.00",
        "disputed": "10.00",
        "findings": [
            {"code": "QTY_OVER", "severity": "block", "line": "1", "sentence": "2 too many."}
        ],
    }
)


def test_an_accepted_file_is_told_with_its_verdicts() -> None:
    said = answer(
        decided(),
        [
            became(verdict="exception", reason="2 too many.", result=RESULT),
            became(1, kind="purchase_order", number="PO1"),
        ],
    )
    assert said.status == "accepted"
    text = as_text(said).decode()
    assert text.startswith("TAKEN IN")
    assert "Receipt:  no. 7, 2026-03-02 09:00:00 UTC" in text
    assert "1. invoice IN1: does not match" in text
    assert "approved 40.00, pending 0.00, disputed 10.00 USD" in text
    assert "QTY_OVER: line 1: 2 too many." in text
    assert "2. purchase order PO1: taken in" in text


def test_a_held_document_is_told_with_its_problems_and_remedies() -> None:
    body = msgspec.json.encode({"problems": [WRONG]})
    said = answer(decided(), [became(incomplete=True, body=body)])
    assert said.status == "held"
    text = as_text(said).decode()
    for word in (WRONG.at, WRONG.message, "found:    12,5O", "expected: a number", WRONG.remedy):
        assert word in text


def test_an_unreadable_file_is_told_why() -> None:
    said = answer(decided("quarantined", problems=msgspec.json.encode([WRONG])), [])
    assert said.status == "not_readable"
    assert "nothing of it is used" in as_text(said).decode()


def test_a_repeat_names_the_first_receipt() -> None:
    said = answer(decided("duplicate", repeat_of=3), [])
    assert said.status == "already_received"
    assert "the same as receipt no. 3" in as_text(said).decode()


def test_a_refusal_has_no_receipt() -> None:
    said = refusal("acme", "link.xml", WRONG, "2026-03-02T09:00:00.000000+00:00")
    assert "Receipt:  none" in as_text(said).decode()
    assert "receipt" not in json.loads(as_json(said))


def test_the_json_answer_is_complete_and_exact() -> None:
    told = json.loads(as_json(answer(decided(), [became(verdict="exception", result=RESULT)])))
    assert told["receipt"] == 7
    assert told["documents"][0]["disputed"] == "10.00"
    assert told["documents"][0]["findings"][0]["code"] == "QTY_OVER"


def test_a_long_file_is_told_in_short_and_in_full() -> None:
    said = answer(decided(), [became(n) for n in range(1000)])
    assert "... and 800 more, all of them in the JSON answer" in as_text(said).decode()
    assert len(json.loads(as_json(said))["documents"]) == 1000


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("line\nbreak", "line\\nbreak"),
        ("caf\u00e9", "caf\u00e9"),
    ],
)
def test_what_a_document_says_moves_no_cursor(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown
    said = answer(decided(name=hostile), [became(number=hostile)])
    assert hostile == shown or hostile not in as_text(said).decode()


@given(st.text(max_size=50))
def test_every_name_can_be_written(name: str) -> None:
    text = as_text(answer(decided(name=name), [became(number=name)])).decode()
    assert "\x1b" not in text
    lines = as_text(answer(decided(), [became()])).decode().count("\n")
    assert text.count("\n") == lines  # no name adds a line of its own
