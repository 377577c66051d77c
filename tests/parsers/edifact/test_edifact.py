"""EDIFACT interchanges as real senders write them."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.edifact.read import claims, documents
from parsers.edifact.structures import STRUCTURES
from parsers.edifact.walk import machine_of
from parsers.form import Document, ParseError

MESSAGE = """\
UNH+M1+ORDERS:D:96A:UN:EAN008'
BGM+220+PO-1+9'
DTM+137:20260105:102'
RFF+CT:C-9'
NAD+BY+5412345000013::9'
RFF+VA:BE123'
NAD+SU+4012345000009::9++ACME TOOLS'
LIN+1++4000862141404:EN'
PIA+1+A-100:BP+V-100:SA'
QTY+21:24:PCE'
PRI+AAA:7.5'
LIN+2++4000862141411:EN'
QTY+21:6'
UNS+S'
CNT+2:2'
UNT+16+M1'
"""
INTERCHANGE = f"UNB+UNOC:3+BUYER:14+SELLER:14+260105:0930+77++++++1'\n{MESSAGE}UNZ+1+77'\n"


def read(text: str | bytes) -> list[Document]:
    return list(documents(BytesIO(text.encode() if isinstance(text, str) else text)))


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def text(document: Document, path: str) -> str | None:
    found = document.form.find(path)
    return found.text if found else None


def test_a_clean_interchange_says_nothing() -> None:
    [document] = read(INTERCHANGE)
    assert document.problems == ()
    assert (document.format, document.kind) == ("edifact", "ORDERS")
    assert document.version == "D.96A/EAN008"
    assert (document.sender, document.receiver) == ("BUYER", "SELLER")
    assert (document.control, document.test) == ("77/M1", True)
    lines = document.form.each("LIN")
    assert [line.find("LIN/31").text for line in lines] == ["4000862141404", "4000862141411"]
    assert text(document, "NAD[BY]/RFF[VA]/12") == "BE123"
    assert text(document, "RFF[CT]/12") == "C-9"
    pairs = lines[0].each("PIA/2*")
    assert [(pair.find("01").text, pair.find("02").text) for pair in pairs] == [
        ("A-100", "BP"),
        ("V-100", "SA"),
    ]


@pytest.mark.parametrize(
    ("advice", "old", "new"),
    [
        ("UNA:+.? '", "+", "+"),
        ("UNA:|.? '", "+", "|"),
        ("UNA^+,! ~", ":", "^"),
        ("UNA:+.* #", "'", "#"),
    ],
)
def test_any_characters_give_the_same_form(advice: str, old: str, new: str) -> None:
    body = INTERCHANGE.replace(old, new)
    if advice.endswith("~"):
        body = body.replace("'", "~")
    [document] = read(advice + body)
    assert document.problems == ()
    assert text(document, "BGM/21") == "PO-1"
    assert text(document, "DTM[137]/12") == "20260105"


def test_level_b_characters() -> None:
    table = str.maketrans({"+": "\x1d", ":": "\x1f", "'": "\x1c", "\n": None})
    [document] = read(INTERCHANGE.replace("UNOC", "UNOB").translate(table))
    assert document.problems == ()
    assert text(document, "BGM/21") == "PO-1"


def test_released_characters_are_data() -> None:
    name = "O?'BRIEN ?+ SONS?: 1/2??"
    [document] = read(INTERCHANGE.replace("ACME TOOLS", name))
    found = document.form.find("NAD[SU]/41")
    assert found.text == "O'BRIEN + SONS: 1/2?"
    assert found.quote == name


@pytest.mark.parametrize("name", ["?+ACME", "?:ACME", "ACME", "A?'C"])
def test_positions_quote_the_source(name: str) -> None:
    data = INTERCHANGE.replace("ACME TOOLS", name).encode()
    [document] = read(data)
    for path in ("BGM/21", "NAD[SU]/41", "LIN/PIA/31", "CNT/12"):
        found = document.form.find(path)
        place = found.position
        assert data[place.start : place.end].decode() == (found.quote or found.text)
    assert document.form.find("DTM[137]/12").position.at.startswith(
        "segment 3 (DTM) element 01 component 2, bytes "
    )


def test_lines_broken_inside_segments() -> None:
    flat = INTERCHANGE.replace("\n", "")
    wrapped = "\r\n".join(flat[at : at + 30] for at in range(0, len(flat), 30))
    [document] = read(wrapped)
    assert codes(document) == ["edifact.line_break"]
    assert text(document, "NAD[SU]/41") == "ACME TOOLS"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_words_of_any_encoding(encoding: str) -> None:
    [document] = read(INTERCHANGE.replace("ACME", "MÜLLER").encode(encoding))
    assert text(document, "NAD[SU]/41") == "MÜLLER TOOLS"
    assert codes(document) == ["edifact.not_ascii"]


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("UNT+16+", "UNT+15+", "edifact.message_count"),
        ("UNT+16+M1", "UNT+16+M2", "edifact.message_reference"),
        ("UNZ+1+", "UNZ+2+", "edifact.interchange_count"),
        ("UNZ+1+77", "UNZ+1+78", "edifact.interchange_reference"),
    ],
)
def test_counts_and_references_that_deviate_are_warnings(right: str, wrong: str, code: str) -> None:
    [document] = read(INTERCHANGE.replace(right, wrong))
    assert [(one.code, one.severity) for one in document.problems] == [(code, "warning")]


def test_lost_segments_are_an_error() -> None:
    lost = INTERCHANGE.replace("UNT+16", "UNT+36").replace("CNT+2:2", "CNT+2:9")
    [document] = read(lost)
    assert ("edifact.segments_lost", True) in [(p.code, p.is_error) for p in document.problems]
    [vouched] = read(INTERCHANGE.replace("UNT+16", "UNT+36"))
    assert not any(problem.is_error for problem in vouched.problems)


def test_groups_are_counted() -> None:
    group = f"UNG+ORDERS+B+S+260105:0930+5+UN+D:96A'{MESSAGE}UNE+1+5'"
    [document] = read(INTERCHANGE.replace(MESSAGE, group))
    assert document.problems == ()
    [open_group] = read(INTERCHANGE.replace(MESSAGE, group.replace("UNE+1+5'", "")))
    assert codes(open_group) == ["edifact.group_unterminated"]


def test_several_interchanges_of_different_characters() -> None:
    other = "UNA:|.! '" + INTERCHANGE.replace("+", "|").replace("77", "78")
    first, second = read(INTERCHANGE + other)
    assert (first.problems, second.problems) == ((), ())
    assert [first.index, second.index] == [0, 1]
    assert second.control == "78/M1"


def test_a_message_without_trailer_is_an_error_and_the_next_is_read() -> None:
    broken = MESSAGE.replace("UNT+16+M1'\n", "")
    first, second = read(INTERCHANGE.replace(MESSAGE, broken + MESSAGE.replace("M1", "M2")))
    assert "edifact.message_unterminated" in codes(first)
    assert codes(second) == ["edifact.interchange_count"]


def test_messages_without_an_interchange() -> None:
    [document] = read(MESSAGE)
    assert codes(document) == ["edifact.no_interchange"]


def test_text_before_and_after() -> None:
    [document] = read("### mailbox ###\n" + INTERCHANGE + "bye")
    assert codes(document) == ["edifact.text_before", "edifact.text_after"]


@pytest.mark.parametrize("data", ["", "UNB", "hello", "UNX+1'"])
def test_what_is_no_interchange(data: str) -> None:
    with pytest.raises(ParseError) as failure:
        read(data)
    assert failure.value.problem.code == "edifact.no_interchange"


@pytest.mark.parametrize("kind", sorted(STRUCTURES))
def test_every_structure_compiles(kind: str) -> None:
    machine = machine_of(kind)
    assert machine is not None
    assert machine.start.step(STRUCTURES[kind].split()[0].rstrip("!")).fault is None


def _survives(data: bytes) -> None:
    claims(data)
    try:
        found = read(data)
    except ParseError as failure:
        problems = [failure.problem]
    else:
        problems = [problem for document in found for problem in document.problems]
    assert all(problem.code.startswith("edifact.") for problem in problems)


@given(st.binary(max_size=200), st.integers(0, 500), st.integers(0, 80))
def test_mutilated_interchanges(noise: bytes, at: int, cut: int) -> None:
    data = INTERCHANGE.encode()
    _survives(data[:at] + noise + data[at + cut :])


PIECES = [*INTERCHANGE.encode().splitlines(), b"UNA:+.? '", b"UNA:|.! #", b"?", b"'", b"UNO+1'"]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_segments_in_any_order(pieces: list[bytes]) -> None:
    _survives(b"".join(pieces))
