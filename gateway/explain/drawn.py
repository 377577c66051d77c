"""Paper explained as one HTML page that needs nothing else: its pictures with what was read boxed.

Each box has its field, value and state, and leads to its row and back. Pages are drawn in the
bounded child process that draws them for the screens.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import jinja2
from msgspec import Struct

from gateway.explain.view import Page, Value
from gateway.web.pictures import PictureError, Pictures
from gateway.web.show import pointer_words
from mappers.completing import SURE
from parsers.form import Box, Problem

PAGES_DRAWN = 20
_LOOK = 0.5
_SIGNS = {"sure": "\N{CHECK MARK}", "look": "!", "wrong": "?"}
_PLAIN = {"name", "amount", "number"}
_SINGULAR = {"taxes": "tax", "orders": "order", "adjustments": "charge"}
_GAP, _LETTER = 4.0, 3.4  # points
_TEMPLATE = Path(__file__).parent / "drawn.html"


class _Told(Struct, frozen=True, kw_only=True):
    """A value as its row and its box tell it."""

    id: str
    label: str
    field: str
    text: str
    state: str
    sign: str
    share: str
    page: int | None
    box: Box | None
    problems: tuple[Problem, ...]


class _Tag(Struct, frozen=True, kw_only=True):
    """The names of a box, written beside it."""

    text: str
    state: str
    x: float
    y: float
    anchor: str


class _Sheet(Struct, frozen=True, kw_only=True):
    number: int
    width: float
    height: float
    picture: str
    values: tuple[_Told, ...]
    tags: tuple[_Tag, ...]


class _Document(Struct, frozen=True, kw_only=True):
    title: str
    summary: tuple[str, ...]
    problems: tuple[Problem, ...]
    values: tuple[_Told, ...]
    sheets: tuple[_Sheet, ...]
    left_out: int


def has_boxes(page: Page) -> bool:
    """Whether values of an explained document stand on pages that can be drawn."""
    return any(value.box for line in page.lines for value in line.values)


def drawn(name: str, data: bytes, pages: Sequence[Page]) -> str:
    """Return a file that was explained as a page, with the pictures of its pages in it."""
    pictures = Pictures(lambda _sha256: BytesIO(data))
    documents = [_document(n, page, pictures) for n, page in enumerate(pages)]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(name=name, documents=documents)


def _document(number: int, page: Page, pictures: Pictures) -> _Document:
    every = [value for line in page.lines for value in line.values]
    values = tuple(_told(f"v{number}-{n}", value) for n, value in enumerate(every))
    sizes = pictures.sizes("")
    used = sorted({value.page for value in values if value.page and value.box})
    sheets = tuple(_sheets(used[:PAGES_DRAWN], sizes, values, pictures))
    return _Document(
        title=page.title,
        summary=page.summary,
        problems=page.problems,
        values=values,
        sheets=sheets,
        left_out=len(used) - len(sheets),
    )


def _sheets(
    numbers: Sequence[int],
    sizes: Sequence[tuple[float, float]],
    values: Sequence[_Told],
    pictures: Pictures,
) -> Iterator[_Sheet]:
    for number in numbers:
        if number > len(sizes):
            return
        try:
            picture = pictures.picture("", number)
        except PictureError:
            continue
        width, height = sizes[number - 1]
        here = tuple(value for value in values if value.page == number and value.box)
        yield _Sheet(
            number=number,
            width=width,
            height=height,
            picture=b64encode(picture).decode("ascii"),
            values=here,
            tags=tuple(_tags(here, width)),
        )


def _tags(values: Sequence[_Told], width: float) -> Iterator[_Tag]:
    """Yield the names of the boxes that are in no line: at their right, where there is room."""
    names: dict[Box, dict[str, str]] = {}
    for value in values:
        if value.box and not value.field.startswith("/lines/"):
            names.setdefault(value.box, {})[_short(value.field)] = value.state
    for (x0, top, x1, bottom), found in names.items():
        text = ", ".join(found)
        has_room = x1 + _GAP + _LETTER * len(text) < width
        yield _Tag(
            text=text,
            state=next(iter(found.values())),
            x=x1 + _GAP if has_room else x0 - _GAP,
            y=(top + bottom) / 2 + _GAP / 2,
            anchor="start" if has_room else "end",
        )


def _short(field: str) -> str:
    """Return one word or two for a field: that of its parent where its own says nothing."""
    parts = [part for part in field.split("/") if part and not part.isdigit()]
    last = parts[-2] if len(parts) > 1 and parts[-1] in _PLAIN else parts[-1]
    return _SINGULAR.get(last, last).replace("_", " ")


def _told(identifier: str, value: Value) -> _Told:
    state = state_of(value.confidence)
    return _Told(
        id=identifier,
        label=pointer_words(value.field).capitalize(),
        field=value.field,
        text=value.text,
        state=state,
        sign=_SIGNS[state],
        share="" if value.confidence is None else f"{value.confidence:.0%}",
        page=value.page,
        box=value.box,
        problems=value.problems,
    )


def state_of(confidence: float | None) -> str:
    """Return in which of the three states a value is: sure, look or wrong."""
    if confidence is None or confidence >= SURE:
        return "sure"
    return "look" if confidence >= _LOOK else "wrong"
