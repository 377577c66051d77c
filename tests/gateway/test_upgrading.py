"""An upgrade in mid-work: what an older version took in and left undone is finished by this one."""

import asyncio
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as Alembic
from sqlalchemy import Connection, text

from gateway.app import Gateway
from gateway.archive import Archive
from gateway.config import load
from gateway.store import migrations
from gateway.store.engine import Store
from gateway.store.migrate import newest, revision

BEFORE = "0006"  # the last one before there were keys, people, doors and pinned versions
AT = "2026-03-02T09:00:00.000000+00:00"
SECRET = "whsec_" + "QUJD" * 11
WAIT_SECONDS = 60
CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
[web]
port = 0
[reading]
readers = 1
[matching]
policy = "policy.toml"
[outbound]
allow = ["127.0.0.0/8"]
[[endpoints]]
url = "http://127.0.0.1:{port}/"
secret = "{secret}"
"""


class Receiver(BaseHTTPRequestHandler):
    told: list[dict[str, object]]

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        type(self).told.append(json.loads(content))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    Receiver.told = []
    with HTTPServer(("127.0.0.1", 0), Receiver) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def interchange() -> bytes:
    head = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'ACME':15}*ZZ*{'BUYER':15}*260302*0900*U*00401*"
    lines = [f"{head}000000001*0*P*>", "GS*PO*A*B*20260302*0900*1*X*004010", "ST*850*0001"]
    lines += ["BEG*00*NE*PO1**20260301", "PO1*1*10*EA*5**VP*A-1", "CTT*1", "SE*5*0001"]
    return "".join(f"{one}~\n" for one in [*lines, "GE*1*1", "IEA*1*000000001"]).encode()


def made_before(folder: Path, url: str) -> None:
    """A database as an older version left it: a file undecided, its job gone, and news not sent."""
    store = Store(folder / "data" / "dockmatch.db")
    archive = Archive(folder / "data" / "archive")
    archive.prepare()
    stored = archive.put(io.BytesIO(interchange()))
    with store.write() as connection:
        config = Alembic()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        for statement, values in rows(stored.sha256, stored.size, url):
            connection.execute(text(statement), values)
    store.close()


def rows(sha256: str, size: int, url: str) -> list[tuple[str, dict[str, object]]]:
    data = json.dumps({"document": 1, "partner": "acme", "name": "po.x12", "door": "http"})
    return [
        ("INSERT INTO partner (id, name, created_at) VALUES (1, 'acme', :at)", {"at": AT}),
        (
            "INSERT INTO blob (sha256, size, stored_at) VALUES (:sha256, :size, :at)",
            {"sha256": sha256, "size": size, "at": AT},
        ),
        (
            (
                "INSERT INTO document (id, claim, partner_id, sha256, name, door, state, version,"
                " truncated, received_at, answered, job_id)"
                " VALUES (1, 'c', 1, :sha256, 'po.x12', 'http', 'received', 1, 0, :at, 1, 99)"
            ),
            {"sha256": sha256, "at": AT},
        ),
        (
            (
                "INSERT INTO event (sequence, id, at, actor, type, subject, body)"
                " VALUES (1, 'evt_1', :at, 'gateway', 'file.received', 'document/1', :data)"
            ),
            {"at": AT, "data": data.encode()},
        ),
        (
            (
                "INSERT INTO endpoint (id, url, secret, content, state, cursor, sequence, failures,"
                " created_at) VALUES (1, :url, :secret, 'full', 'active', 1, 1, 0, :at)"
            ),
            {"at": AT, "url": url, "secret": SECRET},
        ),
        (
            (
                "INSERT INTO delivery (id, endpoint_id, event_sequence, sequence, subject, state,"
                " tries, due_at) VALUES (1, 1, 1, 1, 'document/1', 'waiting', 0, :at)"
            ),
            {"at": AT},
        ),
    ]


async def finished(folder: Path) -> None:
    gateway = Gateway(load(folder / "dockmatch.toml", {}))
    await gateway.start()
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await gateway.drain()
    finally:
        await gateway.stop()


def test_what_was_begun_before_an_upgrade_is_ended_after_it(
    tmp_path: Path, receiver: HTTPServer
) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}/"
    text_of = CONFIG.format(port=receiver.server_port, secret=SECRET)
    (tmp_path / "dockmatch.toml").write_text(text_of)
    (tmp_path / "policy.toml").write_text("way = 2\n")
    made_before(tmp_path, url)
    asyncio.run(finished(tmp_path))
    store = Store(tmp_path / "data" / "dockmatch.db")
    with store.read() as connection:
        assert revision(connection) == newest()
        assert state(connection) == ["read"]
        pinned = connection.execute(text("SELECT version FROM endpoint")).scalar()
    store.close()
    assert pinned == "2026-11-25"  # the events keep the shape that the receiver knows
    kinds = [one["type"] for one in Receiver.told]
    assert kinds[0] == "file.received"
    assert "order.received" in kinds
    assert [one["deliverysequence"] for one in Receiver.told] == list(range(1, len(kinds) + 1))
    assert (tmp_path / "data" / "backups" / f"dockmatch-{BEFORE}.db").exists()


def state(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT state FROM document")).scalars())
