"""An explained document as text."""

from gateway.explain.text import Style, written
from gateway.explain.view import Line, Page, Value
from parsers.form import Problem

PROBLEM = Problem(
    code="value.not_date",
    message="'20251345' is not a date",
    at="segment 3 (DTM) element 02, bytes 10-18",
    remedy="Correct the value and send the document again.",
)
PAGE = Page(
    title="850 purchase order P-1",
    summary=("It became a record.",),
    lines=(
        Line(
            depth=1,
            number=3,
            text="DTM*002*20251345",
            name="date",
            values=(
                Value(place="DTM/02", name="date", text="20251345", problems=(PROBLEM,)),
                Value(place="DTM/01", name="date type", text="002", means="x" * 90, field="/date"),
            ),
        ),
    ),
)


def test_without_colours_there_is_text_alone() -> None:
    lines = list(written(PAGE, Style(width=80)))
    assert "\x1b" not in "".join(lines)
    assert lines[0] == "850 purchase order P-1"
    assert lines[1] == "    3 DTM*002*20251345  date"
    assert lines[3].strip().startswith("error '20251345' is not a date [value.not_date]")
    assert "Correct the value and send the document again." in lines[5].strip()
    assert lines[-2:] == ["  It became a record.", ""]


def test_colours_where_they_are_wanted() -> None:
    plain = list(written(PAGE, Style(width=80)))
    coloured = list(written(PAGE, Style(width=80, colour=True)))
    assert "\x1b[31m" in "".join(coloured)
    assert len(coloured) == len(plain)


def test_what_is_too_wide_goes_on_below() -> None:
    lines = list(written(PAGE, Style(width=80)))
    assert lines[-3].strip() == "-> /date"
    assert all(len(line) <= 80 or " " not in line.strip() for line in lines)
