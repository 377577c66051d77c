"""The page on which a person looks over what was read: the values beside the document they are of.

What is missing, wrong or not sure comes first. Each value has one of three states, told by icon,
word and reason; where it stands on the document is a box that leads to it and back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import corrections, exception
from gateway.store.corrections import Made
from gateway.store.exception import Kept
from gateway.web import show
from gateway.web.rows import link
from gateway.web.show import Look
from gateway.web.source import Originals, SourceView, source_view
from mappers.canonical import AnyRecord, Invoice, Traced
from mappers.completing import SURE, Sum, sums_of
from mappers.corrected import PERSON, Change, value_at
from mappers.reviewable import Field, sheet_of, written
from parsers.form import Problem

LINES_SHOWN = 100
GOOD = Look(icon="check", word="Sure", tone="good")
UNSURE = Look(icon="eye", word="Look", tone="wait")
WRONG = Look(icon="cross", word="Wrong", tone="bad")
MISSING = Look(icon="cross", word="Missing", tone="bad")
NOTHING = Look(icon="dash", word="None", tone="quiet")

_NEEDED = {"/number", "/date", "/totals/total"}
_WORST = ("bad", "wait", "good", "quiet")
_READ = {
    "text": "Printed on the page",
    "ocr": "Recognised on the picture",
    "embedded_xml": "Said by the XML in the file",
    "rule": "Set by a rule of the partner",
    PERSON: "Said by a person",
}
_PAPER = {"pdf", "scan"}


class FieldView(Struct, frozen=True, kw_only=True):
    """A value: its state and why, where it stands, and what was wrong with what was typed."""

    pointer: str
    id: str
    label: str
    sort: str
    choices: tuple[str, ...]
    value: str
    look: Look
    why: str
    anchor: str
    page: int
    can_confirm: bool
    fault: str = ""


class LineView(Struct, frozen=True, kw_only=True):
    """A line of the document; `number` counts from 1, a `new` one is empty."""

    number: int
    look: Look
    why: str
    cells: tuple[FieldView, ...]
    new: bool = False


class SumView(Struct, frozen=True, kw_only=True):
    """A sum: what its parts come to, what stands there, and by how much that is more."""

    name: str
    parts: str
    comes_to: str
    stated: str
    difference: str
    look: Look


class BoxView(Struct, frozen=True, kw_only=True):
    """Where a value stands on a page: `label` is its name, `field` the id of its field."""

    anchor: str
    field: str
    label: str
    tone: str


class SheetView(Struct, frozen=True, kw_only=True):
    """A page's picture, its size in points, and the boxes on it in reading order."""

    number: int
    href: str
    width: float
    height: float
    boxes: tuple[BoxView, ...]


class Section(Struct, frozen=True, kw_only=True):
    """Values under a heading."""

    title: str
    fields: tuple[FieldView, ...]


class Revision(Struct, frozen=True, kw_only=True):
    """What a person corrected, and when."""

    number: int
    actor: str
    when: str
    age: str
    changes: tuple[str, ...]


class Typed(Struct, frozen=True, kw_only=True):
    """What a person has typed and that was not written, with what is wrong about it."""

    values: Mapping[str, str] = {}
    faults: Mapping[str, str] = {}
    message: str = ""


class Fields(Struct, frozen=True, kw_only=True):
    """The whole page; `revision` is the one that the person sees."""

    id: int
    document: int
    title: str
    look: Look
    headline: str
    subject: str
    supplier: str
    revision: int
    sections: tuple[Section, ...]
    columns: tuple[Field, ...]
    lines: tuple[LineView, ...]
    lines_left: int
    lines_href: str
    sums: tuple[SumView, ...]
    problems: tuple[Problem, ...]
    source: SourceView
    sheets: tuple[SheetView, ...]
    revisions: tuple[Revision, ...]
    needs: int
    is_paper: bool
    is_open: bool
    is_incomplete: bool
    can_teach: bool
    message: str
    query: str
    back_href: str
    case_href: str


def fields(
    connection: Connection,
    record_id: int,
    originals: Originals,
    asked: "Looked",
    now: datetime,
) -> Fields | None:
    """Prepare the page of a record; None where there is no such record."""
    own = exception.kept(connection, record_id)
    if own is None:
        return None
    record: AnyRecord = msgspec.json.decode(own.body, type=AnyRecord)
    trace = originals.trace(own)
    source = source_view(own, record, originals, list(trace))
    made = corrections.made(connection, record_id)
    views = _Views(record, trace, source, asked.typed)
    first, rest = views.sections()
    lines = tuple(views.lines(asked.line))
    count = len(getattr(record, "lines", ()))
    is_paper = record.source.format in _PAPER
    headline = next((one.message for one in record.problems if one.is_error), "Read whole")
    return Fields(
        id=record_id,
        document=own.document_id,
        title=_title(own, record),
        look=show.LOOKS["incomplete"] if record.incomplete else GOOD,
        headline=f"{headline[:1].upper()}{headline[1:]}.",
        subject=own.partner,
        supplier=own.partner,
        revision=len(made),
        sections=(first, *rest) if first.fields else rest,
        columns=sheet_of(record).lines,
        lines=lines,
        lines_left=max(count - asked.line + 1 - LINES_SHOWN, 0),
        lines_href=link(f"/doc/{record_id}", line=str(asked.line + LINES_SHOWN), q=asked.query),
        sums=sum_views(record),
        problems=record.problems,
        source=source,
        sheets=tuple(_sheets(source, _shown((first, *rest), lines))),
        revisions=tuple(_revisions(made, now)),
        needs=len(first.fields) + sum(line.look.tone in {"bad", "wait"} for line in lines),
        is_paper=is_paper,
        is_open=corrections.is_open(connection, record_id),
        is_incomplete=record.incomplete,
        can_teach=is_paper and isinstance(record, Invoice),
        message=asked.typed.message,
        query=asked.query,
        back_href=link("/inbox", q=asked.query),
        case_href=link(f"/x/{record_id}", q=asked.query),
    )


class Looked(Struct, frozen=True, kw_only=True):
    """What of a record is looked at: from which line on, on the way of which words of the inbox."""

    line: int = 1
    query: str = ""
    typed: Typed = Typed()


def _title(own: Kept, record: AnyRecord) -> str:
    return f"{show.kind_of(record)} {getattr(record, 'number', None) or own.file}"


def identifier(pointer: str) -> str:
    """Return the id that a value's field has on the page."""
    return "f" + re.sub(r"\W", "-", pointer)


class _Views:
    """Prepares the values of one record."""

    def __init__(
        self, record: AnyRecord, trace: Mapping[str, Traced], source: SourceView, told: Typed
    ) -> None:
        self.record = record
        self.trace = trace
        self.source = source
        self.told = told
        wrong = sums_of(record) if isinstance(record, Invoice) else ()
        self.wrong = {one.pointer: one for one in wrong if not one.holds}

    def sections(self) -> tuple[Section, tuple[Section, ...]]:
        """Return what needs a person, and the rest under its headings."""
        sheet = sheet_of(self.record)
        titled = (
            ("Document", sheet.header),
            ("Parties", sheet.parties),
            ("Amounts", sheet.totals),
        )
        views = [(title, [self.field(one) for one in several]) for title, several in titled]
        needy = [one for _, several in views for one in several if _needs_a_person(one)]
        needy.sort(key=lambda one: _WORST.index(one.look.tone))
        rest = tuple(
            Section(title=title, fields=tuple(one for one in several if not _needs_a_person(one)))
            for title, several in views
        )
        left = tuple(section for section in rest if section.fields)
        return Section(title="Needs you", fields=tuple(needy)), left

    def field(self, field: Field, at: str = "") -> FieldView:
        """Return a value, `at` being the pointer of what it belongs to."""
        pointer = at + field.pointer
        value = value_at(self.record, pointer)
        one = self.trace.get(pointer)
        look, why = self._state(pointer, value, one)
        text = self.told.values.get(pointer, written(value))
        return FieldView(
            pointer=pointer,
            id=identifier(pointer),
            label=field.label,
            sort=field.sort,
            choices=field.choices,
            value=text,
            look=look,
            why=why,
            anchor=self.source.anchors.get(pointer, ""),
            page=(one and one.page) or 0,
            can_confirm=look is UNSURE,
            fault=self.told.faults.get(pointer, ""),
        )

    def _state(self, pointer: str, value: Any, one: Traced | None) -> tuple[Look, str]:
        if value is None:
            is_needed = isinstance(self.record, Invoice) and pointer in _NEEDED
            return (MISSING, "Needed to match") if is_needed else (NOTHING, "")
        wrong = self.wrong.get(pointer)
        if wrong is not None:
            return WRONG, f"{wrong.parts} come to {show.money(wrong.comes_to)}"
        if one is None:
            is_derived = pointer in self.record.derived
            return (UNSURE, "Worked out, not printed") if is_derived else (GOOD, "As the file says")
        why = _READ.get(one.by, "Read from the file")
        if one.by != PERSON and one.confidence < 1:
            why = f"{why}, {one.confidence:.0%} sure"
        return (GOOD, why) if one.confidence >= SURE else (UNSURE, why)

    def lines(self, first: int) -> Iterable[LineView]:
        """Yield the lines from number `first` on, and an empty one behind the last."""
        count = len(getattr(self.record, "lines", ()))
        columns = sheet_of(self.record).lines
        if not columns:
            return
        last = min(count, first - 1 + LINES_SHOWN)
        for n in range(first - 1, last):
            yield self._line(n, columns)
        if last == count:
            cells = tuple(self.field(one, f"/lines/{count}") for one in columns)
            yield LineView(number=count + 1, look=NOTHING, why="", cells=cells, new=True)

    def _line(self, n: int, columns: Sequence[Field]) -> LineView:
        cells = tuple(self.field(one, f"/lines/{n}") for one in columns)
        worst = min(cells, key=lambda one: _WORST.index(one.look.tone))
        return LineView(number=n + 1, look=worst.look, why=worst.why, cells=cells)


def _needs_a_person(one: FieldView) -> bool:
    return one.look.tone in {"bad", "wait"} or bool(one.fault)


def sum_views(record: AnyRecord) -> tuple[SumView, ...]:
    """Prepare the sums of a record: those of lines only where they do not hold."""
    if not isinstance(record, Invoice):
        return ()
    every = list(sums_of(record))
    shown = [one for one in every if not (one.holds and one.name.startswith("line "))]
    return tuple(_sum(one, record.currency) for one in shown)


def _sum(one: Sum, currency: str | None) -> SumView:
    difference = show.signed(one.difference, show.money(one.difference, currency))
    return SumView(
        name=one.name.capitalize(),
        parts=one.parts,
        comes_to=show.money(one.comes_to, currency),
        stated=show.money(one.stated, currency),
        difference="" if one.holds else difference,
        look=GOOD if one.holds else WRONG,
    )


def _revisions(made: Sequence[Made], now: datetime) -> Iterable[Revision]:
    for one in reversed(made):
        at = moment_of(one.at)
        yield Revision(
            number=one.revision,
            actor=one.actor,
            when=show.moment(at),
            age=show.age(at, now),
            changes=tuple(map(_told, one.changes)),
        )


def _told(change: Change) -> str:
    what = show.pointer_words(change.pointer).capitalize()
    if change.before == change.after:
        return f"{what}: {change.after} confirmed"
    return f"{what}: {change.before or 'nothing'} → {change.after or 'nothing'}"


def _shown(sections: Sequence[Section], lines: Sequence[LineView]) -> list[FieldView]:
    several = [one for section in sections for one in section.fields]
    return several + [one for line in lines for one in line.cells]


def _sheets(source: SourceView, shown: Sequence[FieldView]) -> Iterable[SheetView]:
    """Yield the pages with the boxes of the fields that are shown; many may share one box."""
    by_anchor: dict[str, FieldView] = {}
    for one in shown:
        by_anchor.setdefault(one.anchor, one)
    for page in source.pages:
        boxes = sorted(page.boxes, key=lambda box: (round(box.y), box.x))
        yield SheetView(
            number=page.number,
            href=page.href,
            width=page.width,
            height=page.height,
            boxes=tuple(
                _box(box.anchor, by_anchor[box.anchor]) for box in boxes if box.anchor in by_anchor
            ),
        )


def _box(anchor: str, one: FieldView) -> BoxView:
    what = f"{one.label}, {one.value}, {one.look.word.lower()}"
    if one.pointer.startswith("/lines/"):
        what = f"Line {int(one.pointer.split('/')[2]) + 1}, {what}"
    return BoxView(anchor=anchor, field=one.id, label=what, tone=one.look.tone)


def boxes_css(source: SourceView) -> str:
    """Return where the boxes of a source's pages stand, as a style sheet in percent."""
    return "".join(
        f"#{box.anchor}{{left:{100 * box.x / page.width:.3f}%;top:{100 * box.y / page.height:.3f}%;"
        f"width:{100 * box.width / page.width:.3f}%;height:{100 * box.height / page.height:.3f}%}}"
        for page in source.pages
        for box in page.boxes
        if page.width and page.height
    )
