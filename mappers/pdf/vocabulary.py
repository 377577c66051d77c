"""The words that invoices use for their fields, in several languages.

How they are recognised in a text.

The words are data: `labels/*.toml`, one file a language. Accents, case and punctuation do not
matter: "N° TVA :", "no. tva" and "NO TVA" are one label. On scans a word may differ from a label's
by a letter.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

_FOLDER = Path(__file__).parent / "labels"
_TOKEN = re.compile(r"[^\W_]+|[#%]")
_ODD = re.compile(r"[.']")
_ABBREVIATED = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_](?:\.|\b))")
_SPELLED = {"°": "o ", "º": "o ", "ß": "ss", "'": " ", "’": " "}  # noqa: RUF001
_CLOSE_FROM, _CLOSE_FAR = 5, 9
_KEPT = 16_384


class Token(NamedTuple):
    """A word of a text, folded; `start` and `end` are its place in the text."""

    text: str
    start: int
    end: int


class Match(NamedTuple):
    """A label found in a text, from `start` to `end`; `size` counts its words."""

    kind: str
    language: str
    start: int
    end: int
    size: int


class Lexicon(NamedTuple):
    """Labels by their first word, the longest first, and all the words that occur in them."""

    by_first: dict[str, list[tuple[tuple[str, ...], str, str]]]
    words: frozenset[str]


def fold(text: str) -> str:
    """Return `text` without case and accents, abbreviations without their dots (p.o. is po)."""
    return _folded(text)[0]


@lru_cache(maxsize=_KEPT)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of `text`, folded, with their places in it."""
    if text.isascii() and not _ODD.search(text):
        return tuple(Token(m.group().casefold(), m.start(), m.end()) for m in _TOKEN.finditer(text))
    plain, places = _folded(text)
    return tuple(
        Token(m.group(), places[m.start()], places[m.end() - 1] + 1) for m in _TOKEN.finditer(plain)
    )


@lru_cache(maxsize=_KEPT)
def _folded(text: str) -> tuple[str, list[int]]:
    """Return `text` folded, and for each of its letters the place in `text` that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", _SPELLED.get(letter, letter)).casefold():
            if not unicodedata.combining(part):
                letters.append(part)
                places.append(place)
    plain = "".join(letters)
    dots = {m.end() - 1 for m in _ABBREVIATED.finditer(plain)}
    kept = [index for index in range(len(plain)) if index not in dots]
    return "".join(plain[index] for index in kept), [places[index] for index in kept]


@lru_cache(maxsize=_KEPT)
def find(text: str, section: str, *, loose: bool = False) -> tuple[Match, ...]:
    """Return the labels of `section` in `text` from left to right, the longest at each place.

    Where a label stands for several kinds, all of them are returned. `loose` forgives a letter, as
    on scans.
    """
    known = lexicon(section)
    found = tokens(text)
    words = [_nearest(section, token.text) if loose else token.text for token in found]
    matches: list[Match] = []
    place = 0
    while place < len(words):
        best = _longest(known, words, place)
        for size, kind, language in best:
            end = found[place + size - 1].end
            matches.append(Match(kind, language, found[place].start, end, size))
        place += max((size for size, _, _ in best), default=1)
    return tuple(matches)


def _longest(known: Lexicon, words: Sequence[str], place: int) -> list[tuple[int, str, str]]:
    """Return (size, kind, language) of the longest labels that begin at `place`."""
    best: list[tuple[int, str, str]] = []
    for label, kind, language in known.by_first.get(words[place], ()):
        size = len(label)
        if best and size < best[0][0]:
            break
        if tuple(words[place : place + size]) == label:
            best.append((size, kind, language))
    return best


@lru_cache(maxsize=_KEPT)
def _nearest(section: str, word: str) -> str:
    """Return the word of the labels that `word` must be, read by OCR; itself where none is near."""
    known = lexicon(section).words
    if word in known or len(word) < _CLOSE_FROM or any(letter.isdigit() for letter in word[1:-1]):
        return word
    far = 2 if len(word) >= _CLOSE_FAR else 1
    best = extractOne(
        word, _long_words(section), scorer=DamerauLevenshtein.distance, score_cutoff=far
    )
    return best[0] if best else word


@cache
def _long_words(section: str) -> tuple[str, ...]:
    return tuple(sorted(word for word in lexicon(section).words if len(word) >= _CLOSE_FROM))


@cache
def lexicon(section: str) -> Lexicon:
    """Return the labels of one section of the label files: fields, totals, columns or titles."""
    entries: dict[tuple[tuple[str, ...], str], str] = {}
    for language, data in _files():
        for kind, labels in data[section].items():
            for label in labels:
                words = tuple(token.text for token in tokens(label))
                entries.setdefault((words, kind), language)
    by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for (words, kind), language in entries.items():
        by_first.setdefault(words[0], []).append((words, kind, language))
    for entered in by_first.values():
        entered.sort(key=lambda entry: -len(entry[0]))
    return Lexicon(by_first, frozenset(word for words, _ in entries for word in words))


@cache
def months() -> dict[str, int]:
    """Return the names of the months, folded, with their numbers."""
    return {fold(name): number for _, data in _files() for name, number in data["months"].items()}


@cache
def phrases(name: str) -> tuple[str, ...]:
    """Return the words of one list of the `words` section in all languages.

    Folded, longest first.
    """
    found = {fold(word) for _, data in _files() for word in data["words"][name]}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def _files() -> tuple[tuple[str, dict[str, Any]], ...]:
    loaded = [
        tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))
    ]
    return tuple((str(data["language"]), data) for data in loaded)
