"""A buyer and a supplier with a catalogue, each with a store of its own, that talk to each other.

What one posts goes into the other's endpoint as it stands; only the wire between them is missing.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.archive import Archive
from gateway.flows.chunks import KIND as MATCH
from gateway.flows.intake import Intake
from gateway.flows.judging import Judge
from gateway.flows.matching import Matching
from gateway.jobs.embedded import EmbeddedJobs
from gateway.punchout.catalog import Catalog, load_catalog, quantity_of
from gateway.punchout.desk import Desk
from gateway.punchout.endpoint import Answer, Endpoint
from gateway.punchout.ordering import KIND as SEND
from gateway.punchout.ordering import Sending
from gateway.punchout.posting import Reply, reply_of
from gateway.punchout.settings import CatalogSettings
from gateway.punchout.shop import Leaving, Shop
from gateway.punchout.starting import Ask, start
from gateway.punchout.trading import Trading
from gateway.reading.pool import Readers, ReadingSettings
from gateway.store import events
from gateway.store.engine import Store
from gateway.store.punchout import PunchoutSession
from matcher.entries import Master
from matcher.policy import policy_of

OURS, THEIRS = "079482615", "080155329"
SECRETS = {"OURS": "what the buyer proves itself with", "THEIRS": "what the supplier does"}
ITEMS = """sku,name,price,price_per,currency,uom,unspsc,lead_days,category,manufacturer
MF-CH-810,"Task chair, mesh back, black",189.00,,USD,EA,56112102,3,Furniture,Finch
MF-PN-BK,"Ballpoint pen, black",12.00,100,USD,EA,44121704,3,Writing,
MF-CLIP,"Paper clip <small> & bright",0.0045,,USD,EA,,,Filing,
"""
SUPPLIER = f"""
name = "Marlowe Finch"
[[identifiers.cxml]]
domain = "DUNS"
identity = "{THEIRS}"
[[ours.cxml]]
domain = "DUNS"
identity = "{OURS}"
[connection]
setup_url = "https://shop.marlowefinch.example/cxml"
order_url = "https://shop.marlowefinch.example/cxml"
our_secret = "env:OURS"
their_secret = "env:THEIRS"
"""
OCI = """
name = "Pinecrest Tools"
[[identifiers.cxml]]
domain = "DUNS"
identity = "555555555"
[[ours.cxml]]
domain = "DUNS"
identity = "079482615"
[connection]
protocol = "oci"
setup_url = "https://pinecrest.example/oci"
[connection.oci_fields]
USERNAME = "tamarack"
PASSWORD = "env:OURS"
"""
BUYER = f"""
name = "Tamarack Outfitters"
[[identifiers.cxml]]
domain = "DUNS"
identity = "{OURS}"
[[ours.cxml]]
domain = "DUNS"
identity = "{THEIRS}"
[connection]
role = "buyer"
their_secret = "env:OURS"
our_secret = "env:THEIRS"
reply_url = "https://buy.tamarack.example/cxml"
confirm_orders = true
oci_password = "env:OURS"
"""


class Side:
    """One of the two: its desk, its jobs, and what it posted."""

    def __init__(self, folder: Path, database: Path, clock: Any, address: str) -> None:
        folder.mkdir()
        shutil.copy(database, folder / "dockmatch.db")
        self.folder = folder
        self.store = Store(folder / "dockmatch.db")
        self.archive = Archive(folder / "archive")
        self.archive.prepare()
        self.jobs = EmbeddedJobs(self.store, clock)
        self.posted: list[tuple[str, bytes]] = []
        self.answers: list[Reply] = []  # what the other side says instead, in order
        self.other: Side | None = None
        (folder / "partners").mkdir()
        self.desk = Desk(
            store=self.store,
            archive=self.archive,
            intake=Intake(self.store, self.archive, self.jobs, clock),
            jobs=self.jobs,
            trading=Trading(folder / "partners", folder, SECRETS),
            post=self._post,
            clock=clock,
            address=lambda: address,
            announced=lambda: None,
        )
        self.endpoint = Endpoint(self.desk, None, clock())
        self.shop: Shop | None = None

    def agree(self, name: str, profile: str) -> None:
        (self.folder / "partners" / f"{name}.toml").write_text(profile, encoding="utf-8")

    def open_shop(self, catalog: Catalog) -> None:
        self.shop = Shop(self.desk, catalog, CatalogSettings(name="Marlowe Finch"))
        self.endpoint = Endpoint(self.desk, self.shop, self.desk.clock())

    async def _post(self, address: str, body: bytes) -> Reply:
        return self.send(address, body)

    def send(self, address: str, body: bytes) -> Reply:
        self.posted.append((address, body))
        if self.answers:
            return self.answers.pop(0)
        assert self.other
        answer = self.other.endpoint.take(body, "text/xml; charset=UTF-8")
        return reply_of(answer.status, "text/xml; charset=utf-8", answer.body)

    def take(self, body: bytes, content_type: str | None = "text/xml") -> Answer:
        return self.endpoint.take(body, content_type)

    def work_off(self) -> None:
        """Send what is to be sent; nothing is read."""
        self.jobs.work_off({SEND: Sending(self.desk, self.folder / "inbox", self.send)})

    def read_everything(self) -> None:
        """Send, read and match whatever waits, as the running gateway does."""
        readers = Readers(
            self.folder / "archive", self.folder / "spool", ReadingSettings(readers=1)
        )
        judge = Judge(policy_of({}), Master())
        matching = Matching(self.store, self.jobs, readers, judge, self.desk.clock)
        sending = Sending(self.desk, self.folder / "inbox", self.send)
        readers.start()
        self.jobs.work_off({SEND: sending, MATCH: matching})
        readers.stop()

    def told(self) -> list[str]:
        """The types of all events, in order."""
        with self.store.read() as connection:
            return [one.type for one in events.after(connection, 0, limit=1000)]

    def rows(self, query: str) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.exec_driver_sql(query))


class Pair:
    """The buyer, the supplier, and a user's way from one to the other."""

    def __init__(self, buyer: Side, supplier: Side) -> None:
        self.buyer = buyer
        self.supplier = supplier
        buyer.other, supplier.other = supplier, buyer

    async def start(self, **said: Any) -> PunchoutSession:
        ask = Ask(supplier=said.pop("supplier", "marlowe-finch"), **said)
        return await start(self.buyer.desk, ask, "ann")

    def shopped(self, session: PunchoutSession, **chosen: str) -> Leaving:
        """Enter the shop, choose, and check out; returns the form that goes back."""
        assert self.supplier.shop
        assert session.start_url
        shop = self.supplier.shop
        entered = shop.enter(urlsplit(session.start_url).path.rpartition("/")[2], None)
        assert entered
        visit, key = entered
        for sku, quantity in chosen.items():
            item = shop.catalog.item(sku.replace("_", "-"))
            opened = shop.visit(visit.id, key)
            assert item
            assert opened
            assert shop.choose(opened, item, quantity_of(quantity))
        partner = shop.desk.trading.partner("tamarack")
        opened = shop.visit(visit.id, key)
        assert partner
        assert opened
        leaving = shop.leave(opened, partner, with_cart=True)
        assert leaving
        return leaving


@pytest.fixture
def pair(empty_database: Path, tmp_path: Path, clock: Any) -> Iterator[Pair]:
    buyer = Side(tmp_path / "buyer", empty_database, clock, "https://buy.tamarack.example")
    supplier = Side(tmp_path / "shop", empty_database, clock, "https://shop.marlowefinch.example")
    buyer.agree("marlowe-finch", SUPPLIER)
    buyer.agree("pinecrest", OCI)
    supplier.agree("tamarack", BUYER)
    (tmp_path / "items.csv").write_text(ITEMS, encoding="utf-8")
    supplier.open_shop(load_catalog(tmp_path / "items.csv"))
    yield Pair(buyer, supplier)
    buyer.store.close()
    supplier.store.close()
