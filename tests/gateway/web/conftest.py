"""A workspace that has read and matched sample stories, copied for each test that changes it."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.archive import Archive
from gateway.doors.http import build_app
from gateway.doors.services import Services
from gateway.doors.zips import UnpackingSettings
from gateway.flows.chunks import KIND, UNPACK
from gateway.flows.intake import Intake
from gateway.flows.judging import Judge
from gateway.flows.matching import Matching
from gateway.flows.unpacking import Unpacking
from gateway.jobs.embedded import EmbeddedJobs
from gateway.reading.pool import Readers, ReadingSettings
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from matcher.entries import Master
from matcher.policy import policy_of

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
STORIES = ("01-", "03-", "06-", "07-", "10-", "12-", "13-")
NOW = datetime(2026, 10, 30, 9, 0, tzinfo=UTC)


def now() -> datetime:
    return NOW


class Workspace:
    """A store, its archive, and what works on them."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "dockmatch.db")
        upgrade(self.store, folder / "backups")
        self.archive = Archive(folder / "archive")
        self.archive.prepare()
        self.jobs = EmbeddedJobs(self.store, now)
        self.intake = Intake(self.store, self.archive, self.jobs, now)
        settings = ReadingSettings(readers=1)
        self.readers = Readers(folder / "archive", folder / "spool", settings)
        judge = Judge(policy_of({}), Master())
        limits = UnpackingSettings()
        self.unpacking = Unpacking(self.store, self.intake, self.jobs, limits, now)
        self.matching = Matching(self.store, self.jobs, self.readers, judge, now)

    def take_in(self, files: list[Path]) -> None:
        """Take files in, read and match them; a file's folder is its partner."""
        self.readers.start()
        for path in files:
            with path.open("rb") as source:
                self.intake.take(path.parent.name, path.name, source, "folder")
        self.jobs.work_off({KIND: self.matching, UNPACK: self.unpacking})
        self.readers.stop()

    def services(self) -> Services:
        """Return what the pages work with."""
        return Services(
            store=self.store,
            archive=self.archive,
            intake=self.intake,
            jobs=self.jobs,
            rematch=self.matching.rematch,
            judge=self.matching.judge,
            clock=now,
        )

    def record(self, number: str, kind: str = "invoice") -> int:
        """Return a record by its number."""
        with self.store.read() as connection:
            query = "SELECT id FROM record WHERE number = ? AND kind = ?"
            return int(connection.exec_driver_sql(query, (number, kind)).scalar_one())


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a workspace with the stories; nobody changes it."""
    folder = tmp_path_factory.mktemp("filled")
    workspace = Workspace(folder)
    workspace.take_in(
        [
            path
            for story in sorted(SAMPLES.iterdir())
            if story.name.startswith(STORIES)
            for path in sorted(story.glob("*/*"))
            if not path.name.endswith(".expected.json")
        ]
    )
    workspace.store.close()
    return folder


@pytest.fixture
def workspace(filled: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Return a workspace of the test's own."""
    shutil.copytree(filled, tmp_path / "own")
    opened = Workspace(tmp_path / "own")
    yield opened
    opened.store.close()


@pytest.fixture
async def client(workspace: Workspace) -> AsyncIterator[TestClient]:
    """Return a client of the workspace's pages."""
    async with TestClient(TestServer(build_app(workspace.services()))) as running:
        yield running


@pytest.fixture
def form_of(client: TestClient) -> Callable[[str], dict[str, str]]:
    """Return a function that fills a form's token in for this client."""

    def token(path: str) -> dict[str, str]:
        cookies = client.session.cookie_jar.filter_cookies(client.make_url(path))
        return {"token": cookies["dockmatch_form"].value}

    return token
