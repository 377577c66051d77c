"""How fast the whole gateway is, from the folder to the receiver, with everything on.

Small documents: 2,000 X12 files, orders and invoices of four partners, renamed into the folders at
once, until each is archived, matched and answered, and its result was posted to a receiver, signed.
The same on PostgreSQL.
Interchange: one file of 10,000 invoices, whose orders are there, until the last result is in the
event log.
Workers: 60 PDF invoices of one page, from their receipts on PostgreSQL until one, two and four
`dockmatch worker` have decided them all; each has one process that reads. The floor of the speed-up
is what there are cores for.
Receipt: how long `POST /v1/documents` takes to answer while files are dropped at half that rate.

The floor is what the disk and the database alone take for as many documents: each written, synced
and named, and inserted as a row, in batches of 64.
"""

import asyncio
import io
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path

import aiohttp
import structlog
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import func, select

from benchmarks.measure import report
from gateway.app import Gateway
from gateway.archive import Archive
from gateway.clock import system_clock
from gateway.collecting import COLLECT_RARELY, collect
from gateway.config import load
from gateway.flows.intake import Arrived, Intake
from gateway.jobs.choice import engine_of
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.schema import document, event, record
from tests.drills.load import envelope, invoice, invoice_set, order, order_set
from tests.gateway.postgres import Cluster

SMALL, PARTNERS, INVOICES, POSTS, BATCH, PAPERS = 2000, 4, 10_000, 400, 64, 60
_LINES = range(1, 33)
_LOOK_SECONDS = 0.05
_ROOT = Path(__file__).parent.parent
_WORKERS = """
[gateway]
data = "data"
database = "{database}"
[reading]
readers = 1
"""
_CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
{database}
[web]
port = 0
[matching]
policy = "policy.toml"
[outbound]
allow = ["127.0.0.0/8"]
[[endpoints]]
url = "http://127.0.0.1:{port}/"
secret = "whsec_YmVuY2htYXJrYmVuY2htYXJrYmVuY2htYXJrYmVuY2g="
types = ["invoice.matched", "invoice.exception", "invoice.waiting", "invoice.duplicate"]
"""


def main() -> None:
    """Measure, each figure on a workspace of its own."""
    collect(COLLECT_RARELY)  # as `dockmatch run` does
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_small_documents(Path(folder, "small")))
        with Cluster(safe=True) as cluster:
            name = "gateway.postgres_documents_per_s"
            asyncio.run(_small_documents(Path(folder, "shared"), name, cluster.database("shared")))
            _workers(Path(folder, "workers"), cluster)
        asyncio.run(_receipts(Path(folder, "receipts")))
        asyncio.run(_interchange(Path(folder, "interchange")))


async def _small_documents(
    folder: Path, name: str = "gateway.small_documents_per_s", database: str = ""
) -> None:
    contents = _files(SMALL)
    floor = _floor(folder / "floor", contents)
    async with _running(folder, database) as gateway:
        begin = time.perf_counter()
        _drop(folder, contents)
        await gateway.drain()
        rate = len(contents) / (time.perf_counter() - begin)
    report(name, value=rate, unit="documents/s", floor=floor)


def _workers(folder: Path, cluster: Cluster) -> None:
    rates = {
        number: _rate_of_workers(folder / str(number), cluster.database(f"workers{number}"), number)
        for number in (1, 2, 4)
    }
    cores = len(os.sched_getaffinity(0))
    for name, number in (("gateway.workers_speedup_2", 2), ("gateway.workers_speedup_4", 4)):
        speedup = rates[number] / rates[1]
        report(name, value=speedup, unit="times", floor=float(min(number, cores)))


def _rate_of_workers(folder: Path, database: str, number: int) -> float:
    """Return how many documents a second so many workers decide, none of them twice."""
    folder.mkdir(parents=True)
    _make_tables(database)
    where = _WORKERS.format(database=database)
    (folder / "dockmatch.toml").write_text(where)
    store = Store(database)
    archive = Archive(folder / "data" / "archive")
    archive.prepare()
    arrived = [_arrived(archive, one) for one in range(PAPERS)]
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(_worker(folder))
        begin = time.perf_counter()
        Intake(store, archive, engine_of(store, system_clock), system_clock).record(arrived)
        while _decided(store) < PAPERS:
            time.sleep(_LOOK_SECONDS)
        rate = PAPERS / (time.perf_counter() - begin)
    with store.read() as connection:
        kept = connection.execute(select(func.count()).select_from(record)).scalar_one()
        told = connection.execute(
            select(func.count()).where(event.c.subject.startswith("record/"))
        ).scalar_one()
    store.close()
    if kept != PAPERS or told < PAPERS:
        message = f"{PAPERS} documents gave {kept} records and {told} events"
        raise AssertionError(message)
    return rate


@contextmanager
def _worker(folder: Path) -> Iterator[None]:
    """Run a worker that is ready."""
    command = [sys.executable, "-m", "gateway", "worker", "--config", folder / "dockmatch.toml"]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE) as process:
        if process.stdout:
            process.stdout.readline()
        yield
        process.terminate()


def _arrived(archive: Archive, number: int) -> Arrived:
    """Archive a document that has no receipt yet."""
    return Arrived(
        claim=f"{number}",
        partner=f"p{number % PARTNERS}",
        name=f"{number}.pdf",
        door="http",
        stored=archive.put(io.BytesIO(_paper(number))),
    )


def _decided(store: Store) -> int:
    with store.read() as connection:
        query = select(func.count()).where(document.c.decided_at.is_not(None))
        return connection.execute(query).scalar_one()


def _paper(number: int) -> bytes:
    """Return an invoice of one page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    head = ["Kestrel Tools Ltd", "12 Mill Lane", "Leeds LS1 5AB", "INVOICE"]
    head += [f"Invoice No KT-{number}", "Invoice Date 25/03/2026", f"Customer PO 45000{number:05}"]
    for row, text in enumerate(head):
        canvas.drawString(50, 800 - 14 * row, text)
    cells = [("Item No", "Description", "Qty", "Unit Price", "Amount")]
    cells += [(f"HX-{n}", "Hex bolt M10x60 zinc", f"{n}", "2.50", f"{2.5 * n:.2f}") for n in _LINES]
    cells.append(("", "", "", "Total", f"{2.5 * sum(_LINES):.2f}"))
    for row, texts in enumerate(cells):
        for x, text in zip((50, 120, 350, 430, 520), texts, strict=True):
            canvas.drawString(x, 660 - 15 * row, text)
    canvas.save()
    return buffer.getvalue()


async def _receipts(folder: Path) -> None:
    floor = 1000 / _floor(folder / "floor", _files(SMALL)[:100], batch=1)
    contents, took = _files(POSTS), []
    async with _running(folder) as gateway, aiohttp.ClientSession() as client:
        for number, content in enumerate(contents):
            _drop(folder, _files(2, start=10_000 + number * 2))
            begin = time.perf_counter()
            where = f"{gateway.address}/v1/documents?partner=p0&name={number}.x12"
            async with client.post(where, data=content) as answer:
                answer.raise_for_status()
                await answer.read()
            took.append((time.perf_counter() - begin) * 1000)
            await asyncio.sleep(0.02)
    p99 = sorted(took)[int(len(took) * 0.99)]
    report("gateway.receipt_p99_ms", value=p99, unit="ms", floor=floor)


async def _interchange(folder: Path) -> None:
    orders = envelope("850", "PO", 1, [order_set(n) for n in range(INVOICES)], "BUYER")
    content = envelope("810", "IN", 2, [invoice_set(n) for n in range(INVOICES)], "SELLER")
    floor = _floor(folder / "floor", _files(SMALL))
    async with _running(folder) as gateway:
        _drop(folder, [orders])
        await gateway.drain()
        begin = time.perf_counter()
        _drop(folder, [content])
        while _results(gateway) < INVOICES:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.05)
        rate = INVOICES / (time.perf_counter() - begin)
    report("gateway.interchange_documents_per_s", value=rate, unit="documents/s", floor=floor)


def _results(gateway: Gateway) -> int:
    with gateway.store.read() as connection:
        query = select(func.count()).where(event.c.type == "invoice.matched")
        return connection.execute(query).scalar_one()


def _files(count: int, start: int = 0) -> list[bytes]:
    numbers = range(start, start + count // 2)
    return [make(number) for number in numbers for make in (order, invoice)]


def _drop(folder: Path, contents: Sequence[bytes]) -> None:
    """Write the files beside the folders, then rename them into them all at once."""
    for number, content in enumerate(contents):
        (folder / f"{number}").write_bytes(content)
    stamp = time.monotonic_ns()
    for number in range(len(contents)):
        inbox = folder / "inbox" / f"p{number // 2 % PARTNERS}" / "in"
        (folder / f"{number}").rename(inbox / f"{stamp}-{number}.x12")


def _prepare(folder: Path) -> None:
    for number in range(PARTNERS):
        (folder / "inbox" / f"p{number}" / "in").mkdir(parents=True)
    (folder / "policy.toml").write_text("way = 2\n")


@asynccontextmanager
async def _running(folder: Path, database: str = "") -> AsyncIterator[Gateway]:
    _prepare(folder)
    program = "from benchmarks.gateway import receive; receive()"
    command = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as receiver:  # noqa: ASYNC220
        port = receiver.stdout.readline().decode().strip() if receiver.stdout else ""
        where = f'database = "{database}"' if database else ""
        (folder / "dockmatch.toml").write_text(_CONFIG.format(port=port, database=where))
        if database:
            _make_tables(database)
        gateway = Gateway(load(folder / "dockmatch.toml", {}))
        await gateway.start()
        await gateway.drain()
        try:
            yield gateway
        finally:
            await gateway.stop()
            receiver.kill()


def _make_tables(database: str) -> None:
    store = Store(database)
    upgrade(store, Path())
    store.close()


def _floor(folder: Path, contents: Sequence[bytes], batch: int = BATCH) -> float:
    """Return how many documents a second the disk and the database alone can take."""
    folder.mkdir(parents=True)
    begin = time.perf_counter()
    with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, name TEXT, body BLOB)")
        for start in range(0, len(contents), batch):
            some = contents[start : start + batch]
            for number, content in enumerate(some):
                _write(folder, f"{start + number}", content)
            _sync(folder)
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                "INSERT INTO document (name, body) VALUES ('a', ?)", [(one,) for one in some]
            )
            database.execute("COMMIT")
    return len(contents) / (time.perf_counter() - begin)


def _write(folder: Path, name: str, content: bytes) -> None:
    with (folder / "temporary").open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    (folder / "temporary").rename(folder / name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


class _Receiver(asyncio.Protocol):
    """Answers every request with 204 as soon as its body is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._seen = transport, b""

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while True:
            head, mark, rest = self._seen.partition(b"\r\n\r\n")
            if not mark:
                return
            length = next(
                int(line[15:])
                for line in head.lower().split(b"\r\n")
                if line[:15] == b"content-length:"
            )
            if len(rest) < length:
                return
            self._seen = rest[length:]
            self._transport.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")


def receive() -> None:
    """Be the receiver: print a port, and answer until standard input ends."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Receiver, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)

    asyncio.run(serve())
