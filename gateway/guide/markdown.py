"""A guide as Markdown: to be read in a terminal, or kept beside a contract."""

from collections.abc import Iterable, Iterator, Sequence

from gateway.guide.view import Guide, Row, Section, SegmentGuide, SetGuide

OWN = "*"
"""What marks a row that is this partner's own."""


def markdown(guide: Guide) -> Iterator[str]:
    """Yield the lines of a guide."""
    yield f"# {guide.title}"
    for section in guide.sections:
        yield from _section(section)
    for one in guide.sets:
        yield from _set(one)


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {section.title}", "")
    yield from section.sentences
    if section.pairs:
        yield from [""] if section.sentences else []
        yield from _table(("", ""), section.pairs)


def _set(one: SetGuide) -> Iterator[str]:
    words = f": {one.words}" if one.words else ""
    yield from ("", f"## {one.form.upper()} {one.kind}{words}", "")
    yield f"It becomes a record of the kind {one.record.replace('_', ' ')}."
    yield f"Rows marked {OWN} are read otherwise than from everybody else."
    if one.rows:
        yield ""
        yield from _rows(one.rows)
    for segment in one.segments:
        yield from _segment(segment)
    if one.unread:
        yield from (
            "",
            f"These may stand there, and nothing is read from them: {', '.join(one.unread)}.",
        )


def _segment(segment: SegmentGuide) -> Iterator[str]:
    needed = "required" if segment.required else "optional"
    depth = "#" * min(3 + segment.depth, 6)
    yield from ("", f"{depth} {segment.name} {segment.words} ({needed}, {segment.repeats})")
    if segment.rows:
        yield ""
        yield from _rows(segment.rows)


def _rows(rows: Iterable[Row]) -> Iterator[str]:
    titles = ("element", "what", "becomes", "where", "as", "example")
    return _table(titles, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    kind = ", ".join(filter(None, (row.type, row.conversion)))
    needed = f"{row.field} (required)" if row.required else row.field
    place = f"{row.place} {OWN}" if row.own else row.place
    return place, row.name, needed, row.condition, kind, row.example


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(titles)
    yield _line(["---"] * len(titles))
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
