"""The sums of an invoice as a person checks them, and what keeps a record from being whole.

Lines come to the net, the net with charges and tax to the total, the total less what is paid to
what is due. Every sum is exact; a cent may be lost to rounding in each line.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from mappers.canonical import Adjustment, AnyRecord, Invoice, InvoiceLine, Problem, Totals, Traced

SURE = 0.9
RECOMPUTED = frozenset(
    {
        "pdf.missing",
        "pdf.no_lines",
        "pdf.not_invoice",
        "pdf.unsure",
        "pdf.lines_mismatch",
        "pdf.total_mismatch",
        "pdf.line_mismatch",
    }
)
"""Problems that are told anew of what a record says by now."""

_CENT = Decimal("0.01")
_KEYS = {"/number": "invoice number", "/date": "invoice date", "/totals/total": "total"}
_FIGURES = ("quantity", "unit_price", "amount")


class Sum(Struct, frozen=True, kw_only=True):
    """A sum that must hold: what its parts come to, and what stands there; `parts` in words."""

    name: str
    pointer: str
    parts: str
    comes_to: Decimal
    stated: Decimal
    slack: Decimal = _CENT

    @property
    def difference(self) -> Decimal:
        """How much more is stated than the parts come to."""
        return self.stated - self.comes_to

    @property
    def holds(self) -> bool:
        """Whether it is right to the cent."""
        return abs(self.difference) <= self.slack


def sums_of(invoice: Invoice) -> Iterator[Sum]:
    """Yield every sum of an invoice whose parts it states."""
    yield from _products(invoice)
    totals = invoice.totals or Totals()
    yield from _of_lines(invoice, totals)
    yield from _of_total(invoice, totals)
    if totals.due is not None and totals.total is not None:
        paid = totals.prepaid or Decimal(0)
        parts = "Total" if totals.prepaid is None else f"Total less {paid:f} paid already"
        yield Sum(
            name="due",
            pointer="/totals/due",
            parts=parts,
            comes_to=totals.total - paid,
            stated=totals.due,
        )


def _products(invoice: Invoice) -> Iterator[Sum]:
    for n, line in enumerate(invoice.lines):
        if line.quantity is None or line.unit_price is None or line.amount is None:
            continue
        basis = (line.price_basis and line.price_basis.quantity) or Decimal(1)
        product = line.quantity * line.unit_price / basis
        changed = _adjusted(line.adjustments, product)
        per = "" if basis == 1 else f" per {basis:f}"
        yield Sum(
            name=f"line {n + 1}",
            pointer=f"/lines/{n}/amount",
            parts=f"{line.quantity:f} x {line.unit_price:f}{per}",
            comes_to=product + changed,
            stated=line.amount,
        )


def _of_lines(invoice: Invoice, totals: Totals) -> Iterator[Sum]:
    amounts = [amount for line in invoice.lines if (amount := _amount(line)) is not None]
    if not amounts or len(amounts) < len(invoice.lines):
        return
    offered = {"lines": totals.lines, "net": totals.net, "total": totals.total}
    stated = {name: value for name, value in offered.items() if value is not None}
    if not stated:
        return
    total = sum(amounts, Decimal(0))
    slack = _CENT * len(amounts)
    name = next((one for one, value in stated.items() if abs(value - total) <= slack), None)
    name = name or next(iter(stated))
    count = len(amounts)
    yield Sum(
        name="lines",
        pointer=f"/totals/{name}",
        parts=f"{count} {'line' if count == 1 else 'lines'}",
        comes_to=total,
        stated=stated[name],
        slack=slack,
    )


def _amount(line: InvoiceLine) -> Decimal | None:
    if line.amount is not None or line.quantity is None or line.unit_price is None:
        return line.amount
    basis = (line.price_basis and line.price_basis.quantity) or Decimal(1)
    return line.quantity * line.unit_price / basis


def _of_total(invoice: Invoice, totals: Totals) -> Iterator[Sum]:
    start = totals.lines if totals.lines is not None else totals.net
    if start is None or totals.total is None:
        return
    changed = _adjusted(invoice.adjustments, start)
    tax, rounding = totals.tax or Decimal(0), totals.rounding or Decimal(0)
    with_changes = start + changed + tax + rounding
    holds_without = abs(start + tax + rounding - totals.total) <= _CENT
    # A net may have its charges in it; who states the sum of lines adds them afterwards.
    without = totals.lines is None and holds_without
    comes_to = with_changes - changed if without else with_changes
    parts = [f"{start:f}", *([f"{changed:f} charges"] if changed and not without else [])]
    parts += [
        f"{value:f} {word}" for value, word in ((tax, "tax"), (rounding, "rounding")) if value
    ]
    yield Sum(
        name="total",
        pointer="/totals/total",
        parts=" + ".join(parts).replace("+ -", "- "),
        comes_to=comes_to,
        stated=totals.total,
    )


def _adjusted(adjustments: tuple[Adjustment, ...], base: Decimal) -> Decimal:
    total = Decimal(0)
    for one in adjustments:
        amount = one.amount
        if amount is None:
            amount = abs(base) * (one.percent or 0) / 100
        total += -amount if one.type == "allowance" else amount
    return total


def lacking(
    record: AnyRecord, trace: Mapping[str, Traced], *, as_printed: bool
) -> Iterator[Problem]:
    """Yield what is missing, unsure or wrong in an invoice; `as_printed` says sums are so printed.

    Of other records nothing: what they lack, their own tables tell.
    """
    if not isinstance(record, Invoice):
        return
    yield from _missing(record)
    yield from (_wrong(one, as_printed=as_printed) for one in sums_of(record) if not one.holds)
    yield from _unsure(record, trace)


def _missing(record: Invoice) -> Iterator[Problem]:
    total = record.totals.total if record.totals else None
    stated = {"/number": record.number, "/date": record.date, "/totals/total": total}
    for pointer, value in stated.items():
        if value is None:
            yield Problem(
                code="pdf.missing",
                message=f"no {_KEYS[pointer]} was found",
                pointer=pointer,
                remedy="Look it up on the page and type it in.",
            )
    if not record.lines:
        yield Problem(
            code="pdf.no_lines",
            message="no lines were found",
            pointer="/lines",
            remedy="Look them up on the page and type them in.",
        )


_CODES = {"lines": "pdf.lines_mismatch", "total": "pdf.total_mismatch", "due": "pdf.total_mismatch"}
_MESSAGES = {
    "lines": "the lines do not add up to the subtotal",
    "total": "subtotal, charges and tax do not add up to the total",
    "due": "the total less what is paid is not what is due",
}


def _wrong(one: Sum, *, as_printed: bool) -> Problem:
    message = _MESSAGES.get(one.name, f"quantity times price is not the amount in {one.name}")
    is_error = one.name in ("lines", "total") and not as_printed
    return Problem(
        code=_CODES.get(one.name, "pdf.line_mismatch"),
        severity="error" if is_error else "warning",
        message=f"{message}, as printed" if as_printed else message,
        found=f"{one.stated:f}",
        expected=f"{one.comes_to:f}: {one.parts}",
        pointer=one.pointer,
        remedy="Ask the supplier about it." if as_printed else "Compare it with the page.",
    )


def unsure(record: Invoice, trace: Mapping[str, Traced]) -> list[str]:
    """Return the pointers of the values without which nothing is matched and that are not sure."""
    keys = [*_KEYS, *(f"/orders/{n}" for n in range(len(record.orders)))]
    keys += [f"/lines/{n}/{name}" for n in range(len(record.lines)) for name in _FIGURES]
    return [key for key in keys if key in trace and trace[key].confidence < SURE]


def _unsure(record: Invoice, trace: Mapping[str, Traced]) -> Iterator[Problem]:
    pointers = unsure(record, trace)
    lines = sorted({int(one.split("/")[2]) + 1 for one in pointers if one.startswith("/lines/")})
    told = [
        f"{_KEYS.get(one, 'order')} {trace[one].text!r}"
        for one in pointers
        if not one.startswith("/lines/")
    ]
    if lines:
        told.append(f"lines {', '.join(map(str, lines))}")
    if told:
        yield Problem(
            code="pdf.unsure",
            message=f"not sure enough: {'; '.join(told)}",
            remedy="Compare these values with the page and confirm or correct them.",
        )
