"""Sets that look like earlier ones are recognised, and differ in nothing but the time they take."""

from collections.abc import Callable
from io import BytesIO

import pytest

from parsers.form import Document
from parsers.x12.form import TransactionSet
from parsers.x12.known import HOT, known_of
from parsers.x12.laid import LaidSet
from parsers.x12.read import documents

Interchange = Callable[..., bytes]
SETS = 2 * HOT + 2


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    """Forget what other tests have taught, which lets new shapes be looked at less often."""
    known_of.cache_clear()


def numbered(order: str, count: int = SETS) -> list[str]:
    return [order.replace("0001", f"{number:04d}") for number in range(1, count + 1)]


def both(data: bytes) -> tuple[list[Document], list[Document]]:
    list(documents(BytesIO(data)))
    return list(documents(BytesIO(data))), list(documents(BytesIO(data), exactly=True))


def test_the_form_of_a_recognised_set_answers_like_any_other(
    order: str, interchange: Interchange
) -> None:
    quick, exact = both(interchange(*numbered(order)))
    assert [isinstance(one.form, LaidSet) for one in quick][-1]
    assert not any(isinstance(one.form, LaidSet) for one in exact)
    for mine, theirs in zip(quick, exact, strict=True):
        assert isinstance(mine.form, TransactionSet)
        assert isinstance(theirs.form, TransactionSet)
        assert mine.form.rows == theirs.form.rows
        assert mine.form.pieces == theirs.form.pieces
        assert mine.form.start == theirs.form.start
        for path in ("BEG/03", "PO1/06+VN", "N1[SE]/04", "CTT/AMT[TT]/02"):
            assert mine.form.find(path) == theirs.form.find(path)


@pytest.mark.parametrize(
    ("good", "bad", "code"),
    [
        ("SE*16", "SE*17", "x12.segment_count"),
        ("CTT*2*30", "CTT*3*30", "x12.line_count"),
        ("CTT*2*30", "CTT*2*31", "x12.hash_total"),
        ("20260105", "20260230", "x12.element_date"),
        ("*24*EA", "*x*EA", "x12.element_characters"),
        ("DTM*002", "ZZZ*1\nDTM*002", "x12.segment_unknown"),
    ],
)
def test_a_fault_is_told_in_a_set_that_else_looks_like_the_others(
    good: str, bad: str, code: str, order: str, interchange: Interchange
) -> None:
    sets = numbered(order)
    sets[-2] = sets[-2].replace(good, bad)
    quick, exact = both(interchange(*sets))
    assert not isinstance(quick[-2].form, LaidSet)
    assert code in {problem.code for problem in quick[-2].problems}
    assert [one.problems for one in quick] == [one.problems for one in exact]


def test_a_control_number_that_comes_twice_is_told(order: str, interchange: Interchange) -> None:
    quick, exact = both(interchange(*numbered(order), order))
    assert "x12.set_control_repeated" in {problem.code for problem in quick[-1].problems}
    assert quick[-1].problems == exact[-1].problems


def test_a_fault_that_the_sender_always_makes_stands_at_its_place(
    order: str, interchange: Interchange
) -> None:
    faulty = order.replace("CTT*2*30", "PO4*1**EA\nCTT*2*30").replace("SE*16", "SE*17")
    quick, exact = both(interchange(*numbered(faulty)))
    assert isinstance(quick[-1].form, LaidSet)
    [problem] = quick[-1].problems
    assert problem.code == "x12.element_condition"
    assert quick[-1].problems == exact[-1].problems


def test_a_set_is_whole_though_windows_end_within(order: str, interchange: Interchange) -> None:
    data = interchange(*numbered(order, 600))
    quick, exact = both(data)
    assert len(data) > 1 << 17
    assert sum(isinstance(one.form, LaidSet) for one in quick) == len(exact)
