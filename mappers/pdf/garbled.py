"""Whether a text layer says what the page shows.

A font may map its letters falsely: the page reads well to the eye and is gibberish to a program,
by accident or so that another text is read. Text of some length in which hardly a word occurs that
stands on invoices, orders and their like in any known language is such a text.
"""

from collections.abc import Sequence

from mappers.pdf.vocabulary import find, phrases
from parsers.form import Page, Problem

_FIRST = 2
_WORDS_MIN, _KNOWN_SHARE = 12, 0.05
_SECTIONS = ("fields", "totals", "columns", "titles")
_LETTERS_MIN = 4


def is_garbled(pages: Sequence[Page]) -> bool:
    """Whether the text layers of `pages` hold words and hardly one that means anything here."""
    words = [word.text for page in pages[:_FIRST] if page.by == "text" for word in page.words]
    worded = [text for text in words if sum(map(str.isalpha, text)) >= _LETTERS_MIN]
    known = sum(map(_means_something, worded))
    return len(worded) >= _WORDS_MIN and known < _KNOWN_SHARE * len(worded)


def _means_something(text: str) -> bool:
    if text.casefold() in phrases("payment"):
        return True
    return any(match.size == 1 for section in _SECTIONS for match in find(text, section))


def text_lies() -> Problem:
    """Say that the text of the file was set aside for what the page shows."""
    return Problem(
        code="pdf.text_lies",
        severity="warning",
        message="the text in the file is not what the pages show; they were read as pictures",
        at="page 1",
        remedy="Compare the record with the page; ask the sender for a PDF with honest fonts.",
    )
