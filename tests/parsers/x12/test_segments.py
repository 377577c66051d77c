"""Windows of segments: never past the interchange that they are taken for."""

from io import BytesIO

import pytest

from parsers.edifact.stream import Stream
from parsers.x12.delimiters import Delimiters
from parsers.x12.read import documents
from parsers.x12.segments import WINDOW_BYTES, Segments, _first_segment

INTERCHANGE = (
    b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260105*0930*U*00401*"
    b"%09d*0*P*>~GS*IN*A*B*20260105*0930*1*X*004010~ST*810*0001~BIG*20260105*NARCISA*20260101*ISAAC~"
    b"IT1*1*2*EA*3**BP*IEA~TDS*600~CTT*1~SE*6*0001~GE*1*1~IEA*1*%09d~"
)


def delimiters(terminator: str) -> Delimiters:
    return Delimiters(element="*", component=">", repetition=None, terminator=terminator)


@pytest.mark.parametrize("terminator", ["~", "\n", "\r\n"])
@pytest.mark.parametrize(
    "ending", [["IEA*1*000000001"], ["GE*1*1"]], ids=["with its trailer", "without"]
)
def test_a_window_ends_with_its_interchange(terminator: str, ending: list[str]) -> None:
    mine = ["REF*ZZ*NARCISA", "N1*ST*IEA*92*1", *ending]
    both = [*mine, "ISA*00*more", "IEA*1*2", ""]
    segments = Segments(BytesIO(terminator.join(both).encode()))
    assert segments.take(delimiters(terminator)).pieces == mine


def test_a_window_of_edifact_ends_with_its_interchange() -> None:
    mine = ["UNH+1+ORDERS:D:96A:UN", "BGM+220+UNB+9", "UNT+3+1", "UNZ+1+41"]
    stream = Stream(BytesIO("'".join([*mine, "UNA:+.? ", "UNB+UNOC:3", "UNZ+1+42", ""]).encode()))
    assert stream.take(Delimiters(element="+", component=":", terminator="'")).pieces == mine


def test_a_file_of_many_interchanges_is_not_gathered_in_memory() -> None:
    source = BytesIO(b"".join(INTERCHANGE % (one, one) for one in range(2000)))
    for index, document in enumerate(documents(source)):
        assert document.control == f"{index:09d}/1/0001"
        assert not document.problems
        read = source.tell() - index * len(INTERCHANGE % (0, 0))
        assert read <= 3 * WINDOW_BYTES


def test_what_only_looks_like_a_header_is_looked_at_once() -> None:
    """Else a file of short interchanges with such words in them takes time by its square."""
    text = "ISAISAISA~".join(["REF*ZZ*ISA~"] * 3) + "ISA*00~"
    asked: list[tuple[str, int]] = []

    class Asked(str):
        __slots__ = ()

        def find(self, *words: object) -> int:
            asked.append(words)  # type: ignore[arg-type]
            return super().find(*words)  # type: ignore[arg-type]

    places = {"ISA": text.find("ISA", 1), "IEA*": -1}
    assert _first_segment(Asked(text), places, "~") == ("ISA", text.index("ISAISAISA"))
    assert asked == [("ISA", text.index("ISA") + 1)]
