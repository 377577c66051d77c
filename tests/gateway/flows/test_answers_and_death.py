"""Killed at the worst of moments: every interchange has one answer, and its numbers have no gap."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.store.engine import Store
from gateway.store.schema import control_number, outgoing
from tests.gateway.conftest import StandingClock
from tests.gateway.flows.test_acknowledging import AnswerDesk
from tests.gateway.flows.test_matching import interchange, order

ROOT = Path(__file__).resolve().parents[3]
WORK = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from gateway.store import acknowledgments
from gateway.store.engine import Store
from tests.gateway.flows.test_acknowledging import AnswerDesk

def die(*_arguments, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

root, moment = Path(sys.argv[1]), sys.argv[2]
if moment:
    setattr(acknowledgments, moment, die)
desk = AnswerDesk(root, Store(root / "dockmatch.db"), lambda: datetime(2026, 3, 3, tzinfo=UTC))
desk.jobs.recover()
desk.work_all()
"""
MOMENTS = {
    "add_several": "numbers are taken, and nothing is kept yet",
    "written": "the files are there, and not noted yet",
}


class DyingDesk(AnswerDesk):
    """A desk whose work is done by a process that may be killed."""

    def work_elsewhere(self, moment: str = "") -> int:
        """Work in a process of its own that dies at `moment`; returns its exit status."""
        command = [sys.executable, "-c", WORK, str(self.root), moment]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, check=False, cwd=self.root, env=environment)
        return done.returncode


@pytest.mark.parametrize("moment", MOMENTS, ids=MOMENTS.get)
def test_what_is_killed_is_answered_once(
    moment: str, tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(empty_database, tmp_path / "dockmatch.db")
    store = Store(tmp_path / "dockmatch.db")
    desk = DyingDesk(tmp_path, store, StandingClock())
    desk.take(*(interchange("850", "PO", [order(n)], n) for n in range(1, 6)))
    assert desk.work_elsewhere(moment) == -signal.SIGKILL
    assert desk.work_elsewhere(moment) == -signal.SIGKILL
    assert desk.work_elsewhere() == 0
    assert desk.work_elsewhere() == 0
    assert list(desk.out()) == [f"{n}.x12.997.x12" for n in range(5)]
    with store.read() as connection:
        controls = connection.execute(select(outgoing.c.control)).scalars().all()
        last = connection.execute(select(control_number.c.last)).scalars().all()
    assert sorted(map(int, controls)) == [1, 2, 3, 4, 5]
    assert list(last) == [5, 5]
    for name, text in desk.out().items():
        assert f"AK1*PO*{int(name[0]) + 1}~" in text
    store.close()
