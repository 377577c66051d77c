"""The drill of every call: `python -m tests.drills.calls [--documents N] [--stride N]`.

What a kill at a random instant finds by luck is looked for one by one: a gateway works on the same
few files again and again, and is killed at its first sync, rename or write to the database, then at
its second, and so on until it comes through; likewise each of these calls fails once, as on a bad
or a full disk. What is left must be finished by the gateway itself, or by the next one, and must
equal an undisturbed run. Every `stride`-th call is looked at. Needs `strace` (Linux).
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.drills.kill import run
from tests.drills.load import Drop, drops
from tests.drills.workspace import Outcome, outcome, prepare, receiver, settle, start

_SYNC, _RENAME, _WRITE = "fsync,fdatasync", "rename,renameat,renameat2", "pwrite64"
FAULTS = {
    "killed at a sync": (_SYNC, "signal=SIGKILL"),
    "killed at a rename": (_RENAME, "signal=SIGKILL"),
    "killed at a write": (_WRITE, "signal=SIGKILL"),
    "a sync fails": (_SYNC, "error=EIO"),
    "a rename fails": (_RENAME, "error=EIO"),
    "the disk is full at a write": (_WRITE, "error=ENOSPC"),
}
_PATIENCE_SECONDS = 30.0


class Told(NamedTuple):
    """What a fault at one call led to: whether it struck, a restart, and how it ended."""

    struck: bool
    restarted: bool
    outcome: Outcome


def main() -> int:
    """Print a line for each fault; return 0 only if every run ended like the undisturbed one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=8)
    parser.add_argument("--stride", type=int, default=1)
    asked = parser.parse_args()
    if shutil.which("strace") is None:
        sys.stderr.write("strace is missing: apt-get install strace\n")
        return 1
    files = list(drops(asked.documents, seed=1))
    folder = Path(tempfile.mkdtemp(prefix="dockmatch-calls-"))
    calm = run(folder / "calm", files, kills=0, seed=1)
    bad = sum(not _look(folder, files, calm, one, asked.stride) for one in FAULTS)
    if bad:
        sys.stderr.write(f"what is left of it is in {folder}\n")
    else:
        shutil.rmtree(folder)
    return bad


def _look(folder: Path, files: list[Drop], calm: Outcome, fault: str, stride: int) -> bool:
    begin, tried, restarts, bad = time.monotonic(), 0, 0, Counter[str]()
    for number, told in _struck(folder, files, fault, stride):
        tried += 1
        restarts += told.restarted
        for what in ("lost", "twice", "stuck"):
            bad[what] += getattr(told.outcome, what)
        if told.outcome.export != calm.export:
            bad["different"] += 1
            sys.stderr.write(f"{fault} {number}: ends differently\n")
    sys.stdout.write(
        f"{fault}: {tried} calls, {restarts} restarts: {bad['lost']} lost, {bad['twice']} twice, "
        f"{bad['stuck']} stuck, {bad['different']} differences ({time.monotonic() - begin:.0f} s)\n"
    )
    return tried > 0 and not any(bad.values())


def _struck(folder: Path, files: list[Drop], fault: str, stride: int) -> Iterator[tuple[int, Told]]:
    """Let the fault strike at the first call, a later one, and so on until it strikes no more."""
    number = 1
    while True:
        place = folder / f"{fault.replace(' ', '-')}-{number}"
        told = struck_once(place, files, fault, number)
        if not told.struck:
            return
        yield number, told
        if not any(told.outcome[1:]):
            shutil.rmtree(place)
        number += stride


def struck_once(folder: Path, files: list[Drop], fault: str, number: int) -> Told:
    """Let a fault strike each thread of a gateway at its call `number`; let it finish."""
    folder.mkdir()
    with receiver(folder) as port:
        prepare(folder, port)
        for one in files:
            (folder / "inbox" / one.partner / "in" / one.name).write_bytes(one.content)
        process = _start_traced(folder, fault, number)
        settle(folder, process, _PATIENCE_SECONDS)
        restarted = process.poll() is not None
        if restarted:
            process = start(folder, "run")
            settle(folder, process, _PATIENCE_SECONDS)
        _stop(process)
    struck = restarted or "(INJECTED)" in (folder / "calls").read_text()
    return Told(struck, restarted, outcome(folder, files))


def _start_traced(folder: Path, fault: str, number: int) -> "subprocess.Popen[bytes]":
    calls, what = FAULTS[fault]
    tracing = ["strace", "-f", "-qq", "-s", "0", "-o", folder / "calls"]
    inject = ["-e", f"trace={calls}", "-e", f"inject={calls}:{what}:when={number}"]
    config = ["run", "--config", folder / "dockmatch.toml"]
    with (folder / "log").open("ab") as log:
        command = [*tracing, *inject, sys.executable, "-m", "gateway", *config]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the gateway, and whatever traces it."""
    if process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in children or [str(process.pid)]:
            os.kill(int(pid), signal.SIGTERM)
        process.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
