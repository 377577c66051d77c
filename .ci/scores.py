"""Score dockmatch on an open corpus that stands beside the repository, against tests/floors.toml.

    .venv/bin/python .ci/scores.py CORPUS [--raise]

Prints a row for each figure, in percent, and fails where one is below its floor. `--raise` lifts
the floors to the present figures, rounded down; it never lowers one.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "tests" / "floors.toml"
COMMAND = str(ROOT / ".venv" / "bin" / "dockmatch")
PDF_SAMPLE = "gen_open__us_borderless"  # a dozen documents: the whole corpus takes too long here
RATIO = re.compile(r"(leaves|documents|scenarios|shuffled) (\d+)/(\d+)")
HEADER = "# Open scores in percent: the least that .ci/run accepts. They may only rise.\n"


def output(*command: str | Path) -> str:
    """Run a score's program and return what it printed."""
    run = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False
    )
    if run.returncode:
        sys.exit(f"{command[0]} failed: {run.stderr.strip()[-500:]}")
    return run.stdout


def ratios(group: str, text: str) -> Iterator[tuple[str, float]]:
    """Yield the figures of a score's last line."""
    for name, right, total in RATIO.findall(text.strip().splitlines()[-1]):
        yield f"{group}_{name}", 100 * int(right) / max(int(total), 1)


def pdf(corpus: Path) -> Iterator[tuple[str, float]]:
    """Yield the figures of the PDF sample: documents with every header field right, and lines."""
    with tempfile.TemporaryDirectory() as work:
        predictions, result = Path(work, "pdf"), Path(work, "result.json")
        common = ("--only", PDF_SAMPLE)
        output(
            corpus / "score/predict_pdf.py", corpus / "corpus/pdf", predictions,
            "--command", COMMAND, *common,
        )  # fmt: skip
        output(
            corpus / "score/score_pdf.py", predictions, "--root", corpus / "corpus/pdf",
            "--json", result, *common,
        )  # fmt: skip
        summary = json.loads(result.read_text(encoding="utf-8"))["all"]
    yield "pdf_headers", 100 * (summary["header_ok"] or 0)
    yield "pdf_lines_f1", 100 * (summary["lines"]["f1"] or 0)


def figures(corpus: Path) -> Iterator[tuple[str, float]]:
    """Yield every open figure."""
    score = corpus / "score"
    for group in ("x12", "xml"):
        folder = corpus / "corpus" / group
        command = ("--command", COMMAND, "--show", "0")
        yield from ratios(group, output(score / "score_records.py", folder, *command))
    scenarios = corpus / "matching" / "scenarios.json"
    command = ("--command", COMMAND, "--show", "0")
    yield from ratios("matching", output(score / "score_match.py", scenarios, *command))
    yield from pdf(corpus)


def lift(floors: dict[str, float], found: dict[str, float]) -> None:
    """Write the higher of floor and figure for each name."""
    rows = (
        f"{name} = {max(math.floor(value * 10) / 10, floors.get(name, 0.0))}"
        for name, value in found.items()
    )
    FLOORS.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")


def main() -> int:
    """Compare, print, and return 1 where a figure is below its floor."""
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    found = dict(figures(Path(sys.argv[1])))
    for name, value in found.items():
        floor = floors.get(name, 0.0)
        print(f"{name:20} {value:6.2f}  floor {floor:5.1f}{'' if value >= floor else '  BELOW'}")
    if "--raise" in sys.argv:
        lift(floors, found)
    missing = sorted(floors.keys() - found.keys())
    if missing:
        print(f"no figure for {', '.join(missing)}")
    return int(bool(missing) or any(value < floors.get(name, 0) for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
