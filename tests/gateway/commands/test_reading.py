"""`dockmatch read`, `check` and `schema`, as a person or a program calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import FAULT_OF_OURS, main

BLANK, NAME = " " * 10, "NORTHWIND".ljust(15)
ORDER = (
    f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*000000017*0*T*>~\n"
    "GS*PO*NORTHWIND*ACME*20260105*0930*17*X*004010~\n"
    "ST*850*0001~\nBEG*00*SA*4500017**20260105~\nPO1*1*24*EA*7.5**BP*A-100~\nCTT*1~\nSE*5*0001~\n"
    "ST*850*0002~\nBEG*00*SA*4500018**20260105~\nPO1*1*2X*EA*7.5~\nCTT*1~\nSE*5*0002~\n"
    "GE*2*17~\nIEA*1*000000017~\n"
)


def run(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], input=given)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def order(tmp_path: Path) -> Path:
    path = tmp_path / "orders.x12"
    path.write_text(ORDER)
    return path


def test_read_prints_a_record_a_line(order: Path) -> None:
    result = run("read", "--json", order)
    assert result.exit_code == 1
    first, second = lines(result)
    assert (first["kind"], first["number"]) == ("purchase_order", "4500017")
    assert first["lines"][0]["unit_price"] == "7.5"
    source = first["source"]
    assert (source["file"], source["format"], source["type"]) == ("orders.x12", "x12", "850")
    assert (len(source["sha256"]), source["test"], source["index"]) == (64, True, 0)
    assert second["incomplete"]
    assert second["problems"][0]["pointer"] == "/lines/0/quantity"
    assert "trace" not in first


def test_good_documents_end_with_zero(order: Path) -> None:
    order.write_text(ORDER.replace("2X", "2"))
    assert run("read", order).exit_code == 0


def test_the_trace_quotes_the_source(order: Path) -> None:
    first, _ = lines(run("read", "--trace", order))
    place = first["trace"]["/lines/0/quantity"]
    assert place["name"] == "PO1/02 quantity ordered"
    assert place["text"] == "24"
    assert ORDER.encode()[place["start"] : place["end"]] == b"24"


@pytest.mark.usefixtures("order")
def test_files_that_cannot_be_read_are_told_and_the_next_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x00\x01\x02 nothing")
    (tmp_path / "b.x12").write_bytes(b"")
    result = run("read", tmp_path)
    assert result.exit_code == 1
    unknown, empty, first, _ = lines(result)
    assert unknown["kind"] == "unreadable"
    assert unknown["problems"][0]["code"] == "file.unknown_format"
    assert empty["problems"][0]["code"] == "file.empty"
    assert first["number"] == "4500017"


def test_standard_input() -> None:
    first, second = lines(run("read", "-", given=ORDER))
    assert (first["source"]["file"], second["number"]) == ("-", "4500018")


def test_a_missing_file_is_wrong_use() -> None:
    assert run("read", "no-such-file").exit_code == 2
    assert run("read").exit_code == 2


def test_a_partner_has_rows_of_its_own(order: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(order.parent)
    assert run("read", "--partner", "acme", order).exit_code == 2
    own = order.parent / "partners" / "acme.toml"
    own.parent.mkdir()
    own.write_text('[[x12]]\ntable = "850"\nfield = "contract"\npath = "BEG/03"\n')
    first, _ = lines(run("read", "--partner", "acme", order))
    assert first["contract"] == "4500017"
    sender = first["source"]["sender"]
    own.write_text(f"{own.read_text()}[identifiers]\nisa = [{{ id = {sender!r} }}]\n")
    named, _ = lines(run("read", "--partner", "auto", order))
    assert named["contract"] == "4500017"
    own.write_text('[[x12]]\ntable = "850"\nfield = "contract"\npath = "beg-03"\n')
    os.utime(own, (1, 1))
    faulty = run("read", "--partner", "acme", order)
    assert faulty.exit_code == 2
    assert "'beg-03' is no path" in faulty.output


def test_check_tells_a_person(order: Path) -> None:
    result = run("check", order)
    assert result.exit_code == 1
    assert "850 purchase order 4500017: fine" in result.stdout
    assert "'2X' is not a number" in result.stdout
    assert "segment 3 (PO1) element 02, bytes" in result.stdout


def test_check_tells_a_machine(order: Path) -> None:
    first, second = lines(run("check", "--json", order))
    assert first["problems"] == []
    assert second["problems"][0]["code"] == "value.not_number"


def test_the_schema_names_every_kind() -> None:
    described = json.loads(run("schema").stdout)
    assert {"PurchaseOrder", "Receipt", "Invoice"} <= described["$defs"].keys()


def test_a_fault_of_ours_has_a_status_of_its_own() -> None:
    program = (
        "import sys, gateway.cli as cli\n"
        "cli._COMMANDS['read'] = 'gateway.commands.reading:no_such_thing'\n"
        "sys.argv = ['dockmatch', 'read']\n"
        "cli.main()\n"
    )
    run_apart = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run_apart.returncode == FAULT_OF_OURS
    assert "AttributeError" in run_apart.stderr


def test_check_foresees_what_partners_reject(tmp_path: Path) -> None:
    envelope = (
        '<cXML payloadID="1@t" timestamp="2026-03-02T09:00:00-08:00"><Header>'
        + "".join(
            f'<{party}><Credential domain="DUNS"><Identity>1</Identity></Credential></{party}>'
            for party in ("From", "To", "Sender")
        )
        + "</Header><Request><InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID='R-1' "
        "invoiceDate='2026-03-02'/><InvoiceDetailSummary><NetAmount><Money currency='USD'>5</Money>"
        "</NetAmount></InvoiceDetailSummary></InvoiceDetailRequest></Request></cXML>"
    )
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text(envelope)
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "1. warning" in result.stdout
    assert "[preflight.no_order]" in result.stdout
    assert "error /cXML/Request/InvoiceDetailRequest/InvoiceDetailRequestHeader/@invoiceID" in (
        result.stdout
    )
    assert result.stdout.count("preflight.duplicate_invoice") == 1


def test_check_holds_invoices_against_orders_behind_many_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.commands.reading.KEPT", 2)
    space = "urn:oasis:names:specification:ubl:schema:xsd:"
    line = "<OrderLine><LineItem><ID>1</ID></LineItem></OrderLine>"
    order = f'<Order xmlns="{space}Order-2"><ID>PO-1</ID>{line}</Order>'
    invoice = (
        f'<Invoice xmlns="{space}Invoice-2"><ID>R-{{0}}</ID><IssueDate>2026-03-02</IssueDate>'
        "<OrderReference><ID>PO-1</ID></OrderReference><InvoiceLine><ID>1</ID><OrderLineReference>"
        "<LineID>{0}</LineID></OrderLineReference></InvoiceLine></Invoice>"
    )
    records = [order, *(invoice.format(number) for number in (1, 2, 3))]
    for number, record in enumerate(reversed(records)):
        (tmp_path / f"{number}.xml").write_text(record)
    result = run("check", "--json", tmp_path)
    told = [[one["code"] for one in line["problems"]] for line in lines(result)]
    assert ["preflight.unknown_order_line" in codes for codes in told] == [True, True, False, False]
