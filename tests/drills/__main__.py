"""Run the kill drill: `python -m tests.drills [--documents N] [--kills N] [--postgres]`."""

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.drills.kill import Server, run
from tests.drills.load import drops
from tests.gateway.postgres import Cluster


def main() -> int:
    """Print one line that says what was lost, and return 0 only if nothing was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--postgres", action="store_true", help="on PostgreSQL, with workers, and its power cut"
    )
    asked = parser.parse_args()
    files = list(drops(asked.documents, asked.seed))
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="dockmatch-drill-"))
    with Cluster() if asked.postgres else nullcontext() as cluster:
        calm, killed = (
            run(folder / name, files, kills, asked.seed, _server(cluster, name))
            for name, kills in (("calm", 0), ("killed", asked.kills))
        )
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


def _server(cluster: Cluster | None, name: str) -> Server | None:
    return Server(cluster, cluster.database(name)) if cluster else None


if __name__ == "__main__":
    sys.exit(main())
