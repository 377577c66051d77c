"""SIGTERM in the middle of a chunk: it is finished or handed back, and the process goes in time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
stop_seconds = {seconds}
{database}
[web]
port = 0
[reading]
readers = 1
[matching]
policy = "policy.toml"
[[partners]]
name = "acme"
"""
WAIT_SECONDS = 30
ORDER = b"".join(
    line.encode() + b"~\n"
    for line in (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'ACME':15}*ZZ*{'BUYER':15}*260302*0900*U*00401*000000001*0*P*>",
        "GS*PO*A*B*20260302*0900*1*X*004010",
        "ST*850*0001",
        "BEG*00*NE*PO1**20260301",
        "PO1*1*10*EA*5**VP*A-1",
        "CTT*1",
        "SE*5*0001",
        "GE*1*1",
        "IEA*1*000000001",
    )
)


def ends(process: int) -> bool:
    """Whether a process that was killed ends soon; who adopted it may be slow to notice."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def workspace(folder: Path, seconds: float) -> Path:
    (folder / "policy.toml").write_text("way = 2\n")
    config = folder / "dockmatch.toml"
    config.write_text(CONFIG.format(seconds=seconds, database=""))
    return config


@contextmanager
def started(config: Path) -> "Iterator[subprocess.Popen[bytes]]":
    with (config.parent / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "run", "--json", "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            assert process.stdout is not None
            assert b"dockmatch runs at" in process.stdout.readline()
            yield process
        finally:
            process.kill()
            process.wait()


def readers(process: "subprocess.Popen[bytes]") -> list[int]:
    """The processes that read for it."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    return sorted({int(one) for path in threads for one in path.read_text().split()})


def until(reached: "list[Path]", folder: Path, pattern: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := list(folder.glob(pattern))):
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
    reached += found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the readers in /proc")
def test_what_does_not_end_in_time_is_handed_back_and_done_by_the_next_start(
    tmp_path: Path,
) -> None:
    config = workspace(tmp_path, 1.0)
    with started(config) as process:
        (reader,) = readers(process)
        os.kill(reader, signal.SIGSTOP)  # it will never answer
        (tmp_path / "inbox" / "acme" / "in" / "po.x12").write_bytes(ORDER)
        until([], tmp_path, "inbox/acme/.dockmatch/claim/*po.x12")
        time.sleep(1.0)  # the chunk is with the reader by now
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0
        assert time.monotonic() - begin < 10
    assert '"event": "stop.handed_back"' in (tmp_path / "log").read_text()
    assert ends(reader)
    with started(config) as process:
        until([], tmp_path, "inbox/acme/out/po.x12.answer.json")
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0
    log = (tmp_path / "log").read_text()
    assert log.count("stop.handed_back") == 1
    assert "gateway.stopped" in log


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the readers in /proc")
def test_what_ends_in_time_is_finished(tmp_path: Path) -> None:
    config = workspace(tmp_path, 30.0)
    with started(config) as process:
        (reader,) = readers(process)
        os.kill(reader, signal.SIGSTOP)
        (tmp_path / "inbox" / "acme" / "in" / "po.x12").write_bytes(ORDER)
        until([], tmp_path, "inbox/acme/.dockmatch/claim/*po.x12")
        time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        os.kill(reader, signal.SIGCONT)
        assert process.wait(WAIT_SECONDS) == 0
    assert "stop.handed_back" not in (tmp_path / "log").read_text()
