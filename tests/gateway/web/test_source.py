"""A document's source: every traced value has its place, and long documents are cut, not lost."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.formats import read_documents
from gateway.naming import named
from gateway.store.exception import Kept
from gateway.web.source import LINES_SHOWN, Originals, SourceView, source_view
from mappers.canonical import AnyRecord, Invoice, Source, Traced

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
X12 = (SAMPLES / "03-over-billing/copperline/810-88207.x12").read_bytes()
EDIFACT = (SAMPLES / "18-the-edifact-cycle/ulvfors/desadv-FS-90311.edi").read_bytes()
CXML = (SAMPLES / "06-punchout-cart-to-invoice/tamarack-erp/order-4500071206.xml").read_bytes()


def kept(kind: str = "invoice") -> Kept:
    return Kept(
        id=7,
        key="k-0",
        position=0,
        kind=kind,
        number="1",
        body=b"",
        trace=None,
        document_id=3,
        sha256="s",
        file="a.x12",
        partner="p",
        door="folder",
        received_at="2026-03-02T09:00:00.000000+00:00",
    )


def view_of(
    data: bytes,
    record: AnyRecord,
    trace: Mapping[str, Traced],
    used: tuple[str, ...] = (),
    sizes: tuple[tuple[float, float], ...] = (),
) -> SourceView:
    originals = Originals(
        contents=lambda _sha256: io.BytesIO(data),
        sizes=lambda _sha256: list(sizes),
        trace=lambda _kept: trace,
    )
    return source_view(kept(), record, originals, used)


def read(data: bytes) -> tuple[AnyRecord, Mapping[str, Traced]]:
    mapped = next(read_documents(io.BytesIO(data), name="a", sha256="s", year=2026))
    return mapped.record, mapped.trace()


def texts(view: SourceView) -> dict[str, str]:
    """Return the text at each anchor."""
    return {p.anchor: p.text for line in view.lines for p in line.pieces if p.anchor}


@pytest.mark.parametrize("data", [X12, CXML], ids=["x12", "cxml"])
def test_every_value_leads_to_the_text_it_was_read_from(data: bytes) -> None:
    record, trace = read(data)
    view = view_of(data, record, trace)
    found = texts(view)
    placed = {pointer: one for pointer, one in trace.items() if one.start is not None}
    assert placed
    for pointer, one in placed.items():
        assert one.text in found[view.anchors[pointer]]


def test_nothing_of_the_document_is_left_out_or_changed() -> None:
    record, trace = read(X12)
    view = view_of(X12, record, trace)
    shown = ["".join(piece.text for piece in line.pieces) for line in view.lines]
    segments = [part.strip() + "~" for part in X12.decode().split("~")]
    first = next(n for n, segment in enumerate(segments) if segment.startswith("ST*"))
    last = next(n for n, segment in enumerate(segments) if segment.startswith("SE*"))
    assert shown == segments[first : last + 1]
    assert view.lines[0].meaning == "document start"
    assert view.left_out == 0


@pytest.mark.parametrize(
    ("data", "meanings", "label"),
    [
        (
            X12,
            {"document start", "invoice line", "party"},
            "line 1, unit price (IT1/04 unit price)",
        ),
        (EDIFACT, {"message start", "level of packing", "party"}, "shipped at (DTM/1/2 date)"),
    ],
    ids=["x12", "edifact"],
)
def test_segments_and_values_have_their_words(data: bytes, meanings: set[str], label: str) -> None:
    record, trace = read(data)
    view = view_of(data, record, named(record.source.format, trace))
    assert {line.meaning for line in view.lines} >= meanings
    assert label in {piece.label for line in view.lines for piece in line.pieces}


def test_one_document_of_several_shows_itself_alone() -> None:
    head, rest = X12.split(b"ST*", 1)
    body, tail = rest.split(b"SE*", 1)
    se, after = tail.split(b"~", 1)
    one = b"ST*" + body + b"SE*" + se + b"~"
    data = head + one + one.replace(b"88207", b"88208") + after
    documents = list(read_documents(io.BytesIO(data), name="a", sha256="s", year=2026))
    view = view_of(data, documents[1].record, documents[1].trace())
    shown = "".join(piece.text for line in view.lines for piece in line.pieces)
    assert "88208" in shown
    assert "88207" not in shown


def test_a_long_document_shows_its_head_and_what_one_can_click_to() -> None:
    lines = [b"<i>%d</i>" % n for n in range(5000)]
    data = b"<a>\n" + b"\n".join(lines) + b"\n</a>"
    start = data.index(b"<i>4000</i>") + 3
    trace = {"/number": Traced(at="", text="4000", start=start, end=start + 4)}
    record = Invoice(source=Source(format="ubl"))
    view = view_of(data, record, trace, used=("/number",))
    assert len(view.lines) <= LINES_SHOWN
    assert texts(view)[view.anchors["/number"]] == "4000"
    assert view.left_out == 5002 - len(view.lines)
    assert sum(line.skipped for line in view.lines) + view.lines[-1].number <= 5002 + view.left_out


def test_one_line_of_xml_is_broken_at_its_tags() -> None:
    data = b"<a><b>1</b><c x='2'>3</c></a>"
    view = view_of(data, Invoice(source=Source(format="cxml")), {})
    assert ["".join(p.text for p in line.pieces) for line in view.lines] == [
        "<a>",
        "<b>1</b>",
        "<c x='2'>3</c>",
        "</a>",
    ]


def test_values_within_one_another_share_their_place() -> None:
    data = b"<a>12 EA</a>"
    trace = {
        "/lines/0/quantity": Traced(at="", text="12", start=3, end=5),
        "/lines/0/uom": Traced(at="", text="12 EA", start=3, end=8),
    }
    view = view_of(data, Invoice(source=Source(format="cxml")), trace)
    assert len(set(view.anchors.values())) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "no-such-thing"])
def test_text_is_shown_in_its_encoding(encoding: str) -> None:
    real = encoding if encoding != "no-such-thing" else "utf-8"
    data = f'<?xml version="1.0" encoding="{encoding}"?>\n<a>Müller</a>'.encode(real)
    view = view_of(data, Invoice(source=Source(format="cxml")), {})
    assert "Müller" in view.lines[-1].pieces[0].text


def test_pages_carry_a_box_for_each_value() -> None:
    box = (100.0, 50.0, 160.0, 62.0)
    trace = {
        "/number": Traced(at="page 1", text="INV-1", page=1, box=box),
        "/orders/0": Traced(at="page 1", text="INV-1", page=1, box=box),
        "/totals/total": Traced(at="page 2", text="9.00", page=2, box=(1.0, 2.0, 3.0, 4.0)),
    }
    record = Invoice(source=Source(format="pdf"))
    view = view_of(b"", record, trace, sizes=((595.0, 842.0), (595.0, 842.0)))
    assert [len(page.boxes) for page in view.pages] == [1, 1]
    first = view.pages[0].boxes[0]
    assert (first.x, first.y, first.width, first.height) == (100, 50, 60, 12)
    assert first.label == "number: INV-1"
    assert view.anchors["/number"] == view.anchors["/orders/0"] != view.anchors["/totals/total"]
    assert view.pages[1].href == "/documents/3/file/pages/2"
