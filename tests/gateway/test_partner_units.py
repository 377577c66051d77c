"""The units of a profile reach the matcher: an invoice in cartons meets an order in pieces."""

import datetime as dt
import json
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands.matching import match
from gateway.config import Config, ConfigError
from gateway.formats import read_documents
from gateway.partner_units import with_agreed_units
from gateway.rulebook import judge_of
from mappers.canonical import AnyRecord
from matcher.assess import assess
from matcher.entries import AgreedUnit, Master
from matcher.facts import facts_of
from matcher.policy import policy_of

BLANK, NAME = " " * 10, "A".ljust(15)
HEAD = f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*000000001*0*P*>~"
ORDER = (
    f"{HEAD}GS*PO*A*A*20260105*0930*1*X*004010~ST*850*0001~BEG*00*SA*P-1**20260105~CUR*BY*USD~"
    "N1*SE*ACME*92*4711~PO1*1*144*EA*0.5**VP*W-1~CTT*1~SE*7*0001~GE*1*1~IEA*1*000000001~"
)
INVOICE = (
    f"{HEAD}GS*IN*A*A*20260105*0930*1*X*004010~ST*810*0001~BIG*20260110*I-1*20260105*P-1~"
    "CUR*SE*USD~N1*SE*ACME*92*4711~IT1*1*6*KT*12**VP*W-1~TDS*7200~CTT*1~SE*8*0001~GE*1*1~"
    "IEA*1*000000001~"
)
PROFILE = """
identifiers.parties = { assigned_by_buyer = "4711" }

[codes.uom]
KT = "CT"

[[units]]
unit = "CT"
factor = 24
of = "EA"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "acme.toml").write_text(PROFILE)
    return tmp_path / "partners"


def read(text: str, partner: str | None = None) -> AnyRecord:
    source = BytesIO(text.encode())
    [mapped] = read_documents(source, name="a", sha256="a", year=2026, partner=partner)
    return mapped.record


@pytest.mark.usefixtures("folder")
def test_an_invoice_in_cartons_meets_its_order() -> None:
    facts = (*facts_of(read(ORDER), "po"), *facts_of(read(INVOICE, "acme"), "inv"))
    policy, day = policy_of({"way": 2}), dt.date(2026, 1, 12)
    [alone] = assess(facts, policy, day, Master())
    assert alone.verdict != "matched"
    [agreed] = assess(facts, policy, day, with_agreed_units(Master()))
    assert (agreed.verdict, agreed.approved) == ("matched", Decimal("72.00"))


@pytest.mark.usefixtures("folder")
def test_units_join_those_of_the_master_data() -> None:
    own = AgreedUnit(supplier=("duns:1",), unit="CS", factor=Decimal(2), of="EA")
    units = with_agreed_units(Master(units=(own,))).units
    assert units[0] == own
    assert units[1].supplier == ("assigned_by_buyer:4711",)
    assert (units[1].unit, units[1].factor, units[1].of) == ("CT", Decimal(24), "EA")


def test_the_command_knows_them(folder: Path) -> None:
    (folder.parent / "order.x12").write_text(ORDER)
    (folder.parent / "invoice.x12").write_text(INVOICE)
    (folder.parent / "policy.toml").write_text("way = 2\n")
    options = ["--partner", "acme", "--policy", "policy.toml", "--as-of", "2026-01-12", "--json"]
    result = CliRunner().invoke(match, ["order.x12", "invoice.x12", *options])
    assert json.loads(result.stdout)["verdict"] == "matched"


def test_a_faulty_profile_is_told_before_anything_is_judged(folder: Path) -> None:
    assert judge_of(Config(root=folder.parent))
    (folder / "acme.toml").write_text("nmae = 1")
    with pytest.raises(ConfigError, match="line 1: there is no key 'nmae'"):
        judge_of(Config(root=folder.parent))
