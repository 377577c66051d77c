"""Records of forms that are laid out like earlier ones, built by functions made for their layout.

A parser may recognise a form as laid out like others before it and hand over nothing but its
texts, in the order of the layout's slots (`Laid`). Then a table need not look for anything: what it
makes of the layout is worked out once on a sample (`mappers.symbols`) and written as straight-line
source. A form has a frame, and lines in it; the frame and each layout of a line have templates of
their own, one for each combination of qualifiers that chose what goes where.

Each new template is tried against the exact way on the first form that it is for, and given up
where they differ.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from mappers.rows import (
    Collect,
    Compute,
    Const,
    Each,
    Inside,
    Join,
    One,
    Row,
    Table,
    Take,
    When,
    kinds_of,
    paths_of,
)
from mappers.symbols import Asked, Given, Refused, Symbol, Symbols
from parsers.form import Form, Slot

TEMPLATES_LIMIT = 16
"""How many templates a layout may have; forms beyond are mapped the exact way."""

_LAYOUTS_LIMIT = 300
Values = tuple[str, ...]
Build = Callable[[Any, Any], Any]


class Laid(Protocol):
    """A form that is laid out like earlier ones; `laid` says that its texts are all it holds yet.

    `values` are the texts of its frame. `runs` are its lines in their order, those of one layout
    that follow each other together; `parents` tells for each run which line is around it, counted
    from 0, -1 for the frame, and is empty where the frame is around all.
    """

    laid: bool
    frame: Any
    values: Values
    runs: list[tuple[Any, list[Values]]]
    parents: list[int]

    @classmethod
    def sample_of(cls, frame: Any, values: Values) -> Form:
        """Return a form that has the frame alone, its texts as slots."""

    @classmethod
    def sample_of_loop(cls, frame: Any, layout: Any, values: Values) -> tuple[Form, Form]:
        """Return a form that has one line alone, its texts as slots, and that line."""

    @staticmethod
    def outside(form: Any, path: str) -> str | None:
        """Return the path to ask of what is around a line, None where the line itself decides."""


def builder_of_laid(table: Table, form_class: Any, exact: Build) -> Build:
    """Return the function that gives a form's record, by templates where there are any.

    `exact` gives the same for every form, and decides where a text does not convert.
    """
    plan = _Plan(table, form_class, exact)

    def build(form: Any, reading: Any) -> Any:
        return plan.build(form, reading) if form.laid else exact(form, reading)

    return build


class _AskedAnewError(Exception):
    """A line asks something of what is around it that no line asked before."""


class _Template:
    """A function for one layout; a level has another that answers what levels inside ask."""

    def __init__(
        self, run: Callable[..., Any], answers: Callable[..., tuple[Any, ...]] | None = None
    ) -> None:
        self.run = run
        self.answers = answers


Templates = dict[Any, list[_Template] | None]
"""The templates of each layout, best known first; None where a layout has been given up."""


class _Plan:
    """What is known of how one table maps the layouts that have come so far."""

    def __init__(self, table: Table, form_class: type[Laid], exact: Build) -> None:
        self.table = table
        self.kinds = kinds_of(table.record)
        self.form_class = form_class
        self.asked = Asked()
        self.frames: Templates = {}
        self.loops: Templates = {}
        self.is_new = False
        self._exact = exact

    def build(self, form: Any, reading: Any) -> Any:
        """Return the record of a form."""
        try:
            record = self._record(form, reading.year)
        except (Refused, ValueError):
            return self._exact(form, reading)
        if not self.is_new:
            reading.computed = False
            return record
        self.is_new = False
        exact = self._exact(form, reading)
        if record != exact:
            self.frames[form.frame] = None
        return exact

    def templates(self, known: Templates, layout: Any) -> list[_Template]:
        """Return the templates of a layout; raises `Refused` where it has been given up."""
        if layout not in known:
            if len(known) >= _LAYOUTS_LIMIT:
                known.clear()
            known[layout] = []
        templates = known[layout]
        if templates is None:
            raise Refused
        return templates

    def made(self, known: Templates, layout: Any, make: Callable[[], _Template]) -> _Template:
        """Return a new template of a layout; raises `Refused` where there can be none."""
        templates = self.templates(known, layout)
        if len(templates) >= TEMPLATES_LIMIT:
            raise Refused
        questions = len(self.asked.questions)
        try:
            template = make()
        except Refused:
            known[layout] = None
            raise
        if len(self.asked.questions) > questions:
            raise _AskedAnewError
        templates.append(template)
        self.is_new = True
        return template

    def _record(self, form: Any, year: int) -> Any:
        try:
            found = _Mapping(self, form, year).fields()
        except _AskedAnewError:
            self.frames, self.loops = {}, {}  # they have no answer to the new question
            return self._record(form, year)
        return self.table.record(**found)


class _Mapping:
    """One form being mapped; `outs` is what its lines gave so far by each row of the table."""

    __slots__ = ("form", "outs", "plan", "year")

    def __init__(self, plan: _Plan, form: Any, year: int) -> None:
        self.plan = plan
        self.form = form
        self.year = year
        self.outs: dict[int, list[Any]] = {}

    def fields(self) -> dict[str, Any]:
        """Return the fields of the record."""
        form = self.form
        found, ranks, up = self._frame()
        if form.parents:
            self._levels(up)
        else:
            for layout, rows in form.runs:
                self._lines(layout, rows, up)
        for index in sorted(self.outs):
            self._put(found, ranks, index)
        return found

    def _frame(self) -> tuple[dict[str, Any], dict[str, int], Any]:
        plan, form = self.plan, self.form
        for template in plan.templates(plan.frames, form.frame):
            made: tuple[dict[str, Any], dict[str, int], Any] | None
            made = template.run(form.values, self.year)
            if made is not None:
                return made
        template = plan.made(plan.frames, form.frame, lambda: _frame_template(plan, form))
        made = template.run(form.values, self.year)
        if made is None:
            raise Refused
        return made

    def _lines(self, layout: Any, rows: list[Values], up: Any) -> None:
        """Take what lines of one layout give."""
        templates = self.plan.loops.get(layout)
        left = iter(rows)
        unlike = templates[0].run(left, up, self.year, self.outs) if templates else next(left)
        while unlike is not None:
            template = self._other(layout, unlike, up)
            unlike = template.run(left, up, self.year, self.outs)

    def _other(self, layout: Any, values: Values, up: Any) -> _Template:
        """Take what one line gives, by the template that is right for it."""
        plan = self.plan
        for template in plan.templates(plan.loops, layout):
            if template.run((values,), up, self.year, self.outs) is None:
                return template
        made = plan.made(
            plan.loops, layout, lambda: _loop_template(plan, self.form, layout, values)
        )
        if made.run((values,), up, self.year, self.outs) is not None:
            raise Refused
        return made

    def _levels(self, up: Any) -> None:
        """Take what levels give, each with the answers of those around it."""
        loops, year, outs = self.plan.loops, self.year, self.outs
        answers: list[Any] = []
        for (layout, rows), parent in zip(self.form.runs, self.form.parents, strict=True):
            above = up if parent < 0 else answers[parent]
            templates = loops.get(layout)
            left = iter(rows)
            unlike = templates[0].run(left, above, year, outs) if templates else next(left)
            if not templates or unlike is not None:
                answers += self._answered(layout, rows, above, [unlike, *left] if unlike else [])
            elif (answer := templates[0].answers) is None:
                answers += [above] * len(rows)
            else:
                answers += [answer(values, above, year) for values in rows]

    def _answered(
        self, layout: Any, rows: list[Values], up: Any, left: list[Values]
    ) -> Iterator[Any]:
        """Take what is left of the levels of a run; yield what each of them all answers."""
        for index, values in enumerate(rows):
            if index >= len(rows) - len(left):
                template = self._other(layout, values, up)
            else:
                template = self.plan.templates(self.plan.loops, layout)[0]
            yield template.answers(values, up, self.year) if template.answers else up

    def _put(self, found: dict[str, Any], ranks: dict[str, int], index: int) -> None:
        """Give the record what the lines gave by the row `index`."""
        for field, value in _together(self.plan.table.rows[index], self.outs[index]).items():
            had = found.get(field)
            if had is None:
                found[field] = value
            elif self.plan.kinds[field] != "one" or ranks.get(field, 0) == _SEVERAL:
                raise Refused
            elif ranks.get(field, -1) > index:
                found[field] = value


_SEVERAL = -2
"""The rank of a field that several rows of the frame may fill."""


def _together(row: Any, values: list[Any]) -> dict[str, Any]:
    """Return the fields that a row fills from what all lines gave by it."""
    if not values:
        return {}
    if isinstance(row, Inside):
        given: dict[str, Any] = values[0]
        return given
    if isinstance(row, Each):
        return {row.field: tuple(values)}
    if isinstance(row, Collect):
        return {row.field: tuple(dict.fromkeys(values) if row.distinct else values)}
    field, _, key = row.field.partition(".")
    return {field: {key: values[0]} if key else values[0]}


# Functions for a layout.


def _frame_template(plan: _Plan, form: Any) -> _Template:
    """Work out what the table makes of the frame of `form` and of all with the same qualifiers.

    The function returns the fields, which row gave each, and the answers to what lines ask; None
    for a form that is unlike.
    """
    sample: Any = plan.form_class.sample_of(form.frame, form.values)
    symbols = Symbols(plan.asked, None)
    found: dict[str, Given] = {}
    ranks: dict[str, int] = {}
    for index, row in enumerate(plan.table.rows):
        for field, given in symbols.given(row, plan.kinds, sample):
            ranks[field] = _SEVERAL if field in found else index
            had = found.get(field)
            found[field] = given if had is None else symbols.added(had, given, plan.kinds[field])
    fields = _dictionary(symbols, "found", found)
    up = [symbols.answer(sample, question) for question in plan.asked.questions]
    ending = f"return found, {symbols.name(ranks)}, ({' '.join(f'{one},' for one in up)})"
    unlike = _unlike(sample, "return None")
    body = [_unpacked(form.values), *unlike, *symbols.lines, *fields, ending]
    return _Template(_function("values, year", body, symbols))


def _loop_template(plan: _Plan, form: Any, layout: Any, values: Values) -> _Template:
    """Work out what the table makes of lines like the one that has `values`.

    The function takes lines as long as they are alike and returns the first that is not.
    """
    sample: Any
    sample, line = plan.form_class.sample_of_loop(form.frame, layout, values)
    symbols = Symbols(plan.asked, plan.form_class.outside)
    heads: list[str] = []
    gives: list[str] = []
    for index, row in enumerate(plan.table.rows):
        if _touches(row, sample):
            heads.append(f"give{index} = outs.setdefault({index}, []).append")
            gives += _gives(symbols, row, plan.kinds, sample, f"give{index}")
    answers = _answers(symbols, plan, line, values) if form.parents else None
    names = ", ".join(f"v{place}" for place in range(len(values)))
    unlike = _unlike(sample, f"return ({names},)")
    body = [f"  {line}" for line in (*unlike, *symbols.lines, *gives, "pass")]
    run = _function("rows, up, year, outs", [*heads, f"for {names}, in rows:", *body], symbols)
    return _Template(run, answers)


def _gives(
    symbols: Symbols, row: Any, kinds: dict[str, str], sample: Any, give: str
) -> Iterator[str]:
    """Yield the statements that give what one line has for a row."""
    if isinstance(row, Inside):
        yield from _dictionary(symbols, "inner", symbols.inside(row, kinds, sample))
        yield f"{give}(inner)"
        return
    if len(paths_of(row.path)) != 1:
        raise Refused
    for symbol in symbols.values(row, sample):
        if symbol.certain:
            yield f"{give}({symbol.code})"
        else:
            yield f"one = {symbol.code}"
            yield f"if one is not None: {give}(one)"


def _answers(
    symbols: Symbols, plan: _Plan, line: Any, values: Values
) -> Callable[..., tuple[Any, ...]] | None:
    """Return the function that answers what levels inside ask; None where it knows nothing."""
    first = len(symbols.lines)
    codes = [symbols.answer(line, question) for question in plan.asked.questions]
    lines = symbols.lines[first:]
    del symbols.lines[first:]
    if codes == [f"up[{index}]" for index in range(len(codes))]:
        return None
    ending = f"return ({' '.join(f'{code},' for code in codes)})"
    return _function("values, up, year", [_unpacked(values), *lines, ending], symbols)


def _touches(row: Row, form: Any) -> bool:
    """Whether anything stands in `form` at the paths of a row."""
    if isinstance(row, When):
        return _there(form, row.path) or any(_touches(inner, form) for inner in row.rows)
    if isinstance(row, Take):
        return any(_there(form, path) for path in paths_of(row.path))
    if isinstance(row, Join) and not row.each:
        return any(_there(form, path) for path in paths_of(row.path))
    if isinstance(row, One) and not row.path:
        return any(_touches(inner, form) for inner in row.table.rows)
    if isinstance(row, Const | Compute):
        return False
    paths = paths_of(row.each if isinstance(row, Join) else row.path)
    return any(type(form).groups_of(path)(form) for path in paths)


def _there(form: Any, path: str) -> bool:
    return bool(type(form).text_of(path)(form))


def _dictionary(symbols: Symbols, variable: str, fields: dict[str, Given]) -> list[str]:
    """Return the statements that put fields into a dictionary."""
    sure: list[str] = []
    others: list[str] = []
    for field, given in fields.items():
        if isinstance(given, Symbol) and not given.certain:
            others += (f"one = {given.code}", f"if one is not None: {variable}[{field!r}] = one")
        else:
            sure.append(f"{field!r}: {symbols.code(given)}")
    return [f"{variable} = {{{', '.join(sure)}}}", *others]


def _unpacked(values: Values) -> str:
    return " ".join(f"v{place}," for place in range(len(values))) + " = values"


def _unlike(sample: Any, otherwise: str) -> list[str]:
    """Return the statement that leaves where a text is not what it was in the sample."""
    slots = [text for row in sample.rows for text in row if isinstance(text, Slot) and text.fixed]
    tests = " or ".join(f"v{slot.place} != {str(slot)!r}" for slot in slots)
    return [f"if {tests}: {otherwise}"] if tests else []


def _function(arguments: str, body: Sequence[str], symbols: Symbols) -> Callable[..., Any]:
    source = f"def made({arguments}):\n" + "".join(f"  {line}\n" for line in body)
    names = symbols.names | {"nothing": (None, ())}
    exec(compile(source, "<template>", "exec"), names)  # noqa: S102 - our own source
    made: Callable[..., Any] = names["made"]
    return made
