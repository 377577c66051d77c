"""Several invoices in one file, told apart.

A page begins another invoice where it bears the title of one and, by its label, a number of its
own. A number alone does not: remittance slips, attachments and the second pages of utility bills
bear other numbers too, and an invoice torn in two is worse than two that are asked about. On scans
a number that is nearly the last one is the last one, misread.
"""

from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from mappers.pdf.anchors import Anchors
from mappers.pdf.candidates import identifiers
from mappers.pdf.fields import invoice_number
from mappers.pdf.kind import kind_of
from mappers.pdf.layout import Layout
from parsers.form import Page

_TITLED = {"invoice", "credit_memo", "debit_memo"}
_LIKELY = 0.5
_MISREAD = 75.0


def apart(pages: Sequence[Page]) -> list[tuple[Page, ...]]:
    """Return the pages of each invoice in a file, in their order; all of them where it is one."""
    if len(pages) <= 1:
        return [tuple(pages)]
    groups: list[list[Page]] = []
    number: str | None = None
    for page in pages:
        own = _number(page)
        if not groups or (own and number and _is_other(own, number, page)):
            groups.append([])
        groups[-1].append(page)
        number = own or number
    return [tuple(group) for group in groups]


def _is_other(own: str, number: str, page: Page) -> bool:
    if page.by == "ocr":
        return ratio(own, number) < _MISREAD
    return own != number


def _number(page: Page) -> str | None:
    """Return the number of the invoice that a page may be the first of, None where it is none."""
    layout = Layout([page])
    if kind_of(layout) not in _TITLED:
        return None
    read = invoice_number(identifiers(Anchors(layout, "fields")))
    if read is None or read.confidence < _LIKELY:
        return None
    return "".join(letter for letter in read.value.casefold() if letter.isalnum())
