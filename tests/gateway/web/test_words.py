"""The words of the filter box, and that none is misunderstood in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.words import Words, read, with_verdict, written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", Words()),
        ("copperline", Words(free=("copperline",))),
        ("supplier:acme", Words(keyed={"supplier": ("acme",)})),
        ("Supplier:acme", Words(keyed={"supplier": ("acme",)})),
        ('supplier:"acme corp" 44', Words(keyed={"supplier": ("acme corp",)}, free=("44",))),
        ("reason:price reason:over", Words(keyed={"reason": ("price", "over")})),
        ("verdict:waiting", Words(keyed={"verdict": ("waiting",)})),
        ("verdict:maybe", Words(unknown=("verdict:maybe",))),
        ("colour:red", Words(unknown=("colour:red",))),
        ("supplier:", Words(unknown=("supplier:",))),
        ('an "open quote', Words(free=("an", "open", "quote"))),
    ],
)
def test_words_are_read(text: str, words: Words) -> None:
    assert read(text) == words


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    read(text)
    with_verdict(text, "waiting")


def test_a_tab_changes_the_verdict_and_keeps_the_rest() -> None:
    text = 'supplier:"acme corp" verdict:waiting 44'
    assert with_verdict(text, "exception") == '"supplier:acme corp" 44 verdict:exception'
    assert with_verdict(text, None) == '"supplier:acme corp" 44'


@given(st.lists(st.from_regex(r"[a-z:][a-z: ]{0,8}[a-z]", fullmatch=True), max_size=4))
def test_what_is_written_is_read_back(words: list[str]) -> None:
    found = read(written(words))
    assert sorted([*found.free, *found.unknown]) or not words
    assert read(written(words)) == found
