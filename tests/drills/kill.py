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
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.drills.load import PARTNERS, Drop

_CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
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


def run(folder: Path, files: list[Drop], kills: int, seed: int) -> Outcome:
    """Let a gateway take in `files`, killed `kills` times meanwhile; return how it ended."""
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text("way = 2\n")
    for partner in PARTNERS:
        (folder / "inbox" / partner / "in").mkdir(parents=True)
    with _receiver(folder) as port:
        (folder / "dockmatch.toml").write_text(_CONFIG.format(port=port))
        dropping = threading.Thread(target=_drop, args=(folder, files, kills))
        dropping.start()
        _disturb(folder, dropping, kills, seed)
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


def _disturb(folder: Path, dropping: threading.Thread, kills: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a drill must be repeatable
    for _ in range(kills):
        process = _start(folder)
        time.sleep(dice.uniform(0.3, 2.5))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = _start(folder)
    dropping.join()
    try:
        _wait_for(lambda: process.poll() is not None or _is_done(folder))
    finally:
        process.terminate()
        process.wait(timeout=60)


def _start(folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "gateway", "run", "--config", folder / "dockmatch.toml"],
            stdout=log,
            stderr=log,
        )


def _wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def _ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    address = f"file:{folder / 'data' / 'dockmatch.db'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        return database.execute(question).fetchall()


_LEFT = """
SELECT (SELECT count(*) FROM document WHERE state = 'received' OR NOT answered)
     + (SELECT count(*) FROM delivery WHERE state = 'waiting')
     + (SELECT count(*) FROM event, endpoint WHERE event.sequence > endpoint.cursor)
"""


def _is_done(folder: Path) -> bool:
    waiting = [path for name in PARTNERS for path in (folder / "inbox" / name / "in").iterdir()]
    try:
        return not waiting and _ask(folder, _LEFT) == [(0,)]
    except sqlite3.OperationalError:
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
    wanted = {row[0] for row in _ask(folder, _ANNOUNCED)}
    got = Counter(json.loads(line)["id"] for line in (folder / "received").open("rb"))
    facts = Counter(_ask(folder, "SELECT type, subject, body FROM event"))
    return Outcome(
        export=_export(folder),
        lost=len(due - receipts.keys()) + len(unanswered) + len(wanted - got.keys()),
        twice=sum(n - 1 for n in receipts.values()) + sum(n - 1 for n in facts.values()),
        stuck=_ask(folder, _LEFT)[0][0] + len(_claims(folder)),  # type: ignore[operator]
    )


_ANNOUNCED = """
SELECT id FROM event WHERE type IN ('invoice.matched', 'invoice.waiting', 'invoice.exception',
    'invoice.duplicate', 'reconciliation.changed', 'file.quarantined')
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
    "SELECT 'record', key, kind, incomplete, hex(body) FROM record",
    """SELECT 'result', r.key, v.verdict, v.digest, hex(v.body) FROM reconciliation v, record r
    WHERE r.id = v.record_id""",
)


def _export(folder: Path) -> list[str]:
    """Return what the gateway knows, whatever came first: a line a document, record, result."""
    return sorted(json.dumps(row) for question in _EXPORTS for row in _ask(folder, question))
