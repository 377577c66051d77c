"""The whole sentence, on the demo as a user starts it: folder, store, webhook, browser.

The invoice 55120 waits for 300 cartons. Their receipt is dropped in the warehouse's folder, and
the money is released: in the answer that the warehouse finds, in the event that the ERP verifies,
and on the page that the clerk has open. Then the clerk accepts another invoice, and the ERP hears.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

LOOKS, LOOK_SECONDS = 3000, 0.02
RECEIPT = "02-partial-shipment/tamarack-warehouse/receipt-GR-60433.xml"
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


class Demo:
    """`dockmatch demo` in a process of its own, with its pages open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "gateway", "demo", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--directory", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        self.told = ""
        while "review pages are at" not in self.told:
            line = self.process.stdout.readline()
            assert line, self.told
            self.told += line
        self.address = next(word for word in self.told.split() if word.startswith("http://"))

    def events(self) -> list[dict[str, Any]]:
        """What the ERP has taken in, in order."""
        lines = (self.folder / "erp" / "events.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["event"] for line in lines]

    def end(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    started = Demo(tmp_path / "demo")
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.communicate()


def wait_for(look: Callable[[], Any]) -> Any:
    """Look until something is there."""
    pause = threading.Event()
    for _ in range(LOOKS):
        if found := look():
            return found
        pause.wait(LOOK_SECONDS)
    pytest.fail("it did not come")


def rest_of_the_cartons() -> bytes:
    """The receipt of the second shipment: 300 more of line 1."""
    first = (SAMPLES / RECEIPT).read_text(encoding="utf-8")
    head, _, items = first.partition("<ReceiptItem ")
    one, end = items.split("</ReceiptItem>")[0], items.split("</ReceiptOrder>")[1]
    one = one.replace('quantity="500"', 'quantity="300"').replace("1075.00", "645.00")
    whole = f"{head}<ReceiptItem {one}</ReceiptItem></ReceiptOrder>{end}"
    return whole.replace("GR-60433", "GR-60611").replace("S-55120-A", "S-55120-B").encode()


def told_of(demo: Demo, number: str, kind: str) -> list[dict[str, Any]]:
    return [
        event["data"]
        for event in demo.events()
        if event["type"] == kind and event["data"]["invoice"]["number"] == number
    ]


def test_a_receipt_releases_money_and_a_clerk_decides(demo: Demo, browser: Browser) -> None:
    assert "Everything came out as the stories say." in demo.told
    page = browser.new_context(base_url=demo.address).new_page()
    page.goto("/inbox")
    waiting = page.locator("tr", has=page.get_by_text("55120", exact=True))
    expect(waiting).to_contain_text("645.00 pending")

    warehouse = demo.folder / "inbox" / "tamarack-warehouse"
    (warehouse / "in" / "receipt-GR-60611.xml").write_bytes(rest_of_the_cartons())
    (released,) = wait_for(lambda: told_of(demo, "55120", "invoice.matched"))
    assert (released["approved"], released["pending"]) == ("3190.00", "0.00")
    assert released["previous"] == "waiting"
    answer = warehouse / "out" / "receipt-GR-60611.xml.answer.txt"
    text = wait_for(lambda: answer.exists() and answer.read_text(encoding="utf-8"))
    assert "goods receipt GR-60611: taken in" in text
    page.reload()
    expect(waiting).to_have_count(0)

    row = page.locator("tr", has=page.get_by_text("GH-7719", exact=True))
    row.get_by_role("link").click()
    page.get_by_label("Reason").fill("the carrier raised its rate")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status")).to_contain_text("Accepted: GH-7719")
    (decided,) = wait_for(lambda: told_of(demo, "GH-7719", "invoice.exception_resolved"))
    assert decided["decision"]["reason"] == "the carrier raised its rate"
    page.context.close()
    assert demo.end() == 0
