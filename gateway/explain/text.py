"""An explained document as text: indented, and in colour where a person looks at it."""

import textwrap
from collections.abc import Iterator

import click
from msgspec import Struct

from gateway.explain.view import Line, Page, Value
from parsers.form import Problem

_INDENT = "  "
_COLUMNS = (9, 28, 20, 21)
_LISTED = (32, 30, 6, 5)
"""The widths of address, name, text and meaning; what is longer moves the rest to the right."""
_NARROWEST = 40


class Style(Struct, frozen=True):
    """How wide the page is, and whether it has colours."""

    width: int = 100
    colour: bool = False

    def paint(self, text: str, **how: object) -> str:
        """Return `text` in a style of `click.style`, where there are colours."""
        return click.style(text, **how) if self.colour else text  # type: ignore[arg-type]


def written(page: Page, style: Style) -> Iterator[str]:
    """Yield the lines of a page."""
    yield style.paint(page.title, bold=True)
    for line in page.envelope:
        yield from _line(line, 0, style)
    for line in page.lines:
        yield from _line(line, 1, style) if line.text else _listed(line, style)
    for problem in page.problems:
        yield from _problem(problem, 1, style)
    for sentence in page.summary:
        yield from _wrapped(sentence, _INDENT, style)
    yield ""


def _line(line: Line, deeper: int, style: Style) -> Iterator[str]:
    indent = _INDENT * (line.depth + deeper)
    number = f"{line.number} " if line.number else ""
    words = f"  {line.name}" if line.name else ""
    head = f"{number}{line.text}"
    room = max(style.width - len(indent) - len(words), _NARROWEST)
    pieces = textwrap.wrap(head, room, break_long_words=True, break_on_hyphens=False) or [""]
    yield f"{indent}{style.paint(pieces[0], fg='cyan')}{style.paint(words, bold=True)}"
    for piece in pieces[1:]:
        yield f"{indent}{_INDENT}{style.paint(piece, fg='cyan')}"
    for problem in line.problems:
        yield from _problem(problem, line.depth + deeper + 1, style)
    for value in line.values:
        yield from _value(value, line.depth + deeper + 2, style)


def _listed(line: Line, style: Style) -> Iterator[str]:
    """Yield values that stand in no tree as a table: field, text, how sure, where."""
    for value in line.values:
        sure = "" if value.confidence is None else f"{value.confidence:.0%}"
        said = _columns(_LISTED, value.field, value.text, value.name, sure) + value.place
        yield from _wrapped(said, _INDENT, style)
        for problem in value.problems:
            yield from _problem(problem, 2, style)


def _value(value: Value, depth: int, style: Style) -> Iterator[str]:
    indent = _INDENT * depth
    texts = (value.place, value.name, value.text, value.means)
    said = _columns(_COLUMNS, *texts) if value.name else f"{value.place} {value.text}  "
    tail = f"-> {value.field}" if value.field else ""
    if tail and len(indent) + len(said) + len(tail) <= style.width:
        yield f"{indent}{said}{style.paint(tail, fg='green')}"
    else:
        yield from _wrapped(said.rstrip(), indent, style)
        if tail:
            yield f"{indent}{_INDENT}{style.paint(tail, fg='green')}"
    for problem in value.problems:
        yield from _problem(problem, depth + 1, style)


def _columns(widths: tuple[int, ...], *texts: str) -> str:
    """Put texts side by side."""
    return "".join(f"{text:<{width - 1}} " for text, width in zip(texts, widths, strict=True))


def _problem(problem: Problem, depth: int, style: Style) -> Iterator[str]:
    indent = _INDENT * depth
    colour = "red" if problem.is_error else "yellow"
    at = f" at {problem.at}" if problem.at else ""
    told = f"{problem.severity} {problem.message} [{problem.code}]{at}"
    for piece in _wrapped(told, indent, style):
        yield style.paint(piece, fg=colour)
    if problem.remedy:
        yield from _wrapped(problem.remedy, indent + _INDENT, style)


def _wrapped(text: str, indent: str, style: Style) -> Iterator[str]:
    width = max(style.width, len(indent) + _NARROWEST)
    yield from textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + _INDENT,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
