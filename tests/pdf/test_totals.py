"""How sums are picked: what adds up, even where a scan lost a label, and what is told of it."""

from decimal import Decimal
from types import SimpleNamespace

from reportlab.pdfgen.canvas import Canvas

from mappers.canonical import Invoice, Source, Traced
from mappers.pdf.invoice import invoice
from parsers.pdf.read import read

D = Decimal
BODY = [("4", "Welding wire", "2.50", "10.00"), ("2", "Work gloves", "45.00", "90.00")]


def billed(
    paper: SimpleNamespace, rows: list[tuple[str, str]]
) -> tuple[Invoice, dict[str, Traced]]:
    """Return the record of an invoice of two lines with the sums `rows`."""

    def sheet(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "Kestrel Tools Ltd", 14)
        paper.put(canvas, 420, 50, "INVOICE", 16)
        paper.put(canvas, 350, 90, "Invoice No: KT-20417")
        table = [("Qty", "Description", "Unit Price", "Amount"), *BODY]
        for row, cells in enumerate(table):
            for x, text in zip((50, 120, 330, 450), cells, strict=True):
                paper.put(canvas, x, 200 + 16 * row, text)
        for row, (label, value) in enumerate(rows):
            paper.put(canvas, 330, 260 + 16 * row, label)
            paper.put(canvas, 450, 260 + 16 * row, value)

    reading = read(paper.made(sheet))
    found = invoice(reading.pages, Source(format=reading.format))
    assert isinstance(found.record, Invoice)
    return found.record, found.trace()


def test_a_total_whose_label_is_lost_is_found_by_its_sum_but_not_sure(
    paper: SimpleNamespace,
) -> None:
    record, trace = billed(paper, [("Subtotal", "100.00"), ("VAT", "20.00"), ("Xx", "120.00")])
    assert record.totals is not None
    assert (record.totals.net, record.totals.tax, record.totals.total) == (D(100), D(20), D(120))
    assert trace["/totals/total"].confidence < 0.9


def test_a_labelled_total_goes_before_one_that_only_adds_up(paper: SimpleNamespace) -> None:
    rows = [("Subtotal", "100.00"), ("VAT", "20.00"), ("Total", "120.00"), ("Xx", "120.00")]
    record, trace = billed(paper, rows)
    assert record.totals is not None
    assert record.totals.total == D(120)
    assert trace["/totals/total"].confidence > 0.9


def test_nothing_that_does_not_add_up_is_a_total_without_a_label(paper: SimpleNamespace) -> None:
    record, _ = billed(paper, [("Subtotal", "100.00"), ("VAT", "20.00"), ("Xx", "130.00")])
    assert record.totals is None or record.totals.total is None


def test_a_sum_without_a_label_is_no_line(paper: SimpleNamespace) -> None:
    record, _ = billed(paper, [("Xx", "100.00"), ("VAT", "20.00"), ("Total", "120.00")])
    assert [line.amount for line in record.lines] == [D(10), D(90)]
    assert record.totals is not None
    assert (record.totals.net, record.totals.total) == (D(100), D(120))


def test_a_quantity_that_stands_in_the_description_is_taken_from_it(
    paper: SimpleNamespace,
) -> None:
    def sheet(canvas: Canvas) -> None:
        for x, text in zip(
            (50, 260, 330, 450), ("Description", "Qty", "Price", "Amount"), strict=True
        ):
            paper.put(canvas, x, 200, text)
        rows = [
            ("Work gloves", "2", "45.00", "90.00"),
            ("Welding wire", "4", "2.50", "10.00"),
            ("Field service labor 2.5", "", "108.30", "270.75"),
        ]
        for row, cells in enumerate(rows):
            for x, text in zip((50, 260, 330, 450), cells, strict=True):
                if text:
                    paper.put(canvas, x, 216 + 16 * row, text)

    reading = read(paper.made(sheet))
    record = invoice(reading.pages, Source(format=reading.format)).record
    assert isinstance(record, Invoice)
    last = record.lines[-1]
    assert last.quantity == D("2.5")
    assert last.item is not None
    assert last.item.description == "Field service labor"


def test_sums_in_two_currencies_side_by_side_are_not_sure(paper: SimpleNamespace) -> None:
    def sheet(canvas: Canvas) -> None:
        rows = [
            ("Subtotal", "119.95", "109.15"),
            ("VAT", "0.00", "0.00"),
            ("Total", "119.95", "109.15"),
        ]
        for row, cells in enumerate(rows):
            for x, text in zip((50, 300, 420), cells, strict=True):
                paper.put(canvas, x, 300 + 16 * row, text)

    reading = read(paper.made(sheet))
    trace = invoice(reading.pages, Source(format=reading.format)).trace()
    assert trace["/totals/total"].confidence < 0.9


def test_a_subtotal_that_says_without_which_tax_is_no_tax(paper: SimpleNamespace) -> None:
    rows = [("Subtotaal ex. BTW", "100.00"), ("21% BTW", "21.00"), ("Totaal", "121.00")]
    record, _ = billed(paper, rows)
    assert record.totals is not None
    assert (record.totals.net, record.totals.tax, record.totals.total) == (D(100), D(21), D(121))


def test_a_row_of_totals_under_columns_states_net_tax_and_gross(paper: SimpleNamespace) -> None:
    def sheet(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "Kestrel Tools Ltd", 14)
        paper.put(canvas, 50, 90, "Invoice No: KT-20417")
        rows = [("", "Net", "Tax", "Gross"), ("Rent", "60.00", "12.00", "72.00")]
        rows += [("Lines", "40.00", "8.00", "48.00"), ("Total", "100.00", "20.00", "120.00")]
        for row, cells in enumerate(rows):
            for x, text in zip((50, 250, 350, 450), cells, strict=True):
                paper.put(canvas, x, 200 + 16 * row, text)

    reading = read(paper.made(sheet))
    record = invoice(reading.pages, Source(format=reading.format)).record
    assert isinstance(record, Invoice)
    assert record.totals is not None
    assert (record.totals.net, record.totals.tax, record.totals.total) == (D(100), D(20), D(120))
