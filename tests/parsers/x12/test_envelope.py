"""Envelopes and delimiters as real senders write them, and what is told about each habit."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from parsers.form import Document, ParseError

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def number(document: Document) -> str:
    found = document.form.find("BEG/03")
    assert found is not None
    return found.text


def test_a_clean_interchange_says_nothing(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange())
    assert document.problems == ()
    assert (document.format, document.kind, document.version) == ("x12", "850", "004010")
    assert (document.sender, document.receiver) == ("NORTHWIND", "ACME")
    assert document.control == "000000017/17/0001"
    assert not document.test


@pytest.mark.parametrize(
    ("element", "terminator", "component"),
    [
        ("*", "~", ">"),
        ("~", "\n", ">"),
        ("~", "*", "`"),
        ("|", "\r\n", ":"),
        ("+", "!", "<"),
        ("\x07", "\x15", "@"),
        ("*", "\x1c", "^"),
        ("|", "\r", "\\"),
        ("*", "$", "{"),
    ],
)
def test_any_delimiters_give_the_same_form(
    element: str, terminator: str, component: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange(element=element, terminator=terminator, component=component))
    assert document.problems == ()
    assert number(document) == "4500017"
    assert [group.find("PO1/04").text for group in document.form.each("PO1")] == ["7.5", "31.2"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_may_break_behind_segments(ending: str, interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange(terminator="~" + ending))
    assert document.problems == ()
    assert number(document) == "4500017"


def test_a_line_feed_terminator_swallows_stray_carriage_returns(
    interchange: Interchange, read: Read
) -> None:
    data = interchange(terminator="\n").replace(
        b"SA*4500017**20260105\n", b"SA*4500017**20260105\r\n"
    )
    (document,) = read(data)
    assert document.form.find("BEG/05").text == "20260105"


@pytest.mark.parametrize("sender", ["NORTHWIND", "NORTHWIND".ljust(18)])
def test_a_header_of_wrong_width_is_read_and_told(
    sender: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange(sender=sender))
    (problem,) = document.problems
    assert (problem.code, problem.severity) == ("x12.header_width", "warning")
    assert "element 06" in problem.at
    assert document.sender == "NORTHWIND"


def test_a_missing_component_separator_is_found_out(interchange: Interchange, read: Read) -> None:
    data = interchange(terminator="~\n").replace(b"*P*>~\n", b"*P*~\n")
    (document,) = read(data)
    assert codes(document) == ["x12.header_width"]
    assert document.version == "004010"


@pytest.mark.parametrize(
    ("before", "code"),
    [(b"\xef\xbb\xbf", "x12.byte_order_mark"), (b"\r\n  ", "x12.blanks_before")],
)
def test_what_stands_before_the_header(
    before: bytes, code: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(before + interchange())
    (problem,) = document.problems
    assert (problem.code, problem.severity) == (code, "warning")


def test_text_before_the_header_is_an_error(interchange: Interchange, read: Read) -> None:
    (document,) = read(b"### mailbox 7 ###\n" + interchange())
    assert [(one.code, one.severity) for one in document.problems] == [("x12.text_before", "error")]


def test_indented_segments(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange(terminator="~\n    "))
    assert codes(document) == ["x12.indented"]
    assert number(document) == "4500017"


@pytest.mark.parametrize("after", [b"\r\n", b"\x1a", b"\0\0\0", b"\n\n \x1a"])
def test_padding_behind_the_interchange_is_nothing(
    after: bytes, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange() + after)
    assert document.problems == ()


def test_text_behind_the_interchange_is_told(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange() + b"\nend of transmission")
    assert codes(document) == ["x12.text_after"]


def test_isa_inside_data_is_no_interchange(
    order: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange(order.replace("ACME TOOLS", "ISA*TOOLS OF NARCISA")))
    assert len(document.form.each("PO1")) == 2


@pytest.mark.parametrize(
    ("version", "sign", "repetition", "told"),
    [
        ("00401", "U", None, False),
        ("00401", "^", None, False),
        ("00402", "^", "^", False),
        ("00501", "U", None, True),
        ("00501", "~", None, True),
    ],
)
def test_repetitions_are_decided_by_the_version(  # noqa: PLR0913 - fixtures
    version: str,
    sign: str,
    repetition: str | None,
    interchange: Interchange,
    read: Read,
    *,
    told: bool,
) -> None:
    (document,) = read(interchange(version=version, repetition=sign))
    assert document.form.delimiters.repetition == repetition
    assert ("x12.repetition_separator" in codes(document)) == told


def test_a_hyphen_in_isa11_leaves_postal_codes_whole(
    order: str, interchange: Interchange, read: Read
) -> None:
    data = interchange(order.replace("041010000", "04101-0000"), version="00501", repetition="-")
    (document,) = read(data)
    assert document.form.find("N1[BY]/N4/03").text == "04101-0000"


def test_several_interchanges_groups_and_versions(interchange: Interchange, read: Read) -> None:
    first = interchange(control="000000001")
    second = interchange(control="000000002", element="|", terminator="\n", gs08="005010")
    found = read(first + second)
    assert [document.version for document in found] == ["004010", "005010"]
    assert [document.index for document in found] == [0, 1]
    assert all(document.problems == () for document in found)


def test_the_same_interchange_twice_in_a_file(interchange: Interchange, read: Read) -> None:
    first, second = read(interchange() * 2)
    assert first.problems == ()
    assert codes(second) == ["x12.interchange_repeated"]


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (b"SE*16*", b"SE*15*", "x12.segment_count"),
        (b"SE*16*0001", b"SE*16*0002", "x12.set_control"),
        (b"SE*16*0001", b"SE*16*1", "x12.set_control"),
        (b"GE*1*", b"GE*8*", "x12.group_count"),
        (b"GE*1*17", b"GE*1*0017", "x12.group_control"),
        (b"IEA*1*", b"IEA*2*", "x12.interchange_count"),
        (b"IEA*1*000000017", b"IEA*1*000000018", "x12.interchange_control"),
        (b"GS*PO*", b"GS*IN*", "x12.group_code"),
        (b"CTT*2*", b"CTT*3*", "x12.line_count"),
        (b"CTT*2*30", b"CTT*2*31", "x12.hash_total"),
    ],
)
def test_counts_and_control_numbers_that_deviate_are_warnings(
    right: bytes, wrong: bytes, code: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange().replace(right, wrong))
    (problem,) = document.problems
    assert (problem.code, problem.severity) == (code, "warning")


def test_a_repeated_set_control_number(order: str, interchange: Interchange, read: Read) -> None:
    first, second = read(interchange(order, order))
    assert first.problems == ()
    assert codes(second) == ["x12.set_control_repeated"]


def test_a_set_without_trailer_is_an_error_and_the_next_set_is_read(
    order: str, interchange: Interchange, read: Read
) -> None:
    open_set = order.removesuffix("\nSE*16*0001")
    first, second = read(interchange(open_set, order.replace("*0001", "*0002")))
    assert ("x12.set_unterminated", "error") in [(p.code, p.severity) for p in first.problems]
    assert second.problems == ()


def test_every_truncation_is_told_and_nothing_is_invented(
    interchange: Interchange, read: Read
) -> None:
    data = interchange()
    whole, group_end = read(data)[0], data.index(b"GE*1*17") + 1
    for size in range(len(data) - 17, 107, -1):
        found = read(data[:size])
        assert found, size
        told = any(problem.is_error for one in found for problem in one.problems)
        assert told or size > group_end
        assert len(found[0].form.each("PO1")) <= len(whole.form.each("PO1"))


def test_missing_trailers_of_group_and_interchange(interchange: Interchange, read: Read) -> None:
    (without_group,) = read(interchange().replace(b"GE*1*17~", b""))
    assert codes(without_group) == ["x12.group_unterminated"]
    (without_interchange,) = read(interchange().split(b"IEA")[0])
    assert [(p.code, p.severity) for p in without_interchange.problems] == [
        ("x12.interchange_unterminated", "warning")
    ]


def test_a_set_outside_of_a_group(interchange: Interchange, read: Read) -> None:
    data = interchange()
    start, end = data.index(b"GS*"), data.index(b"ST*")
    (document,) = read(data[:start] + data[end:].replace(b"GE*1*17~", b""))
    assert codes(document) == ["x12.no_group", "x12.interchange_count"]


def test_an_unwrapped_set_is_read_with_guessed_delimiters(order: str, read: Read) -> None:
    (document,) = read(f"{order}\n".encode())
    assert codes(document) == ["x12.no_interchange", "x12.no_group"]
    assert number(document) == "4500017"


def test_an_interchange_that_lost_its_header_is_read_from_its_group(
    interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange().replace(b"ISA*", b"FSA*", 1))
    assert codes(document) == ["x12.text_before", "x12.no_interchange"]
    assert number(document) == "4500017"


def test_an_interchange_without_sets(interchange: Interchange, read: Read) -> None:
    data = interchange()
    (document,) = read(data[: data.index(b"GS*")] + b"IEA*0*000000017~")
    assert document.kind == "interchange"
    assert codes(document) == ["x12.interchange_empty"]


def test_an_interchange_acknowledgment_stands_alone(interchange: Interchange, read: Read) -> None:
    data = interchange()
    head = data[: data.index(b"GS*")]
    (document,) = read(head + b"TA1*000000003*260105*0931*R*005~IEA*0*000000017~")
    assert (document.kind, document.problems) == ("TA1", ())
    assert document.form.find("TA1/04").text == "R"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"ISA*00*  *00*", "x12.header_unreadable"),
        (b"ISA" + b"*0" * 14, "x12.header_unreadable"),
        (b"ISA*00*" + b"*" * 14 + b"**", "x12.delimiters"),
    ],
)
def test_a_header_that_cannot_be_read(data: bytes, code: str, read: Read) -> None:
    with pytest.raises(ParseError) as failure:
        read(data)
    assert failure.value.problem.code == code


def test_a_segment_without_end_is_refused_early(interchange: Interchange, read: Read) -> None:
    data = interchange().split(b"N1*BY")[0] + b"N1*BY*" + b"X" * (3 << 20)
    with pytest.raises(ParseError) as failure:
        read(data)
    assert failure.value.problem.code == "x12.segment_too_long"


def test_a_million_empty_elements_do_no_harm(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange().replace(b"N2*EASTERN REGION", b"N2" + b"*" * 1_000_000))
    assert number(document) == "4500017"


def test_many_interchanges_of_changing_delimiters(interchange: Interchange, read: Read) -> None:
    marks = ["*", "|"] * 40
    data = b"".join(
        interchange(element=mark, control=f"{index:09d}") for index, mark in enumerate(marks)
    )
    found = read(data)
    assert len(found) == 80
    assert all(one.problems == () for one in found)
    assert all(later.index == earlier.index + 1 for earlier, later in pairwise(found))


def test_a_group_number_that_comes_twice_in_its_interchange_is_told(
    interchange: Interchange, read: Read
) -> None:
    text = interchange().decode()
    group = text[text.index("GS*") : text.index("IEA*")]
    twice = text.replace("IEA*1*", f"{group}IEA*2*")
    first, second = read(twice.encode())
    assert codes(first) == []
    assert codes(second) == ["x12.group_control_repeated"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [("*260105*", "*261305*", "09"), ("*0930*U", "*2530*U", "10"), ("*260105*", "*26A105*", "09")],
)
def test_x12_7_6_a_day_or_time_of_the_header_that_does_not_exist(
    old: str, new: str, place: str, interchange: Interchange, read: Read
) -> None:
    raw = interchange().replace(old.encode(), new.encode(), 1)
    told = [one for one in read(raw)[0].problems if one.code == "x12.header_value"]
    assert [one.at.partition(",")[0] for one in told] == [f"segment 1 (ISA) element {place}"]
    start, end = map(int, told[0].at.rpartition(" ")[2].split("-"))
    assert raw[start:end].decode() == told[0].found


def test_x12_1_4_no_break_spaces_in_the_header_are_told(
    interchange: Interchange, read: Read
) -> None:
    raw = interchange().replace(b"NORTHWIND      ", "NORTHWIND\xa0\xa0\xa0\xa0\xa0\xa0".encode(), 1)
    [document] = read(raw)
    assert document.sender == "NORTHWIND"
    assert {"x12.not_ascii", "x12.header_width"} <= {one.code for one in document.problems}
