"""How what goes out is named in a partner's folder."""

from collections.abc import Iterable

ENDINGS = {"x12": "x12", "edifact": "edi"}


def answer_name(name: str, mark: str, kinds: Iterable[str], position: int, syntax: str) -> str:
    """Name the acknowledgment of the interchange at `position` (from 0) of the file `name`.

    `mark` tells apart files of one name: `order.x12.997.x12`, `order.x12.52.ta1-997.2.x12`.
    """
    told = "-".join(kinds).lower()
    place = f".{position + 1}" if position else ""
    return f"{name.replace('/', '_')}{mark}.{told}{place}.{ENDINGS[syntax]}"


def sent_name(kinds: Iterable[str], control: str, number: int, syntax: str) -> str:
    """Name a document of ours by its kinds, its control number, and how many we sent before."""
    told = "-".join(dict.fromkeys(kinds)).lower()[:60]
    return f"{told}-{control}-{number}.{ENDINGS[syntax]}"
