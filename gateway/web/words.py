"""The words in the box of the inbox: `supplier:osprey reason:price verdict:waiting`.

They are the address of what is shown, so every view is a link. A word without a colon is looked for
in the reason, the supplier and the number. Quotes hold blanks together. A word that we do not know
is kept and shown as such: it must not quietly widen the view.
"""

import shlex
from collections.abc import Iterable

from msgspec import Struct

KEYS = ("supplier", "reason", "cause", "verdict", "number", "role", "partner", "order", "group")
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
_CHOICES = {"verdict": VERDICTS, "order": ("risk", "newest"), "group": ("cause",)}


class Words(Struct, frozen=True, kw_only=True):
    """What is looked for: values by key, words that stand alone, and words that mean nothing."""

    keyed: dict[str, tuple[str, ...]] = {}
    free: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def of(self, key: str) -> tuple[str, ...]:
        """Return the values of `key`."""
        return self.keyed.get(key, ())


def read(text: str) -> Words:
    """Read the words of the box; never raises."""
    keyed: dict[str, list[str]] = {}
    free, unknown = [], []
    for word in _split(text):
        key, colon, value = word.partition(":")
        key = key.lower()
        if not colon:
            free.append(word)
        elif key not in KEYS or not value or value not in _CHOICES.get(key, (value,)):
            unknown.append(word)
        else:
            keyed.setdefault(key, []).append(value)
    return Words(
        keyed={key: tuple(values) for key, values in keyed.items()},
        free=tuple(free),
        unknown=tuple(unknown),
    )


def with_verdict(text: str, verdict: str | None) -> str:
    """Return the words with their verdict replaced, the others as they are."""
    return with_word(text, "verdict", verdict)


def with_word(text: str, key: str, value: str | None) -> str:
    """Return the words with those of `key` replaced by one, or by none."""
    kept = [word for word in _split(text) if not word.lower().startswith(f"{key}:")]
    return written([*kept, f"{key}:{value}"] if value else kept)


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
