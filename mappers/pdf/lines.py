"""The lines of an invoice, read under the heading of its table.

The heading says what the columns may mean; the rows say what they do mean: among the readings that
the heading allows, the one whose quantities and prices multiply out to its amounts is taken. Rows
without an amount continue the description of the line above (or of the line below that has none);
sums, carried amounts and what stands after the last line are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product as combinations
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, structs

from mappers.pdf.arithmetic import Product
from mappers.pdf.columns import Column, Header, headers, shifted, spread
from mappers.pdf.dates import dates, is_period
from mappers.pdf.figures import Figures
from mappers.pdf.layout import Layout, Row, Span
from mappers.pdf.numbers import Number, numbers
from mappers.pdf.repair import multiplied, quantity_between
from parsers.form import Word

_CLOSE_GAP = 0.95
_NEAR = 30.0
_SAMPLE = 12
_CODED = 0.4
_TRIVIAL = 0.4
_MONEY = {"amount", "unit_price", "gross"}
_FIGURES = _MONEY | {"quantity", "ordered", "backordered"}
_NUMERIC = _FIGURES | {"discount", "tax_rate", "tax_amount", "price_basis"}


class Line(Struct, frozen=True, kw_only=True):
    """One line as it stands on the page.

    `product` tells how its figures multiply out, if they do.
    """

    rows: tuple[int, ...]
    position: Span | None = None
    supplier_part: Span | None = None
    buyer_part: Span | None = None
    order: Span | None = None
    description: tuple[Span, ...] = ()
    quantity: Number | None = None
    quantity_is_derived: bool = False
    uom: Span | None = None
    price: Number | None = None
    basis: Number | None = None
    discount: Number | None = None
    amount: Number | None = None
    product: Product | None = None


class Table(NamedTuple):
    """The lines of a document and the rows that their table takes."""

    lines: tuple[Line, ...]
    rows: frozenset[int]

    @property
    def total(self) -> Decimal:
        """The sum of the lines' amounts."""
        return sum((line.amount.value for line in self.lines if line.amount), Decimal(0))

    @property
    def proven(self) -> int:
        """How many lines multiply out."""
        return sum(line.product is not None for line in self.lines)


class _Roles(NamedTuple):
    """Which columns are what, by index; None where the table has no such column."""

    quantity: int | None
    price: int | None
    amount: int | None
    discount: int | None
    basis: int | None


def read_table(
    layout: Layout, figures: Figures, taught: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Return the lines under the headings of `layout`; `taught` says what words of them mean."""
    found = headers(layout, taught)
    tables = [_under(layout, figures, found, index) for index in range(len(found))]
    if not tables:
        return Table((), frozenset())
    best = max(tables, key=lambda table: (table.proven, len(table.lines)))
    main = found[tables.index(best)]
    parts = [
        table
        for header, table in zip(found, tables, strict=True)
        if table is best or table.proven or _is_repeated(header, main)
    ]
    return Table(
        tuple(line for part in parts for line in part.lines),
        frozenset(row for part in parts for row in part.rows),
    )


def _is_repeated(header: Header, main: Header) -> bool:
    return [column.kinds for column in header.columns] == [column.kinds for column in main.columns]


def _under(layout: Layout, figures: Figures, found: Sequence[Header], index: int) -> Table:
    """Return the lines under one heading, down to the next or to the end."""
    header = found[index]
    following = found[index + 1].first if index + 1 < len(found) else len(layout.rows)
    rows = layout.rows[header.last + 1 : following]
    if following < len(layout.rows) and rows:
        rows = [row for row in rows if row.page < layout.rows[following].page] or rows
    return _Reader(figures, header, rows).table()


class _Reader:
    """Reads the rows under one heading."""

    def __init__(self, figures: Figures, header: Header, rows: Sequence[Row]) -> None:
        self.figures = figures
        self.rows = rows
        self._known: dict[tuple[int, int | None], list[Number]] = {}
        likely = [row for row in rows if self._figures_under(row, header, _MONEY)]
        firm = self._firm(header) or likely
        boxes = [[n.span.box for n in figures.of(row) if not n.span.text.isalpha()] for row in firm]
        columns = spread(shifted(header.columns, _NUMERIC, boxes), firm)
        self.columns = self._described_by(columns, firm)
        self.roles = self._roles(firm[:_SAMPLE])

    def _firm(self, header: Header) -> list[Row]:
        """Return the rows with several figures under the heading, down to the first sum."""
        firm: list[Row] = []
        for row in self.rows:
            if firm and self.figures.is_sum(row):
                break
            if self._figures_under(row, header, _FIGURES) > 1:
                firm.append(row)
        return firm

    def _figures_under(self, row: Row, header: Header, kinds: set[str]) -> int:
        """Return under how many headings of `kinds` the row has a number.

        0 where it states a sum.
        """
        if self.figures.is_sum(row):
            return 0
        found = self.figures.of(row)
        return sum(
            any(n.x1 > column.left - _NEAR and n.x0 < column.right + _NEAR for n in found)
            for column in header.columns
            if kinds & set(column.kinds)
        )

    def _described_by(
        self, columns: tuple[Column, ...], sample: Sequence[Row]
    ) -> tuple[Column, ...]:
        """Return `columns` with one for the description.

        That of most letters where no heading says so.

        A column of part numbers that are words is part of the description.
        """
        columns = tuple(self._renamed(column, sample) for column in columns)
        if any(column.kinds[:1] == ("description",) for column in columns):
            return columns

        def lettering(index: int) -> tuple[bool, int]:
            column = columns[index]
            words = [
                w.text for row in sample for w in row.words if column.left <= w.x0 < column.right
            ]
            return "description" in column.kinds, sum(map(str.isalpha, "".join(words)))

        free = [i for i, column in enumerate(columns) if not _FIGURES & set(column.kinds[:1])]
        best = max(free, key=lettering, default=None)
        if best is None or not lettering(best)[1]:
            return columns
        named = columns[best]._replace(kinds=("description", *columns[best].kinds))
        return (*columns[:best], named, *columns[best + 1 :])

    def table(self) -> Table:
        """Return the lines."""
        anchors = [row for row in self.rows if self._is_anchor(row)]
        anchors = self._until_the_sums(anchors)
        lines = [self._line(row) for row in anchors]
        owners = self._owners(anchors)
        complete = [
            self._described(line, [row for row, owner in owners if owner == index])
            for index, line in enumerate(lines)
        ]
        complete = complete[: _first_sum(complete)]
        return Table(tuple(complete), frozenset(row for line in complete for row in line.rows))

    def _renamed(self, column: Column, sample: Sequence[Row]) -> Column:
        """Return `column` under the kind that its contents show.

        The heading says too little.
        """
        cells = [
            [w.text for w in row.words if column.left <= w.x0 < column.right] for row in sample
        ]
        filled = [" ".join(words) for words in cells if words]
        if not filled:
            return column
        coded = sum(any(map(str.isdigit, text)) for text in filled) / len(filled)
        dated = sum(next(dates(text), None) is not None for text in filled) / len(filled)
        first = column.kinds[:1]
        if first == ("supplier_part",) and coded < _CODED:
            return column._replace(kinds=("description", *column.kinds))
        if first == ("description",) and dated > 1 - _CODED:
            return column._replace(kinds=("other",))
        return column

    # columns and roles

    def _words(self, row: Row, index: int | None) -> list[Word]:
        """Return the words of `row` in a column."""
        if index is None:
            return []
        column = self.columns[index]
        return [w for w in row.words if column.left <= (w.x0 + w.x1) / 2 < column.right]

    def _numbers(self, row: Row, index: int | None) -> list[Number]:
        """Return the numbers of `row` in a column."""
        key = (row.index, index)
        if key not in self._known:
            self._known[key] = list(numbers(self._words(row, index), self.figures.sign))
        return self._known[key]

    def _number(self, row: Row, index: int | None) -> Number | None:
        """Return the figure of `row` in a column: one written as an amount, or else the last."""
        found = [number for number in self._numbers(row, index) if not number.percent]
        money = [number for number in found if number.is_money]
        return money[-1] if money else found[-1] if found else None

    def _percentage(self, row: Row, index: int | None) -> Number | None:
        found = self._numbers(row, index)
        return found[-1] if found else None

    def _roles(self, sample: Sequence[Row]) -> _Roles:
        """Return the reading of the columns that multiplies out best and fits the heading."""
        numeric = [
            i for i in range(len(self.columns)) if any(self._percentage(r, i) for r in sample)
        ]
        quantities = self._choices(numeric, ("quantity", "ordered", "backordered", "position"))
        prices = self._choices(numeric, ("unit_price",))
        amounts = self._choices(numeric, ("amount", "gross"))
        discounts = self._choices(numeric, ("discount",), strangers=False)
        bases = self._choices(numeric, ("price_basis",), strangers=False)
        best, chosen = -1.0, _Roles(None, None, None, None, None)
        for roles in combinations(quantities, prices, amounts, discounts, bases):
            used = [index for index in roles if index is not None]
            if len(used) == len(set(used)):
                score = self._fitness(_Roles(*roles), sample)
                if score > best:
                    best, chosen = score, _Roles(*roles)
        return chosen

    def _choices(
        self, numeric: Sequence[int], kinds: tuple[str, ...], *, strangers: bool = True
    ) -> list[int | None]:
        """Return the columns that may have a role.

        Those named so, those without a name, or none.
        """
        named = [i for i in numeric if set(kinds) & set(self.columns[i].kinds)]
        unnamed = [i for i in numeric if not self.columns[i].kinds] if strangers else []
        return [*named, *unnamed, None]

    def _fitness(self, roles: _Roles, sample: Sequence[Row]) -> float:
        wanted = {
            "quantity": roles.quantity,
            "unit_price": roles.price,
            "amount": roles.amount,
            "discount": roles.discount,
            "price_basis": roles.basis,
        }
        score = 0.0
        for kind, index in wanted.items():
            if index is not None:
                kinds = self.columns[index].kinds
                score += 0.5 if kinds[:1] == (kind,) else 0.4 if kind in kinds else 0.2
        return score + sum(self._closes(roles, row) for row in sample)

    def _closes(self, roles: _Roles, row: Row) -> float:
        """Return 1 where a row multiplies out, less where it does so whatever it means."""
        quantity, price, amount = (self._number(row, i) for i in roles[:3])
        if quantity is None or price is None or amount is None:
            return 0.0
        basis, discount = self._number(row, roles.basis), self._percentage(row, roles.discount)
        if not multiplied(quantity, price, amount, basis, discount):
            return -0.2
        return _TRIVIAL if abs(quantity.value) == 1 or not amount.value else 1.0

    # rows

    def _is_anchor(self, row: Row) -> bool:
        """Whether `row` states what a line costs."""
        amount = self._number(row, self.roles.amount)
        if self._is_other_sum(row):
            return False
        if amount is None:
            return row.words[0].by == "ocr" and self._is_priced(row)
        return self._is_billed(row) or any(letter.isalpha() for letter in row.text)

    def _is_priced(self, row: Row) -> bool:
        """Whether a scan's row has a quantity and a price whose amount was not legible."""
        price = self._number(row, self.roles.price)
        return self._is_billed(row) and price is not None and price.is_money

    def _is_billed(self, row: Row) -> bool:
        """Whether `row` has a quantity and a price."""
        quantity, price = (self._number(row, index) for index in self.roles[:2])
        return quantity is not None and price is not None

    def _is_other_sum(self, row: Row) -> bool:
        """Whether `row` states a sum, or a charge or an allowance on the whole, and not a line."""
        if any(
            label.is_whole for label in self.figures.sum_labels(row, "subtotal", "total", "carried")
        ):
            return True
        if self._is_billed(row):
            return False
        changes = self.figures.sum_labels(row, "charge", "allowance", "rounding")
        return self.figures.is_sum(row) or any(label.is_whole for label in changes)

    def _until_the_sums(self, anchors: Sequence[Row]) -> list[Row]:
        """Return the anchors before the first sum that no billed line follows."""
        last = max((row.index for row in anchors if self._closes(self.roles, row) > 0), default=-1)
        ends = (
            row.index
            for row in self.rows
            if row.index > last
            and any(self.figures.sum_labels(row, "subtotal", "total", "tax", "due"))
        )
        end = next(ends, None)
        return [row for row in anchors if end is None or row.index < end]

    def _owners(self, anchors: Sequence[Row]) -> list[tuple[Row, int]]:
        """Return which line each row without an amount belongs to."""
        taken = {row.index: place for place, row in enumerate(anchors)}
        bare = {row.index for row in anchors if not self._text(row, "description")}
        owners: list[tuple[Row, int]] = []
        waiting: list[Row] = []
        above: int | None = None
        last: Row | None = None
        for row in self.rows:
            if row.index in taken:
                above = taken[row.index]
                if row.index in bare:
                    owners.extend((one, above) for one in _adjacent_above(waiting, row))
                waiting, last = [], row
            elif not self._is_continuation(row):
                waiting, above = [], None
            elif above is not None and last is not None and _follows(last, row):
                owners.append((row, above))
                last = row
            else:
                waiting, above = [*waiting, row], None
        return owners

    def _is_continuation(self, row: Row) -> bool:
        """Whether `row` holds nothing but words of the description."""
        if self._number(row, self.roles.amount) or self.figures.is_sum(row):
            return False
        return bool(self._text(row, "description"))

    # lines

    def _line(self, row: Row) -> Line:
        quantity, price, amount = (self._number(row, index) for index in self.roles[:3])
        basis = self._number(row, self.roles.basis)
        discount = self._percentage(row, self.roles.discount)
        settled = multiplied(quantity, price, amount, basis, discount)
        how, derived = None, False
        said = self._text(row, "description")
        if quantity is None and self.roles.quantity is not None:
            strays = numbers(said, self.figures.sign)
            quantity = next((n for n in strays if multiplied(n, price, amount, None, None)), None)
            settled = multiplied(quantity, price, amount, None, None)
            said = [word for word in said if not quantity or word not in quantity.span.words]
        if settled:
            derived = bool(quantity and abs(quantity.value) != abs(settled[0].value))
            quantity, price, amount, how = settled
        elif self.roles.quantity is not None:
            repaired = quantity_between(quantity, price, amount)
            if repaired:
                (quantity, how), derived = repaired, True
        return Line(
            rows=(row.index,),
            position=_joined(self._text(row, "position")),
            supplier_part=_joined(self._text(row, "supplier_part")),
            buyer_part=_joined(self._text(row, "buyer_part")),
            order=_joined(self._text(row, "order_number")),
            description=tuple(filter(None, [_joined(said)])),
            quantity=quantity,
            quantity_is_derived=derived,
            uom=self._uom(row, quantity),
            price=price,
            basis=basis,
            discount=discount,
            amount=amount,
            product=how,
        )

    def _text(self, row: Row, kind: str) -> list[Word]:
        """Return the words of `row` in the columns of `kind` that are none of the figures."""
        return [
            word
            for index, column in enumerate(self.columns)
            if column.kinds[:1] == (kind,) and index not in self.roles
            for word in self._words(row, index)
        ]

    def _uom(self, row: Row, quantity: Number | None) -> Span | None:
        own = _joined(self._text(row, "uom"))
        if own or quantity is None:
            return own
        if quantity.unit:
            return Span(quantity.unit, quantity.span.words)
        beside = [w for w in self._words(row, self.roles.quantity) if w not in quantity.span.words]
        units = [word for word in beside if word.text[:1].isalpha()]
        return _joined(units)

    def _alone(self, row: Row) -> Number | None:
        """Return a quantity on a row of its own beside a description of several rows."""
        return self._number(row, self.roles.quantity)

    def _described(self, line: Line, rows: Sequence[Row]) -> Line:
        """Return `line` with the rows that continue its description."""
        more = [
            (row.index, span)
            for row in rows
            if (span := _joined(self._text(row, "description"))) and not is_period(span.text)
        ]
        own = [(line.rows[0], span) for span in line.description]
        spans = sorted([*own, *more], key=lambda one: one[0])
        quantity = line.quantity or next(filter(None, (self._alone(row) for row in rows)), None)
        return structs.replace(
            line,
            quantity=quantity,
            rows=tuple(sorted({*line.rows, *(row.index for row in rows)})),
            description=tuple(span for _, span in spans if span),
        )


def _first_sum(lines: Sequence[Line]) -> int:
    """Return the place of the first "line" that is the sum of those above it, and has no price."""
    total = Decimal(0)
    for place, line in enumerate(lines):
        amount = line.amount.value if line.amount else Decimal(0)
        bare = line.quantity is None and line.price is None
        if place > 1 and bare and amount and amount == total:
            return place
        total += amount
    return len(lines)


def _joined(words: Sequence[Word]) -> Span | None:
    return Span(" ".join(word.text for word in words), words) if words else None


def _follows(above: Row, below: Row) -> bool:
    """Whether `below` stands close enough under `above` to go on with it."""
    height = max(below.bottom - below.top, 1.0)
    return below.page == above.page and below.top - above.bottom < _CLOSE_GAP * height


def _adjacent_above(waiting: Sequence[Row], row: Row) -> Iterator[Row]:
    """Yield the rows right above `row`, from below to above."""
    below = row
    for one in reversed(waiting):
        if not _follows(one, below):
            return
        yield one
        below = one
