"""Files explained: a page for each document in them, one at a time, whatever their format."""

from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct, structs

from gateway.explain.places import list_of, tree_of, without_place
from gateway.explain.segments import envelope_of, lines_of
from gateway.explain.summary import sentences, title_of
from gateway.explain.view import Page
from gateway.formats import Arrival, read_arrived
from gateway.naming import named
from mappers.rules import Mapped
from parsers.form import Document, ParseError, Problem
from parsers.x12.form import TransactionSet

_TREES = frozenset({"cxml", "ubl", "cii"})


class _Seen(Struct):
    """The document that was read last, and the one before it."""

    last: Document | None = None
    before: Document | None = None


def pages_of(source: BinaryIO, arrival: Arrival) -> Iterator[Page]:
    """Yield a page for each document of a file, and one for the fault that ends it, if any."""
    seen = _Seen()

    def watch(document: Document, _problems: object) -> None:
        seen.before, seen.last = seen.last, document

    try:
        for mapped in read_arrived(source, structs.replace(arrival, watch=watch)):
            yield _page(mapped, seen)
    except ParseError as fault:
        yield _broken(arrival.name, fault.problem)


def _page(mapped: Mapped, seen: _Seen) -> Page:
    record = mapped.record
    form = record.source.format
    trace = named(form, mapped.trace())
    document = seen.last
    page = Page(
        title=title_of(record),
        summary=sentences(record),
        failed=record.incomplete or any(one.is_error for one in record.problems),
    )
    if document is not None and isinstance(document.form, TransactionSet):
        envelope = tuple(envelope_of(document, seen.before))
        lines, rest = lines_of(document, trace, record.problems)
        return structs.replace(page, envelope=envelope, lines=lines, problems=rest)
    rest = without_place(trace, record.problems)
    if form in _TREES:
        return structs.replace(page, lines=tree_of(trace, record.problems), problems=rest)
    return structs.replace(page, lines=list_of(trace, record.problems), problems=rest)


def _broken(name: str, problem: Problem) -> Page:
    """Return the page of what could not be read, or not be read to its end."""
    title = f"{name} cannot be read from here on"
    return Page(title=title, summary=(), problems=(problem,), failed=True)
