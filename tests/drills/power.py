"""The power drill: `python -m tests.drills.power [--documents N] [--cuts N] [--seed N]`.

Every write, sync and rename of a gateway under load is recorded. Then the power is cut at random
places of this record: the disk is given what may be on it by then (`tests.drills.disk`), and a
gateway starts there. The files had been dropped before, and were safe: so each must end as it does
where nothing is disturbed. Needs `strace` (Linux).
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.drills.disk import TRACED, Call, Disk, calls_of
from tests.drills.load import PARTNERS, Drop, drops
from tests.drills.workspace import Outcome, outcome, prepare, receiver, settle, start

_REPEATS = ("again", "cut")  # of another file: what is told of both depends on which came first


def main() -> int:
    """Print one line that says what was lost, and return 0 only if nothing was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--cuts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if shutil.which("strace") is None:
        sys.stderr.write("strace is missing: apt-get install strace\n")
        return 1
    begin = time.monotonic()
    dice = random.Random(asked.seed)  # noqa: S311 - a drill must be repeatable
    every = drops(asked.documents, asked.seed)
    files = [one for one in every if not any(word in one.name for word in _REPEATS)]
    folder = Path(tempfile.mkdtemp(prefix="dockmatch-power-"))
    with receiver(folder) as port:
        drill = _Drill(folder, files, port)
        calls = drill.record()
        bad = Counter[str]()
        for place in sorted(dice.randrange(len(calls)) for _ in range(asked.cuts)):
            bad.update(drill.cut(calls, place, dice))
    sys.stdout.write(
        f"{len(files)} documents, the power cut at {asked.cuts} of {len(calls)} calls: "
        f"{bad['lost']} lost, {bad['twice']} twice, {bad['stuck']} stuck, {bad['different']} "
        f"differences from an undisturbed run ({time.monotonic() - begin:.0f} s)\n"
    )
    if any(bad.values()):
        sys.stderr.write(f"what is left of it is in {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


class _Drill:
    """One record of what a gateway did, and the disks that it may have left behind."""

    def __init__(self, folder: Path, files: list[Drop], port: int) -> None:
        self._folder, self._files = folder, files
        self._calm, self._before = folder / "calm", folder / "before"
        self._calm.mkdir()
        prepare(self._calm, port)
        self._told = folder / "received"
        self._ended: Outcome | None = None

    def record(self) -> list[Call]:
        """Let a gateway work through the files, and return the calls that it made."""
        process = start(self._calm, "run")  # makes the database and all folders
        settle(self._calm, process)
        process.terminate()
        process.wait(timeout=60)
        for one in self._files:
            (self._calm / "inbox" / one.partner / "in" / one.name).write_bytes(one.content)
        shutil.copytree(self._calm, self._before)
        trace = self._folder / "trace"
        tracing = ["strace", "-f", "-y", "-xx", "-X", "raw", "-ttt", "-s", "10000000", "-o", trace]
        config = ["run", "--config", self._calm / "dockmatch.toml"]
        command = [*tracing, "-e", f"trace={TRACED}", sys.executable, "-m", "gateway", *config]
        with (self._calm / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        settle(self._calm, process)
        for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(pid), signal.SIGTERM)
        process.wait(timeout=60)
        shutil.copy(self._told, self._calm / "received")
        self._ended = outcome(self._calm, self._files)
        with trace.open() as lines:
            return list(calls_of(lines))

    def cut(self, calls: list[Call], place: int, dice: random.Random) -> Counter[str]:
        """Cut the power behind so many calls, start again, and return what is wrong then."""
        after = self._folder / f"after-{place}-{dice.randrange(1000)}"
        self._disk(calls[: place + 1]).after_cut(after, dice)
        for name in PARTNERS:
            (after / "inbox" / name / "in").mkdir(parents=True, exist_ok=True)
        (after / "data" / "machine").write_text("the run before the cut")
        got = self._told.stat().st_size
        process = start(after, "run")
        settle(after, process, 30.0)
        process.terminate()
        process.wait(timeout=60)
        heard = b"".join(self._heard(calls[place].at))
        (after / "received").write_bytes(heard + self._told.read_bytes()[got:])
        ended = outcome(after, self._files)
        wrong = Counter(lost=ended.lost, twice=ended.twice, stuck=ended.stuck)
        wrong["different"] = int(self._ended is None or ended.export != self._ended.export)
        if any(wrong.values()):
            sys.stderr.write(f"{after.name}: {dict(wrong)}\n")
        else:
            shutil.rmtree(after)
        return wrong

    def _disk(self, calls: list[Call]) -> Disk:
        """Return the disk as these calls left it, which began with everything in its place."""
        disk = Disk(self._before, self._calm)
        for call in calls:
            disk.apply(call)
        return disk

    def _heard(self, until: float) -> list[bytes]:
        """Return what the receiver had got before the cut."""
        lines = (self._calm / "received").read_bytes().splitlines(keepends=True)
        return [line for line in lines if json.loads(line)["came"] <= until]


if __name__ == "__main__":
    sys.exit(main())
