"""The record and its trace from what was found, with the problems that a person must know of."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec import structs

from mappers.canonical import (
    Adjustment,
    Invoice,
    InvoiceLine,
    Item,
    OrderRef,
    Party,
    PriceBasis,
    Source,
    Tax,
    Terms,
    Totals,
    Traced,
)
from mappers.pdf.calendar import Dated
from mappers.pdf.check import problems_of
from mappers.pdf.fields import Read
from mappers.pdf.kind import Kind
from mappers.pdf.layout import Layout, Span
from mappers.pdf.lines import Line, Table
from mappers.pdf.numbers import Number
from mappers.pdf.terms import Terms as TermsFound
from mappers.pdf.totals import Solved, Sum, is_guess
from mappers.rules import Mapped
from parsers.form import Problem

_PROVEN, _SURE, _LIKELY, _DOUBTFUL = 0.985, 0.95, 0.8, 0.6
_LEGIBLE, _WORD = 0.8, 2
_TORN = 1.5
_HUNDREDS = {"c", "m"}
_ROUND = 4


class Found(NamedTuple):
    """All that was found on the pages."""

    kind: Kind
    number: Read[str] | None
    dated: Dated
    orders: list[Read[str]]
    currency: Read[str] | None
    supplier: Read[str] | None
    tax_id: Read[str] | None
    banks: list[Read[str]]
    buyer: Read[str] | None
    terms: TermsFound | None
    table: Table
    solved: Solved


def recorded(
    layout: Layout, found: Found, source: Source, problems: tuple[Problem, ...] = ()
) -> Mapped:
    """Return the invoice record of what was `found`, with its trace."""
    writer = _Writer(layout, found)
    record = writer.record(source)
    lines = found.table.total if found.table.lines else None
    told = (*problems, *problems_of(record, found.kind, found.solved, lines, writer.trace))
    checked = structs.replace(
        record,
        problems=told,
        derived=tuple(writer.derived),
        incomplete=any(problem.is_error for problem in told),
    )
    return Mapped(checked, lambda: writer.trace)


class _Writer:
    """Puts values into a record and notes for each where it stood."""

    def __init__(self, layout: Layout, found: Found) -> None:
        self.layout = layout
        self.found = found
        self.trace: dict[str, Traced] = {}
        self.derived: list[str] = []
        self.turned = Decimal(-1 if self._is_negative() else 1)

    def _is_negative(self) -> bool:
        """Whether a credit memo prints its amounts as negative ones.

        The record has them positive.
        """
        total = self.found.solved.total
        return self.found.kind == "credit_memo" and total is not None and total.value < 0

    def record(self, source: Source) -> Invoice:
        """Return the record; its trace is complete after that."""
        found = self.found
        is_credit = found.kind == "credit_memo"
        return Invoice(
            source=source,
            type="credit_memo"
            if is_credit
            else "debit_memo"
            if found.kind == "debit_memo"
            else "invoice",
            number=self._put("/number", found.number),
            date=self._put("/date", found.dated.date),
            due_date=self._put("/due_date", found.dated.due),
            currency=self._put("/currency", found.currency),
            orders=self._orders(),
            supplier=self._supplier(),
            buyer=Party(name=self._put("/buyer/name", found.buyer)) if found.buyer else None,
            terms=tuple(self._terms()),
            adjustments=tuple(self._adjustments()),
            taxes=tuple(self._taxes()),
            lines=tuple(self._line(index, line) for index, line in enumerate(found.table.lines)),
            totals=self._totals(),
        )

    def _orders(self) -> tuple[str, ...]:
        """Return the orders that the head names and then those that lines name, each once."""
        told = [
            Read(line.order.text, line.order, _SURE)
            for line in self.found.table.lines
            if line.order
        ]
        by_text: dict[str, Read[str]] = {}
        for one in (*self.found.orders, *told):
            by_text.setdefault(one.value.casefold(), one)
        return tuple(
            str(self._put(f"/orders/{index}", one)) for index, one in enumerate(by_text.values())
        )

    def _put(self, pointer: str, read: Read[Any] | None) -> Any:
        if read is None:
            return None
        self._note(pointer, read.span, read.confidence)
        return read.value

    def _note(self, pointer: str, span: Span, confidence: float) -> None:
        box = self.layout.box_on_page(span.page, span.box)
        sides = tuple(round(side, 2) for side in box)
        certain = confidence if span.by == "text" else confidence * (0.6 + 0.4 * span.confidence)
        self.trace[pointer] = Traced(
            at=f"page {span.page}, box [{', '.join(f'{side:.1f}' for side in sides)}]",
            text=span.text,
            page=span.page,
            box=sides,  # type: ignore[arg-type]
            confidence=round(certain, _ROUND),
            by=span.by,
        )

    def _supplier(self) -> Party | None:
        found = self.found
        bank = found.banks[0] if found.banks else None
        if not (found.supplier or found.tax_id or bank):
            return None
        return Party(
            name=self._put("/supplier/name", found.supplier),
            tax_id=self._put("/supplier/tax_id", found.tax_id),
            bank_account=self._put("/supplier/bank_account", bank),
        )

    def _terms(self) -> Iterator[Terms]:
        found = self.found.terms
        if found is None:
            return
        if found.percent is not None:
            self._note("/terms/0/discount_percent", found.span, _SURE)
            self._note("/terms/0/discount_days", found.span, _SURE)
        if found.net_days is not None:
            self._note("/terms/0/net_days", found.span, _SURE)
        yield Terms(
            discount_percent=found.percent,
            discount_days=found.percent_days,
            net_days=found.net_days,
            text=found.span.text,
        )

    # amounts

    def _amount(self, pointer: str, one: Sum | None, confidence: float) -> Decimal | None:
        if one is None:
            return None
        self._note(pointer, one.number.span, confidence)
        return one.value * self.turned

    def _certainty(self) -> float:
        """Return how sure the sums are: proven by arithmetic, or only by their labels."""
        solved = self.found.solved
        is_open = solved.net is not None and not solved.closes
        if solved.rivals or is_open or solved.total is None or not solved.total.value:
            return _LIKELY  # nothing comes to nothing in any reading
        is_parted = solved.net or solved.taxes or solved.changes
        used = (solved.total, *solved.taxes, *solved.changes)
        if is_guess(used) or (self.layout.is_scan and not is_parted):
            return _LIKELY  # a scan may have lost the tax, and what is left adds up
        if solved.closes and (solved.by_lines or solved.taxes or solved.changes):
            return _PROVEN
        return _SURE if solved.by_lines and not self.layout.is_scan else _LIKELY

    def _totals(self) -> Totals | None:
        solved, sure = self.found.solved, self._certainty()
        if solved.total is None and solved.net is None:
            return None
        place = "lines" if solved.changes else "net"
        net = self._amount(f"/totals/{place}", solved.net, sure)
        if net is None and self._is_lost_net():
            net = self.found.table.total * self.turned
            self.derived.append(f"/totals/{place}")
        taxes = [abs(one.value) for one in solved.taxes]
        if len(solved.taxes) == 1:
            self._amount("/totals/tax", solved.taxes[0], sure)
        return Totals(
            lines=net if solved.changes else None,
            net=None if solved.changes else net,
            tax=sum(taxes, Decimal(0)) if taxes else None,
            total=self._amount("/totals/total", solved.total, sure),
            due=self._amount("/totals/due", solved.due, min(sure, _SURE)),
            prepaid=self._amount("/totals/prepaid", solved.paid, _LIKELY),
        )

    def _is_lost_net(self) -> bool:
        """Whether a scan's subtotal was not legible, and the lines and the total prove it."""
        solved = self.found.solved
        is_proven = solved.closes and solved.by_lines and bool(solved.taxes)
        return self.layout.is_scan and is_proven

    def _adjustments(self) -> Iterator[Adjustment]:
        used = [one for one in self.found.solved.changes if one.kind != "rounding"]
        for index, one in enumerate(used):
            self._note(f"/adjustments/{index}/amount", one.number.span, self._certainty())
            kind = one.label.cell.text[one.label.match.start : one.label.match.end]
            yield Adjustment(
                type="charge" if one.kind == "charge" else "allowance",
                reason=kind or None,
                amount=abs(one.value),
            )

    def _taxes(self) -> Iterator[Tax]:
        for index, one in enumerate(self.found.solved.taxes):
            self._note(f"/taxes/{index}/amount", one.number.span, self._certainty())
            yield Tax(rate=one.rate, amount=abs(one.value))

    # lines

    def _line(self, index: int, line: Line) -> InvoiceLine:
        pointer = f"/lines/{index}"
        sure = self._line_certainty(line)
        basis = line.product.basis if line.product else None
        item = Item(
            supplier_part=self._text(f"{pointer}/item/supplier_part", line.supplier_part, sure),
            buyer_part=self._text(f"{pointer}/item/buyer_part", line.buyer_part, sure),
            description=self._description(f"{pointer}/item/description", line, sure),
        )
        order = self._text(f"{pointer}/order/number", line.order, sure)
        uom = self._text(f"{pointer}/uom", line.uom, sure)
        return InvoiceLine(
            number=self._text(f"{pointer}/number", line.position, sure),
            order=OrderRef(number=order) if order else None,
            item=item if item != Item() else None,
            quantity=self._quantity(f"{pointer}/quantity", line, sure),
            uom=uom.upper() if uom else None,
            unit_price=self._price(f"{pointer}/unit_price", line.price, sure),
            price_basis=PriceBasis(quantity=basis) if basis and basis != 1 else None,
            amount=self._figure(f"{pointer}/amount", line.amount, sure),
        )

    def _quantity(self, pointer: str, line: Line, sure: float) -> Decimal | None:
        if line.quantity is None or not line.quantity_is_derived:
            return self._figure(pointer, line.quantity, sure)
        self.derived.append(pointer)
        return line.quantity.value * self.turned

    def _line_certainty(self, line: Line) -> float:
        by_sum = self.found.solved.by_lines
        figures = (line.quantity, line.price, line.amount)
        is_settled = (
            line.product and not line.quantity_is_derived and all(map(_is_as_printed, figures))
        )
        if is_settled and _is_legible(line.description) and not _is_lucky(line):
            return _PROVEN if by_sum else _SURE
        return _LIKELY if by_sum or line.product else _DOUBTFUL

    def _text(self, pointer: str, span: Span | None, sure: float) -> str | None:
        if span is None:
            return None
        self._note(pointer, span, sure)
        return span.text

    def _description(self, pointer: str, line: Line, sure: float) -> str | None:
        if not line.description:
            return None
        words = [word for span in line.description for word in span.words]
        text = " ".join(span.text for span in line.description)
        self._note(pointer, Span(text, [w for w in words if w.page == words[0].page]), sure)
        return text

    def _figure(self, pointer: str, number: Number | None, sure: float) -> Decimal | None:
        if number is None:
            return None
        self._note(pointer, number.span, sure)
        return number.value * self.turned

    def _price(self, pointer: str, number: Number | None, sure: float) -> Decimal | None:
        if number is None:
            return None
        self._note(pointer, number.span, sure)
        return number.value


def _is_legible(description: Sequence[Span]) -> bool:
    """Whether a description says something and, on a scan, says it clearly from its first word."""
    words = [word for span in description for word in span.words]
    if not any(sum(map(str.isalpha, word.text)) >= _WORD for word in words):
        return False
    if words[0].by == "text":
        return True
    begins = words[0].text[:1]
    if any(map(_is_torn, description)):
        return False
    return (begins.isupper() or begins.isdigit()) and all(
        word.confidence >= _LEGIBLE for word in words
    )


def _is_torn(span: Span) -> bool:
    """Whether wide gaps stand in a piece of description: it holds other columns' words too."""
    return any(
        right.x0 - left.x1 > _TORN * max(left.size, right.size)
        for left, right in pairwise(span.words)
    )


def _is_lucky(line: Line) -> bool:
    """Whether a scan's figures multiply out only by a price basis that is printed nowhere."""
    basis = line.product.basis if line.product else 1
    if line.quantity is None or line.quantity.span.by == "text" or basis == 1:
        return False
    unit = line.uom.text if line.uom else ""
    is_told = unit.casefold() in _HUNDREDS or any(map(str.isdigit, unit))
    return line.basis is None and not is_told


def _is_as_printed(number: Number | None) -> bool:
    """Whether the digits of a figure are those on the page, and none that arithmetic put there."""
    if number is None:
        return True
    printed = "".join(letter for letter in number.span.text if letter.isdigit())
    read = "".join(letter for letter in f"{abs(number.value):f}" if letter.isdigit())
    return read.strip("0") in printed
