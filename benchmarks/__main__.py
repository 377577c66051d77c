"""Run the benchmarks: `python -m benchmarks [NAME ...]`, each in a process of its own.

A module of its own process starts cold and leaves no memory behind for the next to be measured in.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"__init__", "__main__", "measure"}


def names() -> list[str]:
    """Return the benchmarks of this folder, in the order they run."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def succeeded(name: str) -> bool:
    """Run one benchmark, its lines on standard output, and tell whether it came to its end."""
    program = f"from benchmarks.{name} import main; main()"
    return (
        subprocess.run([sys.executable, "-c", program], cwd=HERE.parent, check=False).returncode
        == 0
    )


def main() -> int:
    """Run the benchmarks named on the command line, or all; return the exit status."""
    wanted = sys.argv[1:] or names()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    failed = [name for name in wanted if not succeeded(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
