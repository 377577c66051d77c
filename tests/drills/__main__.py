"""Run the kill drill: `python -m tests.drills [--documents N] [--kills N] [--seed N]`."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.drills.kill import run
from tests.drills.load import drops


def main() -> int:
    """Print one line that says what was lost, and return 0 only if nothing was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    files = list(drops(asked.documents, asked.seed))
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="dockmatch-drill-"))
    calm = run(folder / "calm", files, 0, asked.seed)
    killed = run(folder / "killed", files, asked.kills, asked.seed)
    differences = len(set(calm.export) ^ set(killed.export))
    bad = [calm.lost, calm.twice, calm.stuck, killed.lost, killed.twice, killed.stuck, differences]
    sys.stdout.write(
        f"{len(files)} documents, {asked.kills} kills: {killed.lost} lost, {killed.twice} twice, "
        f"{killed.stuck} stuck, {differences} differences from an undisturbed run "
        f"({time.monotonic() - begin:.0f} s)\n"
    )
    if any(bad):
        sys.stderr.write(f"what is left of it is in {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
