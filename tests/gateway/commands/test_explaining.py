"""`dockmatch explain`: what a person sees of a document."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.commands.explaining import explain

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "samples"
X12 = SAMPLES / "01-clean-three-way-match" / "bellweather"
EDIFACT = SAMPLES / "18-the-edifact-cycle" / "ulvfors" / "desadv-FS-90311.edi"
CXML = SAMPLES / "06-punchout-cart-to-invoice" / "marlowe-finch" / "invoice-MF-118820.xml"
PAPER = SAMPLES / "07-digital-pdf-invoice" / "kestrel" / "KMW-3318.pdf"
BROKEN = SAMPLES / "10-truncated-file" / "copperline" / "810-88213.x12"
FORM = SAMPLES / "15-cart-by-oci" / "pinecrest-tools" / "oci-cart.form"


def run(*arguments: Path | str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(explain, [str(one) for one in arguments])


def said(output: str) -> list[str]:
    """The lines of a page with runs of blanks made one."""
    return [" ".join(line.split()) for line in output.splitlines()]


def pages(*arguments: Path | str) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    return [json.loads(line) for line in result.stdout.splitlines()]


def value(page: dict[str, Any], place: str, at: int = 0) -> dict[str, Any]:
    found: list[dict[str, Any]]
    found = [one for line in page["lines"] for one in line.get("values", ())]
    return [one for one in found if one["place"] == place][at]


def test_an_invoice_in_words() -> None:
    result = run(X12 / "810-BFC-208841.x12")
    assert result.exit_code == 0
    lines = said(result.stdout)
    assert lines[0] == "810 invoice BFC-208841 of 2026-09-25"
    assert "IT1/04 unit price 146.5 -> /lines/2/unit_price" in lines
    assert "BIG/01 invoice date 20260925 2026-09-25 -> /date" in lines
    assert "TDS/01 total amount 587100 5871.00 -> /totals/total" in lines
    assert "REF/01 reference type BM bill of lading" in lines
    assert "N1/01 role SE seller" in lines
    assert "For order 4500071201, 3 lines, 5,871.00 USD." in lines
    assert "It became a complete record (invoice)." in lines


def test_every_value_that_was_read_stands_at_its_field() -> None:
    [page] = pages(X12 / "810-BFC-208841.x12")
    assert value(page, "IT1/04", 2)["field"] == "/lines/2/unit_price"
    assert value(page, "IT1/04", 2)["name"] == "unit price"
    assert [line["name"] for line in page["envelope"]] == ["interchange start", "group start"]


def test_levels_stand_by_their_tree() -> None:
    [page] = pages(X12 / "856-BW-SH-88417.x12")
    depths = {
        line["values"][0]["text"]: line["depth"]
        for line in page["lines"]
        if line["text"].startswith("HL*")
    }
    assert depths["1"] == 1
    assert depths["2"] == 2
    assert depths["3"] == 3
    assert depths["4"] == 4


def test_loops_stand_further_in() -> None:
    [page] = pages(X12 / "810-BFC-208841.x12")
    depths = [(line["text"].split("*")[0], line["depth"]) for line in page["lines"]]
    assert depths[0] == ("ST", 0)
    assert depths[4:7] == [("N1", 1), ("N3", 2), ("N4", 2)]
    assert depths[-1][0] == "SE"


def test_edifact_by_its_components() -> None:
    result = run(EDIFACT)
    lines = said(result.stdout)
    assert lines[1].startswith("UNB+UNOC:3+9521234000419:14+")
    assert "DTM/1/2 date 202610141530 2026-10-14 15:30:00 -> /shipped_at" in lines
    assert "NAD/1 role BY buyer" in lines
    assert "BGM/1/1 document type 351 despatch advice" in lines


def test_xml_is_a_tree_of_what_was_read() -> None:
    [page] = pages(CXML)
    texts = [line["text"] for line in page["lines"]]
    assert texts[:2] == ["cXML", "Header"]
    assert value(page, "@invoiceID")["field"] == "/number"
    assert value(page, "@orderID")["field"].split(", ")[-1] == "/orders/0"


@pytest.mark.parametrize("file", [PAPER, FORM], ids=["pdf", "oci"])
def test_what_has_no_tree_is_a_table(file: Path) -> None:
    [page] = pages(file)
    [line] = page["lines"]
    fields = {one["field"]: one for one in line["values"]}
    assert fields["/currency"]["place"]
    assert 0 < fields["/currency"]["confidence"] <= 1
    assert "/currency" in run(file).stdout


def test_a_fault_stands_at_its_place_with_its_remedy() -> None:
    result = run(BROKEN)
    assert result.exit_code == 1
    lines = said(result.stdout)
    at = next(n for n, line in enumerate(lines) if "x12.set_unterminated" in line)
    assert lines[at - 1].startswith("18 PID*F****WEATHER")
    assert "Send the whole document again." in lines
    assert any("4 errors" in line for line in lines)


def test_a_file_that_is_no_document(tmp_path: Path) -> None:
    file = tmp_path / "letter.docx"
    file.write_bytes(b"PK\x03\x04 a letter")
    result = run(file)
    assert result.exit_code == 1
    assert said(result.stdout)[0] == "letter.docx cannot be read from here on"
    assert "file.unknown_format" in result.stdout


def test_only_the_first_documents_of_a_long_file(tmp_path: Path) -> None:
    whole = (X12 / "810-BFC-208841.x12").read_text()
    head, rest = whole.split("ST*", 1)
    body, tail = rest.split("GE*", 1)
    file = tmp_path / "many.x12"
    file.write_text(head + ("ST*" + body) * 5 + "GE*" + tail)
    found = pages(file, "--limit", "2")
    assert len(found) == 3
    assert found[2]["title"] == "many.x12 holds more documents"
    assert "envelope" not in found[1]
    assert len(pages(file, "--limit", "0")) == 5
    assert f"{file}: 5 pages, 0 with errors" in run(file, "--limit", "0").stdout


def test_no_colour_where_nobody_looks() -> None:
    assert "\x1b[" not in run(X12 / "810-BFC-208841.x12").stdout


def test_a_folder_is_walked() -> None:
    titles = [page["title"] for page in pages(X12)]
    assert any(title.startswith("856 ship notice") for title in titles)
    assert any(title.startswith("810 invoice") for title in titles)


def test_paper_is_drawn_with_every_value_boxed(tmp_path: Path) -> None:
    result = run("--out", tmp_path / "looked-at", PAPER, X12 / "810-BFC-208841.x12")
    assert result.exit_code == 0
    drawn = tmp_path / "looked-at" / "KMW-3318.pdf.html"
    assert f"drawn: {drawn}" in result.stderr
    assert [one.name for one in (tmp_path / "looked-at").iterdir()] == [drawn.name]
    text = drawn.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,iVBOR") == 1
    assert 'aria-label="Number: KMW-3318, sure"' in text
    box = re.search(r'aria-label="Number: KMW-3318, sure">.*?<rect x="([\d.]+)" y="([\d.]+)"', text)
    assert box is not None
    assert (round(float(box[1])), round(float(box[2]))) == (519, 114)
    ids, links = re.findall(r' id="([^"]+)"', text), re.findall(r'href="#([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(links) <= set(ids)


def test_files_of_one_name_are_drawn_beside_each_other(tmp_path: Path) -> None:
    other = tmp_path / "other" / PAPER.name
    other.parent.mkdir()
    other.write_bytes(PAPER.read_bytes())
    run("--out", tmp_path / "out", PAPER, other)
    names = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert names == ["KMW-3318.pdf-2.html", "KMW-3318.pdf.html"]


def test_boxes_are_in_the_json_of_a_page() -> None:
    [page] = pages(PAPER)
    number = next(
        one for line in page["lines"] for one in line["values"] if one["field"] == "/number"
    )
    assert (number["page"], len(number["box"])) == (1, 4)
