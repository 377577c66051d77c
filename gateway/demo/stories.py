"""The sample stories: documents as partners send them, and what is to come of them.

A story is a folder with an `expected.json`, and in it a folder for each partner with the documents
that it drops. The stories lie beside the source, or inside the installed package.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

import msgspec
from msgspec import Struct

_PLACES = (
    Path(__file__).resolve().parent.parent / "samples",  # installed from a wheel
    Path(__file__).resolve().parents[2] / "samples",  # beside the source
)


class Expected(Struct, frozen=True, kw_only=True):
    """The reconciliation that is due for one invoice of a story."""

    class Invoice(Struct, frozen=True, kw_only=True):
        """Which invoice it speaks of."""

        number: str

    class Line(Struct, frozen=True, kw_only=True):
        """What is due on one line; `order` is the line it pairs with."""

        number: str
        order: dict[str, str]
        verdict: str
        approved: Decimal
        pending: Decimal
        disputed: Decimal
        codes: tuple[str, ...] = ()

    invoice: Invoice
    orders: tuple[str, ...]
    verdict: str
    currency: str
    approved: Decimal
    pending: Decimal
    disputed: Decimal
    codes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


class SampleDocument(Struct, frozen=True, kw_only=True):
    """One document of a story; `file` is its path below the story, the partner's folder first.

    `becomes` is what people call its record; `repeats` names the document whose bytes it
    repeats, `quarantined` the problem for which it ends in quarantine.
    """

    file: str
    becomes: str
    repeats: str | None = None
    quarantined: str | None = None

    @property
    def partner(self) -> str:
        """The folder that it is dropped in."""
        return self.file.split("/", 1)[0]

    @property
    def name(self) -> str:
        """Its name in that folder."""
        return self.file.split("/", 1)[1]


class Told(Struct, frozen=True, kw_only=True):
    """What `expected.json` says; `as_of` is the day on which it holds."""

    as_of: dt.date
    documents: tuple[SampleDocument, ...]
    reconciliations: tuple[Expected, ...]


class Story(Struct, frozen=True, kw_only=True):
    """A story, its documents in the order in which they arrive."""

    folder: Path
    told: Told

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    def content(self, document: SampleDocument) -> bytes:
        """Return the bytes of one of its documents."""
        return (self.folder / document.file).read_bytes()


def samples() -> Path:
    """Return the folder of the samples; raise `FileNotFoundError` where they are not installed."""
    for place in _PLACES:
        if (place / "policy.toml").is_file():
            return place
    message = f"no samples in {' or '.join(map(str, _PLACES))}"
    raise FileNotFoundError(message)


def stories(root: Path) -> tuple[Story, ...]:
    """Return the stories below `root`, in the order of their names."""
    decoder = msgspec.json.Decoder(Told)
    return tuple(
        Story(folder=path.parent, told=decoder.decode(path.read_bytes()))
        for path in sorted(root.glob("*/expected.json"))
    )


def interleaved(told: Sequence[Story]) -> Iterator[tuple[Story, SampleDocument]]:
    """Yield every document, the stories mixed as partners mix them, each story in its own order."""
    for step in zip_longest(*(one.told.documents for one in told)):
        yield from ((one, document) for one, document in zip(told, step, strict=True) if document)
