"""Whatever the bytes: documents and problems, or `ParseError`; nothing else, and soon."""

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.form import ParseError
from parsers.x12.read import claims, documents

PIECES = [
    b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260105*0930*U*00401*",
    b"1*0*P*>~",
    b"GS*PO*A*B*20260105*0930*1*X*004010~",
    b"ST*850*0001~",
    b"ST*856*0002~",
    b"ST*820*0003~",
    b"BPR*C*1*C*ACH~",
    b"RMR*IV*1**1~",
    b"TDS*1~",
    b"G68*1*CA*1~",
    b"BEG*00*SA*1**20260105~",
    b"PO1*1*2*EA*3**BP*X~",
    b"HL*1**S~",
    b"HL*2*1*I~",
    b"HL*2*9*I~",
    b"CTT*1*2~",
    b"CTT*99999999999*1E999~",
    b"SE*5*0001~",
    b"SE*x*~",
    b"GE*1*1~",
    b"IEA*1*1~",
    b"TA1*1*2*3*R*005~",
    b"\xff\xfe",
    b"\r\n",
    b" ",
    b"~",
    b"*",
    b"\x00",
]


def check(data: bytes) -> None:
    claims(data)
    index = 0
    try:
        for document in documents(BytesIO(data)):
            assert document.index == index
            index += 1
            found = document.form.find("")
            assert found is not None
            for problem in document.problems:
                assert problem.code.startswith("x12.")
                assert problem.message
                assert problem.at
    except ParseError as failure:
        told = failure.problem
        assert told.code.startswith("x12."), told


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_segments_in_any_order(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@given(st.binary(max_size=300), st.integers(0, 600), st.integers(0, 80))
def test_mutilated_interchanges(noise: bytes, at: int, cut: int) -> None:
    whole = b"".join(PIECES[index] for index in (0, 1, 2, 3, 5, 6, 10, 12, 14, 15))
    check(whole[:at] + noise + whole[at + cut :])


@settings(max_examples=50)
@given(st.binary(max_size=2000))
def test_noise(data: bytes) -> None:
    check(data)
