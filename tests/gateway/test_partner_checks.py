"""Every mistake in a profile is named, with its line and what to do."""

import re
from pathlib import Path

import pytest

from gateway.partner_checks import mistakes_in, told

FINE = """
name = "Acme"
currency = "USD"
time_zone = "America/Chicago"

[identifiers]
isa = [{ qualifier = "01", id = "123456789" }]
parties = { duns = "123456789" }

[writing.x12]
version = "004010VICS"
sets = { "810" = "005010" }

[[x12]]
table = "850"
field = "contract"
path = "BEG/06"
required = true

[codes.uom]
KT = "CT"

[codes."REF/01"]
ZA = "BM"

[codes."NAD/1"]
KP = "BY"

[[units]]
unit = "CT"
factor = 12
of = "EA"

[items.buyer_part]
prefix = "TFS-"

[[required]]
document = "invoice"
field = "lines.item.buyer_part"

[acknowledgments]
send = "on_error"
"""


def test_a_sound_profile_has_no_mistakes() -> None:
    assert mistakes_in(FINE) == ()
    assert mistakes_in("") == ()


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("name = ]", 1, "no TOML", ""),
        ("nmae = 'Acme'", 1, "no key 'nmae'", "'name'"),
        ("[writing.x12]\nelment = '*'", 2, "no key 'elment'", "'element'"),
        ("[acknowledgments]\nsend = 'allways'", 2, "'allways' is no choice", "'always'"),
        ("name = 5", 1, "expected `str`, got `int`", "type"),
        ("x12 = 'rows'", 1, "is a list, not a text", "[brackets]"),
        ("codes = 1", 1, "is a table, not a number", "[codes]"),
        ("[[units]]\nunit = 'CS'\nfactor = 2", 1, "'of' is missing", "of"),
        ("[[x12]]\ntable = '851'\nfield = 'x'\npath = 'BEG/03'", 2, "no table '851'", ""),
        ("[[x12]]\ntable = '850'\nfield = 'colour'\npath = 'BEG/03'", 3, "no field", ""),
        ("[[x12]]\ntable = '850'\nfield = 'number'\npath = 'beg3'", 4, "no path", ""),
        (
            "[[x12]]\ntable = '850'\nfield = 'number'\npath = 'BEG/03'\nconvert = 'float'",
            5,
            "no converter",
            "",
        ),
        ("[[cxml]]\ntable = 'OrderRequest'\nfield = 'number'\npath = 'a[b'", 4, "no path", ""),
        ("[codes.umo]\nA = 'B'", 1, "no field 'umo'", "'uom'"),
        ("[codes.'REF/1/1/1']\nA = 'B'", 1, "is no element", "REF/01"),
        ("[codes.'ZZZ/01']\nA = 'B'", 1, "no table reads", "explain"),
        ("[codes.uom]", 1, "translates no code", ""),
        ("[items.buyerpart]\nprefix = 'A'", 1, "no number 'buyerpart'", "'buyer_part'"),
        ("name = 'A'\n[[units]]\nunit = 'CS'\nfactor = 0\nof = 'EA'", 4, "cannot hold", "above 0"),
        ("name = 'A'\n[[units]]\nunit = 'CS'\nfactor = 2\nof = 'cs'", 5, "hold itself", ""),
        ("[[units]]\nunit = 'CS'\nfactor = 2\nof = 'EA'", 1, "whose units", "parties"),
        ("[[required]]\nfield = 'colour'", 2, "no field 'colour'", ""),
        ("[[required]]\ndocument = '8100'\nfield = 'number'", 2, "no document", "'810'"),
        ("[[required]]\ndocument = '810'\nfield = 'lines.itm'", 3, "no field", "'lines'"),
        ("currency = 'US$'", 1, "no currency", "USD"),
        ("time_zone = 'America/Chikago'", 1, "no time zone", "'America/Chicago'"),
        ("[identifiers]\nisa = [{ id = '1234567890123456' }]", 2, "16 characters", ""),
        ("[writing.x12]\nversion = '4010'", 2, "no version of X12", "004010"),
        ("[writing.x12]\ninterchange_version = '401'", 2, "no version of an", "00401"),
        ("[writing.x12]\nelement = 'A'", 2, "cannot delimit", ""),
        ("[writing.x12]\ncomponent = '*'", 2, "element and component are both", ""),
        ("[writing.edifact]\nservice_string = ':+'", 2, "6 characters", ""),
        ("[writing.edifact]\ndirectory = '96'", 2, "no directory", "D.96A"),
        (
            "[acknowledgments]\nreject = ['value.missing']\naccept = ['value.missing']",
            3,
            "both",
            "Strike",
        ),
        ("[acknowledgments]\nreject = ['x12.segment_cuont']", 2, "no problem", "x12.segment_count"),
        ("[acknowledgments]\naccept = ['nonsense']", 2, "no problem 'nonsense'", "problems.md"),
        ("[duplicates]\nwindow_days = -1", 2, "is -1", "0 or more"),
    ],
)
def test_a_mistake_is_named_at_its_line(text: str, line: int, message: str, remedy: str) -> None:
    found = mistakes_in(text)
    assert len(found) == 1, found
    assert found[0].line == line
    assert message in found[0].message
    assert remedy in found[0].remedy


def test_all_mistakes_are_named_not_the_first_only() -> None:
    text = "nmae = 'Acme'\nname = 5\n[writing]\ntset = true\n"
    assert [one.line for one in mistakes_in(text)] == [1, 2, 4]
    assert told(mistakes_in(text)).startswith("line 1: there is no key 'nmae'; line 2: ")


def test_sense_is_looked_at_where_the_shape_is_right() -> None:
    text = "currency = 'dollar'\ntime_zone = 'nowhere'\n[codes.umo]\nA = 'B'\n"
    assert [one.key for one in mistakes_in(text)] == ["currency", "time_zone", "codes.umo"]


def test_every_problem_of_a_document_may_be_rejected_or_accepted() -> None:
    page = (Path(__file__).parents[2] / "docs" / "problems.md").read_text(encoding="utf-8")
    of_documents = r"^\| `((?:x12|edifact|value|item|package|terms|line|invoice|cxml|ubl)\.\w+)`"
    codes = re.findall(of_documents, page, re.MULTILINE)
    assert len(codes) > 100
    assert mistakes_in(f"[acknowledgments]\nreject = {codes[::2]}\naccept = {codes[1::2]}") == ()
