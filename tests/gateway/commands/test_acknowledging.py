"""`dockmatch acknowledge`: what a sender gets back."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from parsers.edifact.read import documents as edifact_documents
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
        "AK4*5*373*8*20260199",
        "AK3*PO1*3**8",
        "AK4*2*330*6*2X",
        "AK3*ZZZ*4**1",
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
    assert {"IK3*PO1*3**8", "IK4*2*330*6*2X", "IK5*R*5", "AK9*R*1*1*0"} <= set(lines)
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
    assert f"AK4{mark}2{mark}330{mark}6" in segments(result)
    answered(result)


def test_other_files_are_wrong_use(tmp_path: Path) -> None:
    assert run(tmp_path, "hello").exit_code == 2


MESSAGES = (
    "UNB+UNOC:3+NORTHWIND:14+ACME:14+260105:0930+77++++++1'\n"
    "UNH+1+ORDERS:D:96A:UN:EAN008'\nBGM+220+4500017+9'\nDTM+137:20260105:102'\n"
    "NAD+BY+1::92'\nLIN+1++A-100:SA'\nQTY+21:24'\nUNS+S'\nUNT+8+1'\n"
    "UNH+2+ORDERS:D:96A:UN:EAN008'\nBGM+220+4500018+9'\nDTM+137:20260199:102'\n"
    "NAD+BY+1::92'\nLIN+1++A-100:SA'\nQTY+21:2X'\nUNS+S'\nUNT+9+2'\nUNZ+2+77'\n"
)


def messages(result: Result) -> list[str]:
    return result.stdout.replace("'\n", "\n").splitlines()


def test_an_edifact_interchange_is_answered_by_a_contrl(tmp_path: Path) -> None:
    result = run(tmp_path, MESSAGES, "--control", "5")
    assert result.exit_code == 1
    lines = messages(result)
    assert lines[0].startswith("UNB+UNOC:3+ACME:14+NORTHWIND:14+")
    assert lines[0].endswith("+5++++++1")
    assert lines[1:] == [
        "UNH+1+CONTRL:D:3:UN",
        "UCI+77+NORTHWIND:14+ACME:14+7",
        "UCM+2+ORDERS:D:96A:UN:EAN008+4+29+UNT",
        "UCS+3",
        "UCD+12+1:2",
        "UCS+6",
        "UCD+37+1:2",
        "UNT+8+1",
        "UNZ+1+5",
    ]
    (document,) = edifact_documents(BytesIO(result.stdout.encode()))
    assert (document.kind, document.problems) == ("CONTRL", ())


def test_a_clean_edifact_interchange_is_acknowledged_as_a_whole(tmp_path: Path) -> None:
    first, _, second = MESSAGES.partition("UNH+2")
    clean = first + second.partition("UNZ")[1] + "+1+77'\n"
    result = run(tmp_path, clean)
    assert result.exit_code == 0
    assert messages(result)[2] == "UCI+77+NORTHWIND:14+ACME:14+7"
    assert run(tmp_path, result.stdout).stdout == ""  # a CONTRL is not answered


def test_other_characters_are_answered_in_them(tmp_path: Path) -> None:
    table = str.maketrans({"+": "|", ":": "^", "'": "~"})
    result = run(tmp_path, "UNA^|.? ~\n" + MESSAGES.translate(table))
    assert result.stdout.startswith("UNA^|.? ~\nUNB|UNOC^3|ACME^14|")
    (document,) = edifact_documents(BytesIO(result.stdout.encode()))
    assert document.problems == ()


def test_an_envelope_that_rejects_is_answered_by_a_ta1_alone(tmp_path: Path) -> None:
    cut = interchange(GOOD, BAD).split("SE*6*0002")[0]
    lines = segments(run(tmp_path, "junk in front of it\n" + cut))
    assert "TA1*000000017*260105*0930*R*024" in lines
    assert not any(line.startswith("ST*") for line in lines)


def test_what_is_wrong_with_the_header_is_told_by_its_element(tmp_path: Path) -> None:
    short = interchange(GOOD).replace("NORTHWIND".ljust(15), "NORTHWIND")
    assert "TA1*000000017*260105*0930*E*006" in segments(run(tmp_path, short))


def test_a_partner_says_what_rejects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    profile = tmp_path / "partners" / "strict.toml"
    profile.parent.mkdir()
    profile.write_text(
        '[acknowledgments]\nreject = ["x12.segment_count"]\naccept = ["value.not_date"]\n'
        'interchange = "always"\n'
    )
    date_only = BAD.replace("2X", "2")
    lines = segments(run(tmp_path, interchange(date_only, ODD), "--partner", "strict"))
    assert "TA1*000000017*260105*0930*A*000" in lines
    assert [line for line in lines if line.startswith("AK5")] == ["AK5*E*5", "AK5*R*4"]
    assert run(tmp_path, interchange(GOOD), "--partner", "nobody").exit_code == 2


def test_numbers_that_come_twice_are_told(tmp_path: Path) -> None:
    lines = segments(run(tmp_path, interchange(GOOD, GOOD)))
    assert "AK5*E*23" in lines
