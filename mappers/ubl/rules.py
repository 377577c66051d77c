"""What EN 16931 asks of an invoice besides its sums: who, when, and which tax (BR-CO-4 to 26).

Each broken rule is a warning with its name: receivers that validate refuse such a document, and we
read it all the same.
"""

from collections.abc import Iterator
from decimal import Decimal

from mappers.canonical import Invoice, Party, Problem, Totals

_ZERO = Decimal(0)
_PREFIX = 2


def rule_problems(invoice: Invoice) -> Iterator[Problem]:
    """Yield a warning for every rule of EN 16931 that `invoice` breaks."""
    totals = invoice.totals or Totals()
    supplier = invoice.supplier or Party()
    if not invoice.taxes and totals.tax is not None:
        yield _broken("BR-CO-18", "the invoice has no breakdown of its tax", "/taxes")
    for index, line in enumerate(invoice.lines):
        if not line.taxes:
            yield _broken(
                "BR-CO-4", f"line {line.number} has no category of tax", f"/lines/{index}/taxes"
            )
    is_claim = invoice.type != "credit_memo" and (totals.due or _ZERO) > _ZERO
    if is_claim and not invoice.due_date and not invoice.terms:
        yield _broken(
            "BR-CO-25",
            "something is to be paid, and neither a due date nor terms of payment are told",
            "/due_date",
        )
    if not supplier.ids and not supplier.tax_id:
        yield _broken("BR-CO-26", "nothing identifies the seller but its name", "/supplier/ids")
    yield from _prefixes(invoice)


def _prefixes(invoice: Invoice) -> Iterator[Problem]:
    """Yield a problem for tax identifiers that do not begin with a country (BR-CO-9)."""
    if not any(tax.type == "VAT" for tax in invoice.taxes):
        return
    for name in ("supplier", "buyer"):
        party = getattr(invoice, name) or Party()
        number = party.tax_id
        if number and not (number[:_PREFIX].isascii() and number[:_PREFIX].isalpha()):
            yield _broken(
                "BR-CO-9",
                f"the VAT number of the {name} does not begin with the code of a country",
                f"/{name}/tax_id",
                found=number,
            )


def _broken(rule: str, message: str, pointer: str, found: str | None = None) -> Problem:
    return Problem(
        code="ubl.rule",
        severity="warning",
        message=f"{message} ({rule})",
        at=pointer,
        found=found,
        pointer=pointer,
        remedy="Ask the supplier to correct it; receivers that validate refuse such a document.",
    )
