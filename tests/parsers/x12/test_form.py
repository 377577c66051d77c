"""Forms answer paths, and say where each text stands."""

from collections.abc import Callable

import pytest

from parsers.form import Document
from parsers.x12.paths import parse_path

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("BEG/03", "4500017"),
        ("BEG/04", None),
        ("BEG/99", None),
        ("REF[DP]/02", "0042"),
        ("REF[IA|DP]/02", "0042"),
        ("REF[ZZ]/02", None),
        ("DTM[02=20260120]/01", "002"),
        ("N1/02", "NORTHWIND STORES"),
        ("N1[SE]/02", "ACME TOOLS"),
        ("N1[BY]/N1/02", "NORTHWIND STORES"),
        ("N1[BY]/N3/02", "DOCK 4"),
        ("N1[SE]/N3/01", None),
        ("PO1/06+VN", "V-100"),
        ("PO1/06+XX|UP", "036000291452"),
        ("PO1/PID/05", "CLAW HAMMER"),
        ("CTT/AMT[TT]/02", "367.2"),
    ],
)
def test_paths_from_the_set(
    path: str, text: str | None, interchange: Interchange, read: Read
) -> None:
    form = read(interchange())[0].form
    found = form.find(path)
    assert (found.text if found else None) == text
    assert (type(form).text_of(path)(form) or None) == text


def test_paths_from_a_loop_climb_to_the_set(interchange: Interchange, read: Read) -> None:
    form = read(interchange())[0].form
    _, second = form.each("PO1")
    assert second.find("PO1/06+BP").text == "A-200"
    assert second.find("^CUR/02").text == "USD"
    assert second.find("PID/05") is None
    assert second.find("^^PO1/01").text == "1"


def test_segments_come_apart(interchange: Interchange, read: Read) -> None:
    form = read(interchange())[0].form
    pairs = form.each("PO1")[0].each("PO1/06+")
    assert [(pair.find("01").text, pair.find("02").text) for pair in pairs] == [
        ("BP", "A-100"),
        ("VN", "V-100"),
        ("UP", "036000291452"),
    ]
    street = form.each("N1[BY]")[0].each("N3/*")
    assert [part.find("01").text for part in street] == ["12 HARBOR WAY", "DOCK 4"]
    assert [one.find("02").text for one in form.each("PO1/06+UP")] == ["036000291452"]


def test_an_optional_step_stands_in_for_itself(interchange: Interchange, read: Read) -> None:
    form = read(interchange())[0].form
    assert [group.find("PO1/01").text for group in form.each("PO1/?ACK")] == ["1", "2"]


def test_components(order: str, interchange: Interchange, read: Read) -> None:
    data = interchange(order.replace("PO1*2*6*CA*", "PO1*2*6*CA>12*"))
    line = read(data)[0].form.each("PO1")[1]
    assert line.find("PO1/03-1").text == "CA"
    assert line.find("PO1/03-2").text == "12"
    assert line.find("PO1/03-3") is None
    assert line.find("PO1/03").text == "CA>12"


@pytest.mark.parametrize("terminator", ["~", "~\r\n", "\n", "~\n   "])
def test_positions_quote_the_source(terminator: str, interchange: Interchange, read: Read) -> None:
    data = interchange(terminator=terminator)
    form = read(b"\xef\xbb\xbf" + data)[0].form
    for path in ("BEG/03", "N1[BY]/N3/02", "PO1/04", "CTT/AMT[TT]/02", ""):
        found = form.find(path)
        place = found.position
        assert (b"\xef\xbb\xbf" + data)[place.start : place.end].decode() == found.text
        assert f"bytes {place.start}-{place.end}" in place.at
    assert form.find("BEG/03").position.at.startswith("segment 2 (BEG) element 03, bytes ")


def test_words_of_any_encoding(interchange: Interchange, read: Read) -> None:
    for word in ("Zürich".encode(), "Zürich".encode("cp1252")):
        data = interchange().replace(b"PORTLAND", word)
        (document,) = read(data)
        assert document.form.find("N1[BY]/N4/01").text == "Zürich"
        place = document.form.find("N1[BY]/N4/02").position
        assert data[place.start : place.end] == b"ME"
        assert [problem.code for problem in document.problems] == ["x12.not_ascii"]


def test_untidy_blanks_are_trimmed(order: str, interchange: Interchange, read: Read) -> None:
    data = interchange(order.replace("CLAW HAMMER", "  CLAW    HAMMER "))
    line = read(data)[0].form.each("PO1")[0]
    assert line.find("PID/05").text == "CLAW HAMMER"
    assert line.find("PID/05").quote == "  CLAW    HAMMER "


def test_lines_broken_inside_segments_are_joined(interchange: Interchange, read: Read) -> None:
    data = interchange()
    wrapped = b"\r\n".join(data[at : at + 80] for at in range(0, len(data), 80))
    (document,) = read(wrapped)
    assert "x12.line_break" in [problem.code for problem in document.problems]
    assert document.form.find("N1[SE]/02").text == "ACME TOOLS"
    assert len(document.form.each("PO1")) == 2


@pytest.mark.parametrize("path", ["beg/03", "BEG/3", "N1[/02", "BEG//03"])
def test_paths_that_are_none(path: str) -> None:
    with pytest.raises(ValueError, match=path[:1]):
        parse_path(path)
