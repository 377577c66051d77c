"""X12 interchanges, written: envelopes, delimiters, and the bytes of what was read."""

import datetime as dt
import io
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from parsers.x12.delimiters import Delimiters
from parsers.x12.read import documents
from parsers.x12.write import Envelope, WriteError, WrittenSet, rewritten, write_interchange

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
ENVELOPE = Envelope(
    sender=("12", "3305550164"),
    receiver=("01", "079482615"),
    sent_at=dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    control=41,
)
ORDER = WrittenSet("850", (("BEG", "00", "SA", "4500017", "", "20260302"), ("PO1", "1", "5", "EA")))


def lines(data: bytes) -> list[str]:
    return data.decode().splitlines()


def test_an_interchange_counts_and_pads() -> None:
    blank, end = " " * 10, "*260302*0930*U*00401*000000041*0*P*>~"
    assert lines(write_interchange([ORDER, ORDER], ENVELOPE)) == [
        f"ISA*00*{blank}*00*{blank}*12*3305550164     *01*079482615      {end}",
        "GS*PO*3305550164*079482615*20260302*0930*41*X*004010~",
        "ST*850*0001~",
        "BEG*00*SA*4500017**20260302~",
        "PO1*1*5*EA~",
        "SE*4*0001~",
        "ST*850*0002~",
        "BEG*00*SA*4500017**20260302~",
        "PO1*1*5*EA~",
        "SE*4*0002~",
        "GE*2*41~",
        "IEA*1*000000041~",
    ]


def test_what_travels_apart_is_in_a_group_of_its_own() -> None:
    invoice = WrittenSet("810", (("BIG", "20260302", "F-1"),), version="005010")
    found = lines(write_interchange([ORDER, invoice], ENVELOPE))
    assert [line for line in found if line.startswith(("GS", "GE", "IEA"))] == [
        "GS*PO*3305550164*079482615*20260302*0930*41*X*004010~",
        "GE*1*41~",
        "GS*IN*3305550164*079482615*20260302*0930*42*X*005010~",
        "GE*1*42~",
        "IEA*2*000000041~",
    ]


@pytest.mark.parametrize(
    ("version", "elements"),
    [("004010", ["U", "00401"]), ("005010", ["^", "00501"]), ("007030", ["^", "00703"])],
)
def test_repetitions_have_a_separator_from_004020_on(version: str, elements: list[str]) -> None:
    written = write_interchange([ORDER], structs.replace(ENVELOPE, version=version))
    assert lines(written)[0].split("*")[11:13] == elements


def test_delimiters_give_way_to_the_data() -> None:
    text = WrittenSet("850", (("MSG", "5*3 ~ 15 > 14"),))
    header = lines(write_interchange([text], ENVELOPE))[0]
    assert (header[3], header[104], header[105]) == ("|", ":", "'")


def test_a_delimiter_that_was_agreed_on_never_stands_in_data() -> None:
    agreed = Delimiters(element="*", terminator="~", component=">", repetition="^")
    envelope = structs.replace(ENVELOPE, delimiters=agreed)
    with pytest.raises(WriteError, match="contains '\\*', which delimits") as raised:
        write_interchange([WrittenSet("850", (("MSG", "5*3"),))], envelope)
    assert raised.value.problem.code == "x12.delimiter_in_data"


def test_data_that_leaves_no_delimiter_is_refused() -> None:
    with pytest.raises(WriteError, match="every character that could be the element delimiter"):
        write_interchange([WrittenSet("850", (("MSG", "*|+\x07"),))], ENVELOPE)


def test_an_identifier_that_is_too_long_is_refused() -> None:
    envelope = structs.replace(ENVELOPE, sender=("ZZ", "A" * 16))
    with pytest.raises(WriteError, match="longer than the 15 characters that ISA06"):
        write_interchange([ORDER], envelope)


def test_a_composite_is_joined_by_its_separator() -> None:
    line = WrittenSet("860", (("POC", "1", "CA", "5", "", ("EA", "2")),))
    assert "POC*1*CA*5**EA>2~" in lines(write_interchange([line], ENVELOPE))


def clean_samples() -> list[Path]:
    return [
        path
        for path in sorted(SAMPLES.rglob("*.x12"))
        if not any(
            one.problems or one.kind == "TA1" for one in documents(io.BytesIO(path.read_bytes()))
        )
    ]


@pytest.mark.parametrize("path", clean_samples(), ids=lambda path: path.name)
def test_a_clean_file_is_written_as_it_was_read(path: Path) -> None:
    data = path.read_bytes()
    forms = [one.form for one in documents(io.BytesIO(data))]
    assert rewritten(forms) == data  # type: ignore[arg-type]


def test_it_is_sent_again_under_a_number_of_its_own() -> None:
    data = write_interchange([ORDER], ENVELOPE)
    forms = [one.form for one in documents(io.BytesIO(data))]
    again = rewritten(forms, control=42)  # type: ignore[arg-type]
    assert again == data.replace(b"000000041", b"000000042")


element = st.text(string.ascii_letters + string.digits + " .,-/é", max_size=12).map(
    lambda text: " ".join(text.split())
)
segment = st.tuples(
    st.sampled_from(["REF", "MSG", "PO1", "N1"]),
    st.lists(element, max_size=4),
    element.filter(bool),
).map(lambda parts: (parts[0], *parts[1], parts[2]))
sets = st.lists(segment, min_size=1, max_size=6).map(lambda rows: WrittenSet("850", tuple(rows)))
delimiters = st.permutations("*|~'>:^!").map(
    lambda signs: Delimiters(
        element=signs[0], terminator=signs[1], component=signs[2], repetition=signs[3]
    )
)


@settings(deadline=None)
@given(st.lists(sets, min_size=1, max_size=3), delimiters, st.sampled_from(["", "\n", "\r\n"]))
def test_what_is_written_is_written_again_alike(
    documents_sent: list[WrittenSet], agreed: Delimiters, line_end: str
) -> None:
    envelope = structs.replace(ENVELOPE, delimiters=agreed, line_end=line_end, version="005010")
    data = write_interchange(documents_sent, envelope)
    forms = [one.form for one in documents(io.BytesIO(data))]
    assert rewritten(forms) == data  # type: ignore[arg-type]
