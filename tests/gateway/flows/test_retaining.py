"""What is old goes, what is open or held stays, and the chain verifies as before."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, text, update

from gateway.archive import Archive, path_of
from gateway.audit import verify
from gateway.audit.sealer import Sealer
from gateway.cli import main
from gateway.clock import stamp
from gateway.config import RetentionSettings
from gateway.flows import retaining
from gateway.flows.intake import Intake
from gateway.flows.retaining import Gone, Retaining
from gateway.jobs.choice import engine_of
from gateway.store import endpoints, events, retention
from gateway.store.endpoints import Wanted
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.health import faults
from gateway.store.migrate import upgrade
from gateway.store.retention import Hold
from gateway.store.schema import blob, delivery, document, event, record

UNDECIDED = (
    "INSERT INTO reconciliation (record_id, verdict, approved, pending, disputed, reason, digest,"
    " body, version, changed_at) VALUES (1, 'exception', '0', '0', '0', '', '', '', 1, '2026')"
)
SETTINGS = RetentionSettings(bytes_days=10, events_days=10, answers_days=10, done_days=10)
KEEP = RetentionSettings(answers_days=None)


class Scene:
    """Files of two partners that came, were decided, announced, delivered and sealed."""

    def __init__(self, store: Store, clock: Any, folder: Path) -> None:
        self.store, self.clock, self.folder = store, clock, folder
        self.archive = Archive(folder / "archive")
        self.archive.prepare()
        jobs = engine_of(store, clock)
        self.intake = Intake(store, self.archive, jobs, clock)
        with store.write() as connection:
            wanted = Wanted(url="https://erp.example/", secret="whsec_" + "A" * 44)
            endpoints.declare(connection, wanted, stamp(clock()), newest="2026-11-26")
        self.receipts = {name: self.came(name) for name in ("acme", "birch")}
        Sealer(store, clock).seal()

    def came(self, partner: str) -> int:
        content = io.BytesIO(f"ISA of {partner}".encode())
        receipt = self.intake.take(partner, "810.x12", content, "http")
        at = stamp(self.clock())
        with self.store.write() as connection:
            decided = update(document).where(document.c.id == receipt.number)
            connection.execute(decided.values(state="read", answered=True, decided_at=at))
            row = {"document_id": receipt.number, "position": 0, "key": partner, "kind": "other"}
            made = connection.execute(
                insert(record).values(body=b"{}", created_at=at, **row)
            ).inserted_primary_key
            assert made is not None
            data = {"document": receipt.number, "record": made[0], "position": 0, "kind": "other"}
            told = [
                {"type": "document.unmapped", "data": data | {"digest": digest(b"{}")}},
                {"type": "invoice.commented", "data": {"record": made[0], "text": "private"}},
            ]
            subject = f"record/{made[0]}"
            announce(connection, [news(subject, **one) for one in told], at)
            last = events.last_sequence(connection)
            delivered = {"endpoint_id": 1, "event_sequence": last, "sequence": receipt.number}
            delivered |= {"subject": subject, "state": "delivered", "due_at": at}
            connection.execute(
                insert(delivery).values(delivered_at=at, answer="thanks", **delivered)
            )
        done = self.folder / "inbox" / partner / "done" / at[:10]
        done.mkdir(parents=True)
        (done / "810.x12").write_bytes(content.getvalue())
        return receipt.number

    def retain(self, settings: RetentionSettings = SETTINGS, *, dry: bool = False) -> Gone:
        where = (self.store, self.folder / "archive", self.folder / "inbox")
        return Retaining(*where, settings, self.clock).apply(dry=dry)

    def later(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    def data(self) -> list[bytes]:
        with self.store.read() as connection:
            query = select(event.c.body).where(event.c.type == "invoice.commented")
            return list(connection.execute(query.order_by(event.c.sequence)).scalars())

    def wrong(self) -> list[str]:
        Sealer(self.store, self.clock).seal()
        with self.store.read() as connection:
            found = list(verify.faults(connection))
        stored = [one for one in faults(self.store, self.archive.root) if "archive" in one]
        return [one for one in found if "does not belong to the document" not in one] + stored

    def applied(self) -> list[dict[str, Any]]:
        with self.store.read() as connection:
            query = select(event.c.body).where(event.c.type == "retention.applied")
            return [msgspec.json.decode(one) for one in connection.execute(query).scalars()]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def news(subject: str, **told: Any) -> NewEvent:
    return NewEvent(type=told["type"], subject=subject, data=msgspec.json.encode(told["data"]))


@pytest.fixture
def scene(store: Store, clock: Any, tmp_path: Path) -> Scene:
    return Scene(store, clock, tmp_path)


def path(scene: Scene, partner: str) -> Path:
    return path_of(scene.archive.root, digest(f"ISA of {partner}".encode()))


def test_what_is_young_stays(scene: Scene) -> None:
    scene.later(9)
    assert scene.retain() == Gone()
    assert scene.retain(KEEP) == Gone()
    assert scene.applied() == []


def test_what_is_old_goes_and_the_chain_verifies(scene: Scene) -> None:
    scene.later(11)
    # Of each partner file.received and invoice.commented; what announces the record stays.
    expected = Gone(contents=2, bytes=len("ISA of acmeISA of birch"), answers=2, events=4, files=2)
    assert scene.retain(dry=True) == expected
    assert path(scene, "acme").exists()
    assert scene.retain() == expected
    assert scene.retain() == Gone()
    assert not path(scene, "acme").exists()
    assert scene.data() == [b"{}", b"{}"]
    assert list(scene.folder.glob("inbox/*/done/*")) == []
    assert scene.wrong() == []
    kinds = ("contents", "answers", "events", "files")
    assert {name: sum(one[name] for one in scene.applied()) for name in kinds} == {
        "contents": 2, "answers": 2, "events": 4, "files": 2,
    }  # fmt: skip


@pytest.mark.parametrize("document_only", [False, True])
def test_a_legal_hold_keeps_everything_of_its_partner(scene: Scene, document_only: bool) -> None:  # noqa: FBT001 - of parametrize
    number = scene.receipts["acme"] if document_only else None
    wanted = Hold(id=0, partner="acme", document_id=number, reason="case 7", actor="ann", at="2026")
    held = retaining.hold(scene.store, wanted)
    scene.later(11)
    gone = scene.retain()
    assert (gone.contents, gone.answers, gone.events, gone.files) == (1, 1, 2, 1)
    assert path(scene, "acme").exists()
    assert not path(scene, "birch").exists()
    assert b"private" in scene.data()[0]
    assert retaining.release(scene.store, held.id, "ann", "2026") is not None
    assert retaining.release(scene.store, held.id, "ann", "2026") is None
    assert scene.retain().contents == 1
    assert scene.wrong() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE document SET state = 'received' WHERE id = 1",
        "UPDATE document SET answered = false WHERE id = 1",
        "UPDATE record SET incomplete = true WHERE document_id = 1",
        "UPDATE delivery SET state = 'dead' WHERE id = 1",
        "UPDATE delivery SET state = 'waiting' WHERE id = 1",
        UNDECIDED,
    ],
)
def test_what_is_open_stays(scene: Scene, statement: str) -> None:
    with scene.store.write() as connection:
        connection.execute(text(statement))
    scene.later(11)
    assert scene.retain().contents == 1
    assert path(scene, "acme").exists()


def test_what_nobody_sealed_yet_stays_whole(scene: Scene) -> None:
    with scene.store.write() as connection:
        connection.execute(text("DELETE FROM seal"))
    scene.later(11)
    assert scene.retain(RetentionSettings(events_days=10)).events == 0


def test_data_that_is_gone_without_a_retention_is_found(scene: Scene) -> None:
    with scene.store.write() as connection:
        query = select(event).where(event.c.type == "invoice.commented").limit(1)
        retention.forget(connection, connection.execute(query).all(), "evt_nobody")
    assert any("no retention says so (evt_nobody)" in one for one in scene.wrong())


def test_data_that_is_altered_after_it_was_forgotten_is_found(scene: Scene) -> None:
    scene.later(11)
    scene.retain()
    with scene.store.write() as connection:
        connection.execute(text("UPDATE forgotten SET hash = 'a' WHERE event_sequence = 1"))
    assert any("does not fit its events" in one for one in scene.wrong())


def test_events_are_as_unalterable_as_before(scene: Scene) -> None:
    scene.later(11)
    scene.retain()
    with pytest.raises(Exception, match="never altered"), scene.store.write() as connection:
        connection.execute(text("UPDATE event SET actor = 'x'"))


def test_the_same_content_may_come_again(scene: Scene) -> None:
    scene.later(11)
    scene.retain()
    content = io.BytesIO(b"ISA of acme")
    scene.intake.take("acme", "again.x12", content, "http")
    assert path(scene, "acme").exists()
    with scene.store.read() as connection:
        assert retention.is_removed(connection, digest(b"ISA of acme")) is None
    assert scene.retain().contents == 0


def test_a_content_that_went_while_it_came_again_is_no_receipt(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = scene.archive.put

    def put_and_lose(source: Any) -> Any:
        stored = put(source)
        path_of(scene.archive.root, stored.sha256).unlink()
        return stored

    with scene.store.write() as connection:
        connection.execute(update(blob).values(removed_at="2026"))
    monkeypatch.setattr(scene.archive, "put", put_and_lose)
    with pytest.raises(OSError, match="just removed"):
        scene.intake.take("acme", "again.x12", io.BytesIO(b"ISA of acme"), "http")


def test_the_command(tmp_path: Path) -> None:
    config = tmp_path / "dockmatch.toml"
    config.write_text('[gateway]\ndata = "data"\n[retention]\nbytes_days = 10\n')
    store = Store(tmp_path / "data" / "dockmatch.db")
    upgrade(store, tmp_path)

    def say(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["retention", "--config", str(config), *words])
        return result.exit_code, result.output

    assert say("run", "--dry-run")[1].startswith("would go: 0 contents (0 bytes)")
    assert say("run", "--json")[1] == (
        '{"contents":0,"bytes":0,"answers":0,"events":0,"files":0}\n'
    )
    assert say("hold", "acme", "--reason", "case 7") == (0, "hold 1 stands\n")
    assert "acme  since" in say("list")[1]
    assert say("release", "1") == (0, "hold 1 is ended\n")
    assert say("release", "1") == (1, "no hold 1 stands\n")
    with store.read() as connection:
        kinds = connection.execute(select(event.c.type).order_by(event.c.sequence)).scalars().all()
    assert kinds == ["retention.held", "retention.released"]
    store.close()
