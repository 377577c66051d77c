"""What partners will reject, told before anything is sent.

Networks and buyers refuse documents for reasons of their own, which are no faults of syntax: an
invoice number that was there before, a line without the line of its order, a unit that is not the
order's, tax without its detail. Each finding says which, and what to do. Documents of one run are
held against each other; an order that is not among them is not missed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mappers.canonical import (
    AnyRecord,
    Invoice,
    OrderLine,
    OrderRef,
    OrderResponse,
    Party,
    PurchaseOrder,
    Receipt,
    Tax,
    Totals,
    Traced,
)
from parsers.form import Problem, Severity

_AGREEMENTS = ("agreement", "contract", "masterAgreement")
_SAME_UNITS = ({"EA", "C62", "PCE", "H87"}, {"CS", "CT"}, {"MTR", "M"}, {"KGM", "KG"})


class Ordered(Struct, frozen=True):
    """What the run's orders say: each by number, with its lines by theirs."""

    orders: dict[str, PurchaseOrder]
    lines: dict[str, dict[str, OrderLine]]


class _Line(Struct, frozen=True):
    """What any document says of an order's line; `pointer` is the place of that in its record."""

    pointer: str
    name: str
    order: OrderRef | None
    uom: str | None


class Foresight:
    """What can be foreseen of the documents of one run; its orders are known from the start.

    Documents are looked at in their order: the second of two invoices with one number is told.
    """

    def __init__(self, records: Iterable[AnyRecord]) -> None:
        """Take the orders among `records`, which may be the whole run as a stream."""
        self._ordered = _ordered(records)
        self._first_told: dict[tuple[str, ...], str] = {}

    def findings(self, record: AnyRecord) -> tuple[Problem, ...]:
        """Return what partners will reject in a document."""
        return tuple(_findings(record, self._ordered, self._first_told))


def foreseen(records: Sequence[AnyRecord]) -> list[tuple[Problem, ...]]:
    """Return for each record what partners will reject in it, given the others."""
    foresight = Foresight(records)
    return [foresight.findings(record) for record in records]


def at_their_places(problems: Iterable[Problem], trace: Mapping[str, Traced]) -> Iterator[Problem]:
    """Yield problems with the place of the value that each is about, or of what is next to it."""
    for problem in problems:
        pointer = problem.pointer or ""
        while pointer and pointer not in trace:
            near = next((one for one in trace if one.startswith(f"{pointer}/")), None)
            pointer = near or pointer.rpartition("/")[0]
        yield replace(problem, at=trace[pointer].at) if pointer else problem


def _ordered(records: Iterable[AnyRecord]) -> Ordered:
    orders = {
        record.number: record
        for record in records
        if isinstance(record, PurchaseOrder) and record.number and record.operation != "cancel"
    }
    lines = {
        number: {_plain(line.number): line for line in order.lines if line.number}
        for number, order in orders.items()
    }
    return Ordered(orders, lines)


def _plain(number: str | None) -> str:
    """Return a line number without the zeros that systems pad it with."""
    return (number or "").lstrip("0")


def _findings(
    record: AnyRecord, ordered: Ordered, first_told: dict[tuple[str, ...], str]
) -> Iterator[Problem]:
    if isinstance(record, Invoice):
        yield from _repeated(record, first_told)
        yield from _invoice(record)
        yield from _currency(record, ordered)
        yield from _against_orders(list(_invoice_lines(record)), ordered)
    elif isinstance(record, Receipt):
        yield from _against_orders(list(_receipt_lines(record)), ordered)
    elif isinstance(record, OrderResponse):
        yield from _against_orders(list(_response_lines(record)), ordered)


def _repeated(invoice: Invoice, first_told: dict[tuple[str, ...], str]) -> Iterator[Problem]:
    """Yield a problem for an invoice number that the supplier has used in this run before."""
    if not invoice.number:
        return
    key = (_known_as(invoice.supplier), invoice.number.casefold(), invoice.operation or "new")
    before = first_told.get(key)
    first_told.setdefault(key, invoice.source.file or invoice.number)
    if before is not None:
        yield _problem(
            "preflight.duplicate_invoice",
            f"invoice {invoice.number} of the same supplier comes twice; networks take the first "
            "and reject the second",
            "/number",
            severity="error",
            found=before,
            expected="a number of its own for each invoice",
            remedy="Leave out the repeat; give a corrected invoice a new number.",
        )


def _known_as(party: Party | None) -> str:
    if party is None:
        return ""
    known = party.tax_id or next(iter(sorted(party.ids.values())), None) or party.name or ""
    return " ".join(known.casefold().split())


def _invoice(invoice: Invoice) -> Iterator[Problem]:
    """Yield what is missing in an invoice by itself."""
    if not invoice.orders and not any(invoice.fields.get(name) for name in _AGREEMENTS):
        yield _problem(
            "preflight.no_order",
            "the invoice names neither an order nor an agreement, so the buyer cannot tell what "
            "it is for",
            "/orders",
            expected="the number of the purchase order",
            remedy="State the order's number as the order itself has it.",
        )
    if invoice.type == "credit_memo" and invoice.original is None:
        yield _problem(
            "preflight.no_original",
            "the credit memo does not say which invoice it corrects",
            "/original",
            expected="the number of the invoice",
            remedy="Name the invoice that is credited, with its number and date.",
        )
    if invoice.fields.get("isInformationOnly") == "yes" and invoice.operation == "cancel":
        yield _problem(
            "preflight.flags",
            "the document is for information only, and cancels: nobody can tell which is meant",
            "/operation",
            found="isInformationOnly=yes, operation=delete",
            remedy="Cancel without isInformationOnly, or send the copy as new.",
        )
    yield from _tax(invoice)
    for index, line in enumerate(invoice.lines):
        if line.type in {"charge", "tax"}:
            continue
        if not (line.item and (line.item.supplier_part or line.item.buyer_part or line.item.gtin)):
            yield _missing(index, "preflight.no_part", "no part number", "/item")
        if line.quantity is not None and not line.uom:
            yield _missing(index, "preflight.no_unit", "no unit of measure", "/uom")


def _missing(index: int, code: str, what: str, place: str) -> Problem:
    return _problem(
        code,
        f"line {index + 1} has {what}, by which buyers pair it with the order",
        f"/lines/{index}{place}",
        expected=f"{what.removeprefix('no ')} as on the order",
        remedy="Take it over from the order's line.",
    )


def _tax(invoice: Invoice) -> Iterator[Problem]:
    """Yield a problem for tax of which nobody can see how it was worked out."""
    billed = (invoice.totals or Totals()).tax
    taxes = [*invoice.taxes, *(tax for line in invoice.lines for tax in line.taxes)]
    if billed and not any(_has_detail(tax) for tax in taxes):
        yield _problem(
            "preflight.tax_detail",
            f"tax of {billed:f} is billed without its kind or rate",
            "/totals/tax",
            found=f"{billed:f}",
            expected="a tax detail with category, rate and taxable amount",
            remedy="State each tax with its category, rate and base.",
        )


def _has_detail(tax: Tax) -> bool:
    return tax.rate is not None or bool(tax.type) or bool(tax.exempt)


def _currency(invoice: Invoice, ordered: Ordered) -> Iterator[Problem]:
    for number in invoice.orders:
        order = ordered.orders.get(number)
        stated = order.currency if order else None
        if stated and invoice.currency and stated != invoice.currency:
            yield _problem(
                "preflight.currency",
                f"the invoice is in {invoice.currency}, order {number} in {stated}",
                "/currency",
                found=invoice.currency,
                expected=stated,
                remedy="Bill in the currency of the order.",
            )


def _invoice_lines(invoice: Invoice) -> Iterator[_Line]:
    for index, line in enumerate(invoice.lines):
        if line.type not in {"charge", "tax"}:
            name = line.number or str(index + 1)
            yield _Line(f"/lines/{index}", name, line.order, line.uom)


def _receipt_lines(receipt: Receipt) -> Iterator[_Line]:
    for index, line in enumerate(receipt.lines):
        yield _Line(f"/lines/{index}", line.number or str(index + 1), line.order, line.uom)


def _response_lines(answer: OrderResponse) -> Iterator[_Line]:
    number = answer.order.number if answer.order else None
    for index, line in enumerate(answer.lines):
        told = OrderRef(number=number, line=line.order_line)
        yield _Line(f"/lines/{index}", line.order_line or str(index + 1), told, line.uom)


def _against_orders(lines: Sequence[_Line], ordered: Ordered) -> Iterator[Problem]:
    for line in lines:
        order = line.order or OrderRef()
        if not order.line:
            if order.number:
                yield _no_order_line(line, order.number)
            continue
        known = ordered.lines.get(order.number or "")
        if known is None:
            continue
        of_order = known.get(_plain(order.line))
        if of_order is None:
            yield _unknown_line(line, order, known)
        elif _differ(line.uom, of_order.uom):
            yield _other_unit(line, of_order)


def _no_order_line(line: _Line, number: str) -> Problem:
    return _problem(
        code="preflight.no_order_line",
        message=f"line {line.name} is for order {number} and does not say for which of its lines",
        pointer=f"{line.pointer}/order/line",
        expected="the order's own line number",
        remedy="Repeat the line number of the order on each line.",
    )


def _unknown_line(line: _Line, order: OrderRef, known: dict[str, OrderLine]) -> Problem:
    return _problem(
        "preflight.unknown_order_line",
        f"line {line.name} is for line {order.line} of order {order.number}, which has no such "
        "line",
        f"{line.pointer}/order/line",
        severity="error",
        found=order.line,
        expected=", ".join(list(known)[:20]),
        remedy="Take the line number from the order; items that were never ordered need one first.",
    )


def _other_unit(line: _Line, ordered: OrderLine) -> Problem:
    return _problem(
        "preflight.unit",
        f"line {line.name} counts in {line.uom}, the order's line in {ordered.uom}",
        f"{line.pointer}/uom",
        found=line.uom,
        expected=ordered.uom,
        remedy="Count in the unit of the order, and convert quantity and price with it.",
    )


def _differ(one: str | None, other: str | None) -> bool:
    if not one or not other or one == other:
        return False
    return not any({one, other} <= same for same in _SAME_UNITS)


def _problem(  # noqa: PLR0913 - the parts of a Problem
    code: str,
    message: str,
    pointer: str,
    *,
    severity: Severity = "warning",
    found: str | None = None,
    expected: str | None = None,
    remedy: str,
) -> Problem:
    return Problem(
        code=code,
        severity=severity,
        message=message,
        at=pointer,
        found=found,
        expected=expected,
        pointer=pointer,
        remedy=remedy,
    )
