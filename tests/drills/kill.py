"""The kill drill: a gateway is killed at random instants under load, and must lose nothing.

The same files are given to a gateway that nobody disturbs, and to one that is killed with SIGKILL
again and again while they come in. In the end both must hold the same documents, records and
results, byte for byte; every file must have its answer; every event must have reached the receiver,
and no fact under two ids.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.drills.load import PARTNERS, Drop
from tests.gateway.postgres import Cluster

_CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
{database}
[web]
port = 0
[folders.patience]
give_up = 2.0
[matching]
policy = "policy.toml"
[outbound]
allow = ["127.0.0.0/8"]
[[endpoints]]
url = "http://127.0.0.1:{port}/"
secret = "whsec_ZHJpbGwtZHJpbGwtZHJpbGwtZHJpbGwtZHJpbGw="
types = ["invoice.matched", "invoice.waiting", "invoice.exception", "invoice.duplicate",
         "reconciliation.changed", "file.quarantined"]
"""
_PATIENCE_SECONDS = 300


class Outcome(NamedTuple):
    """How a run ended: its export, and what was wrong with it."""

    export: list[str]
    lost: int
    twice: int
    stuck: int


class Server(NamedTuple):
    """A PostgreSQL server, and the address of the database on it."""

    cluster: Cluster
    address: str


def run(
    folder: Path, files: list[Drop], kills: int, seed: int, server: Server | None = None
) -> Outcome:
    """Let a gateway take in `files`, killed `kills` times meanwhile; return how it ended.

    On a `server` workers share the work and are killed as well, and its power is cut once.
    """
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text("way = 2\n")
    for partner in PARTNERS:
        (folder / "inbox" / partner / "in").mkdir(parents=True)
    with _receiver(folder) as port:
        database = f'database = "{server.address}"' if server else ""
        (folder / "dockmatch.toml").write_text(_CONFIG.format(port=port, database=database))
        if server:
            _start(folder, "db", "upgrade").wait()
        dropping = threading.Thread(target=_drop, args=(folder, files, kills))
        dropping.start()
        _disturb(folder, dropping, kills, seed, server)
        dropping.join()
    return _outcome(folder, files)


@contextmanager
def _receiver(folder: Path) -> Iterator[int]:
    ready = folder / "receiver.port"
    command = [sys.executable, "-m", "tests.drills.receiver", folder / "received", ready]
    process = subprocess.Popen(command)
    try:
        _wait_for(ready.exists)
        yield int(ready.read_text())
    finally:
        process.kill()
        process.wait()


def _drop(folder: Path, files: list[Drop], kills: int) -> None:
    """Drop the files one after the other, over the time that the kills take; some are slow."""
    pause = kills * 1.2 / max(len(files), 1)
    for position, (partner, name, content) in enumerate(files):
        path = folder / "inbox" / partner / "in" / name
        if position % 3 == 0:  # as a rename
            path.with_suffix(".tmp").write_bytes(content)
            path.with_suffix(".tmp").rename(path)
        else:  # in two pieces
            with path.open("wb") as file:
                file.write(content[:100])
                file.flush()
                time.sleep(min(pause, 0.01))
                file.write(content[100:])
        time.sleep(pause)


def _disturb(
    folder: Path, dropping: threading.Thread, kills: int, seed: int, server: Server | None
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a drill must be repeatable
    workers = _Workers(folder, dice) if server else None
    for number in range(kills):
        process = _start(folder, "run")
        time.sleep(dice.uniform(0.3, 2.5))
        if workers:
            workers.kill_some()
        if server and number == kills // 2:
            server.cluster.cut_power()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = _start(folder, "run")
    dropping.join()
    try:
        _wait_for(lambda: process.poll() is not None or _is_done(folder))
    finally:
        process.terminate()
        process.wait(timeout=60)
        if workers:
            workers.end()


class _Workers:
    """Two workers; one that was killed is replaced."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self._folder, self._dice = folder, dice
        self._running: list[subprocess.Popen[bytes]] = []

    def kill_some(self) -> None:
        """Kill one half of the time, and let there be two."""
        if self._running and self._dice.random() < 0.5:
            dead = self._running.pop(0)
            dead.kill()
            dead.wait()
        while len(self._running) < 2:
            self._running.append(_start(self._folder, "worker"))

    def end(self) -> None:
        for one in self._running:
            one.terminate()
            one.wait(timeout=60)


def _start(folder: Path, *command: str) -> "subprocess.Popen[bytes]":
    config = ["--config", str(folder / "dockmatch.toml")]
    words = [command[0], *config, *command[1:]]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "gateway", *words], stdout=log, stderr=log)


def _wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def _ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    said = tomllib.loads((folder / "dockmatch.toml").read_text())["gateway"].get("database")
    file = f"sqlite:///file:{folder / 'data' / 'dockmatch.db'}?mode=ro&uri=true"
    engine = create_engine(said.replace("postgresql:", "postgresql+psycopg:") if said else file)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]
    finally:
        engine.dispose()


_LEFT = """
SELECT (SELECT count(*) FROM document WHERE state = 'received' OR NOT answered)
     + (SELECT count(*) FROM delivery WHERE state = 'waiting')
     + (SELECT count(*) FROM event, endpoint WHERE event.sequence > endpoint.cursor)
     + (SELECT count(*) FROM outgoing WHERE written_at IS NULL)
"""


def _is_done(folder: Path) -> bool:
    waiting = [path for name in PARTNERS for path in (folder / "inbox" / name / "in").iterdir()]
    try:
        return not waiting and _ask(folder, _LEFT) == [(0,)]
    except DBAPIError:
        return False


def _outcome(folder: Path, files: list[Drop]) -> Outcome:
    receipts = Counter(
        _ask(folder, "SELECT p.name, d.name FROM document d, partner p WHERE p.id = d.partner_id")
    )
    answers = {
        (name, path.name)
        for name in PARTNERS
        for path in (folder / "inbox" / name / "out").glob("*.answer.json")
    }
    due = {(one.partner, one.name) for one in files}
    unanswered = {(one, f"{name}.answer.json") for one, name in due} - answers
    unacknowledged = _ask(folder, _UNACKNOWLEDGED)
    wanted = {row[0] for row in _ask(folder, _ANNOUNCED)}
    got = Counter(json.loads(line)["id"] for line in (folder / "received").open("rb"))
    facts = Counter(_ask(folder, "SELECT type, subject, body FROM event"))
    return Outcome(
        export=_export(folder),
        lost=len(due - receipts.keys())
        + len(unanswered)
        + len(wanted - got.keys())
        + len(unacknowledged),
        twice=sum(n - 1 for n in receipts.values()) + sum(n - 1 for n in facts.values()),
        stuck=_ask(folder, _LEFT)[0][0] + len(_claims(folder)),
    )


_ANNOUNCED = """
SELECT id FROM event WHERE type IN ('invoice.matched', 'invoice.waiting', 'invoice.exception',
    'invoice.duplicate', 'reconciliation.changed', 'file.quarantined')
"""


_UNACKNOWLEDGED = """
SELECT i.id FROM interchange i LEFT JOIN outgoing o ON o.answers = i.id
GROUP BY i.id HAVING count(o.id) <> 1
"""


def _claims(folder: Path) -> list[Path]:
    return [
        path
        for name in PARTNERS
        for path in (folder / "inbox" / name / ".dockmatch" / "claim").iterdir()
    ]


_EXPORTS = (
    """SELECT 'document', p.name, d.sha256, replace(d.state, 'duplicate', 'read'), count(*)
    FROM document d, partner p WHERE p.id = d.partner_id GROUP BY 1, 2, 3, 4""",
    "SELECT 'record', key, kind, incomplete, body FROM record",
    """SELECT 'result', r.key, v.verdict, v.digest, v.body FROM reconciliation v, record r
    WHERE r.id = v.record_id""",
)


def _export(folder: Path) -> list[str]:
    """Return what the gateway knows, whatever came first: a line a document, record, result."""
    return sorted(
        json.dumps(row, default=bytes.hex)
        for question in _EXPORTS
        for row in _ask(folder, question)
    )
