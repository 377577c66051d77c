"""A punchout in a real browser, from its start to the order: cXML both ways, OCI, by hand.

Two whole gateways: a buyer, and a supplier with a catalogue. Each is the other's partner.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gateway.app import Gateway
from gateway.config import load

PATIENCE_SECONDS = 60
WIDTHS = (320, 390, 768, 1280, 1920)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ITEMS = """sku,name,price,price_per,currency,uom,unspsc,lead_days,category,manufacturer
MF-CH-810,"Task chair, mesh back, black",189.00,,USD,EA,56112102,3,Furniture,Finch
MF-PA-20,"Copy paper, letter, 20 lb",38.95,,USD,CT,14111507,1,Paper,
MF-PN-BK,"Ballpoint pen, black <medium>",12.00,100,USD,EA,44121704,3,Writing,
"""
IDENTITIES = """
[[identifiers.cxml]]
domain = "DUNS"
identity = "{theirs}"
[[ours.cxml]]
domain = "DUNS"
identity = "{ours}"
[connection]
their_secret = "file:secrets/{theirs}"
our_secret = "file:secrets/{ours}"
"""
OURS, THEIRS = "079482615", "080155329"


class Town:
    """A buyer and a supplier, each a gateway of its own, in one thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def open(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS), "the two did not start"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def settle(self) -> None:
        """Return when everything at both is read, matched and sent."""
        for gateway in (self.buyer, self.supplier, self.buyer):
            drained = asyncio.run_coroutine_threadsafe(gateway.drain(), self._loop)
            drained.result(PATIENCE_SECONDS)

    def records(self, gateway: Gateway, kind: str) -> list[Any]:
        address = f"{gateway.address}/v1/records?kind={kind}"
        with urlopen(address) as answer:  # noqa: S310 - http, our own
            return list(json.load(answer)["items"])

    async def _run(self) -> None:
        for side in ("buyer", "shop"):
            (self.folder / side / "partners").mkdir(parents=True)
            (self.folder / side / "secrets").mkdir()
            for name in (OURS, THEIRS):
                secret = self.folder / side / "secrets" / name
                secret.write_text(f"secret of {name}\n", encoding="utf-8")
        (self.folder / "shop" / "items.csv").write_text(ITEMS, encoding="utf-8")
        self.supplier = self._gateway("shop", '[catalog]\nitems = "items.csv"\nname = "Finch"\n')
        self.buyer = self._gateway("buyer", "")
        await self.supplier.start()
        await self.buyer.start()
        self._agree()
        self._ready.set()
        await self._stop.wait()
        await self.buyer.stop()
        await self.supplier.stop()

    def _gateway(self, side: str, more: str) -> Gateway:
        path = self.folder / side / "dockmatch.toml"
        path.write_text(
            f'[gateway]\ndata = "data"\ninbox = "inbox"\n[web]\nport = 0\n'
            f'[outbound]\nallow = ["127.0.0.1/32"]\n{more}',
            encoding="utf-8",
        )
        return Gateway(load(path, {}))

    def _agree(self) -> None:
        known = IDENTITIES.format(theirs=THEIRS, ours=OURS)
        shop, buyer = self.supplier.address, self.buyer.address
        self._partner("buyer", "finch", f'{known}setup_url = "{shop}/cxml"', shop, "")
        packed = f'{known}setup_url = "{shop}/cxml"'
        self._partner("buyer", "finch-urlencoded", packed.replace(OURS, "079482616"), shop, "")
        login = f'[connection.oci_fields]\nUSERNAME = "tamarack"\nPASSWORD = "file:secrets/{OURS}"'
        opened = f'{known}protocol = "oci"\nsetup_url = "{shop}/shop/oci"'
        self._partner("buyer", "finch-oci", opened, shop, login)
        known = IDENTITIES.format(theirs=OURS, ours=THEIRS)
        told = f'{known}role = "buyer"\nreply_url = "{buyer}/cxml"\nconfirm_orders = true\n'
        (self.folder / "shop" / "partners" / "tamarack.toml").write_text(
            f'{told}oci_password = "file:secrets/{OURS}"\n', encoding="utf-8"
        )
        other = told.replace(OURS, "079482616")
        (self.folder / "shop" / "partners" / "tamarack-2.toml").write_text(
            f'{other}cart_field = "cxml-urlencoded"\n', encoding="utf-8"
        )
        for side in ("buyer", "shop"):
            secret = self.folder / side / "secrets" / "079482616"
            secret.write_text("secret of the other one\n", encoding="utf-8")

    def _partner(self, side: str, name: str, profile: str, shop: str, more: str) -> None:
        path = self.folder / side / "partners" / f"{name}.toml"
        head = f'name = "{name.replace("-", " ").title()}"\n'
        path.write_text(f'{head}{profile}\norder_url = "{shop}/cxml"\n{more}\n', encoding="utf-8")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    opened = Town(tmp_path_factory.mktemp("town"))
    opened.open()
    yield opened
    opened.close()


Visit = Callable[..., Page]


def bad(kind: str) -> bool:
    return kind in {"error", "warning"}


@pytest.fixture
def visit(browser: Browser, town: Town) -> Iterator[Visit]:
    """Return a function that opens a page of the buyer; what the browser complains of fails."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(path: str = "/punchout", **settings: Any) -> Page:
        context = browser.new_context(base_url=town.buyer.address, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def enter(page: Page, supplier: str) -> None:
    page.get_by_label("Supplier").select_option(supplier)
    page.get_by_label("Your e-mail").fill("ann@tamarack.example")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Go to the shop").click()


def shop(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Finch")
    page.get_by_label("Quantity of Task chair").fill("6")
    page.get_by_role("button", name="Add Task chair").click()
    page.get_by_label("Search the catalogue").fill("pen")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Quantity of Ballpoint pen").fill("500")
    page.get_by_role("button", name="Add Ballpoint pen").click()
    expect(page.locator(".basket-total")).to_contain_text("1,194.00 USD")


def come_back(page: Page) -> None:
    page.get_by_role("button", name="Return the cart").click()
    page.wait_for_url("**/punchout/cart/*")


def order(page: Page, number: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 lines, 1,194.00 USD")
    expect(page.get_by_text("The prices hold until")).to_be_visible()
    page.get_by_label("Order number").fill(number)
    page.get_by_role("button", name="Create the order").click()
    taken = page.get_by_text(re.compile("(Taken|Confirmed) by the supplier"))
    expect(taken).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("supplier", ["finch", "finch-urlencoded", "finch-oci"])
def test_from_the_start_to_the_order(visit: Visit, town: Town, supplier: str) -> None:
    page = visit()
    enter(page, supplier)
    shop(page)
    come_back(page)
    number = f"PO-{supplier}"
    order(page, number)
    town.settle()
    here = [one["record"] for one in town.records(town.buyer, "purchase_order")]
    there = [one["record"] for one in town.records(town.supplier, "purchase_order")]
    (sent,) = [one for one in here if one["number"] == number]
    (got,) = [one for one in there if one["number"] == number]
    for one in (sent, got):
        assert [line["item"]["supplier_part"] for line in one["lines"]] == ["MF-CH-810", "MF-PN-BK"]
        assert [Decimal(line["quantity"]) for line in one["lines"]] == [6, 500]
        assert Decimal(one["total"]) == 1194
    answers = [one["record"] for one in town.records(town.buyer, "order_response")]
    assert number in {one["order"]["number"] for one in answers}


def test_everything_works_without_scripts_on_a_phone(visit: Visit) -> None:
    page = visit(java_script_enabled=False, **PHONE)
    enter(page, "finch-oci")
    page.get_by_role("button", name="Continue").click()
    shop(page)
    page.get_by_role("button", name="Return the cart").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/punchout/cart/*")
    page.get_by_label("Order number").fill("PO-by-hand")
    page.get_by_role("button", name="Create the order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Order PO-by-hand at Finch Oci")


def test_a_cart_is_changed_in_the_shop_and_replaces_the_first(visit: Visit) -> None:
    page = visit()
    enter(page, "finch")
    shop(page)
    come_back(page)
    page.get_by_role("link", name="The session").click()
    first = page.url
    page.get_by_role("button", name="Change the cart in the shop").click()
    page.get_by_role("link", name="Go to the shop").click()
    expect(page.locator(".basket-total")).to_contain_text("1,194.00 USD")
    page.get_by_role("button", name="Remove Task chair").click()
    expect(page.locator(".basket-total")).to_contain_text("60.00 USD")
    come_back(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 line, 60.00 USD")
    page.goto(first)
    expect(page.get_by_text("Replaced by session")).to_be_visible()


def test_the_same_post_again_shows_the_same_cart(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    enter(page, "finch")
    shop(page)
    page.get_by_role("button", name="Return the cart").click()
    back = str(page.locator("[data-leaving]").get_attribute("action"))
    fields = {"cxml-base64": str(page.locator("input[type=hidden]").get_attribute("value"))}
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/punchout/cart/*")
    again = page.request.post(back, form=fields)
    assert again.url == f"{page.url}?again=1"
    assert "it is here once" in again.text()
    other = page.request.post(back, form=fields | {"more": "1"})
    assert (other.status, "was used already" in other.text()) == (409, True)


def test_who_chooses_nothing_comes_back_with_nothing(visit: Visit) -> None:
    page = visit()
    enter(page, "finch")
    page.get_by_role("button", name="Leave without a cart").click()
    page.wait_for_url("**/punchout/cart/*")
    expect(page.get_by_text("Nothing was chosen.")).to_be_visible()


def test_the_command_line_starts_and_lists(visit: Visit, town: Town) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        port = town.buyer.address.rpartition(":")[2]
        return subprocess.run(
            [sys.executable, "-m", "gateway", "punchout", *arguments],
            env=os.environ | {"DOCKMATCH__WEB__PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )

    started = run("start", "--supplier", "finch", "--user", "UserEmail=bo@tamarack.example")
    assert started.returncode == 0, started.stderr
    page = visit(started.stdout.split()[-1])
    shop(page)
    come_back(page)
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    (mine,) = [one for one in listed if one.get("requester") == "bo@tamarack.example"]
    assert mine["state"] == "returned"
    ordered = run("order", str(mine["id"]), "--number", "PO-cli")
    assert "order PO-cli" in ordered.stdout
    assert "ordered" in run("show", str(mine["id"])).stdout
    again = run("order", str(mine["id"]), "--number", "PO-cli-2")
    assert (again.returncode, "is ordered" in again.stderr) == (1, True)
    wrong = run("start", "--supplier", "nobody")
    assert (wrong.returncode, "nobody" in wrong.stderr) == (1, True)


def pages_of(page: Page, town: Town) -> list[str]:
    """The addresses of every page of punchout, the shop's included."""
    page.goto(f"{town.buyer.address}/punchout")
    enter(page, "finch")
    shop(page)
    return [f"{town.buyer.address}/punchout", f"{town.buyer.address}/punchout/1", page.url]


def test_nothing_is_wider_than_the_screen(visit: Visit, town: Town) -> None:
    page = visit()
    for address in pages_of(page, town):
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wider = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, f"{address} is {wider} pixels too wide at {width}"


def test_targets_are_large_enough_for_a_thumb(visit: Visit, town: Town) -> None:
    page = visit(**PHONE)
    for address in pages_of(page, town):
        page.goto(address)
        for target in page.locator("button:visible, select:visible, input:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 36, f"{address}: {target.inner_html()!r} {box['height']} high"


def test_words_stand_out_from_their_paper(visit: Visit, town: Town, contrasts: str) -> None:
    page = visit()
    for address in pages_of(page, town):
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for text, ratio in page.evaluate(contrasts):
                assert ratio >= 4.5, f"{address}, {scheme}: {text!r} has a contrast of {ratio:.2f}"


def test_a_person_with_a_reader_finds_their_way(visit: Visit, town: Town) -> None:
    page = visit()
    for address in pages_of(page, town):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("main")).to_have_count(1)
        assert page.locator("table:not(:has(caption))").count() == 0
        assert page.locator("script:not([src])").count() == 0
        for field in page.locator("input:not([type=hidden]), select, textarea").all():
            named = field.evaluate("one => one.labels.length > 0 && one.labels[0].innerText.trim()")
            assert named, f"{address}: {field.evaluate('one => one.outerHTML')} has no label"
        for button in page.get_by_role("button").all():
            assert button.inner_text().strip(), f"{address}: a button without a name"
