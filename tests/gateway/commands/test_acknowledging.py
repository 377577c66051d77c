"""`dockmatch acknowledge`: what a sender gets back."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from parsers.form import Document
from parsers.x12.read import documents

BLANK = " " * 10


def interchange(*sets: str, asked: str = "0", code: str = "PO", trailer: str = "") -> str:
    head = (
        f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{'NORTHWIND'.ljust(15)}*01*{'ACME'.ljust(15)}"
        f"*260105*0930*U*00401*000000017*{asked}*P*>"
    )
    groups = f"GS*{code}*NORTHWIND*ACMEGS*20260105*0930*17*X*004010VICS"
    lines = (head, groups, *sets, trailer or f"GE*{len(sets)}*17", "IEA*1*000000017")
    return "".join(f"{line}~\n" for line in "\n".join(lines).split("\n"))


GOOD = "ST*850*0001\nBEG*00*SA*4500017**20260105\nPO1*1*24*EA*7.5**BP*A-100\nCTT*1\nSE*5*0001"
BAD = "ST*850*0002\nBEG*00*SA*4500018**20260199\nPO1*1*2X*EA*7.5\nZZZ*1\nCTT*1\nSE*6*0002"
ODD = GOOD.replace("0001", "0003").replace("SE*5", "SE*6")


def run(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "in.x12"
    path.write_text(text)
    return CliRunner().invoke(main, ["acknowledge", str(path), *options])


def segments(result: Result) -> list[str]:
    return result.stdout.replace("~\n", "\n").splitlines()


def answered(result: Result) -> list[Document]:
    found = list(documents(BytesIO(result.stdout.encode())))
    assert all(document.problems == () for document in found)
    return found


def test_a_clean_group_is_accepted(tmp_path: Path) -> None:
    result = run(tmp_path, interchange(GOOD), "--control", "42")
    assert result.exit_code == 0
    lines = segments(result)
    assert lines[0].startswith(f"ISA*00*{BLANK}*00*{BLANK}*01*{'ACME'.ljust(15)}*ZZ*NORTHWIND")
    assert lines[0].endswith("*U*00401*000000042*0*P*>")
    assert lines[1].startswith("GS*FA*ACMEGS*NORTHWIND*")
    assert lines[1].endswith("*42*X*004010VICS")
    assert lines[2:] == [
        "ST*997*0001",
        "AK1*PO*17",
        "AK2*850*0001",
        "AK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
        "GE*1*42",
        "IEA*1*000000042",
    ]
    assert [document.kind for document in answered(result)] == ["997"]


def test_faults_are_told_at_their_places(tmp_path: Path) -> None:
    result = run(tmp_path, interchange(GOOD, BAD, ODD))
    assert result.exit_code == 1
    assert segments(result)[3:-3] == [
        "AK1*PO*17",
        "AK2*850*0001",
        "AK5*A",
        "AK2*850*0002",
        "AK3*BEG*2**8",
        "AK4*5**8*20260199",
        "AK3*PO1*3**8",
        "AK4*2**6*2X",
        "AK3*ZZZ*4**6",
        "AK5*R*5",
        "AK2*850*0003",
        "AK5*E*4",
        "AK9*P*3*3*2",
    ]
    answered(result)


def test_the_count_of_the_group_is_told_as_sent(tmp_path: Path) -> None:
    result = run(tmp_path, interchange(GOOD, trailer="GE*8*17"))
    assert "AK9*E*8*1*1*5" in segments(result)


def test_a_missing_element_and_a_missing_segment(tmp_path: Path) -> None:
    broken = "ST*850*0001\nBEG*00*SA***20260105\nCTT*0\nSE*4*0001"
    lines = segments(run(tmp_path, interchange(broken)))
    assert "AK3*PO1*3**3" in lines
    assert "AK5*R*5" in lines
    assert "AK9*R*1*1*0" in lines


def test_an_implementation_acknowledgment(tmp_path: Path) -> None:
    result = run(tmp_path, interchange(BAD), "--implementation")
    lines = segments(result)
    assert "ST*999*0001" in lines
    assert "AK1*PO*17*004010VICS" in lines
    assert {"IK3*PO1*3**8", "IK4*2**6*2X", "IK5*R*5", "AK9*R*1*1*0"} <= set(lines)
    assert [document.kind for document in answered(result)] == ["999"]


def test_an_interchange_acknowledgment_when_asked(tmp_path: Path) -> None:
    result = run(tmp_path, interchange(GOOD, asked="1"))
    assert "TA1*000000017*260105*0930*A*000" in segments(result)
    wrong = interchange(GOOD).replace("IEA*1*000000017", "IEA*1*000000018")
    assert "TA1*000000017*260105*0930*E*001" in segments(run(tmp_path, wrong))
    assert [document.kind for document in answered(result)] == ["TA1", "997"]


def test_an_acknowledgment_is_not_acknowledged(tmp_path: Path) -> None:
    answer = "ST*997*0001\nAK1*PO*17\nAK9*A*1*1*1\nSE*4*0001"
    result = run(tmp_path, interchange(answer, code="FA"))
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_set_that_we_do_not_take_in_is_rejected(tmp_path: Path) -> None:
    result = run(tmp_path, interchange("ST*940*0001\nW05*N\nSE*3*0001", code="OW"))
    assert "AK5*R*1" in segments(result)


@pytest.mark.parametrize("mark", ["*", "|"])
def test_a_copy_never_holds_a_delimiter(mark: str, tmp_path: Path) -> None:
    text = interchange(BAD.replace("2X", "2>X")).replace("*", mark)
    result = run(tmp_path, text)
    assert f"AK4{mark}2{mark}{mark}6" in segments(result)
    answered(result)


def test_other_files_are_wrong_use(tmp_path: Path) -> None:
    assert run(tmp_path, "hello").exit_code == 2
