"""Whether an invoice read from pages may go on by itself, and if not, what a person has to look at.

It may if it is an invoice, its number, date, total, orders and lines are sure, and its figures
add up: lines to subtotal, subtotal with charges and tax to the total. What is printed wrong is
told as printed.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from mappers.canonical import Invoice, InvoiceLine, Traced
from mappers.pdf.kind import Kind
from mappers.pdf.totals import Solved
from parsers.form import Problem

_SURE = 0.9
_CENT = Decimal("0.011")
_TOLD_MAX = 20
_KEYS = ("/number", "/date", "/totals/total")
_NAMES = {"/number": "invoice number", "/date": "invoice date", "/totals/total": "total"}
_FIGURES = ("quantity", "unit_price", "amount")


def problems_of(
    record: Invoice, kind: Kind, solved: Solved, lines: Decimal | None, trace: Mapping[str, Traced]
) -> Iterator[Problem]:
    """Yield what is wrong or unsure with a record; `lines` is what its lines add up to."""
    if kind == "other" or not (record.number or (record.totals and record.totals.total)):
        yield _not_an_invoice()
        return
    yield from _missing(record)
    yield from _sums(record, solved, lines, trace)
    yield from _products(record, trace)
    yield from _unsure(record, trace)


def _not_an_invoice() -> Problem:
    return Problem(
        code="pdf.not_invoice",
        message="no invoice was recognised on these pages",
        at="page 1",
        expected="an invoice or a credit memo with its number and its total",
        remedy="If it is one, complete the record by hand; otherwise put it aside.",
    )


def _missing(record: Invoice) -> Iterator[Problem]:
    total = record.totals.total if record.totals else None
    stated = {"/number": record.number, "/date": record.date, "/totals/total": total}
    for pointer, value in stated.items():
        if value is None:
            yield Problem(
                code="pdf.missing",
                message=f"no {_NAMES[pointer]} was found",
                at="page 1",
                pointer=pointer,
                remedy="Look it up on the page and type it in.",
            )
    if not record.lines:
        yield Problem(
            code="pdf.no_lines",
            message="no lines were found",
            at="page 1",
            pointer="/lines",
            remedy="Look them up on the page and type them in.",
        )


def _sums(
    record: Invoice, solved: Solved, lines: Decimal | None, trace: Mapping[str, Traced]
) -> Iterator[Problem]:
    if solved.total is None:
        return
    where = trace["/totals/total"].at
    if solved.net is not None and not solved.closes:
        tax = sum((abs(one.value) for one in solved.taxes), Decimal(0))
        yield Problem(
            code="pdf.total_mismatch",
            message="subtotal, charges and tax do not add up to the total",
            at=where,
            found=f"{abs(solved.total.value)}",
            expected=f"{abs(solved.net.value)} net and {tax} tax with the charges between them",
            pointer="/totals/total",
            remedy="Compare the sums with the page; ask the supplier if they are printed so.",
        )
    if record.lines and not solved.by_lines:
        goal = solved.net or solved.total
        yield Problem(
            code="pdf.lines_mismatch",
            message="the lines do not add up to the subtotal",
            at=where,
            found=f"{lines}",
            expected=f"{goal.value}",
            pointer="/lines",
            remedy="Compare the lines with the page: one is missing, too many or misread.",
        )


def _products(record: Invoice, trace: Mapping[str, Traced]) -> Iterator[Problem]:
    wrong = [index for index, line in enumerate(record.lines) if _is_wrong(line)]
    for index in wrong[:_TOLD_MAX]:
        line = record.lines[index]
        pointer = f"/lines/{index}/amount"
        yield Problem(
            code="pdf.line_mismatch",
            severity="warning",
            message=f"quantity times price is not the amount in line {index + 1}",
            at=trace[pointer].at if pointer in trace else "",
            found=f"{line.quantity} x {line.unit_price} = {line.amount}",
            pointer=pointer,
            remedy="Compare the line with the page; ask the supplier if it is printed so.",
        )


def _is_wrong(line: InvoiceLine) -> bool:
    """Whether a line states three figures that do not multiply out; a discount may explain it."""
    if line.quantity is None or line.unit_price is None or line.amount is None:
        return False
    basis = line.price_basis.quantity if line.price_basis else None
    goal = line.quantity * line.unit_price / (basis or Decimal(1))
    discounted = any(one.percent for one in line.adjustments)
    return not discounted and abs(abs(goal) - abs(line.amount)) > _CENT


def _unsure(record: Invoice, trace: Mapping[str, Traced]) -> Iterator[Problem]:
    keys = [*_KEYS, *(f"/orders/{index}" for index in range(len(record.orders)))]
    doubtful = [
        f"{_NAMES.get(key, key)} {trace[key].text!r} ({trace[key].confidence:.2f})"
        for key in keys
        if key in trace and trace[key].confidence < _SURE
    ]
    lines = [index + 1 for index in range(len(record.lines)) if _least(index, trace) < _SURE]
    if lines:
        doubtful.append(f"lines {', '.join(map(str, lines[:_TOLD_MAX]))}")
    if doubtful:
        yield Problem(
            code="pdf.unsure",
            message=f"not sure enough: {'; '.join(doubtful)}",
            at="page 1",
            remedy="Compare these values with the page and confirm or correct them.",
        )


def _least(index: int, trace: Mapping[str, Traced]) -> float:
    pointers = (f"/lines/{index}/{figure}" for figure in _FIGURES)
    return min((trace[one].confidence for one in pointers if one in trace), default=0.0)
