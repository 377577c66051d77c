"""Each interchange that comes in is answered once; numbers that came before are noticed."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from gateway.flows.advising import KIND as ADVICE
from gateway.flows.advising import Advising
from gateway.flows.chunks import KIND
from gateway.flows.outbox import Outbox
from gateway.store.engine import Store
from gateway.store.schema import document, outgoing, record
from mappers.canonical import AnyRecord
from parsers.edifact.read import documents as edifact_documents
from parsers.form import Document
from parsers.x12.read import documents as x12_documents
from tests.gateway.flows.test_matching import Desk, interchange, invoice, order

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
MESSAGE = (
    b"UNB+UNOC:3+ACME:14+BUYER:14+260302:0900+%d'UNH+1+ORDERS:D:96A:UN'BGM+220+PO%d+9'"
    b"DTM+137:20260301:102'NAD+BY+1::92'LIN+1++A-1:SA'QTY+21:10'UNS+S'UNT+8+1'UNZ+1+%d'"
)


class AnswerDesk(Desk):
    """A desk whose partner has a profile, and whose folder is written to."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.root = root
        self.outbox = Outbox(store, root / "inbox", clock)
        self.advising = Advising(store, self.jobs, clock)

    def agree(self, text: str) -> None:
        """Give the partner this profile."""
        (self.root / "partners").mkdir(exist_ok=True)
        (self.root / "partners" / "acme.toml").write_text(text)

    def work_all(self) -> None:
        """Do everything that can be done now."""
        self.jobs.work_off({KIND: self.matching, ADVICE: self.advising})
        self.outbox.write()

    def out(self) -> dict[str, str]:
        """Return what lies in the partner's folder."""
        folder = self.root / "inbox" / "acme" / "out"
        found = sorted(folder.iterdir()) if folder.exists() else []
        return {path.name: path.read_text() for path in found}

    def bodies(self) -> list[AnyRecord]:
        """Return the records that are kept."""
        return [_record.decode(body) for (body,) in self.ask(record.c.body)]


@pytest.fixture
def desk(
    tmp_path: Path, store: Store, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> AnswerDesk:
    monkeypatch.chdir(tmp_path)
    return AnswerDesk(tmp_path, store, clock)


def x12(text: str) -> list[Document]:
    return list(x12_documents(BytesIO(text.encode())))


def lines(text: str) -> list[str]:
    return text.replace("~\n", "\n").splitlines()


def test_each_interchange_is_answered_in_the_partners_folder(desk: AnswerDesk) -> None:
    desk.take(interchange("850", "PO", [order(1)], 7) + interchange("810", "IN", [invoice(1)], 8))
    desk.work_all()
    assert list(desk.out()) == ["0.x12.997.2.x12", "0.x12.997.x12"]
    first, second = (desk.out()[name] for name in ("0.x12.997.x12", "0.x12.997.2.x12"))
    assert "AK1*PO*7" in lines(first)
    assert "AK1*IN*8" in lines(second)
    assert [one.control for text in (first, second) for one in x12(text)] == [
        "000000001/1/0001",
        "000000002/2/0001",
    ]
    assert {one.receiver for one in x12(first)} == {"ACME"}
    desk.work_all()
    assert len(desk.out()) == 2


def test_an_edifact_interchange_is_answered_by_a_contrl(desk: AnswerDesk) -> None:
    desk.take(MESSAGE % (5, 1, 5))
    desk.work_all()
    ((name, text),) = desk.out().items()
    assert name == "0.x12.contrl.edi"
    (answer,) = edifact_documents(BytesIO(text.encode()))
    assert (answer.kind, answer.problems) == ("CONTRL", ())
    assert "UCI+5+ACME:14+BUYER:14+7" in text


def test_a_partner_may_want_answers_to_errors_only_or_none(desk: AnswerDesk) -> None:
    faulty = [*order(2)[:1], "PO1*1*X*EA*5**VP*A-1", "CTT*1"]
    desk.agree('[acknowledgments]\nsend = "on_error"\ncontrl = "never"\n')
    desk.take(
        interchange("850", "PO", [order(1)], 1),
        interchange("850", "PO", [faulty], 2),
        MESSAGE % (3, 1, 3),
    )
    desk.work_all()
    assert list(desk.out()) == ["1.x12.997.x12"]
    assert "AK4*2*330*6*X" in lines(desk.out()["1.x12.997.x12"])


def test_a_999_in_the_version_that_is_agreed(desk: AnswerDesk) -> None:
    desk.agree('[acknowledgments]\nform = "999"\ninterchange = "always"\n')
    desk.take(interchange("850", "PO", [order(1)], 1))
    desk.work_all()
    text = desk.out()["0.x12.ta1-999.x12"]
    assert [one.kind for one in x12(text)] == ["TA1", "999"]
    assert any(line.endswith("*X*005010") for line in lines(text))


def test_acknowledgments_are_not_acknowledged(desk: AnswerDesk) -> None:
    desk.take(interchange("850", "PO", [order(1)], 1))
    desk.work_all()
    (answer,) = desk.out().values()
    desk.take(answer.encode())
    desk.work_all()
    assert len(desk.out()) == 1


def test_a_test_is_answered_as_a_test(desk: AnswerDesk) -> None:
    content = interchange("850", "PO", [order(1)], 1).replace(b"*0*P*>", b"*0*T*>")
    desk.take(content)
    desk.work_all()
    (answer,) = desk.out().values()
    assert all(one.test for one in x12(answer))


def test_what_is_not_used_is_rejected(desk: AnswerDesk) -> None:
    whole = interchange("810", "IN", [invoice(1)])
    desk.take(whole[: whole.index(b"SE*")], truncated=True)
    desk.work_all()
    (answer,) = desk.out().values()
    assert any(line.endswith("*R*023") for line in lines(answer))
    assert [one.kind for one in x12(answer)] == ["TA1"]


def test_a_used_control_number_is_a_warning(desk: AnswerDesk) -> None:
    desk.take(interchange("850", "PO", [order(1)], 5))
    desk.work_all()
    desk.take(interchange("850", "PO", [order(2)], 5))
    desk.work_all()
    first, second = desk.bodies()
    assert [one.code for one in first.problems] == []
    assert [one.code for one in second.problems] == ["x12.interchange_repeated"]
    assert not second.incomplete
    answer = desk.out()["0.x12.2.ta1-997.x12"]
    assert any(line.endswith("*E*025") for line in lines(answer))


def test_a_used_control_number_rejects_where_that_is_agreed(desk: AnswerDesk) -> None:
    desk.agree('[duplicates]\ninterchange = "error"\n')
    desk.take(interchange("850", "PO", [order(1)], 5))
    desk.work_all()
    desk.take(interchange("850", "PO", [order(2), order(3)], 5))
    desk.work_all()
    assert [one.incomplete for one in desk.bodies()] == [False, True, True]
    assert desk.ask(document.c.state) == [("read",), ("read",)]  # kept for a person, never lost
    answer = desk.out()["0.x12.2.ta1.x12"]
    assert any(line.endswith("*R*025") for line in lines(answer))


def test_a_number_may_come_again_behind_its_window(
    desk: AnswerDesk, clock: Callable[[], datetime]
) -> None:
    desk.agree("[duplicates]\nwindow_days = 30\n")
    for number in range(1, 4):
        desk.take(interchange("850", "PO", [order(number)], 5))
        desk.work_all()
        clock.pass_seconds(86_400 * 20)  # type: ignore[attr-defined]
    problems = [[one.code for one in found.problems] for found in desk.bodies()]
    assert problems == [[], ["x12.interchange_repeated"], ["x12.interchange_repeated"]]
    clock.pass_seconds(86_400 * 20)  # type: ignore[attr-defined]
    desk.take(interchange("850", "PO", [order(4)], 5))
    desk.work_all()
    assert desk.bodies()[-1].problems == ()


def test_tests_do_not_use_up_numbers_of_production(desk: AnswerDesk) -> None:
    desk.take(interchange("850", "PO", [order(1)], 5).replace(b"*0*P*>", b"*0*T*>"))
    desk.work_all()
    desk.take(interchange("850", "PO", [order(2)], 5))
    desk.work_all()
    assert desk.bodies()[-1].problems == ()


def test_a_used_edifact_reference_is_told(desk: AnswerDesk) -> None:
    for number in (1, 2):
        desk.take(MESSAGE % (5, number, 5))
        desk.work_all()
    assert [one.code for one in desk.bodies()[-1].problems] == ["edifact.interchange_repeated"]
    assert "UCI+5+ACME:14+BUYER:14+7+26+UNB" in desk.out()["0.x12.2.contrl.edi"]


def test_a_file_that_was_not_written_is_written_again(desk: AnswerDesk) -> None:
    folder = desk.root / "inbox" / "acme"
    desk.take(interchange("850", "PO", [order(1)], 1))
    folder.parent.mkdir()
    folder.write_text("in the way")  # no folder can be made here
    desk.work_all()
    with desk.store.read() as connection:
        assert connection.execute(select(outgoing.c.written_at)).scalars().all() == [None]
    folder.unlink()
    desk.work_all()
    assert list(desk.out()) == ["0.x12.997.x12"]


def test_business_faults_are_told_after_their_time(
    desk: AnswerDesk, clock: Callable[[], datetime]
) -> None:
    desk.agree('[acknowledgments]\napplication = "on_error"\napplication_after_hours = 2\n')
    desk.take(
        interchange("810", "IN", [invoice(1)], 1),  # its order never comes
        interchange("810", "IN", [invoice(2)], 2),
        interchange("850", "PO", [order(2)], 3),
    )
    desk.work_all()
    assert not [name for name in desk.out() if ".824." in name]
    clock.pass_seconds(2 * 3600 + 1)  # type: ignore[attr-defined]
    desk.work_all()
    names = [name for name in desk.out() if ".824." in name]
    assert names == ["0.x12.824.x12"]
    told = lines(desk.out()[names[0]])
    assert "ST*824*0001" in told
    assert any(
        line.startswith("OTI*TR*IV*IN1*A*B*20260302*0900*1*0001*810*004010") for line in told
    )
    assert any(line.startswith("TED*011*Order PO1 is not known") for line in told)
    short = {"x12.element_short"}  # the sender's own GS02 and GS03 have one letter
    assert {one.code for one in x12(desk.out()[names[0]])[0].problems} == short
    desk.work_all()
    assert len([name for name in desk.out() if ".824." in name]) == 1
    answer = interchange("997", "FA", [["AK1*AG*4", "AK9*A*1*1*1"]], 90)
    desk.take(answer)
    desk.work_all()
    assert ("824", "accepted") in desk.ask(outgoing.c.kind, outgoing.c.state)


def test_what_its_reader_told_is_not_told_twice(desk: AnswerDesk) -> None:
    one, two = (interchange("850", "PO", [order(n)], 5) for n in (1, 2))
    desk.take(one + two)
    desk.work_all()
    assert [[found.code for found in body.problems] for body in desk.bodies()] == [
        [],
        ["x12.interchange_repeated"],
    ]


def test_business_faults_of_edifact_are_told_by_an_aperak(
    desk: AnswerDesk, clock: Callable[[], datetime]
) -> None:
    desk.agree('[acknowledgments]\napplication = "always"\napplication_after_hours = 0\n')
    desk.take(MESSAGE % (5, 1, 5))
    desk.work_all()
    clock.pass_seconds(1)  # type: ignore[attr-defined]
    desk.work_all()
    text = desk.out()["0.x12.aperak.edi"]
    assert "BGM+312+5-1+29'" in text
    assert "RFF+ON:PO1'" in text
    (answer,) = edifact_documents(BytesIO(text.encode()))
    assert answer.problems == ()
