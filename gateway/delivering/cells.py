"""Cells of CSV that no spreadsheet takes for a formula (OWASP, "CSV Injection").

A text that begins like one gets an apostrophe before it, which spreadsheets show as text; numbers
stay numbers, negative ones too.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_STARTS = tuple("=+-@\t\r\n|%＝＋－＠﹢﹣")  # noqa: RUF001 - the wide ones are meant
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def safe(text: str) -> str:
    """Return `text` as a cell."""
    if text.lstrip(" \u00a0\ufeff").startswith(_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8) with a line of names."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
