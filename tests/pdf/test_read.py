"""Reading pages: what is seen is read, what is hidden is told, and nothing harms the reader."""

import io
import tempfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from parsers.form import ParseError
from parsers.pdf.read import claims, read, read_again
from parsers.pdf.reading import Limits, Order


def text_of(data: bytes, order: Order | None = None) -> str:
    return " ".join(word.text for page in read(data, order).pages for word in page.words)


def code_of(data: bytes, order: Order | None = None) -> str:
    with pytest.raises(ParseError) as caught:
        read(data, order)
    return caught.value.problem.code


def written(content: bytes, more: str = "") -> bytes:
    """A PDF by hand: one page with `content` as its stream."""
    packed = zlib.compress(content)
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            f" /Resources << /Font << /F1 5 0 R >> {more} >> >>"
        ),
    ]
    body = b"%PDF-1.7\n"
    for number, part in enumerate(parts, 1):
        body += f"{number} 0 obj {part} endobj\n".encode()
    body += f"4 0 obj << /Length {len(packed)} /Filter /FlateDecode >> stream\n".encode()
    body += packed + b"\nendstream endobj\n"
    body += b"5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj\n"
    return body + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


def test_it_claims_pdfs_and_scans_and_nothing_else(plain_pdf: bytes) -> None:
    assert claims(plain_pdf)
    assert claims(b"junk before" + plain_pdf)
    assert claims(b"\x89PNG\r\n\x1a\n")
    assert not claims(b"")
    assert not claims(b"ISA*00*")
    assert not claims(b"<?xml version='1.0'?>")


def test_words_stand_in_boxes_from_the_top_left(plain_pdf: bytes) -> None:
    page = read(plain_pdf).pages[0]
    word = next(word for word in page.words if word.text == "KT-20417")
    assert (page.width, page.height) == (595.0, 842.0)
    assert 449 < word.x0 < 451
    assert word.top < 80 < word.bottom


def test_ruling_lines_are_found(paper: SimpleNamespace) -> None:
    assert len(read(paper.made(paper.ruled)).pages[0].rules) >= 11


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_like_an_upright_one(paper: SimpleNamespace, degrees: int) -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(degrees)
        canvas.translate(300, 400)
        canvas.rotate(degrees)
        canvas.drawString(0, 0, "Invoice KT-1")
        canvas.drawString(0, -20, "Total 12.00")

    words = read(paper.made(turned)).pages[0].words
    assert [word.text for word in words] == ["Invoice", "KT-1", "Total", "12.00"]
    assert words[0].top < words[2].top
    assert words[0].x1 < words[1].x0


def test_hidden_text_is_left_out_and_told(paper: SimpleNamespace) -> None:
    def hiding(canvas: Canvas) -> None:
        paper.plain(canvas)
        canvas.setFillGray(1)
        paper.put(canvas, 50, 500, "Total 99,999.00")
        canvas.setFillGray(0)
        paper.put(canvas, 50, 520, "Total 88,888.00", 0.4)
        paper.put(canvas, -400, 540, "Total 77,777.00")

    reading = read(paper.made(hiding))
    words = [word.text for word in reading.pages[0].words]
    assert "156.47" in words
    assert not {"99,999.00", "88,888.00", "77,777.00"} & set(words)
    assert [problem.code for problem in reading.problems] == ["pdf.hidden_text"]


def test_white_text_on_a_dark_bar_is_seen(paper: SimpleNamespace) -> None:
    def barred(canvas: Canvas) -> None:
        canvas.rect(40, 780, 500, 30, fill=1)
        canvas.setFillGray(1)
        paper.put(canvas, 50, 55, "INVOICE 4711", 14)

    assert "4711" in text_of(paper.made(barred))


def test_text_that_is_painted_over_is_not_seen(paper: SimpleNamespace) -> None:
    def covered(canvas: Canvas) -> None:
        paper.plain(canvas)
        paper.put(canvas, 50, 500, "IBAN 4711")
        canvas.setFillGray(1)
        canvas.rect(40, 330, 300, 30, fill=1, stroke=0)

    assert "4711" not in text_of(paper.made(covered))


def test_a_password_is_asked_for_and_used(paper: SimpleNamespace) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("open sesame"))
    paper.plain(canvas)
    canvas.save()
    assert code_of(buffer.getvalue()) == "pdf.password"
    assert "KT-20417" in text_of(buffer.getvalue(), Order(passwords=("open sesame",)))


def test_pages_beyond_the_limit_are_told(paper: SimpleNamespace) -> None:
    reading = read(paper.made(*[paper.plain] * 3), Order(limits=Limits(pages=2)))
    assert (len(reading.pages), reading.pages_total) == (2, 3)
    assert reading.problems[0].code == "pdf.page_limit"


def test_a_bomb_ends_the_child_and_not_us() -> None:
    bomb = written(zlib.compress(b"0 " * 200_000_000, 9))
    twice = bomb.replace(b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]")
    limits = Limits(memory=400 << 20, step_seconds=4)
    assert code_of(twice, Order(limits=limits)) in {"pdf.crashed", "pdf.too_slow", "pdf.too_big"}


def test_a_large_file_is_refused_unread(plain_pdf: bytes) -> None:
    assert code_of(plain_pdf, Order(limits=Limits(size=100))) == "pdf.too_large"


@pytest.mark.parametrize("size", [9, 300, 900])
def test_a_torn_file_is_an_answer(plain_pdf: bytes, size: int) -> None:
    assert code_of(plain_pdf[:size]) == "pdf.unreadable"


def test_letters_without_meaning_go_to_ocr() -> None:
    reading = read(written(b"BT /F1 12 Tf 72 720 Td <0102030405> Tj ET"))
    assert reading.pages[0].by == "ocr"


def test_a_scan_is_straightened_and_read(scan_pdf: bytes) -> None:
    reading = read(scan_pdf)
    page = reading.pages[0]
    assert reading.format == "scan"
    assert abs(page.skew + 1.4) < 0.3
    assert {"KT-20417", "156.47", "4500098812"} <= {word.text for word in page.words}
    assert all(0 <= word.confidence <= 1 and word.by == "ocr" for word in page.words)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_scan_that_lies_wrong_is_turned(
    paper: SimpleNamespace, plain_pdf: bytes, degrees: int
) -> None:
    read_text = text_of(paper.scanned(plain_pdf, turned=degrees, noise=0))
    assert "Kestrel Tools Ltd" in read_text
    assert "Harrow Engineering" in read_text


def test_a_second_reading_confirms_words(scan_pdf: bytes) -> None:
    first = read(scan_pdf)
    second = read_again(scan_pdf, first)
    sure = {word.text: word.confidence for word in first.pages[0].words}
    now = {word.text: word.confidence for word in second.pages[0].words}
    assert now["KT-20417"] >= sure["KT-20417"]


def test_an_image_file_is_a_scan() -> None:
    picture = Image.new("L", (400, 100), 255)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    assert read(buffer.getvalue()).format == "scan"
    assert code_of(b"\x89PNG\r\n\x1a\n" + b"no picture") == "pdf.broken_image"


def test_an_image_that_claims_to_be_huge_is_refused() -> None:
    buffer = io.BytesIO()
    Image.new("1", (3000, 3000)).save(buffer, "PNG")
    limits = Limits(image_pixels=1_000_000)
    assert code_of(buffer.getvalue(), Order(limits=limits)) in {
        "pdf.image_too_large",
        "pdf.broken_image",
    }


def test_no_temporary_file_is_left(
    scan_pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read(scan_pdf)
    assert not list(tmp_path.iterdir())
