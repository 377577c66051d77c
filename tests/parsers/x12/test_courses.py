"""Levels in an order that has come often are matched as a whole, and read as one by one."""

from io import BytesIO

import pytest

from parsers.x12.known import known_of
from parsers.x12.laid import LaidSet
from parsers.x12.read import documents

SETS = 80
HEAD = (
    f"ISA*00*{' ' * 10}*00*{' ' * 10}*ZZ*{'A'.ljust(15)}*ZZ*{'B'.ljust(15)}"
    "*260105*0930*U*00401*000000001*0*P*>~GS*SH*A*B*20260105*0930*1*X*004010~"
)
BODY = (
    "BSN*00*SH{n}*20260110*0930~HL*1**S~TD1*CTN25*3~HL*2*1*O~PRF*45{n}~HL*3*2*P~"
    "MAN*GM*00100000000000000007~HL*4*3*I~LIN*1*VN*V{n}~SN1**5*EA~HL*5*3*I~LIN*2*VN*W{n}~"
    "SN1**6*EA~HL*6*2*P~MAN*GM*00100000000000000014~HL*7*6*I~LIN*3*VN*X{n}~SN1**7*EA~CTT*7*18~"
)
LAST = 3


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    known_of.cache_clear()


def notices(*changes: tuple[str, str]) -> bytes:
    """Write ship notices that are alike, the one before the last few with a change each."""
    bodies = [BODY.replace("{n}", f"{number:04d}") for number in range(1, SETS + 1)]
    for rank, (good, bad) in enumerate(changes):
        at = SETS - LAST - rank
        assert good in bodies[at]
        bodies[at] = bodies[at].replace(good, bad)
    sets = [
        f"ST*856*{number:04d}~{body}SE*{body.count('~') + 2}*{number:04d}~"
        for number, body in enumerate(bodies, 1)
    ]
    return (HEAD + "".join(sets) + f"GE*{SETS}*1~IEA*1*000000001~").encode()


def compared(data: bytes) -> list[bool]:
    """Compare both ways; return which sets were matched with their levels as a whole."""
    quick = list(documents(BytesIO(data)))
    exact = list(documents(BytesIO(data), exactly=True))
    for mine, theirs in zip(quick, exact, strict=True):
        assert mine.problems == theirs.problems
        assert mine.form.rows == theirs.form.rows  # type: ignore[attr-defined]
        for path in ("HL[03=S]/HL[03=O]/PRF/01", "HL/03", "CTT/02"):
            assert mine.form.find(path) == theirs.form.find(path)
    return [isinstance(one.form, LaidSet) for one in quick]


def test_levels_in_one_order_are_matched_as_a_whole() -> None:
    data = notices()
    assert all(compared(data)[-10:])
    forms = [one.form for one in documents(BytesIO(data))]
    assert isinstance(forms[-1], LaidSet)
    taken = forms[-1].frame.courses.take(forms[-1].text, _levels(forms[-1].text), _end(forms[-1]))
    assert taken is not None
    runs, parents, segments = taken
    assert segments == BODY.count("~") - 2
    assert (runs, parents) == (forms[-1].runs, forms[-1].parents)
    assert parents == [-1, 0, 1, 2, 1, 5]


def _levels(text: str) -> int:
    return text.index("~HL*1*")


def _end(form: LaidSet) -> int:
    return form.text.index("~CTT")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("HL*7*6*I", "HL*7*3*I"),  # the last item in the first pack: the same order
        ("HL*7*6*I", "HL*9*6*I"),
        ("HL*6*2*P", "HL*6*1*P"),
        ("HL*6*2*P", "HL*6*9*P"),
        ("HL*7*6*I", "HL*4*6*I"),
        ("HL*2*1*O", "HL*2*2*O"),
        ("HL*1**S", "HL*1*0*S"),
        ("CTT*7*18", "CTT*6*18"),
        ("CTT*7*18", "CTT*7*19"),
        ("SN1**7*EA", "SN1**x*EA"),
        ("SN1**7*EA", "SN1**7*EA*12"),
    ],
)
def test_what_differs_in_one_of_many_is_read_as_it_is(good: str, bad: str) -> None:
    assert all(compared(notices((good, bad), (good, bad)))[-LAST + 1 :])
