"""Mutated documents: the input of a number is always the same, so a finding can be seen again."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

_ENDINGS = {"x12": "x12", "edifact": "edi", "xml": "xml", "oci": "form"}
_TOKENS = (
    b"", b"0", b"-1", b"1E999", b"NaN", b"9" * 400, b".", b"-", b"0.00000000000000000001", b"1,5",
    b"00000000", b"20261340", b"260230", b"\x00", b"\x1a", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xc2\xa0", b"\r\n", b"\x1c", b"?", b"??'", b"]]>", b"<!--", b"&b;", b"&#0;",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"ISA*", b"IEA*1*1~", b"UNA:+.? '", b"UNZ+1+1'",
    b"ST*850*1~", b"SE*9*1~", b"HL*1*1*I~", b"LS*A~", b"BIN*9*~", b"%00", b"&x=%", b" " * 200,
    b"\xf0\x9f\x93\xa6",
)  # fmt: skip
_SEPARATORS = b"*+:~'>|<^=&%/ "
_MOST_CHANGES = 6
_LONGEST = 20_000


def seeds(samples: Path, syntax: str) -> tuple[bytes, ...]:
    """Return the documents of a syntax among the samples, the shortest first.

    Syntaxes are `x12`, `edifact`, `xml` and `oci`. Raises `LookupError` when there is none.
    """
    paths = samples.rglob(f"*.{_ENDINGS[syntax]}")
    found = sorted((path.read_bytes() for path in paths), key=lambda one: (len(one), one))
    if not found:
        message = f"no samples of {syntax} in {samples}"
        raise LookupError(message)
    return tuple(found)


def mutated(documents: Sequence[bytes], number: int) -> bytes:
    """Return the input of a number: one of the documents, changed in one to six places."""
    chance = random.Random(number)  # noqa: S311 - repeatable, not secret
    data = chance.choice(documents)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        data = chance.choice(_CHANGES)(data, documents, chance)
    return data[:_LONGEST]


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 1, 2, 5, 20, 100)))


def _piece(data: bytes, chance: random.Random) -> tuple[int, int]:
    """Return a stretch between two separators, whichever they are."""
    start = chance.randrange(len(data) + 1)
    separator = bytes([chance.choice(_SEPARATORS)])
    return data.rfind(separator, 0, start) + 1, data.find(separator, start) % (len(data) + 1)


def _flip(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _end(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _insert(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_TOKENS) + data[at:]


def _replace(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + chance.choice(_TOKENS) + data[max(start, end) :]


def _repeat(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[start:end] * chance.choice((2, 3, 50)) + data[max(start, end) :]


def _move(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    rest = data[:start] + data[max(start, end) :]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _swap(data: bytes, _all: Sequence[bytes], chance: random.Random) -> bytes:
    one, other = chance.choice(_SEPARATORS), chance.randrange(256)
    return data.replace(bytes([one]), bytes([other]))


def _splice(data: bytes, documents: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(documents)
    start, end = _span(other, chance)
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start : end + 300] + data[at:]


_CHANGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _flip, _flip, _cut, _end, _insert, _replace, _replace, _replace, _repeat, _move, _swap, _splice,
)  # fmt: skip
