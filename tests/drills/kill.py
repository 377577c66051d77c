"""The kill drill: a gateway is killed at random instants under load, and must lose nothing.

The same files are given to a gateway that nobody disturbs, and to one that is killed with SIGKILL
again and again while they come in. In the end both must hold the same documents, records and
results, byte for byte; every file must have its answer; every event must have reached the receiver,
and no fact under two ids.
"""

import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

from tests.drills.load import Drop
from tests.drills.workspace import Outcome, outcome, prepare, receiver, settle, start
from tests.gateway.postgres import Cluster


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
    with receiver(folder) as port:
        prepare(folder, port, server.address if server else None)
        if server:
            start(folder, "db", "upgrade").wait()
        dropping = threading.Thread(target=_drop, args=(folder, files, kills))
        dropping.start()
        _disturb(folder, dropping, kills, seed, server)
        dropping.join()
    return outcome(folder, files)


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
        process = start(folder, "run")
        time.sleep(dice.uniform(0.3, 2.5))
        if workers:
            workers.kill_some()
        if server and number == kills // 2:
            server.cluster.cut_power()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = start(folder, "run")
    dropping.join()
    try:
        settle(folder, process)
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
            self._running.append(start(self._folder, "worker"))

    def end(self) -> None:
        for one in self._running:
            one.terminate()
            one.wait(timeout=60)
