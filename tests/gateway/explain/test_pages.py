"""Whatever comes can be explained, as far as it can be read."""

from io import BytesIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.explain.pages import pages_of
from gateway.explain.text import Style, written
from gateway.formats import Arrival

SAMPLES = Path(__file__).parents[3] / "samples"
FILES = [
    SAMPLES / "01-clean-three-way-match" / "bellweather" / "856-BW-SH-88417.x12",
    SAMPLES / "14-order-changed-before-delivery" / "osprey-paper" / "997-41214.x12",
    SAMPLES / "14-order-changed-before-delivery" / "osprey-paper" / "ta1-111260.x12",
    SAMPLES / "18-the-edifact-cycle" / "ulvfors" / "desadv-FS-90311.edi",
    SAMPLES / "06-punchout-cart-to-invoice" / "marlowe-finch" / "invoice-MF-118820.xml",
]
ARRIVAL = Arrival(name="a", sha256="", year=2026)


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(FILES)).read_bytes())
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data) - 1))
        width = draw(st.integers(0, 12))
        data[at : at + width] = draw(
            st.binary(max_size=6) | st.sampled_from([b"~", b"*", b"'", b"+"])
        )
    return bytes(data)


@settings(max_examples=60, deadline=None)
@given(mutilated())
def test_a_mutilated_file_is_explained_or_told(data: bytes) -> None:
    pages = list(pages_of(BytesIO(data), ARRIVAL))
    assert pages
    for page in pages:
        assert next(iter(written(page, Style()))) == page.title


def test_every_problem_is_told_on_its_page() -> None:
    data = (
        FILES[0].read_bytes().replace(b"SN1*", b"SNX*").replace(b"~CTT*", b"~DTM*011*20261399~CTT*")
    )
    for page in pages_of(BytesIO(data), ARRIVAL):
        told = list(page.problems)
        for line in page.lines:
            told += line.problems
            told += [problem for value in line.values for problem in value.problems]
        assert {one.code for one in told} >= {"x12.segment_unknown"}
        assert len(told) == len(set(told))
