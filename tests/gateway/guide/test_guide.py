"""The implementation guide that a profile comes to."""

import re
from decimal import Decimal

import pytest

from gateway.guide.build import UnknownSetError, guide
from gateway.guide.html import html
from gateway.guide.markdown import markdown
from gateway.guide.sets import set_guide
from gateway.guide.view import Guide, Row, SetGuide
from gateway.partner_tables import FORMS, ours
from gateway.partners import Agreed
from mappers.accounting import AccountingNames
from mappers.agreements import Acknowledgments
from mappers.connection import Connection
from mappers.partners import RowChange
from mappers.profile import (
    Credential,
    Identifier,
    Identifiers,
    NumberRule,
    Profile,
    Requirement,
    UnitFactor,
)

PROFILE = Profile(
    name="Acme",
    identifiers=Identifiers(isa=(Identifier(id="123456789", qualifier="01"),)),
    x12=(RowChange(table="850", field="requested_date", path="DTM[010]/02"),),
    codes={"REF/01": {"ZQ": "CT"}, "uom": {"KT": "CT"}},
    units=(UnitFactor(unit="CT", factor=Decimal(12), of="EA", item="Q-7"),),
    items={"buyer_part": NumberRule(prefix="TFS-", leading_zeros="drop")},
    required=(Requirement(document="850", field="lines.item.buyer_part"),),
    currency="USD",
    connection=Connection(
        setup_url="https://shop.example/setup",
        our_secret="env:SECRET",  # noqa: S106 - a reference
    ),
    accounting=AccountingNames(cost_center=("KST", "Kostenstelle")),
    acknowledgments=Acknowledgments(send="on_error", overdue_hours=0),
)


def built(profile: Profile = PROFILE, *sets: str) -> Guide:
    return guide("acme", Agreed(profile), sets)


def segment_rows(found: SetGuide, segment: str, depth: int = 0) -> dict[str, Row]:
    rows = [
        row
        for one in found.segments
        if one.name == segment and one.depth == depth
        for row in one.rows
    ]
    return {f"{row.place} {row.field}": row for row in rows}


def test_segments_stand_in_their_order_and_loops() -> None:
    found = set_guide("x12", "850", ours("x12")["850"])
    names = [(one.name, one.depth) for one in found.segments]
    assert names[0] == ("BEG", 0)
    assert names.index(("N1", 0)) < names.index(("N3", 1)) < names.index(("PO1", 0))
    assert found.segments[0].required
    assert "CTT" not in found.unread
    assert found.words == "purchase order"


def test_an_element_says_what_it_is_and_becomes() -> None:
    found = set_guide("x12", "850", ours("x12")["850"])
    row = segment_rows(found, "BEG")["BEG/05 date"]
    assert (row.name, row.type, row.example) == ("order date", "DT 8-8", "20260105")
    row = segment_rows(found, "DTM")["DTM/02 requested_date"]
    assert row.condition == "DTM/01 is 002 (delivery requested)"
    row = segment_rows(found, "PO1")["PO1/07+ lines.item.supplier_part"]
    assert "VN (vendor's item)" in row.condition


def test_what_stands_on_a_line_is_said_there() -> None:
    found = set_guide("x12", "850", ours("x12")["850"])
    header, line = segment_rows(found, "SAC"), segment_rows(found, "SAC", depth=1)
    assert "SAC/05 adjustments.amount" in header
    assert "SAC/05 lines.adjustments.amount" not in header
    assert "SAC/05 lines.adjustments.amount" in line


def test_parties_are_said_once() -> None:
    found = set_guide("x12", "810", ours("x12")["810"])
    rows = segment_rows(found, "N1")
    assert rows["N1/02 supplier, buyer, bill_to, ship_to, remit_to: name"].condition.startswith(
        "supplier where N1/01 is SE (seller) or N1/01 is VN (vendor)"
    )


def test_what_is_the_partners_own_is_marked() -> None:
    [found] = built().sets
    assert (found.form, found.kind) == ("x12", "850")
    row = segment_rows(found, "DTM")["DTM/02 requested_date"]
    assert row.own
    assert row.condition == "DTM/01 is 010 (requested ship)"
    assert not segment_rows(found, "BEG")["BEG/03 number"].own
    assert not segment_rows(found, "BEG")["BEG/06 contract"].own
    row = segment_rows(found, "REF")["REF/02 contract"]
    assert row.own
    assert row.condition == "REF/01 is CT (contract) or ZQ"
    row = segment_rows(found, "PO1")["PO1/07+ lines.item.buyer_part"]
    assert row.own
    assert row.required


def test_nothing_is_marked_where_all_is_as_everybodys() -> None:
    for one in built(Profile()).sets:
        assert not [row for segment in one.segments for row in segment.rows if row.own]


def test_what_is_agreed_besides() -> None:
    sections = {section.title: section for section in built().sections}
    assert sections["Who you are"].pairs == (("ISA", "01 123456789"),)
    assert ("997", "where something is wrong") in sections["Acknowledgments"].pairs
    assert "no acknowledgment" in sections["Acknowledgments"].sentences[0]
    assert sections["Your codes at REF/01"].pairs == (("ZQ", "CT"),)
    assert sections["Units"].pairs == (("one CT of Q-7", "12 EA"),)
    assert sections["Item numbers"].pairs == (
        ("buyer part", "without 'TFS-' in front, without leading zeros"),
    )
    assert sections["Your names for accounts"].pairs == (("KST, Kostenstelle", "cost center"),)
    assert sections["cXML and punchout"].pairs == (
        ("your shop", "https://shop.example/setup"),
        ("the prices of a cart hold", "7 days"),
    )
    assert "Who we are" not in sections


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        (Identifiers(), ["850", "855", "856", "810"]),
        (Identifiers(unb=(Identifier(id="1"),)), ["ORDERS", "ORDRSP", "DESADV", "INVOIC"]),
        (
            Identifiers(cxml=(Credential(domain="DUNS", identity="1"),)),
            ["OrderRequest", "ConfirmationRequest", "ShipNoticeRequest", "InvoiceDetailRequest"],
        ),
    ],
)
def test_the_usual_sets_of_the_formats_that_a_partner_speaks(
    known: Identifiers, kinds: list[str]
) -> None:
    assert [one.kind for one in built(Profile(identifiers=known)).sets] == kinds


def test_sets_that_are_asked_for() -> None:
    assert [one.kind for one in built(PROFILE, "856", "INVOIC").sets] == ["856", "INVOIC"]
    with pytest.raises(UnknownSetError) as caught:
        built(PROFILE, "8500")
    assert "850" in caught.value.known


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_table_has_a_guide(form: str) -> None:
    for kind, table in ours(form).items():
        found = set_guide(form, kind, table)
        rows = [*found.rows, *(row for one in found.segments for row in one.rows)]
        assert rows or not table.rows, kind
        assert all(row.place and row.field for row in rows)


def test_xml_is_a_list_of_paths() -> None:
    [found] = built(Profile(), "OrderRequest").sets
    rows = {row.field: row for row in found.rows}
    assert rows["lines.quantity"].place == "ItemOut/@quantity"
    assert rows["lines.quantity"].required


def test_the_guide_as_markdown() -> None:
    text = "\n".join(markdown(built()))
    assert "SECRET" not in text
    assert text.startswith("# Implementation guide for Acme\n")
    assert "### BEG order heading (required, 1)" in text
    assert "| DTM/02 * | date | requested_date |" in text


def test_the_guide_as_a_page_of_its_own() -> None:
    profile = Profile(name="<b>A & B</b>", x12=PROFILE.x12)
    page = html(guide("acme", Agreed(profile), ["850"]))
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in page
    assert '<tr class="own"><td>DTM/02</td>' in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
