"""The rules of X12 that implementations get wrong, one by one: envelopes, characters, robustness.

Each test names its rule: the first number is the chapter (1 the envelope, 6 the levels, 10 hostile
input), the second the rule in it. What the other tests of this folder show is not repeated.
"""

from collections.abc import Callable
from io import BytesIO

import pytest

from parsers.form import Document, ParseError
from parsers.x12.read import documents

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]


def codes(document: Document) -> set[str]:
    return {problem.code for problem in document.problems}


def text(document: Document, path: str) -> str | None:
    found = document.form.find(path)
    return found.text if found else None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"NORTHWIND      ", b"NORTHWIND", "06"),
        (b"ACME           ", b"ACME", "08"),
        (b"*260105*0930*U", b"*20260105*0930*U", "09"),
        (b"*000000017*0*P", b"*17*0*P", "13"),
    ],
)
def test_1_1_the_element_of_wrong_width_is_named(
    old: bytes, new: bytes, place: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange().replace(old, new, 1))
    told = [one.at for one in document.problems if one.code == "x12.header_width"]
    assert [at.partition(",")[0] for at in told] == [f"segment 1 (ISA) element {place}"]
    assert text(document, "BEG/03") == "4500017"


@pytest.mark.parametrize(
    ("element", "terminator", "component"),
    [
        ("\x07", "\x15", ">"),
        ("*", "\x1c", "\\"),
        ("|", "$", "@"),
        ("~", "*", "{"),
        ("*", "\r", "<"),
        ("^", "\n", "+"),
    ],
)
def test_1_2_any_byte_may_delimit(
    element: str, terminator: str, component: str, interchange: Interchange, read: Read
) -> None:
    raw = interchange(element=element, terminator=terminator, component=component)
    (document,) = read(raw)
    assert text(document, "PO1/09") == "V-100"
    assert "x12.delimiters" not in codes(document)


@pytest.mark.parametrize("habit", [b"\n", b"\r\n", b"\n\n", b"\r\n\r\n"])
def test_1_3_line_ends_behind_a_printable_terminator_are_noise(
    habit: bytes, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange().replace(b"~", b"~" + habit))
    assert text(document, "CTT/02") == "30"
    assert not any(problem.is_error for problem in document.problems)


@pytest.mark.parametrize("tail", [b"\x1a", b"\0" * 80, b"\r\n\x1a\0", b" \n"])
def test_1_4_control_z_and_padding_behind_are_nothing(
    tail: bytes, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange() + tail)
    assert document.problems == ()


def test_1_4_isa_in_data_is_no_interchange(
    order: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange(order.replace("CLAW HAMMER", "ISA*NARCISA ISAAC")))
    assert text(document, "PO1/PID/05") == "ISA"
    assert not any(problem.is_error for problem in document.problems)


@pytest.mark.parametrize(
    ("version", "sign", "told"),
    [
        ("00401", "U", set()),
        ("00401", "^", set()),
        ("00501", "U", {"x12.repetition_separator"}),
        ("00501", "^", set()),
    ],
)
def test_1_5_isa12_decides_on_repetition(
    version: str, sign: str, told: set[str], interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange(version=version, repetition=sign))
    assert codes(document) == told


def test_1_6_components_are_split_in_composites_only(
    order: str, interchange: Interchange, read: Read
) -> None:
    data = interchange(order.replace("ACME TOOLS", "ACME>TOOLS"))
    (document,) = read(data)
    assert document.problems == ()
    assert text(document, "N1[SE]/02") == "ACME>TOOLS"


def test_1_8_isa12_and_gs08_are_independent(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange(version="00403", gs08="004010VICS", repetition="^"))
    assert document.problems == ()
    assert document.version == "004010VICS"


def test_1_8_the_group_code_is_only_a_warning(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange(code="IN"))
    assert codes(document) == {"x12.group_code"}
    assert not document.problems[0].is_error


def test_1_8_st03_chooses_the_dictionary(order: str, interchange: Interchange, read: Read) -> None:
    long = order.replace("REF*DP*0042", f"REF*DP*{'7' * 40}")
    (by_group,) = read(interchange(long))
    (by_set,) = read(interchange(long.replace("ST*850*0001", "ST*850*0001*005010")))
    assert "x12.element_long" in codes(by_group)
    assert "x12.element_long" not in codes(by_set)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"GE*1*17", b"GE*1*000000017", "x12.group_control"),
        (b"GE*1*17", b"GE*8*17", "x12.group_count"),
        (b"SE*16*0001", b"SE*14*0001", "x12.segment_count"),
        (b"SE*16*0001", b"SE*16*0002", "x12.set_control"),
        (b"IEA*1*000000017", b"IEA*2*000000017", "x12.interchange_count"),
        (b"IEA*1*000000017", b"IEA*1*000000018", "x12.interchange_control"),
    ],
)
def test_1_9_counts_and_numbers_are_told_and_lose_nothing(
    old: bytes, new: bytes, code: str, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange().replace(old, new))
    told = [one for one in document.problems if one.code == code]
    assert [one.is_error for one in told] == [False]
    assert text(document, "BEG/03") == "4500017"


def test_1_9_an_interchange_of_acknowledgments_alone_counts_no_group(read: Read) -> None:
    head = (
        f"ISA*00*{' ' * 10}*00*{' ' * 10}*ZZ*{'A'.ljust(15)}*ZZ*{'B'.ljust(15)}*260105*0930*U*00401"
    )
    raw = f"{head}*000000017*0*P*>~TA1*000000001*260105*0930*A*000~IEA*0*000000017~"
    (document,) = read(raw.encode())
    assert (document.kind, document.problems) == ("TA1", ())


def test_1_10_groups_of_several_versions_stand_in_one_interchange(
    interchange: Interchange, read: Read
) -> None:
    raw = interchange().decode()
    group = raw[raw.index("GS*") : raw.index("IEA*")]
    other = group.replace("*17~", "*18~").replace("*17*X*004010", "*18*X*005010")
    both = raw.replace(group, group + other).replace("IEA*1", "IEA*2")
    first, second = read(both.encode())
    assert (first.version, second.version) == ("004010", "005010")
    assert first.problems == second.problems == ()


def test_1_10_a_truncated_file_says_so(interchange: Interchange, read: Read) -> None:
    raw = interchange()
    (document,) = read(raw[: raw.index(b"GE*")])
    assert {"x12.group_unterminated", "x12.interchange_unterminated"} <= codes(document)


def test_1_11_the_same_interchange_twice_in_a_file(interchange: Interchange, read: Read) -> None:
    first, second = read(interchange() + interchange())
    assert "x12.interchange_repeated" not in codes(first)
    assert "x12.interchange_repeated" in codes(second)


def test_1_11_the_same_set_twice_in_a_group(
    order: str, interchange: Interchange, read: Read
) -> None:
    _, second = read(interchange(order, order))
    assert "x12.set_control_repeated" in codes(second)


@pytest.mark.parametrize("sign", [b"T", b"P"])
def test_1_12_identifiers_are_trimmed_and_tests_are_known(
    sign: bytes, interchange: Interchange, read: Read
) -> None:
    (document,) = read(interchange().replace(b"*0*P*>", b"*0*" + sign + b"*>"))
    assert (document.sender, document.receiver) == ("NORTHWIND", "ACME")
    assert document.test == (sign == b"T")
    form = document.form
    assert form.interchange[6] == "NORTHWIND      "  # type: ignore[attr-defined]


def test_6_1_an_unknown_parent_is_an_error_with_its_segment(
    interchange: Interchange, read: Read
) -> None:
    notice = """\
ST*856*0001
BSN*00*S1*20260105*0930*0001
HL*A1**S
HL*7*A1*O*0
PRF*4500017
HL*9*8*I
SN1**1*EA
CTT*3
SE*9*0001"""
    (document,) = read(interchange(notice, code="SH"))
    [error] = [one for one in document.problems if one.is_error]
    assert error.code == "x12.hl_unknown_parent"
    assert error.at.startswith("segment 6 (HL) element 02, bytes ")


def test_6_2_the_structure_code_of_bsn_means_nothing(interchange: Interchange, read: Read) -> None:
    notice = """\
ST*856*0001
BSN*00*S1*20260105*0930*0004
HL*1**S
HL*2*1*O
PRF*4500017
HL*3*2*T
MAN*GM*00006141411234567890
HL*4*3*P
MAN*GM*00006141411234567906
HL*5*4*I
SN1**1*EA
CTT*5
SE*13*0001"""
    (document,) = read(interchange(notice, code="SH"))
    assert document.problems == ()
    [item] = document.form.each("HL[03=I]")
    found = item.find("^PRF/01")
    assert found is not None
    assert found.text == "4500017"


# Robustness.


def test_10_1_one_bad_set_does_not_stop_the_next(
    order: str, interchange: Interchange, read: Read
) -> None:
    broken = "ST*850*0002\nXXX*1\nPO1*?*?*?\nSE*4*0002"
    bad, good = read(interchange(broken, order))
    assert any(problem.is_error for problem in bad.problems)
    assert good.problems == ()


def test_10_2_every_problem_has_a_place(interchange: Interchange, read: Read) -> None:
    faulty = "ST*850*0001\nBEG*00*SA*\nREF\nPO1*1*X\nZZ*1\nSE*9*0002"
    (document,) = read(interchange(faulty, code="XX"))
    assert len(document.problems) > 5
    assert all(problem.at and problem.remedy for problem in document.problems)


def test_10_3_a_segment_without_end_is_refused() -> None:
    class Endless:
        """A gigabyte that is made as it is read."""

        left = 1 << 30

        def read(self, size: int) -> bytes:
            made = min(size, self.left)
            self.left -= made
            return b"A" * made

    head = (
        f"ISA*00*{' ' * 10}*00*{' ' * 10}*ZZ*{'A'.ljust(15)}*ZZ*{'B'.ljust(15)}*260105*0930*U*00401"
    )
    first = BytesIO(f"{head}*000000017*0*P*>~GS*PO*".encode())

    class Joined(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return first.read(size) or endless.read(size or 0)

    endless = Endless()
    with pytest.raises(ParseError) as refused:
        list(documents(Joined()))
    assert refused.value.problem.code == "x12.segment_too_long"
    assert endless.left > 1 << 29


def test_10_4_a_million_empty_elements_end(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange(f"ST*850*0001\nBEG{'*' * 1_000_000}\nSE*3*0001"))
    assert any(problem.is_error for problem in document.problems) or document.problems


def test_10_5_what_is_read_can_be_spelt_again(interchange: Interchange, read: Read) -> None:
    raw = interchange()
    (document,) = read(raw)
    form = document.form
    pieces = "~".join(form.pieces)  # type: ignore[attr-defined]
    assert pieces.encode() in raw
