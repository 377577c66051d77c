"""Two readings of a scanned page made one.

Where they agree a word is surer, where they differ it is less so. A second reading sees the page
another way (unsoftened, as one block of lines) and errs elsewhere. It adds words that the first
overlooked, confirms those that it reads alike, and wins where it is surer of what it reads.
"""

from collections.abc import Iterator, Sequence

from msgspec import structs

from parsers.form import Page, Word

_SHARED = 0.4
_DISPUTED = 0.75
_CLEARLY = 0.05


def agreed(first: Page, second: Page) -> Page:
    """Return `first` with what `second`, a reading of the same page, adds and corrects."""
    if first.by != "ocr" or abs(first.skew - second.skew) > _SHARED:
        return first
    return structs.replace(first, words=tuple(_joined(first.words, second.words)))


def _joined(first: Sequence[Word], second: Sequence[Word]) -> Iterator[Word]:
    for ours, theirs in _groups(first, second):
        if not theirs or not ours:
            yield from (*ours, *theirs)
        elif [word.text for word in ours] == [word.text for word in theirs]:
            yield from map(_confirmed, ours, theirs)
        else:
            better = theirs if _surety(theirs) > _surety(ours) + _CLEARLY else ours
            yield from (_disputed(word) for word in better)


def _groups(
    first: Sequence[Word], second: Sequence[Word]
) -> Iterator[tuple[list[Word], list[Word]]]:
    """Yield the words of both readings that share a place, as connected groups."""
    left = set(range(len(second)))
    done: set[int] = set()
    for start in range(len(first)):
        if start in done:
            continue
        ours, theirs = {start}, set[int]()
        grown = True
        while grown:
            more = {i for i in left - theirs if any(_overlap(second[i], first[k]) for k in ours)}
            back = {
                k
                for k in range(len(first))
                if k not in ours
                and k not in done
                and any(_overlap(first[k], second[i]) for i in more)
            }
            theirs |= more
            ours |= back
            grown = bool(back)
        done |= ours
        left -= theirs
        yield (
            sorted((first[k] for k in ours), key=_across),
            sorted((second[i] for i in theirs), key=_across),
        )
    for index in sorted(left):
        yield [], [second[index]]


def _across(word: Word) -> float:
    return word.x0


def _overlap(one: Word, two: Word) -> bool:
    across = min(one.x1, two.x1) - max(one.x0, two.x0)
    down = min(one.bottom, two.bottom) - max(one.top, two.top)
    narrow = min(one.x1 - one.x0, two.x1 - two.x0)
    return across > _SHARED * narrow and down > _SHARED * min(
        one.bottom - one.top, two.bottom - two.top
    )


def _surety(words: Sequence[Word]) -> float:
    return sum(word.confidence * len(word.text) for word in words) / sum(len(w.text) for w in words)


def _confirmed(one: Word, two: Word) -> Word:
    return structs.replace(one, confidence=1.0 - (1.0 - one.confidence) * (1.0 - two.confidence))


def _disputed(word: Word) -> Word:
    return structs.replace(word, confidence=_DISPUTED * word.confidence)
