"""Several readings of a scanned page made one.

Where they agree a word is surer, where they differ it is less so. Each reading sees the page in
another way (softened or as it is, as columns, as one block, as scattered words) and errs elsewhere.
Words of the same place are held against one another: what most readings say is taken, else what
the surest says. A word that only one reading has is taken where it looks like one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import prod

from msgspec import structs

from parsers.form import Page, Word

_SHARED = 0.4
_OUTVOTED, _DISPUTED = 0.9, 0.75
_CONFIRMING = 2
_CLEARLY = 0.05
_FOUND = 0.4

Place = list[list[Word]]


def agreed(first: Page, others: Sequence[Page]) -> Page:
    """Return `first` with what `others`, readings of the same page, add and correct."""
    if first.by != "ocr":
        return first
    readings = [first, *(one for one in others if abs(first.skew - one.skew) <= _SHARED)]
    places = _places([page.words for page in readings])
    words = (word for place in places for word in _settled(place))
    return structs.replace(first, words=tuple(words))


def _settled(place: Place) -> Iterator[Word]:
    """Yield what the readings of one place come to; `place` holds the words of each, or none."""
    said = [words for words in place if words]
    if len(said) == 1:
        yield from (word for word in said[0] if place[0] or _is_likely(word))
        return
    votes = Counter(map(_text, said))
    most = max(votes.values())
    chosen = max((w for w in said if votes[_text(w)] == most), key=lambda w: _weight(w, place[0]))
    agreeing = [words for words in said if _text(words) == _text(chosen)]
    doubted = 1.0 if most == len(said) else _OUTVOTED if 2 * most > len(said) else _DISPUTED
    for words in zip(*agreeing, strict=True):
        surest = sorted((word.confidence for word in words), reverse=True)[:_CONFIRMING]
        sure = 1.0 - prod(1.0 - one for one in surest)
        yield structs.replace(words[0], confidence=sure * doubted)


def _is_likely(word: Word) -> bool:
    """Whether a word that one reading alone has is more than dirt."""
    return word.confidence >= _FOUND and any(map(str.isalnum, word.text))


def _text(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)


def _weight(words: Sequence[Word], first: Sequence[Word]) -> float:
    """Return how sure a reading is of its words; the first needs not be clearly surer."""
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters
    return sure + (_CLEARLY if words is first else 0.0)


def _places(readings: Sequence[Sequence[Word]]) -> Iterator[Place]:
    """Yield the words of all readings that share a place, as connected groups, by reading."""
    words = sorted(
        ((word, which) for which, found in enumerate(readings) for word in found),
        key=lambda one: one[0].top,
    )
    home = list(range(len(words)))
    for index, later in _touching(words):
        home[_root(home, later)] = _root(home, index)
    groups: dict[int, Place] = {}
    for index, (word, which) in enumerate(words):
        groups.setdefault(_root(home, index), [[] for _ in readings])[which].append(word)
    for place in groups.values():
        yield [sorted(found, key=lambda word: word.x0) for found in place]


def _touching(words: Sequence[tuple[Word, int]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of `words`, ordered by their tops, that overlap and are of two readings."""
    for index, (word, which) in enumerate(words):
        for later in range(index + 1, len(words)):
            other, whose = words[later]
            if other.top >= word.bottom:
                break
            if whose != which and _overlap(word, other):
                yield index, later


def _root(home: list[int], index: int) -> int:
    """Return the one that stands for the group of `index`, and shorten the way there."""
    while home[index] != index:
        home[index] = index = home[home[index]]
    return index


def _overlap(one: Word, two: Word) -> bool:
    across = min(one.x1, two.x1) - max(one.x0, two.x0)
    down = min(one.bottom, two.bottom) - max(one.top, two.top)
    narrow = min(one.x1 - one.x0, two.x1 - two.x0)
    return across > _SHARED * narrow and down > _SHARED * min(
        one.bottom - one.top, two.bottom - two.top
    )
