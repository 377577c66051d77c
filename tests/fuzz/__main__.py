"""Read mutated documents: `python -m tests.fuzz [--inputs N] [--syntax NAME ...] [--state DIR]`.

A run that is stopped goes on where it was; each finding is kept with its number, bytes and error.
"""

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.fuzz.check import check
from tests.fuzz.mutate import mutated, seeds

SAMPLES = Path(__file__).parents[2] / "samples"
SYNTAXES = ("x12", "edifact", "xml", "oci")
_BATCH = 5_000
_FINDINGS_LIMIT = 100
Finding = tuple[int, str]


def batch(syntax: str, first: int, size: int) -> list[Finding]:
    """Read the inputs from number `first` on; return those that went wrong, each with its error."""
    documents = seeds(SAMPLES, syntax)
    found: list[Finding] = []
    for number in range(first, first + size):
        data = mutated(documents, number)
        try:
            check(data, number)
        except Exception:  # noqa: BLE001 - whatever else comes out is what is looked for
            found.append((number, f"{data!r}\n{traceback.format_exc()}"))
    return found


def main() -> int:
    """Read what is left of the inputs of each syntax; return 0 only if nothing went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="of each syntax, in all")
    parser.add_argument("--syntax", nargs="+", choices=SYNTAXES, default=SYNTAXES)
    parser.add_argument("--state", type=Path, default=Path("var/fuzz"))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    asked.state.mkdir(parents=True, exist_ok=True)
    wrong = sum(
        _syntax(syntax, asked.inputs, asked.state, asked.processes) for syntax in asked.syntax
    )
    return 1 if wrong else 0


def _syntax(syntax: str, inputs: int, folder: Path, processes: int) -> int:
    """Read up to `inputs` of a syntax, remembering how far; return how many went wrong."""
    place = folder / f"{syntax}.json"
    done = json.loads(place.read_text()) if place.exists() else {"inputs": 0, "wrong": 0}
    begin, before = time.monotonic(), done["inputs"]
    for first, size in _rounds(done["inputs"], inputs, _BATCH * processes):
        for number, error in _round(syntax, first, size, processes):
            done["wrong"] += 1
            if done["wrong"] <= _FINDINGS_LIMIT:
                (folder / f"{syntax}-{number}.txt").write_text(error)
        done["inputs"] = first + size
        place.write_text(json.dumps(done))
    rate = (done["inputs"] - before) / max(time.monotonic() - begin, 0.001)
    sys.stdout.write(
        f"{syntax}: {done['inputs']:,} inputs, {done['wrong']} wrong ({rate:,.0f} a second)\n"
    )
    return int(done["wrong"])


def _rounds(first: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(first, end, size):
        yield start, min(size, end - start)


def _round(syntax: str, first: int, size: int, processes: int) -> list[Finding]:
    """Read a round in fresh processes, so that none grows and each reads by the code of its day."""
    share = -(-size // processes)
    parts = list(_rounds(first, first + size, share))
    with ProcessPoolExecutor(processes) as pool:
        waiting = [pool.submit(batch, syntax, start, count) for start, count in parts]
        return [found for one in waiting for found in one.result()]


if __name__ == "__main__":
    sys.exit(main())
