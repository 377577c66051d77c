"""What a profile says of fields is done to the record, and what it wants is asked for."""

from decimal import Decimal

import pytest

from mappers.adjusting import Adjuster, R, numbered
from mappers.canonical import (
    Adjustment,
    Invoice,
    InvoiceLine,
    Item,
    PurchaseOrder,
    Receipt,
    Source,
)
from mappers.profile import Credential, Identifier, Identifiers, NumberRule, Profile, Requirement

INVOICE = Invoice(
    source=Source(format="x12", type="810", sender="BELLWETHER"),
    number="I-1",
    adjustments=(Adjustment(type="charge", code="FRT", amount=Decimal(5)),),
    lines=(
        InvoiceLine(number="1", uom="KT", quantity=Decimal(2), item=Item(buyer_part="TFS-0044")),
        InvoiceLine(number="2", uom="EA", quantity=Decimal(3)),
    ),
)


def adjusted(record: R, profile: Profile) -> R:
    return Adjuster(profile).adjusted(record)


def test_without_a_word_nothing_changes() -> None:
    assert adjusted(INVOICE, Profile()) == INVOICE


def test_codes_of_a_field_wherever_it_stands() -> None:
    found = adjusted(
        INVOICE, Profile(codes={"uom": {"KT": "CT"}, "adjustments.code": {"FRT": "D240"}})
    )
    assert [line.uom for line in found.lines] == ["CT", "EA"]
    assert found.adjustments[0].code == "D240"
    assert found.number == "I-1"


@pytest.mark.parametrize(
    ("rule", "number", "ours"),
    [
        (NumberRule(prefix="TFS-"), "TFS-0044", "0044"),
        (NumberRule(prefix="TFS-", leading_zeros="drop"), "TFS-0044", "44"),
        (NumberRule(drop="-. "), "TF S-00.44", "TFS0044"),
        (NumberRule(suffix="/B"), "44/B", "44"),
        (NumberRule(leading_zeros="drop"), "000", "000"),
    ],
)
def test_item_numbers_by_their_rule(rule: NumberRule, number: str, ours: str) -> None:
    assert numbered(number, rule) == ours


def test_the_rule_is_for_its_own_number() -> None:
    found = adjusted(INVOICE, Profile(items={"buyer_part": NumberRule(prefix="TFS-")}))
    assert found.lines[0].item == Item(buyer_part="0044")
    assert found.lines[1].item is None


def test_a_default_is_listed_as_derived() -> None:
    found = adjusted(INVOICE, Profile(currency="USD"))
    assert (found.currency, found.derived) == ("USD", ("/currency",))
    stated = PurchaseOrder(number="P-1", currency="EUR")
    assert adjusted(stated, Profile(currency="USD")) == stated


def test_a_moment_gets_the_offset_of_its_place() -> None:
    receipt = Receipt(shipped_at="2026-07-01T10:00:00", delivered_at="2026-07-02")
    found = adjusted(receipt, Profile(time_zone="America/New_York"))
    assert found.shipped_at == "2026-07-01T10:00:00-04:00"
    assert found.delivered_at == "2026-07-02"
    assert found.derived == ("/shipped_at",)
    aware = Receipt(shipped_at="2026-07-01T10:00:00+02:00")
    assert adjusted(aware, Profile(time_zone="America/New_York")) == aware


def test_what_was_agreed_must_be_there() -> None:
    wanted = Requirement(document="810", field="lines.item.buyer_part")
    found = adjusted(INVOICE, Profile(required=(wanted,)))
    assert found.incomplete
    assert [(one.code, one.pointer) for one in found.problems] == [
        ("partner.missing_field", "/lines/1/item/buyer_part")
    ]


def test_a_requirement_may_be_a_wish_or_of_another_document() -> None:
    wish = Requirement(field="currency", severity="warning")
    other = Requirement(document="856", field="number")
    found = adjusted(INVOICE, Profile(required=(wish, other)))
    assert not found.incomplete
    assert [(one.severity, one.pointer) for one in found.problems] == [("warning", "/currency")]
    kind = Requirement(document="invoice", field="fields.DP")
    assert adjusted(INVOICE, Profile(required=(kind,))).problems[0].pointer == "/fields/DP"


def test_a_stranger_is_told() -> None:
    known = Identifiers(isa=(Identifier(id="OTHER", qualifier="ZZ"),))
    (problem,) = adjusted(INVOICE, Profile(identifiers=known)).problems
    assert (problem.code, problem.severity) == ("partner.other_sender", "warning")
    ours = Identifiers(
        isa=(Identifier(id="BELLWETHER"),), cxml=(Credential(domain="D", identity="1"),)
    )
    assert adjusted(INVOICE, Profile(identifiers=ours)).problems == ()
