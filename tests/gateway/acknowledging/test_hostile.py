"""Whatever is done to an interchange, its answer is one that a reader finds nothing wrong with."""

import datetime as dt
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.acknowledging import syntax
from gateway.acknowledging.facts import Watched, decoded, encoded
from gateway.formats import Arrival, read_arrived
from mappers.agreements import Acknowledgments
from parsers.edifact.read import documents as messages
from parsers.form import Document, ParseError
from parsers.x12.read import documents as sets
from tests.gateway.flows.test_acknowledging import MESSAGE
from tests.gateway.flows.test_matching import interchange, invoice, order

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
WHOLE = {
    "x12": interchange("850", "PO", [order(1), order(2)], 7).replace(b"*A*B*", b"*US*THEM*"),
    "x12, late": interchange("810", "IN", [invoice(1)], 8)
    .replace(b"*U*00401*", b"*^*00501*")
    .replace(b"*A*B*", b"*US*THEM*")
    .replace(b"004010", b"005010"),
    "edifact": MESSAGE % (9, 1, 9),
}


def answers(content: bytes, agreed: Acknowledgments) -> list[Document]:
    watched = Watched()
    arrival = Arrival(name="", sha256="", year=2026, watch=watched.take)
    try:
        list(read_arrived(BytesIO(content), arrival))
    except ParseError as fault:
        watched.break_off(fault.problem)
    found: list[Document] = []
    for received in watched.interchanges:
        draft = syntax.draft(decoded(encoded(received)), agreed)
        if draft is not None:
            text = syntax.spelled(draft, 17, tuple(range(30, 30 + draft.groups)), NOW)
            read = sets if received.syntax == "x12" else messages
            found += read(BytesIO(text.encode()))
    return found


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_a_clean_interchange_is_answered_cleanly(content: bytes) -> None:
    found = answers(content, Acknowledgments(interchange="always"))
    assert found
    assert [one.problems for one in found if one.problems] == []


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(WHOLE)),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 12), st.binary(max_size=6))),
    form=st.sampled_from(["997", "999"]),
)
@example(name="x12", cuts=[(104, 0, b"\xaa")], form="997")
def test_a_mutilated_one_is_answered_well_formed(
    name: str, cuts: list[tuple[int, int, bytes]], form: str
) -> None:
    content = WHOLE[name]
    for at, length, put in cuts[:4]:
        start = at % (len(content) + 1)
        content = content[:start] + put + content[start + length :]
    agreed = Acknowledgments(interchange="always", form="999" if form == "999" else "997")
    for one in answers(content, agreed):
        assert one.kind in {"TA1", "997", "999", "CONTRL"}
        assert [problem for problem in one.problems if problem.is_error] == []
