"""On which line of a TOML file each key stands; the parser of the standard library does not say.

Keys are tuples as the parsed file nests them, tables of an array by their index. What stands inside
an inline table or an array has the line of the key that holds it.
"""

import re
import tomllib
from collections import Counter

Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_LONG = ('"""', "'''")


def lines_of(text: str) -> dict[Key, int]:
    """Return the line, from 1, of every table and key in a TOML text."""
    found: dict[Key, int] = {}
    counts: Counter[Key] = Counter()
    table: Key = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = _HEADER.fullmatch(line)
        entry = None if header else _ENTRY.match(line)
        if header:
            table = _table(header, counts)
            found.setdefault(table, number)
        elif entry:
            found.setdefault((*table, *_parts(entry[1])), number)
            closing = next((mark for mark in _LONG if line.count(mark) == 1), "")
    return found


def _table(header: re.Match[str], counts: Counter[Key]) -> Key:
    """Return the key of a table; a table of an array has its index."""
    key: Key = ()
    parts = _parts(header[2])
    for part in parts[:-1]:
        key = (*key, part)
        key = (*key, counts[key] - 1) if counts[key] else key
    key = (*key, parts[-1])
    if header[1] == "[[":
        counts[key] += 1
        return (*key, counts[key] - 1)
    return key


def _parts(written: str) -> tuple[str, ...]:
    """Return the parts of a dotted key, quoted or not."""
    found: object = tomllib.loads(f"{written} = 0")
    parts: list[str] = []
    while isinstance(found, dict):
        part, found = next(iter(found.items()))
        parts.append(part)
    return tuple(parts)


def line_of(lines: dict[Key, int], key: Key) -> int | None:
    """Return the line of a key, or of the nearest one that holds it."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return None
