"""What a pattern of the sieve matches has no fault by the exact checks."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.x12.checks import faults, value_faults
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import element_of_number, facts_of
from parsers.x12.sieve import sieve_of, text_pattern

DELIMITERS = Delimiters(element="*", terminator="~", component=">")
NUMBERS = ("93", "355", "358", "212", "610", "363", "373", "337", "66", "235", "324", "347", "639")
TEXTS = ("", "1", "EA", "20260105", "20260230", "1E5", "-2.50", "A B", "0930", "x" * 90, "é", ">")


@pytest.mark.parametrize("version", [3040, 4010, 5010])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_match_has_no_fault(number: str, version: int) -> None:
    element = element_of_number(number, version)
    assert element is not None
    pattern = re.compile(text_pattern(element, DELIMITERS))

    @settings(max_examples=40)
    @given(st.one_of(st.sampled_from(TEXTS), st.from_regex(r"[0-9A-Z .>-]{1,12}", fullmatch=True)))
    def matches_are_good(text: str) -> None:
        if pattern.fullmatch(text):
            assert not list(value_faults(text, element))

    matches_are_good()


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("N1", "REF", "DTM", "IT1", "PO4", "ITD", "HL", "PER", "ZZZ")),
            st.lists(st.sampled_from(TEXTS), max_size=9),
        ),
        max_size=12,
    )
)
def test_segments_with_faults_are_doubtful(drawn: list[tuple[str, list[str]]]) -> None:
    rows = [[name, *texts] for name, texts in drawn]
    sieve = sieve_of(DELIMITERS, 4010)
    doubtful = set(sieve.doubtful(rows)) | set(sieve.doubtful(rows))
    for index, row in enumerate(rows):
        facts = facts_of(row[0], 4010)
        if facts and list(faults(row, facts, DELIMITERS)):
            assert index in doubtful, row
