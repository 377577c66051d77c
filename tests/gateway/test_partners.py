"""What is agreed with a partner holds for every format, and as soon as it is saved."""

import datetime as dt
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gateway.archive import Archive
from gateway.formats import Arrival, read_arrived, read_documents
from gateway.interchanges import write_interchange
from gateway.partners import (
    BY_SENDER,
    Agreed,
    agreed_with,
    partners,
    path_of,
    profile_of,
    senders,
    tables_of,
)
from gateway.reading.child import work
from gateway.reading.wire import File, Task
from mappers.partners import PartnerError
from mappers.profile import Profile
from mappers.writing import Outgoing
from parsers.form import ParseError

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
CXML = SAMPLES / "06-punchout-cart-to-invoice" / "marlowe-finch" / "invoice-MF-118820.xml"
X12 = SAMPLES / "01-clean-three-way-match" / "bellweather" / "810-BFC-208841.x12"
ORDER = SAMPLES / "01-clean-three-way-match" / "tamarack-erp" / "850-4500071201.x12"
PAPER = SAMPLES / "07-digital-pdf-invoice" / "kestrel" / "KMW-3318.pdf"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    return tmp_path / "partners"


def read(file: Path, partner: str | None = "acme") -> Any:
    source = BytesIO(file.read_bytes())
    documents = read_documents(source, name=file.name, sha256="", year=2026, partner=partner)
    return next(documents).record


def test_a_partner_without_a_file_is_as_everybody(folder: Path) -> None:
    assert agreed_with("acme") is None
    assert profile_of("acme") is None
    assert tables_of("x12", "acme") is None
    assert partners() == []
    assert read(X12) == read(X12, None)
    assert path_of("../acme") is None
    assert path_of("acme") == Path("partners/acme.toml")
    assert folder.exists()


def test_a_change_holds_as_soon_as_it_is_saved(folder: Path) -> None:
    own = folder / "acme.toml"
    own.write_text('[codes.uom]\nBX = "PCE"\n')
    assert {line.uom for line in read(X12).lines} >= {"PCE"}
    own.write_text('[codes.uom]\nBX = "ST"\n')
    os.utime(own, (1, 1))
    assert {line.uom for line in read(X12).lines} >= {"ST"}
    assert partners() == ["acme"]


def test_rows_of_xml(folder: Path) -> None:
    (folder / "acme.toml").write_text(
        '[[cxml]]\ntable = "InvoiceDetailRequest"\nfield = "number"\n'
        'path = "InvoiceDetailOrder/InvoiceDetailOrderInfo/OrderReference/@orderID"\n'
    )
    assert read(CXML, None).number == "MF-118820"
    assert read(CXML).number == "4500071206"


def test_paper_is_read_as_it_is_meant_as_well(folder: Path) -> None:
    (folder / "acme.toml").write_text(
        '[codes.uom]\nEA = "PCE"\n[items.supplier_part]\nprefix = "KM-"\n'
        '[[required]]\nfield = "ship_to.name"\nseverity = "warning"\n'
    )
    found = read(PAPER)
    assert {line.uom for line in found.lines} == {"PCE"}
    assert [line.item.supplier_part[:2] for line in found.lines] != ["KM"] * len(found.lines)
    assert "partner.missing_field" in {problem.code for problem in found.problems}


def test_a_stranger_in_the_folder_is_told(folder: Path) -> None:
    (folder / "acme.toml").write_text('identifiers.isa = [{ id = "ACME" }]\n')
    [problem] = [one for one in read(X12).problems if one.code == "partner.other_sender"]
    assert problem.found == "BELLWEATHER"
    assert not read(X12).incomplete


def test_each_document_by_the_profile_of_its_sender(folder: Path) -> None:
    (folder / "bell.toml").write_text(
        'identifiers.isa = [{ id = "BELLWEATHER" }]\n[codes.uom]\nBX = "PCE"\n'
    )
    (folder / "finch.toml").write_text(
        'identifiers.cxml = [{ domain = "DUNS", identity = "080155329" }]\n'
        '[codes.uom]\nEA = "PCE"\n'
    )
    assert "PCE" in {line.uom for line in read(X12, BY_SENDER).lines}
    assert "PCE" in {line.uom for line in read(CXML, BY_SENDER).lines}
    assert read(PAPER, BY_SENDER) == read(PAPER, None)
    assert senders()["x12", "BELLWEATHER"] == "bell"
    (folder / "rival.toml").write_text('identifiers.isa = [{ id = "BELLWEATHER" }]\n')
    assert "PCE" not in {line.uom for line in read(X12, BY_SENDER).lines}
    (folder / "rival.toml").write_text("nmae = 1")
    os.utime(folder / "rival.toml", (1, 1))
    with pytest.raises(ParseError):
        read(X12, BY_SENDER)


def test_a_file_in_the_partners_folder_is_read_by_its_profile(folder: Path) -> None:
    (folder / "acme.toml").write_text('[codes.uom]\nBX = "PCE"\n')
    archive = Archive(folder.parent / "archive")
    archive.prepare()
    stored = archive.put(BytesIO(X12.read_bytes()))
    file = File(document=1, sha256=stored.sha256, name="a", partner="acme", year=2026)
    [answer] = work(Task(files=(file,), spool=str(folder.parent)), archive).files
    assert b'"uom":"PCE"' in answer.records[0].body


def test_a_faulty_file_reads_nothing(folder: Path) -> None:
    (folder / "acme.toml").write_text("name = 'A'\nnmae = 'B'\n")
    with pytest.raises(PartnerError, match=r"acme\.toml: line 2: there is no key 'nmae'"):
        agreed_with("acme")
    with pytest.raises(ParseError) as caught:
        read(X12)
    assert caught.value.problem.code == "partner.faulty_rows"
    (folder / "acme.toml").write_bytes(b"\xff\xfe")
    os.utime(folder / "acme.toml", (1, 1))
    with pytest.raises(PartnerError):
        agreed_with("acme")


def test_its_own_codes_are_written_to_a_partner(folder: Path) -> None:
    (folder / "acme.toml").write_text(
        'identifiers.isa = [{ qualifier = "ZZ", id = "ACME" }]\nidentifiers.gs = ["ACME"]\n'
        'ours.isa = [{ qualifier = "ZZ", id = "US" }]\nours.gs = ["US"]\n'
        '[codes."N1/01"]\nKP = "ST"\n[codes."N1/03"]\nZ1 = "92"\n[codes."BEG/02"]\nXO = "SA"\n'
    )
    outgoing = Outgoing(identifier="1", sent_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    order = read(ORDER, None)
    written = write_interchange([order], "x12-850", outgoing, "acme").data.decode()
    assert "N1*KP*TAMARACK DISTRIBUTION CENTER 4*Z1*DC04~" in written
    assert "BEG*00*XO*4500071201**20260914~" in written
    [mapped] = read_documents(
        BytesIO(written.encode()), name="a", sha256="", year=2026, partner="acme"
    )
    again: Any = mapped.record
    assert (again.type, again.ship_to, again.supplier) == (
        order.type,
        order.ship_to,
        order.supplier,
    )


def test_what_is_agreed_may_be_given_instead(folder: Path) -> None:
    (folder / "acme.toml").write_text('[codes.uom]\nBX = "PCE"\n')
    given = Agreed(Profile(codes={"uom": {"BX": "ST"}}))
    arrival = Arrival(name="a", sha256="", year=2026, partner="acme", agreed=given)
    record: Any = next(read_arrived(BytesIO(X12.read_bytes()), arrival)).record
    assert {line.uom for line in record.lines} >= {"ST"}
