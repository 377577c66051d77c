"""What a fall of the machine may have taken is written again, and nothing where none fell."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest

from gateway.doors.partner import PartnerFolder
from gateway.flows.answering import Answering
from gateway.flows.intake import Arrived
from gateway.flows.restoring import restore
from gateway.store.engine import Store
from tests.gateway.flows.test_acknowledging import AnswerDesk
from tests.gateway.flows.test_matching import interchange, order


class FallenDesk(AnswerDesk):
    """A desk whose answers go out as well."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.inbox, self.mark = root / "inbox", root / "machine"
        self.folder = PartnerFolder(self.inbox / "acme")
        self.folder.prepare()
        self.answering = Answering(store, self.inbox, self.outbox)

    def drop(self, name: str, content: bytes) -> Path:
        """Take a file in by the folder, and decide on it; returns where it waits."""
        (self.folder.incoming / name).write_bytes(content)
        claimed = self.folder.claim(name)
        stored = self.readers.archive.put(BytesIO(content))
        claim = claimed.name.split("__")[0]
        arrived = Arrived(claim=claim, partner="acme", name=name, door="folder", stored=stored)
        self.intake.record([arrived])
        self.work_all()
        self.answering.answer()
        return claimed

    def restore(self) -> int:
        """Start again."""
        return restore(self.store, self.inbox, self.mark)

    def fall(self) -> None:
        """Let the next start be one of another run of the machine."""
        self.mark.write_text("another run")

    def empty(self) -> None:
        """Leave the names in the folder, and nothing in the files."""
        for path in (self.folder.root / "out").iterdir():
            path.write_bytes(b"")

    def whole(self) -> set[str]:
        """Return the names of the files that have something in them."""
        return {name for name, text in self.out().items() if text}


@pytest.fixture
def desk(
    tmp_path: Path, store: Store, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> FallenDesk:
    monkeypatch.chdir(tmp_path)
    return FallenDesk(tmp_path, store, clock)


def later(clock: Callable[[], datetime]) -> None:
    clock.pass_seconds(600)  # type: ignore[attr-defined]


def test_what_was_written_shortly_before_a_fall_is_written_again(
    desk: FallenDesk, clock: Callable[[], datetime]
) -> None:
    assert desk.restore() == 0  # the first start of all
    desk.drop("old.x12", interchange("850", "PO", [order(1)], 1))
    later(clock)
    desk.drop("new.x12", interchange("850", "PO", [order(2)], 2))
    desk.empty()
    desk.fall()
    assert desk.restore() == 2
    desk.outbox.write()
    desk.answering.answer()
    assert desk.whole() == {"new.x12.997.x12", "new.x12.answer.json", "new.x12.answer.txt"}


def test_a_process_that_ended_took_nothing(desk: FallenDesk) -> None:
    desk.restore()
    desk.drop("a.x12", interchange("850", "PO", [order(1)], 1))
    assert desk.restore() == 0


def test_a_file_that_a_fall_put_back_is_answered_again_and_leaves(
    desk: FallenDesk, clock: Callable[[], datetime]
) -> None:
    desk.restore()
    claimed = desk.drop("old.x12", interchange("850", "PO", [order(1)], 1))
    (moved,) = (desk.folder.root / "done").rglob("old.x12")
    later(clock)
    desk.drop("new.x12", interchange("850", "PO", [order(2)], 2))
    moved.rename(claimed)
    desk.empty()
    desk.fall()
    desk.restore()
    desk.answering.answer()
    assert {"old.x12.answer.json", "old.x12.answer.txt"} <= desk.whole()
    assert not claimed.exists()
    assert moved.exists()
