"""Every problem that a document can have is told by its standard's code, or by none on purpose."""

import re
from pathlib import Path

import pytest

from mappers.codes import acknowledgment as words
from parsers.edifact.acknowledged import CODES as EDIFACT
from parsers.received import Told
from parsers.x12.acknowledged import CODES as X12
from parsers.x12.acknowledged import HEADER_CODES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
SYNTAX_ERRORS = {str(number) for number in range(1, 49)}  # ISO 9735 element 0085


def documented(*families: str) -> list[str]:
    codes = re.findall(r"^\| `([a-z0-9_.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [code for code in codes if code.split(".")[0] in families]


@pytest.mark.parametrize("code", documented("x12", "value"))
def test_each_problem_of_x12_has_its_row(code: str) -> None:
    assert code in X12


@pytest.mark.parametrize("code", documented("edifact", "value"))
def test_each_problem_of_edifact_has_its_row(code: str) -> None:
    assert code in EDIFACT


def test_the_table_of_x12_holds_codes_of_the_standard() -> None:
    known = {
        "interchange": words.INTERCHANGE_FAULTS,
        "group": words.GROUP_FAULTS,
        "set": words.SET_FAULTS,
        "segment": words.SEGMENT_FAULTS,
        "element": words.ELEMENT_FAULTS,
    }
    told = [one for one in X12.values() if isinstance(one, Told)]
    assert [one for one in told if one.code not in known[one.level]] == []
    assert set(HEADER_CODES.values()) <= words.INTERCHANGE_FAULTS.keys()
    assert sorted(HEADER_CODES) == list(range(1, 17))


def test_the_table_of_edifact_holds_codes_of_the_standard() -> None:
    told = [one for one in EDIFACT.values() if isinstance(one, Told)]
    assert {one.code for one in told} <= SYNTAX_ERRORS
    assert {one.tag for one in told} <= {"", "UNB", "UNZ", "UNE", "UNT", "UNH"}


SEGMENTS = {
    "x12": {"interchange": "TA1", "group": "AK9", "set": "AK5", "segment": "AK3", "element": "AK4"},
    "edifact": {
        "interchange": "UCI",
        "group": "UCF",
        "set": "UCM",
        "segment": "UCS",
        "element": "UCD",
    },
}


def cell(told: Told | None, syntax: str) -> str:
    if told is None:
        return "-"
    return f"{SEGMENTS[syntax][told.level]} {told.code} {told.tag}".strip()


def test_the_page_has_the_same_table() -> None:
    page = PAGE.with_name("acknowledgments.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9_.]+)` \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    wanted = {
        code: (cell(X12.get(code), "x12"), cell(EDIFACT.get(code), "edifact"))
        for code in X12 | EDIFACT
        if X12.get(code) or EDIFACT.get(code)
    }
    assert {code: (x12, edifact) for code, x12, edifact in rows} == wanted
