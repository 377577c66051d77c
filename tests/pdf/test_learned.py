"""One confirmed invoice of a layout makes the next one right; what does not fit is told."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from msgspec import structs
from reportlab.pdfgen.canvas import Canvas

from mappers.canonical import Invoice, InvoiceLine, Item, Party, Source, Totals, Traced
from mappers.pdf.invoice import invoice
from mappers.pdf.landmarks import spots
from mappers.pdf.layout import Layout
from mappers.pdf.learned import NOTHING, Learned, Memory, Tag
from mappers.pdf.recalling import repaired, shape_of
from mappers.pdf.teaching import learned_from, renewed
from parsers.form import Page
from parsers.pdf.read import read

D = Decimal
NAMED = Learned(name="own-1", version=1, by="tests", on=date(2026, 5, 4), document="first.pdf")


class Bill(NamedTuple):
    """What differs between the invoices of one layout."""

    number: str
    day: str
    order: str
    buyer: str
    net: str
    tax: str
    total: str


FIRST = Bill(
    "ZX-20417", "05/04/2026", "K8812-4", "Harrow Engineering plc", "40.00", "8.00", "48.00"
)
NEXT = Bill("ZX-20533", "03/05/2026", "K9120-1", "Mill Street Bakery", "65.50", "13.10", "78.60")


def quill(paper: SimpleNamespace, bill: Bill) -> Callable[[Canvas], None]:
    """A layout with words of its own for everything: no list of labels knows them."""

    def draw(canvas: Canvas) -> None:
        paper.put(canvas, 60, 60, "Quill & Tansy Ltd", 12)
        paper.put(canvas, 60, 74, "Unit 4, Dock Road, Hull HU1 2AB")
        paper.put(canvas, 60, 88, "VAT GB 123 4567 89")
        paper.put(canvas, 330, 60, "INVOICE", 16)
        rows = [("Folio mark", bill.number), ("Struck on", bill.day), ("Against your", bill.order)]
        for place, (label, value) in enumerate(rows):
            paper.put(canvas, 330, 90 + 15 * place, label)
            paper.put(canvas, 440, 90 + 15 * place, value)
        paper.put(canvas, 60, 150, "Drawn upon")
        paper.put(canvas, 60, 165, bill.buyer)
        paper.put(canvas, 60, 179, "7 High Street")
        paper.put(canvas, 60, 193, "Bristol BS1 6QS")
        lines_and_sums(paper, canvas, bill, ("Sum of goods", "Levy 20%", "In all"))

    return draw


def lines_and_sums(
    paper: SimpleNamespace, canvas: Canvas, bill: Bill, words: tuple[str, ...]
) -> None:
    heads = ((60, "Description"), (350, "Qty"), (430, "Unit Price"), (520, "Amount"))
    line = ((60, "Linen paper, ream"), (350, "1"), (430, bill.net), (520, bill.net))
    for top, cells in ((260, heads), (280, line)):
        for x, text in cells:
            paper.put(canvas, x, top, text)
    for place, (word, amount) in enumerate(zip(words, bill[4:], strict=True)):
        paper.put(canvas, 380, 330 + 16 * place, word)
        paper.put(canvas, 520, 330 + 16 * place, f"£{amount}")


def ledger(paper: SimpleNamespace, bill: Bill) -> Callable[[Canvas], None]:
    """A layout whose dossier number looks like an order, under a plain heading above it."""

    def draw(canvas: Canvas) -> None:
        paper.put(canvas, 50, 40, "Invoice", 14)
        paper.put(canvas, 50, 70, "Bramble Works Ltd", 12)
        paper.put(canvas, 50, 84, "9 Canal Street, Leeds LS2 7QQ")
        for x, head, value in (
            (50, "Paper no.", bill.number),
            (200, "Day", bill.day),
            (350, "Order reference", "D-55" + bill.number[-3:]),
        ):
            paper.put(canvas, x, 120, head)
            paper.put(canvas, x, 134, value)
        paper.put(canvas, 50, 180, "Invoice to")
        paper.put(canvas, 50, 194, bill.buyer)
        paper.put(canvas, 50, 208, "Bristol BS1 6QS")
        lines_and_sums(paper, canvas, bill, ("Subtotal", "VAT 20%", "Total"))

    return draw


def pages_of(paper: SimpleNamespace, draw: Callable[[Canvas], None]) -> tuple[Page, ...]:
    return tuple(read(paper.made(draw)).pages)


def right(bill: Bill, seller: Party, *orders: str, month: int) -> Invoice:
    day = int(bill.day[:2])
    return Invoice(
        number=bill.number,
        date=date(2026, month, day),
        orders=orders,
        currency="GBP",
        supplier=seller,
        buyer=Party(name=bill.buyer),
        totals=Totals(net=D(bill.net), tax=D(bill.tax), total=D(bill.total)),
    )


QUILL = Party(name="Quill & Tansy Ltd", tax_id="GB 123 4567 89")
BRAMBLE = Party(name="Bramble Works Ltd")


def read_by(pages: tuple[Page, ...], memory: Memory) -> tuple[Invoice, Mapping[str, Traced]]:
    found = invoice(pages, Source(format="pdf"), (), memory)
    assert isinstance(found.record, Invoice)
    return found.record, found.trace()


@pytest.fixture
def learned(paper: SimpleNamespace) -> Learned:
    record = right(FIRST, QUILL, FIRST.order, month=4)
    return learned_from(pages_of(paper, quill(paper, FIRST)), record, NAMED)


def test_the_next_invoice_of_a_taught_layout_is_right(
    paper: SimpleNamespace, learned: Learned
) -> None:
    pages = pages_of(paper, quill(paper, NEXT))
    before, _ = read_by(pages, NOTHING)
    assert before.number != NEXT.number
    record, trace = read_by(pages, Memory(layouts=(learned,)))
    assert record.number == NEXT.number
    assert record.date == date(2026, 5, 3)  # 05/04 was April: the first one taught the order
    assert record.orders == (NEXT.order,)
    assert record.buyer == Party(name=NEXT.buyer)
    assert record.supplier is not None
    assert record.supplier.name == QUILL.name
    assert record.totals is not None
    assert (record.totals.net, record.totals.tax) == (D("65.50"), D("13.10"))
    assert record.totals.total == D("78.60")
    assert not record.incomplete, record.problems
    assert trace["/number"].text == NEXT.number
    assert trace["/number"].box is not None
    assert abs(trace["/number"].box[0] - 440) < 2


def test_a_layout_says_where_values_stand_in_words(learned: Learned) -> None:
    tags = {one.field: [(tag.words, tag.value) for tag in one.tags] for one in learned.anchors}
    assert ("folio mark", "right") in tags["number"]
    assert ("drawn upon", "below") in tags["buyer"]
    assert ("in all", "right") in tags["total"]
    assert learned.dates == "dmy"
    assert learned.seller.tax_id == QUILL.tax_id
    assert {mark.words for mark in learned.landmarks} >= {"invoice", "description", "qty"}


def wares(paper: SimpleNamespace, bill: Bill) -> Callable[[Canvas], None]:
    """A table whose heading names nothing in words that others use, and whose rows prove little."""

    def draw(canvas: Canvas) -> None:
        paper.put(canvas, 50, 40, "Invoice", 14)
        paper.put(canvas, 50, 70, "Bramble Works Ltd", 12)
        paper.put(canvas, 350, 70, "Invoice No")
        paper.put(canvas, 450, 70, bill.number)
        paper.put(canvas, 350, 84, "Invoice Date")
        paper.put(canvas, 450, 84, bill.day)
        heads = ((50, "Wares"), (220, "Lot"), (300, "Tally"), (380, "Apiece"), (480, "Worth"))
        line = ((50, "Linen paper"), (220, "7"), (300, "2"), (380, bill.net), (480, bill.tax))
        for top, cells in ((200, heads), (216, line)):
            for x, text in cells:
                paper.put(canvas, x, top, text)
        paper.put(canvas, 380, 250, "Total")
        paper.put(canvas, 480, 250, bill.tax)

    return draw


def test_the_words_of_a_heading_are_learned(paper: SimpleNamespace) -> None:
    first = FIRST._replace(net="4.00", tax="8.00")
    confirmed = InvoiceLine(
        item=Item(description="Linen paper"),
        quantity=D(2),
        unit_price=D("4.00"),
        amount=D("8.00"),
    )
    record = structs.replace(right(first, BRAMBLE, month=4), lines=(confirmed,), totals=None)
    taught = learned_from(pages_of(paper, wares(paper, first)), record, NAMED)
    assert {one.words: one.holds for one in taught.headings} == {
        "worth": "amount",
        "apiece": "unit_price",
        "tally": "quantity",
        "wares": "description",
    }
    bill = NEXT._replace(net="6.50", tax="13.00")
    pages = pages_of(paper, wares(paper, bill))
    record, trace = read_by(pages, Memory(layouts=(taught,)))
    (line,) = record.lines
    assert (line.quantity, line.unit_price, line.amount) == (D(2), D("6.50"), D("13.00"))
    assert line.item == Item(description="Linen paper")
    assert trace["/lines/0/quantity"].text == "2"


def test_what_is_no_order_is_not_read_as_one_again(paper: SimpleNamespace) -> None:
    first = pages_of(paper, ledger(paper, FIRST))
    assert read_by(first, NOTHING)[0].orders
    taught = learned_from(first, right(FIRST, BRAMBLE, month=4), NAMED)
    record, _ = read_by(pages_of(paper, ledger(paper, NEXT)), Memory(layouts=(taught,)))
    assert record.orders == ()
    assert record.number == NEXT.number


def test_sums_that_contradict_arithmetic_stay_unsure(
    paper: SimpleNamespace, learned: Learned
) -> None:
    wrong = NEXT._replace(total="80.00")
    pages = pages_of(paper, quill(paper, wrong))
    record, trace = read_by(pages, Memory(layouts=(learned,)))
    assert record.incomplete
    assert trace["/totals/total"].confidence < 0.9


def test_a_layout_that_its_seller_has_left_is_told_and_not_used(
    paper: SimpleNamespace, learned: Learned
) -> None:
    def new(canvas: Canvas) -> None:
        paper.put(canvas, 300, 700, "Quill & Tansy Ltd, VAT GB 123 4567 89")
        paper.put(canvas, 60, 300, "Rechnung Nr. 77-1")

    record, _ = read_by(pages_of(paper, new), Memory(layouts=(learned,)))
    assert "pdf.layout_changed" in [problem.code for problem in record.problems]


def test_the_page_of_another_seller_is_read_without_it(
    paper: SimpleNamespace, learned: Learned
) -> None:
    pages = pages_of(paper, paper.plain)
    memory = Memory(layouts=(learned,))
    assert read_by(pages, memory) == read_by(pages, NOTHING)


def test_where_the_person_pointed_counts(paper: SimpleNamespace) -> None:
    def twice(canvas: Canvas) -> None:
        quill(paper, FIRST)(canvas)
        paper.put(canvas, 60, 700, "Remit quoting")
        paper.put(canvas, 200, 700, FIRST.number)

    pages = pages_of(paper, twice)
    record = right(FIRST, QUILL, FIRST.order, month=4)
    pointed = {"/number": Traced(at="page 1", text="", page=1, box=(200.0, 690.0, 250.0, 701.0))}
    taught = learned_from(pages, record, NAMED, pointed)
    anchor = next(one for one in taught.anchors if one.field == "number")
    assert abs(anchor.box[0] - 200) < 2
    assert [tag.words for tag in anchor.tags] == ["remit quoting"]


def test_words_that_name_a_field_count_for_more_than_a_neighbour(paper: SimpleNamespace) -> None:
    def draw(canvas: Canvas) -> None:
        quill(paper, FIRST)(canvas)
        for x, head, value in ((60, "Carrier", "Our van"), (150, "Due Date", "28/05/2026")):
            paper.put(canvas, x, 220, head)
            paper.put(canvas, x, 234, value)

    record = structs.replace(right(FIRST, QUILL, FIRST.order, month=4), due_date=date(2026, 5, 28))
    taught = learned_from(pages_of(paper, draw), record, NAMED)
    anchor = next(one for one in taught.anchors if one.field == "due_date")
    assert [(tag.words, tag.value) for tag in anchor.tags] == [("due date", "below")]


def test_a_new_version_keeps_what_the_newer_invoice_does_not_show(learned: Learned) -> None:
    orders = tuple(one for one in learned.anchors if one.field == "order")
    less = tuple(one for one in learned.anchors if one.field != "order")
    second = renewed(learned, structs.replace(learned, anchors=less, name="other", dates=None))
    assert (second.name, second.version, second.dates) == ("own-1", 2, "dmy")
    assert second.anchors == (*less, *orders)


def test_letters_and_digits_of_a_scan_are_told_apart_by_shape() -> None:
    assert shape_of("SI-20417") == "AA-99999"
    assert repaired("$1-2O4l7", "AA-99999") == "SI-20417"
    assert repaired("SI-2041", "AA-99999") is None
    assert repaired("S?-20417", "AA-99999") is None


def test_words_that_stand_alone_are_not_taken_for_part_of_others(paper: SimpleNamespace) -> None:
    def draw(canvas: Canvas) -> None:
        for row, text in enumerate(("Before levy", "Levy 20%", "In all, levy too")):
            paper.put(canvas, 60, 60 + 20 * row, text)
            paper.put(canvas, 300, 60 + 20 * row, f"{row + 1}.00")

    layout = Layout(read(paper.made(draw)).pages)
    beside = {spot.cell.text for spot in spots(layout, Tag(words="levy", value="right"))}
    assert "2.00" in beside
    assert not beside & {"1.00", "3.00"}
    within = {spot.cell.text for spot in spots(layout, Tag(words="before", value="right"))}
    assert "1.00" in within, "where no cell says it alone, one that holds it does"
