"""A gateway's data in which a purchase was taken in, read and judged."""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest

from gateway.archive import Archive
from gateway.audit.sealer import Sealer
from gateway.flows.chunks import KIND
from gateway.flows.intake import Intake
from gateway.flows.judging import Judge
from gateway.flows.matching import Matching
from gateway.jobs.embedded import EmbeddedJobs
from gateway.reading.pool import Readers, ReadingSettings
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from matcher.entries import Master
from matcher.policy import policy_of
from tests.drills.load import envelope, invoice, order


class Workspace:
    """Data in a folder, and what takes files in."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        (folder / "dockmatch.toml").write_text('[gateway]\ndata = "data"\n')
        self.clock = clock
        self.store = Store(folder / "data" / "dockmatch.db")
        upgrade(self.store, folder)
        self.archive = Archive(folder / "data" / "archive")
        self.archive.prepare()
        self.jobs = EmbeddedJobs(self.store, clock)
        self.intake = Intake(self.store, self.archive, self.jobs, clock)
        settings = ReadingSettings(readers=1)
        self.readers = Readers(folder / "data" / "archive", folder / "spool", settings)
        self.readers.start()
        judge = Judge(policy_of({"way": 2}), Master(), None)
        self.matching = Matching(self.store, self.jobs, self.readers, judge, clock)
        self.sealer = Sealer(self.store, clock)

    def take_in(self, name: str, content: bytes) -> None:
        self.intake.take("acme", name, BytesIO(content), "folder")
        self.jobs.work_off({KIND: self.matching})

    @property
    def config(self) -> list[str]:
        return ["--config", str(self.folder / "dockmatch.toml")]


def change(number: int) -> bytes:
    """An 860 that raises the quantity of the first line of `order(number)`."""
    segments = [
        f"BCH*04*NE*PO{number:06}**1*20260302",
        "POC*1*QI*20*10*EA*5.37**VP*A-1",
        "CTT*1",
    ]
    return envelope("860", "PC", 9, [segments], "BUYER")


@pytest.fixture
def workspace(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Workspace]:
    made = Workspace(tmp_path, clock)
    made.take_in("850.x12", order(1))
    made.take_in("810.x12", invoice(1))
    made.sealer.seal()
    yield made
    made.readers.stop()
    made.store.close()
