"""The words of the filter box, and that none is misunderstood in silence."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.words import Age, Words, instead_of, read, with_verdict, written


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
        ("mine supplier:acme", Words(mine=True, keyed={"supplier": ("acme",)})),
        ("age:>3d", Words(keyed={"age": (">3d",)})),
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
    assert found.free or found.unknown or not words
    assert read(written(words)) == found


@pytest.mark.parametrize(
    ("word", "why", "instead"),
    [
        ("colour:red", "there is no word colour", ""),
        ("suplier:acme", "there is no word suplier", "supplier:acme"),
        ("supplier:", "supplier: needs a value, part of the supplier's name", ""),
        ("verdict:exeption", "verdict: knows exception, unmatched", "verdict:exception"),
        ("verdict:maybe", "verdict: knows exception, unmatched", ""),
        ("age:old", "age: needs a number of hours, days or weeks", ""),
        ('"suplier:acme corp"', "there is no word suplier", '"supplier:acme corp"'),
    ],
)
def test_a_word_that_is_not_used_says_why(word: str, why: str, instead: str) -> None:
    (told,) = read(word).unknown
    assert told.word == word.strip('"')
    assert told.why.startswith(why)
    assert told.instead == instead


def test_a_word_is_replaced_and_left_out_where_it_stands() -> None:
    text = '44 suplier:acme "a b"'
    assert instead_of(text, "suplier:acme", "supplier:acme") == '44 supplier:acme "a b"'
    assert instead_of(text, "suplier:acme", "") == '44 "a b"'
    assert instead_of('"suplier:a b"', "suplier:a b", '"supplier:a b"') == '"supplier:a b"'


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("", Age()),
        ("age:>3d", Age(least=timedelta(days=3))),
        ("age:3d", Age(least=timedelta(days=3))),
        ("age:>1d age:>2w age:<90d", Age(least=timedelta(weeks=2), most=timedelta(days=90))),
        ("age:<12h", Age(most=timedelta(hours=12))),
    ],
)
def test_ages_have_bounds(text: str, age: Age) -> None:
    assert read(text).age == age
