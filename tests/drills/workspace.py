"""A gateway of its own to be disturbed: its folders, its receiver, and how it ended."""

import json
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.drills.load import PARTNERS, Drop

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
_PATIENCE = 180.0


class Outcome(NamedTuple):
    """How a run ended: its export, and what was wrong with it."""

    export: list[str]
    lost: int
    twice: int
    stuck: int


def prepare(folder: Path, port: int, database: str | None = None) -> None:
    """Make the folders and the configuration of a gateway that tells a receiver on `port`."""
    (folder / "policy.toml").write_text("way = 2\n")
    for partner in PARTNERS:
        (folder / "inbox" / partner / "in").mkdir(parents=True)
    where = f'database = "{database}"' if database else ""
    (folder / "dockmatch.toml").write_text(_CONFIG.format(port=port, database=where))


@contextmanager
def receiver(folder: Path) -> Iterator[int]:
    """Run a receiver that fails every fifth event once; give its port."""
    ready = folder / "receiver.port"
    (folder / "received").touch()
    command = [sys.executable, "-m", "tests.drills.receiver", folder / "received", ready]
    with (folder / "receiver.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        while not ready.exists():
            time.sleep(0.05)
        yield int(ready.read_text())
    finally:
        process.kill()
        process.wait()


def start(folder: Path, *command: str) -> "subprocess.Popen[bytes]":
    """Start a command of the gateway whose configuration is in `folder`."""
    config = ["--config", str(folder / "dockmatch.toml")]
    words = [command[0], *config, *command[1:]]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "gateway", *words], stdout=log, stderr=log)


def ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """Ask the database of the gateway."""
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


def left(folder: Path) -> int | None:
    """Return how much is left to be done; None where the database cannot be asked."""
    waiting = [path for name in PARTNERS for path in (folder / "inbox" / name / "in").iterdir()]
    try:
        return len(waiting) + int(ask(folder, _LEFT)[0][0])
    except DBAPIError:
        return None


def settle(folder: Path, process: "subprocess.Popen[bytes]", seconds: float = _PATIENCE) -> None:
    """Wait until nothing is left, the process has ended, or nothing moved for so many seconds.

    Nothing is left when nothing was for a second: what is announced may be about to be sent.
    """
    before, since = left(folder), time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        now = left(folder)
        if now != before:
            before, since = now, time.monotonic()
        if time.monotonic() - since > (1 if now == 0 else seconds):
            return


def outcome(folder: Path, files: list[Drop]) -> Outcome:
    """Look at what a gateway made of `files`."""
    receipts = Counter(
        ask(folder, "SELECT p.name, d.name FROM document d, partner p WHERE p.id = d.partner_id")
    )
    answers = {
        (name, path.name)
        for name in PARTNERS
        for path in (folder / "inbox" / name / "out").glob("*.answer.json")
    }
    due = {(one.partner, one.name) for one in files}
    unanswered = {(one, f"{name}.answer.json") for one, name in due} - answers
    unacknowledged = ask(folder, _UNACKNOWLEDGED)
    wanted = {row[0] for row in ask(folder, _ANNOUNCED)}
    got = {json.loads(line)["id"] for line in (folder / "received").open("rb")}
    facts = Counter(ask(folder, "SELECT type, subject, body FROM event"))
    return Outcome(
        export=_export(folder),
        lost=len(due - receipts.keys()) + len(unanswered) + len(wanted - got) + len(unacknowledged),
        twice=sum(n - 1 for n in receipts.values()) + sum(n - 1 for n in facts.values()),
        stuck=ask(folder, _LEFT)[0][0] + len(_claims(folder)),
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
        json.dumps(row, default=bytes.hex) for question in _EXPORTS for row in ask(folder, question)
    )
