"""`dockmatch layouts`: teaching a layout, reading by it, looking at it and forgetting it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from reportlab.pdfgen.canvas import Canvas

from gateway.cli import main
from gateway.layouts import layouts_of

HEIGHT = 842


def bill(number: str, amount: str) -> bytes:
    """An invoice whose number stands under words that nobody else uses."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, HEIGHT), invariant=1)
    for x, top, text in (
        (60, 60, "Quill & Tansy Ltd"),
        (330, 60, "INVOICE"),
        (330, 90, "Folio mark"),
        (440, 90, number),
        (330, 105, "Invoice Date"),
        (440, 105, "21/04/2026"),
        (60, 150, "Bill To:"),
        (60, 165, "Harrow Engineering plc"),
        (60, 260, "Description"),
        (350, 260, "Qty"),
        (430, 260, "Unit Price"),
        (520, 260, "Amount"),
        (60, 280, "Linen paper, ream"),
        (350, 280, "1"),
        (430, 280, amount),
        (520, 280, amount),
        (430, 330, "Total"),
        (520, 330, f"£{amount}"),
    ):
        canvas.drawString(x, HEIGHT - top, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def read(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("read", *arguments).stdout)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.pdf").write_bytes(bill("ZX-20417", "40.00"))
    (tmp_path / "next.pdf").write_bytes(bill("ZX-20533", "65.50"))
    record = read("first.pdf")
    record["number"] = "ZX-20417"
    (tmp_path / "record.json").write_text(json.dumps(record))
    return tmp_path


def learn(*more: str) -> Result:
    return run("layouts", "learn", "first.pdf", "--record", "record.json", "--by", "Ida", *more)


@pytest.mark.usefixtures("folder")
def test_what_was_learned_is_used_from_the_next_document_on() -> None:
    assert "number" not in read("next.pdf")
    result = learn("--partner", "quill")
    assert result.exit_code == 0, result.output
    assert "number: right 'folio mark'; page 1 at 440" in result.output
    assert read("--partner", "quill", "next.pdf")["number"] == "ZX-20533"
    assert read("next.pdf")["number"] == "ZX-20533"  # the page names its seller


def test_the_file_is_versioned_and_what_it_said_is_kept(folder: Path) -> None:
    learn()
    assert [one.version for one in layouts_of("quill-tansy-ltd")] == [1]
    assert "version 2" in learn().output
    (layout,) = layouts_of("quill-tansy-ltd")
    assert (layout.name, layout.version, layout.by) == ("quill-tansy-ltd-1", 2, "Ida")
    earlier = folder / "layouts" / "earlier" / "quill-tansy-ltd.1.toml"
    assert "version = 1" in earlier.read_text()


def test_layouts_are_listed_shown_and_forgotten(folder: Path) -> None:
    learn()
    assert "quill-tansy-ltd-1  version 1" in run("layouts", "list").output
    assert "date: right 'invoice date'" in run("layouts", "show", "quill-tansy-ltd").output
    assert run("layouts", "forget", "quill-tansy-ltd", "--layout", "none").exit_code == 2
    assert "forgotten" in run("layouts", "forget", "quill-tansy-ltd").output
    assert layouts_of("quill-tansy-ltd") == ()
    assert "nothing was learned" in run("layouts", "show", "quill-tansy-ltd").output
    assert (folder / "layouts" / "earlier" / "quill-tansy-ltd.1.toml").exists()


def test_a_record_of_something_else_teaches_nothing(folder: Path) -> None:
    (folder / "record.json").write_text('{"kind": "invoice", "number": "NOT-HERE-1"}')
    result = learn("--partner", "quill")
    assert result.exit_code == 2
    assert "too little of the record" in result.output
    (folder / "record.json").write_text('{"kind": "receipt"}')
    assert learn("--partner", "quill").exit_code == 2
    assert not (folder / "layouts").exists()


def test_a_broken_file_is_told_with_its_name(folder: Path) -> None:
    (folder / "layouts").mkdir()
    (folder / "layouts" / "quill.toml").write_text('[[layouts]]\nname = "quill-1"\n')
    found = read("next.pdf")
    assert found["problems"][0]["code"] == "partner.faulty_rows"
    assert "quill.toml" in found["problems"][0]["message"]
