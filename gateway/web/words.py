"""The words in the box of the inbox: `supplier:osprey reason:price age:>3d mine`.

They are the address of what is shown, so every view is a link. A word without a colon is looked for
in the reason, the supplier and the number; `mine` alone is what waits for the person who asks.
Quotes hold blanks together. A word that we do not know is kept and shown as such, with what it
might have been: it must not quietly widen the view.
"""

import re
import shlex
from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches

from msgspec import Struct

KEYS = {
    "supplier": "part of the supplier's name",
    "reason": "part of the reason, or a code",
    "cause": "the code of the reason shown first",
    "verdict": "what matching says of it",
    "number": "part of the invoice's number",
    "role": "on whom it is: buyer, receiver, supplier, quality, ap",
    "partner": "part of the name of the partner who sent it",
    "age": "how long it waits: >3d, <12h, >2w",
    "order": "risk, or newest first",
    "group": "cause: what one supplier's invoices share",
}
VERDICTS = (
    "exception",
    "unmatched",
    "duplicate",
    "waiting",
    "incomplete",
    "unreadable",
    "matched",
    "matched_within_tolerance",
    "decided",
)
MINE = "mine"
_CHOICES = {"verdict": VERDICTS, "order": ("risk", "newest"), "group": ("cause",)}
_AGE = re.compile(r"([<>]?)(\d{1,4})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class Unknown(Struct, frozen=True, kw_only=True):
    """A word that means nothing, why, and the word that may have been meant."""

    word: str
    why: str
    instead: str = ""


class Age(Struct, frozen=True, kw_only=True):
    """How long something waits: longer than `least`, less long than `most`."""

    least: timedelta | None = None
    most: timedelta | None = None


class Words(Struct, frozen=True, kw_only=True):
    """What is looked for: values by key, words that stand alone, and words that mean nothing."""

    keyed: dict[str, tuple[str, ...]] = {}
    free: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    mine: bool = False

    def of(self, key: str) -> tuple[str, ...]:
        """Return the values of `key`."""
        return self.keyed.get(key, ())

    @property
    def age(self) -> Age:
        """Return the bounds of the ages that are looked for; all of them hold."""
        found = [(sign, span) for sign, span in map(_age, self.of("age"))]
        return Age(
            least=max((span for sign, span in found if sign != "<"), default=None),
            most=min((span for sign, span in found if sign == "<"), default=None),
        )


def read(text: str) -> Words:
    """Read the words of the box; never raises."""
    keyed: dict[str, list[str]] = {}
    free, unknown = [], []
    for word in _split(text):
        key, colon, value = word.partition(":")
        key = key.lower()
        if not colon:
            free.append(word)
        elif told := _fault(word, key, value):
            unknown.append(told)
        else:
            keyed.setdefault(key, []).append(value)
    return Words(
        keyed={key: tuple(values) for key, values in keyed.items()},
        free=tuple(word for word in free if word.lower() != MINE),
        unknown=tuple(unknown),
        mine=any(word.lower() == MINE for word in free),
    )


def _fault(word: str, key: str, value: str) -> Unknown | None:
    """Say what is wrong with a word; None where nothing is."""
    if key not in KEYS:
        near = next(iter(get_close_matches(key, KEYS, 1)), "")
        instead = written([f"{near}:{value}"]) if near and value else ""
        return Unknown(word=word, why=f"there is no word {key}", instead=instead)
    if not value:
        return Unknown(word=word, why=f"{key}: needs a value, {KEYS[key]}")
    choices = _CHOICES.get(key, (value,))
    if value not in choices:
        near = next(iter(get_close_matches(value.lower(), choices, 1)), "")
        why = f"{key}: knows {', '.join(choices)}"
        return Unknown(word=word, why=why, instead=f"{key}:{near}" if near else "")
    if key == "age" and not _AGE.fullmatch(value):
        return Unknown(word=word, why="age: needs a number of hours, days or weeks, such as >3d")
    return None


def _age(value: str) -> tuple[str, timedelta]:
    found = _AGE.fullmatch(value)
    sign, number, unit = found.groups() if found else ("", "0", "h")
    return sign, int(number) * _UNITS[unit]


def with_verdict(text: str, verdict: str | None) -> str:
    """Return the words with their verdict replaced, the others as they are."""
    return with_word(text, "verdict", verdict)


def with_word(text: str, key: str, value: str | None) -> str:
    """Return the words with those of `key` replaced by one, or by none."""
    kept = [word for word in _split(text) if not word.lower().startswith(f"{key}:")]
    return written([*kept, f"{key}:{value}"] if value else kept)


def instead_of(text: str, word: str, better: str) -> str:
    """Return the words with one of them replaced, or left out where `better` is empty."""
    changed = (better if one == word else one for one in _split(text))
    return " ".join(one if one == better else written([one]) for one in changed if one)


def written(words: Iterable[str]) -> str:
    """Write words so that `read` finds them again."""
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _split(text: str) -> list[str]:
    lexer = shlex.shlex(text.replace("\\", ""), posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.quotes = True, "", '"'
    try:
        return list(lexer)
    except ValueError:  # a quote that is not closed
        return text.replace('"', " ").split()
