"""From pages to an invoice record: every value with its place on the page and how sure it is."""

from collections.abc import Sequence

from mappers.canonical import Source
from mappers.pdf.accounts import bank_accounts, tax_id
from mappers.pdf.anchors import Anchors
from mappers.pdf.calendar import dated
from mappers.pdf.candidates import dated as dates_labelled
from mappers.pdf.candidates import identifiers
from mappers.pdf.fields import currency, invoice_number, language, orders
from mappers.pdf.figures import Figures
from mappers.pdf.kind import kind_of
from mappers.pdf.layout import Layout
from mappers.pdf.learned import NOTHING, Memory
from mappers.pdf.ledger import by_column
from mappers.pdf.lines import Table, read_table
from mappers.pdf.parties import parties
from mappers.pdf.recalling import Head, Recall, recalled
from mappers.pdf.record import Found, recorded
from mappers.pdf.rowwise import read_rows
from mappers.pdf.terms import terms
from mappers.pdf.totals import Solved, Sum, solve, sums
from mappers.rules import Mapped
from parsers.form import Page, Problem


def invoice(
    pages: Sequence[Page],
    source: Source,
    problems: tuple[Problem, ...] = (),
    memory: Memory = NOTHING,
) -> Mapped:
    """Map the pages of one document to an invoice record.

    What cannot be settled stays empty. The record is incomplete, and says why, unless its number,
    date, total and lines are sure and add up. `problems` are those of reading, `memory` is what is
    known of how suppliers lay out their invoices.
    """
    layout = Layout(pages)
    recall, misfit = recalled(layout, memory)
    told = (*problems, misfit) if misfit else problems
    return recorded(layout, _found(layout, recall), source, told)


def _found(layout: Layout, recall: Recall | None) -> Found:
    anchors = Anchors(layout, "fields")
    figures = Figures(layout, (recall and recall.learned.decimal) or ".")
    table = _table(layout, figures, recall)
    solved = _solved(figures, table, recall)
    numbers, agreed = identifiers(anchors), terms(layout)
    money, tongue = currency(layout, figures), language(anchors)
    days = dated(
        layout,
        dates_labelled(anchors),
        net_days=agreed.net_days if agreed else None,
        language=tongue,
        currency=money.value if money else None,
        taught=recall.order if recall else None,
    )
    named = parties(layout, anchors, table.rows)
    head = Head(
        number=invoice_number(numbers),
        dated=days,
        orders=orders(numbers),
        currency=money,
        supplier=named.supplier,
        buyer=named.buyer,
    )
    if recall:
        head = recall.head(head, solved.total.number.span if solved.total else None)
    return Found(
        kind=kind_of(layout),
        number=head.number,
        dated=head.dated,
        orders=head.orders,
        currency=head.currency,
        supplier=head.supplier,
        tax_id=tax_id(layout, anchors, numbers, named),
        banks=list(bank_accounts(layout)),
        buyer=head.buyer,
        terms=agreed,
        table=table,
        solved=solved,
    )


def _solved(figures: Figures, table: Table, recall: Recall | None) -> Solved:
    """Return the sums that labels name or, where a scan's labels do not suffice, their column."""
    offered, lines = _offered(figures, table, recall), table.total or None
    solved = solve(offered, lines)
    if solved.closes or not figures.layout.is_scan:
        return solved
    column = by_column(figures, table.rows, offered, lines)
    return column._replace(due=solved.due, paid=solved.paid) if column else solved


def _offered(figures: Figures, table: Table, recall: Recall | None) -> list[Sum]:
    """Return the amounts that may be sums, those of the layout first."""
    known = recall.sums(figures, table.rows) if recall else []
    return [*known, *sums(figures, table.rows)]


def _table(layout: Layout, figures: Figures, recall: Recall | None) -> Table:
    """Return the lines by their heading, or those that need none where these prove more."""
    headed = read_table(layout, figures, recall.headings if recall else {})
    if headed.lines and headed.proven == len(headed.lines):
        return headed
    plain = read_rows(layout, figures)
    if headed.lines and (headed.proven or len(plain.lines) < len(headed.lines)):
        return headed
    return plain if plain.lines else headed
