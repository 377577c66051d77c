from msgspec import structs

from parsers.form import Page, Word
from parsers.pdf.agree import agreed


def word(text: str, x0: float, *, top: float = 100.0, sure: float = 0.8) -> Word:
    return Word(
        text=text,
        x0=x0,
        top=top,
        x1=x0 + 6 * len(text),
        bottom=top + 9,
        page=1,
        size=9,
        confidence=sure,
        by="ocr",
    )


def page(*words: Word) -> Page:
    return Page(number=1, width=595, height=842, words=words, by="ocr")


def read(first: Page, *others: Page) -> dict[str, float]:
    return {word.text: word.confidence for word in agreed(first, others).words}


def test_what_two_readings_say_alike_is_surer() -> None:
    assert read(page(word("156.47", 50)), page(word("156.47", 51)))["156.47"] > 0.95


def test_most_readings_win_and_are_not_sure_of_it() -> None:
    wrong, right = page(word("156.A7", 50, sure=0.9)), page(word("156.47", 50))
    found = read(wrong, right, right)
    assert list(found) == ["156.47"]
    assert found["156.47"] < read(right, right, right)["156.47"]


def test_where_two_readings_differ_the_clearly_surer_is_taken_with_doubt() -> None:
    found = read(page(word("1S6.47", 50, sure=0.6)), page(word("156.47", 50, sure=0.9)))
    assert list(found) == ["156.47"]
    assert found["156.47"] < 0.7
    kept = read(page(word("KT-20417", 50)), page(word("KT-2O417", 50, sure=0.82)))
    assert list(kept) == ["KT-20417"]


def test_words_that_one_reading_splits_share_a_place() -> None:
    whole, parts = page(word("22567 1-00", 50)), page(word("225671-00", 50, sure=0.95))
    assert list(read(whole, parts, parts)) == ["225671-00"]


def test_what_was_overlooked_is_added_and_dirt_is_not() -> None:
    first = page(word("Total", 50))
    second = page(word("24.00", 300), word(";", 400, sure=0.9), word("oo", 450, sure=0.2))
    assert sorted(read(first, second)) == ["24.00", "Total"]


def test_readings_of_other_tilts_and_pages_of_text_are_left_alone() -> None:
    first, other = page(word("Total", 50)), page(word("24.00", 300))
    tilted = structs.replace(other, skew=2.0)
    assert agreed(first, [tilted]).words == first.words
    text = structs.replace(first, by="text")
    assert agreed(text, [other]) is text
