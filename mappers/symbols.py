"""Tables worked out on a sample: what they make of every form that is laid out like it.

A sample form holds a `Slot` for each text. Its paths are looked up as in any form, but instead of
a value a row gives the source of an expression over the slots: which text becomes which field, and
by which converter. Where a row looks into a text (a qualifier, a code that chooses), the slot is
fixed, and what was worked out holds for forms alone that have the same text there. What cannot be
told from a sample is `Refused`: such forms are mapped as all others are.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from mappers.convert import Convert
from mappers.convert import text as as_text
from mappers.rows import (
    Collect,
    Compute,
    Const,
    Each,
    Inside,
    Join,
    One,
    Pairs,
    Row,
    Spread,
    Table,
    Take,
    When,
    free_name,
    has_required,
    kinds_of,
    pair_name,
    paths_of,
    place_pair,
    spread_ranks,
)
from parsers.form import Form, Slot

Outside = Callable[[Any, str], str | None]


class Refused(Exception):  # noqa: N818 - a decision, no error
    """What a table makes of such forms cannot be told from a sample."""


class Symbol(Struct, frozen=True):
    """The source of a value; one that is not `certain` may be None, or an empty tuple.

    `digits` is a text that has nothing else but a point and a minus ahead.
    """

    code: str
    certain: bool = True
    digits: bool = False


Entries = dict[str, Symbol]
"""The entries of a dictionary, by key."""

Given = Symbol | Entries


Question = tuple[str, str | None] | Row
"""A path whose text is asked for, or those of a value in its groups; or what a row gives."""


class Asked:
    """What lines ask of the groups around them."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def index(self, question: Question) -> int:
        """Return the place of a question, a new one where it was never asked."""
        if question not in self.questions:
            self.questions.append(question)
        return self.questions.index(question)


class Symbols:
    """Works out rows; `lines` go before the expressions, `names` into the globals.

    `outside` says which path a line asks of what is around it; the answers are called `up`.
    """

    def __init__(self, asked: Asked, outside: Outside | None) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self._asked = asked
        self._outside = outside

    def fields(self, rows: Iterable[Row], kinds: dict[str, str], form: Form) -> dict[str, Given]:
        """Return the fields that rows fill: the first counts, tuples and dictionaries add up."""
        found: dict[str, Given] = {}
        for row in rows:
            for field, given in self.given(row, kinds, form):
                had = found.get(field)
                found[field] = given if had is None else self.added(had, given, kinds[field])
        return found

    def given(self, row: Row, kinds: dict[str, str], form: Form) -> Iterator[tuple[str, Given]]:
        """Yield the fields that a row fills."""
        if isinstance(row, When):
            if self._applies(row, form):
                for inner in row.rows:
                    yield from self.given(inner, kinds, form)
        elif isinstance(row, Spread):
            yield from self._spread(row, form).items()
        elif isinstance(row, Inside):
            yield from self.inside(row, kinds, form).items()
        else:
            field, _, key = row.field.partition(".")
            if self._is_outside(row, form):
                yield field, Symbol(f"up[{self._asked.index(row)}]", certain=False)
                return
            given = _GIVEN[type(row)](self, row, form)
            if given is not None:
                yield field, _entry(key, given) if key else given

    def inside(self, row: Inside, kinds: dict[str, str], form: Form) -> dict[str, Given]:
        """Return the fields that the first group at the path of a row has."""
        groups = self._groups(form, row.path)
        return self.fields(row.table.rows, kinds, groups[0]) if groups else {}

    def values(self, row: Row, form: Form) -> list[Symbol]:
        """Return the values that a row gives, those of a tuple each by itself."""
        if isinstance(row, Each):
            found = [self.record(row.table, group) for group in self._groups(form, row.path)]
        elif isinstance(row, Collect):
            groups = self._groups(form, row.path)
            texts = [self.text(group, row.value) for group in groups]
            found = [text and self.converted(row.convert, text) for text in texts]
        elif isinstance(row, Take):
            found = [self._take(row, form)]
        elif isinstance(row, One):
            found = [self._one(row, form)]
        else:
            raise Refused
        return [one for one in found if one is not None]

    def answer(self, form: Form, question: Question) -> str:
        """Return what is said to a question that lines inside ask."""
        if not isinstance(question, tuple):
            return self._answered(question, form)
        path, value = question
        if value is not None:
            texts = self.texts(form, path, value)
            return texts.code if texts else "()"
        text = self.text(form, path)
        return text.code if text else "None"

    def _answered(self, row: Any, form: Form) -> str:
        if self._is_outside(row, form):
            return f"up[{self._asked.index(row)}]"
        given: Symbol | None = _GIVEN[type(row)](self, row, form)  # type: ignore[assignment]
        if given is None:
            return "()" if isinstance(row, Collect) else "None"
        return given.code

    def _is_outside(self, row: Row, form: Form) -> bool:
        """Whether a row asks for nothing but what is around the line, in the same words there."""
        outside = self._outside
        if outside is None or not isinstance(row, Take | One | Collect) or "." in row.field:
            return False
        paths = list(_paths_within(row))
        return bool(paths) and all(outside(form, path) == path for path in paths)

    def record(self, table: Table, form: Form) -> Symbol | None:
        """Return the record of a table; None where it has nothing."""
        fields = self.fields(table.rows, kinds_of(table.record), form)
        must = has_required(table)
        if not fields and not must:
            return None
        codes = {field: self.code(given) for field, given in fields.items()}
        certain = must or any(isinstance(one, dict) or one.certain for one in fields.values())
        if not certain:
            codes = {field: self.variable(code) for field, code in codes.items()}
        arguments = ", ".join(f"{field}={code}" for field, code in codes.items())
        built = f"{self.name(table.record)}({arguments})"
        if certain:
            return Symbol(built)
        there = " or ".join(f"{code} not in nothing" for code in codes.values())
        return Symbol(f"({built} if {there} else None)", certain=False)

    def code(self, given: Given) -> str:
        """Return the source of what a field gets."""
        if isinstance(given, Symbol):
            return given.code
        return "{" + ", ".join(f"{key!r}: {one.code}" for key, one in given.items()) + "}"

    def variable(self, code: str) -> str:
        """Keep a value in a variable."""
        variable = f"a{len(self.lines)}"
        self.lines.append(f"{variable} = {code}")
        return variable

    def name(self, value: Any) -> str:
        """Name a global."""
        for name, had in self.names.items():
            if had is value:
                return name
        name = f"x{len(self.names)}"
        self.names[name] = value
        return name

    def text(self, form: Any, path: str) -> Symbol | None:
        """Return the text at a path; None where nothing stands."""
        asked = self._outside(form, path) if self._outside else None
        if asked is not None:
            return Symbol(f"up[{self._asked.index((asked, None))}]", certain=False)
        raw = type(form).text_of(path)(form)
        return Symbol(_source(raw), digits=getattr(raw, "digits", False)) if raw else None

    def texts(self, form: Any, path: str, value: str) -> Symbol | None:
        """Return a tuple of the texts of `value` in the groups at `path`."""
        asked = self._outside(form, path) if self._outside else None
        if asked is not None:
            return Symbol(f"up[{self._asked.index((asked, value))}]", certain=False)
        found = [self.text(group, value) for group in self._groups(form, path)]
        codes = [one.code for one in found if one is not None]
        return Symbol(f"({', '.join(codes)},)") if codes else None

    def _groups(self, form: Any, path: str) -> list[Any]:
        if self._outside and self._outside(form, path) is not None:
            raise Refused
        return list(type(form).groups_of(path)(form))

    def added(self, had: Given, given: Given, kind: str) -> Given:
        """Return what a field gets that had something already."""
        if isinstance(had, dict) and isinstance(given, dict):
            for key, one in given.items():
                had[free_name(key, had)] = one
            return had
        if isinstance(had, dict) or isinstance(given, dict):
            raise Refused
        if kind == "tuple":
            return Symbol(f"({had.code} + {given.code})", certain=had.certain or given.certain)
        if had.certain:
            return had
        first = self.variable(had.code)
        return Symbol(f"({first} if {first} is not None else {given.code})", certain=given.certain)

    def converted(self, convert: Convert, text: Symbol) -> Symbol:
        """Return a text as a converter reads it."""
        if convert is as_text and text.certain:
            return text
        code = text.code if text.certain else self.variable(text.code)
        if text.digits and convert.of_digits:
            return Symbol(f"{self.name(convert.of_digits)}({code})")
        read = code if convert is as_text else self._call(convert, code)
        if not text.certain:
            return Symbol(f"({read} if {code} else None)", certain=False)
        return Symbol(read, certain=not convert.optional)

    def _call(self, convert: Convert, code: str) -> str:
        if convert.quick:
            return f"{self.name(convert.quick)}({code})"
        return f"{self.name(convert.read)}({code}, year)"

    def _applies(self, row: When, form: Any) -> bool:
        text = type(form).text_of(row.path)(form)
        if self._outside and self._outside(form, row.path) is not None:
            raise Refused
        return bool(text) and (not row.values or text.strip() in row.values)

    # One method for each kind of row.

    def _take(self, row: Take, form: Form) -> Symbol | None:
        text: Symbol | None = None
        for path in paths_of(row.path):
            found = self.text(form, path)
            if found is not None:
                code = found.code if text is None else f"({text.code} or {found.code})"
                text = found if text is None else Symbol(code, certain=found.certain)
                if found.certain:
                    break
        if row.required and (text is None or not text.certain):
            raise Refused
        return None if text is None else self.converted(row.convert, text)

    def _join(self, row: Join, form: Form) -> Symbol | None:
        groups = self._groups(form, row.each) if row.each else [form]
        found = [self.text(group, path) for group in groups for path in paths_of(row.path)]
        texts = [one for one in found if one is not None]
        if not texts:
            return None
        if len(texts) == 1:
            return self.converted(row.convert, texts[0])
        joined = f"' '.join(filter(None, ({', '.join(one.code for one in texts)})))"
        return self.converted(row.convert, Symbol(joined, any(one.certain for one in texts)))

    def _each(self, row: Each, form: Form) -> Symbol | None:
        records = self.values(row, form)
        if not records:
            return None
        code = f"({', '.join(one.code for one in records)},)"
        if all(one.certain for one in records):
            return Symbol(code)
        return Symbol(f"tuple(one for one in {code} if one is not None)", certain=False)

    def _one(self, row: One, form: Form) -> Symbol | None:
        if not row.path:
            return self.record(row.table, form)
        found: Symbol | None = None
        for group in (one for path in paths_of(row.path) for one in self._groups(form, path)):
            record = self.record(row.table, group)
            if record is not None:
                merged = record if found is None else self.added(found, record, "one")
                found = merged if isinstance(merged, Symbol) else None
            if found is not None and found.certain:
                break
        return found

    def _collect(self, row: Collect, form: Form) -> Symbol | None:
        texts = self.texts(form, row.path, row.value)
        if texts is None:
            return None
        if row.convert is as_text and not row.distinct:
            return texts
        each = "text" if row.convert is as_text else self._call(row.convert, "text")
        values = f"[{each} for text in {texts.code}]"
        values = f"dict.fromkeys({values})" if row.distinct else values
        return Symbol(f"tuple({values})", certain=texts.certain)

    def _pairs(self, row: Pairs, form: Form) -> Entries | None:
        found: Entries = {}
        for key, values in self._pairs_in(form, row.path, row.key, paths_of(row.value)):
            name = pair_name(row, key, found)
            if name:
                found[str(name)] = values
        return found or None

    def _pairs_in(
        self, form: Form, path: str, key_at: str, values: tuple[str, ...]
    ) -> Iterator[tuple[str, Symbol]]:
        for group in self._groups(form, path):
            key = type(group).text_of(key_at)(group)
            texts = (self.text(group, one) for one in values)
            text = next((one for one in texts if one is not None), None)
            if key and text is not None:
                if not text.certain:
                    raise Refused
                hash(key)  # a key of a dictionary is looked into
                yield key, text

    def _spread(self, row: Spread, form: Form) -> dict[str, Given]:
        found: dict[str, tuple[int, str, Any]] = {}
        rest: Entries = {}
        ranks = spread_ranks(row)
        for key, value in self._pairs_in(form, row.path, row.key, (row.value,)):
            loser = place_pair(found, ranks, key, value)
            if loser:
                rest[free_name(str(loser[0]), rest)] = loser[1]
        fields: dict[str, Given] = {field: kept[2] for field, kept in found.items()}
        return fields | {row.rest: rest} if rest else fields

    def _const(self, row: Const, _form: Form) -> Symbol:
        return Symbol(self.name(row.value))

    def _compute(self, _row: Compute, _form: Form) -> None:
        raise Refused


def _paths_within(row: Any) -> Iterator[str]:
    """Yield the paths of a row, those of its table where it has none of its own."""
    if isinstance(row, One) and not row.path:
        for inner in row.table.rows:
            yield from _paths_within(inner)
    else:
        yield from paths_of(getattr(row, "path", ""))


def _entry(key: str, given: Given) -> Entries:
    if isinstance(given, dict) or not given.certain:
        raise Refused
    return {key: given}


def _source(text: str) -> str:
    return f"v{text.place}" if isinstance(text, Slot) else repr(text)


_GIVEN: dict[type, Callable[[Symbols, Any, Any], Given | None]] = {
    Take: Symbols._take,  # noqa: SLF001 - its own methods
    Join: Symbols._join,  # noqa: SLF001
    Each: Symbols._each,  # noqa: SLF001
    One: Symbols._one,  # noqa: SLF001
    Collect: Symbols._collect,  # noqa: SLF001
    Pairs: Symbols._pairs,  # noqa: SLF001
    Const: Symbols._const,  # noqa: SLF001
    Compute: Symbols._compute,  # noqa: SLF001
}
