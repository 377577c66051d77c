"""From canonical records to facts: the untidiness of real documents (S1, records.md)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mappers.canonical import (
    Adjustment,
    DocumentRef,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    Party,
    PriceBasis,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Session,
    Source,
    Tax,
    Terms,
    Totals,
)
from matcher.assess import assess
from matcher.entries import CreditMemo, DebitMemo, Inspection, Refused, Return, ShipNotice, Void
from matcher.entries import Invoice as Claim
from matcher.entries import Order as OrderFact
from matcher.entries import Receipt as ReceiptFact
from matcher.facts import LIKE, facts_of, keys_of, recovery_keys_of
from matcher.policy import policy_of

D = Decimal
X12, CXML = Source(format="x12", type="810"), Source(format="cxml")
PEN = Item(supplier_part="P-1", buyer_part="100", gtin="036000291452", description="pen")


def order(*lines: OrderLine, **fields: Any) -> PurchaseOrder:
    head = {"number": "31", "operation": "new", "date": dt.date(2026, 4, 1), "currency": "USD"}
    return PurchaseOrder(lines=lines, **{**head, **fields})


def order_line(number: str = "1", quantity: str = "10", price: str = "2.00", **f: Any) -> OrderLine:
    defaults = {"uom": "EA", "item": PEN}
    return OrderLine(number=number, quantity=D(quantity), unit_price=D(price), **{**defaults, **f})


def invoice(*lines: InvoiceLine, total: str | None = None, **fields: Any) -> Invoice:
    head = {"number": "A1", "type": "invoice", "date": dt.date(2026, 4, 9), "orders": ("31",)}
    totals = fields.pop("totals", Totals(total=D(total)) if total else None)
    return Invoice(lines=lines, totals=totals, source=X12, **{**head, **fields})


def invoice_line(number: str = "1", quantity: str = "10", price: str = "2.00", **f: Any) -> Any:
    defaults = {"uom": "EA", "item": PEN}
    full = {**defaults, **f}
    return InvoiceLine(number=number, quantity=D(quantity), unit_price=D(price), **full)


def received(*lines: ReceiptLine, **fields: Any) -> Receipt:
    head = {"evidence": "received", "number": "G1", "date": dt.date(2026, 4, 5)}
    return Receipt(lines=lines, source=CXML, **{**head, **fields})


def goods(line: str = "1", quantity: str | None = "10", **fields: Any) -> ReceiptLine:
    amount = D(quantity) if quantity else None
    return ReceiptLine(order=OrderRef(number="31", line=line), quantity=amount, uom="EA", **fields)


def verdicts(*records: Any, **policy: Any) -> dict[str, Any]:
    facts = [fact for n, record in enumerate(records) for fact in facts_of(record, f"d{n}")]
    results = assess(facts, policy_of(policy), dt.date(2026, 4, 20))
    return {one.invoice.number: one for one in results}


def only(record: Any) -> Any:
    (fact,) = facts_of(record, "d")
    return fact


class TestOrders:
    def test_a_line(self) -> None:
        fact = only(order(order_line(price_basis=PriceBasis(quantity=D(100)))))
        assert isinstance(fact, OrderFact)
        line = fact.lines[0]
        assert (line.number, line.quantity, line.price, line.per) == ("1", D(10), D("2.00"), D(100))
        assert (line.vendor_part, line.buyer_part, line.gtin) == ("P-1", "100", "036000291452")
        assert line.at == "/lines/0"

    def test_a_basis_in_another_unit_has_a_factor(self) -> None:
        basis = PriceBasis(quantity=D(1), uom="DZ", factor=D("0.5"))
        assert only(order(order_line(price_basis=basis))).lines[0].per == 2

    def test_a_line_by_amount(self) -> None:
        line = only(order(OrderLine(number="1", amount=D(500)))).lines[0]
        assert (line.basis, line.amount) == ("amount", D(500))

    def test_an_allowance_beside_a_gross_price_lowers_it(self) -> None:
        off = (Adjustment(type="allowance", amount=D("4.00")),)
        gross = order(order_line(adjustments=off), source=Source(format="x12", type="850"))
        assert only(gross).lines[0].price == D("1.60")
        net = order(order_line(adjustments=off), source=CXML)
        assert only(net).lines[0].price == D("2.00")

    def test_header_allowances_are_a_discount_and_charges_are_planned(self) -> None:
        adjustments = (
            Adjustment(type="allowance", amount=D("2.00")),
            Adjustment(type="charge", code="D240", amount=D("7.00")),
        )
        fact = only(order(order_line(), adjustments=adjustments))
        assert fact.discount == 10
        assert [(one.type, one.amount) for one in fact.charges] == [("freight", D("7.00"))]

    def test_taxes_and_terms(self) -> None:
        windows = (
            Terms(discount_percent=D(2), discount_days=10),
            Terms(net_days=30),
        )
        fact = only(order(order_line(taxes=(Tax(rate=D("8.25")),)), terms=windows))
        assert fact.lines[0].tax_rate == D("0.0825")
        assert (fact.terms.net_days, fact.terms.percent, fact.terms.days) == (30, D(2), 10)

    def test_the_suppliers_names(self) -> None:
        ids = {"duns4": "0123456780000", "assigned_by_buyer": "77 1", "mutually_defined": "X"}
        party = Party(name="Kestrel Works, Inc.", ids=ids, tax_id="84-1")
        assert only(order(order_line(), supplier=party)).supplier_ids == (
            "assigned_by_buyer:771",
            "duns:012345678",
            "name:KESTRELWORKS",
            "tax:841",
        )

    def test_a_cancellation_leaves_the_lines_as_they_were(self) -> None:
        cancel = order(operation="cancel")
        found = verdicts(
            order(order_line()), cancel, received(goods(quantity="4")), invoice(invoice_line())
        )
        assert found["A1"].lines[0].codes == ("PO_CANCELLED",)
        assert found["A1"].approved == D("8.00")

    def test_a_change_set_is_laid_over_the_order(self) -> None:
        change = order(
            order_line(quantity="6"),
            operation="change",
            date=dt.date(2026, 4, 2),
            source=Source(format="x12", type="860"),
        )
        first = order(order_line(), order_line("2"))
        found = verdicts(first, change, received(goods(quantity="10")), invoice(invoice_line()))
        assert found["A1"].lines[0].codes == ("QTY_OVER_ORDERED",)

    def test_a_line_deleted_by_a_change(self) -> None:
        change = order(
            order_line(fields={"change": "DI"}),
            operation="change",
            source=Source(format="x12", type="860"),
        )
        found = verdicts(order(order_line()), change, invoice(invoice_line()))
        assert found["A1"].lines[0].codes == ("PO_CANCELLED",)

    def test_an_order_without_a_number_says_nothing(self) -> None:
        assert facts_of(order(order_line(), number=None), "d") == ()


class TestGoods:
    def test_shipped_is_a_notice(self) -> None:
        fact = only(received(goods(), evidence="shipped", delivered_at="2026-04-07T10:00:00Z"))
        assert isinstance(fact, ShipNotice)
        assert fact.expected == dt.date(2026, 4, 7)

    def test_received_is_a_receipt_and_may_name_its_notice(self) -> None:
        fact = only(received(goods(final=True), fields={"shipNoticeID": "SN-1"}))
        assert isinstance(fact, ReceiptFact)
        assert fact.ship_notice == "SN-1"
        assert fact.lines[0].final

    def test_a_receipt_with_returns_and_inspections_is_three_facts(self) -> None:
        record = received(
            goods(quantity=None, accepted=D(8), rejected=D(2)), goods(quantity="1", type="return")
        )
        facts = facts_of(record, "d")
        assert [type(fact) for fact in facts] == [ReceiptFact, Return, Inspection]
        assert facts[0].lines[0].quantity == 10  # type: ignore[union-attr]

    @pytest.mark.parametrize(("evidence", "kind"), [("shipped", "asn"), ("received", "receipt")])
    def test_a_cancellation_is_a_void(self, evidence: str, kind: str) -> None:
        fact = only(received(goods(), evidence=evidence, operation="cancel"))
        assert isinstance(fact, Void)
        assert (fact.kind, fact.number) == (kind, "G1")

    def test_the_counter_of_an_856_is_soft(self) -> None:
        line = ReceiptLine(number="7", order=OrderRef(number="31"), item=PEN, quantity=D(10))
        record = received(line, evidence="shipped")
        soft = Receipt(lines=record.lines, evidence="shipped", source=Source(format="x12"))
        assert (only(soft).lines[0].po_line, only(soft).lines[0].firm) == ("7", False)
        assert only(record).lines[0].po_line is None


class TestInvoices:
    def test_the_counter_of_an_810_is_a_soft_claim(self) -> None:
        line = only(invoice(invoice_line("3"))).lines[0]
        assert (line.po_line, line.firm) == ("3", False)
        named = invoice_line("3", order=OrderRef(number="31", line="1"))
        line = only(invoice(named)).lines[0]
        assert (line.po_line, line.firm, line.po) == ("1", True, "31")

    def test_a_soft_claim_pairs_without_identifiers_and_yields_to_them(self) -> None:
        orders = order(order_line(), order_line("2", item=Item(supplier_part="P-2")))
        bare = invoice(invoice_line("2", item=None))
        assert verdicts(orders, bare)["A1"].lines[0].order.line == "2"
        other = invoice(invoice_line("1", item=Item(supplier_part="P-2")))
        result = verdicts(orders, other)["A1"].lines[0]
        assert result.order.line == "2"
        assert "PAIR_BY_ITEM" not in result.codes

    def test_header_parts(self) -> None:
        fact = only(
            invoice(
                invoice_line(),
                InvoiceLine(type="charge", amount=D("3.00"), item=Item(description="Freight")),
                adjustments=(
                    Adjustment(type="allowance", amount=D("1.00")),
                    Adjustment(type="charge", reason="Handling fee", amount=D("2.00")),
                    Adjustment(type="allowance", amount=D("9.00"), handling="04"),
                ),
                taxes=(Tax(rate=D("8.25"), amount=D("1.65"), taxable=D("20.00")),),
                total="25.65",
                remit_to=Party(name="Kestrel", bank_account="XX11"),
            )
        )
        assert [(one.type, one.amount) for one in fact.charges] == [
            ("handling", D("2.00")),
            ("freight", D("3.00")),
        ]
        assert [one.amount for one in fact.allowances] == [D("1.00")]
        assert [(one.rate, one.amount) for one in fact.taxes] == [(D("0.0825"), D("1.65"))]
        assert (fact.bank, fact.remit_to) == ("XX11", "Kestrel")
        assert len(fact.lines) == 1

    def test_an_invoice_of_several_orders_names_none(self) -> None:
        fact = only(invoice(invoice_line(), orders=("31", "32")))
        assert (fact.order, fact.orders) == (None, ("31", "32"))

    def test_a_cancellation_takes_the_invoice_back(self) -> None:
        cancel = invoice(operation="cancel")
        assert verdicts(order(order_line()), invoice(invoice_line()), cancel) == {}

    def test_kinds(self) -> None:
        named = DocumentRef(number="A0")
        credit = only(invoice(invoice_line(), type="credit_memo", original=named))
        assert isinstance(credit, CreditMemo)
        assert credit.ref_invoice == "A0"
        assert isinstance(only(invoice(invoice_line(), type="debit_memo")), DebitMemo)
        assert type(only(invoice(invoice_line(), type=None))) is Claim

    def test_a_negative_invoice_is_a_credit(self) -> None:
        lines = (invoice_line(quantity="-10", amount=D("-20.00")),)
        fact = only(invoice(*lines, total="-21.00", taxes=(Tax(amount=D("-1.00")),)))
        assert isinstance(fact, CreditMemo)
        assert (fact.total, fact.lines[0].quantity, fact.lines[0].amount) == (21, 10, 20)
        assert fact.taxes[0].amount == 1

    def test_an_incomplete_record_is_not_matched(self) -> None:
        assert facts_of(invoice(invoice_line(), incomplete=True), "d") == ()

    @pytest.mark.parametrize("number", ["NaN", "1E+400"])
    def test_an_impossible_number_is_refused_and_answered(self, number: str) -> None:
        record = invoice(invoice_line(quantity=number), total="20.00")
        fact = only(record)
        assert isinstance(fact, Refused)
        result = verdicts(order(order_line()), record)["A1"]
        assert result.codes == ("FACT_REFUSED",)
        assert result.pending == 20

    def test_refused_orders_and_receipts_are_told(self) -> None:
        orders, receipt = order(order_line(quantity="NaN")), received(goods(quantity="NaN"))
        result = verdicts(orders, receipt, invoice(invoice_line()))["A1"]
        assert [one.code for one in result.findings].count("FACT_REFUSED") == 2

    def test_other_records_say_nothing(self) -> None:
        assert facts_of(Session(), "d") == ()
        assert keys_of(Session()) == ()


class TestReadings:
    """Of the readings that a document allows, the one that adds up (S7.3)."""

    def money(self, record: Invoice) -> tuple[Decimal, list[Decimal | None]]:
        fact = only(record)
        charges = sum((one.amount for one in fact.charges), D(0))
        allowances = sum((one.amount for one in fact.allowances), D(0))
        return charges - allowances, [line.amount for line in fact.lines]

    def test_a_summary_that_repeats_its_lines_counts_once(self) -> None:
        freight = Adjustment(type="charge", code="D240", amount=D("5.00"))
        line = invoice_line(adjustments=(freight,))
        twice = invoice(line, adjustments=(freight,), total="25.00")
        assert verdicts(order(order_line()), twice)["A1"].findings
        fact = only(twice)
        line_money = sum((one.amount for one in fact.lines[0].allowances), D(0))
        header = sum((one.amount for one in fact.charges), D(0))
        assert header - line_money == 5

    def test_and_both_count_where_both_are_in_the_total(self) -> None:
        freight = Adjustment(type="charge", code="D240", amount=D("5.00"))
        line = invoice_line(adjustments=(freight,))
        fact = only(invoice(line, adjustments=(freight,), total="30.00"))
        assert fact.charges
        assert fact.lines[0].allowances

    @pytest.mark.parametrize("stated", ["20.00", "18.00"])
    def test_a_lines_amount_may_be_before_or_after_its_allowance(self, stated: str) -> None:
        off = (Adjustment(type="allowance", amount=D("2.00")),)
        record = invoice(invoice_line(amount=D(stated), adjustments=off), total="18.00")
        assert only(record).lines[0].amount == 18

    def test_shipping_is_freight(self) -> None:
        totals = Totals(total=D("26.00"), shipping=D("6.00"))
        assert self.money(invoice(invoice_line(), totals=totals)) == (6, [None])

    def test_shipping_that_a_charge_repeats_counts_once(self) -> None:
        totals = Totals(total=D("26.00"), shipping=D("6.00"))
        freight = (Adjustment(type="charge", code="D240", amount=D("6.00")),)
        record = invoice(invoice_line(), totals=totals, adjustments=freight)
        assert self.money(record)[0] == 6

    def test_tax_may_be_stated_on_lines_or_as_a_sum_or_as_a_charge(self) -> None:
        on_line = invoice(invoice_line(taxes=(Tax(rate=D(10), amount=D(2)),)), total="22.00")
        as_sum = invoice(invoice_line(), totals=Totals(total=D("22.00"), tax=D("2.00")))
        charge = Adjustment(type="charge", code="H850", amount=D("2.00"))
        as_charge = invoice(invoice_line(), adjustments=(charge,), total="22.00")
        computed = invoice(
            invoice_line(), taxes=(Tax(rate=D(10), taxable=D("20.00")),), total="22.00"
        )
        for record in (on_line, as_sum, as_charge, computed):
            assert [one.amount for one in only(record).taxes] == [2]

    def test_tax_as_a_tax_and_as_a_charge_counts_once(self) -> None:
        charge = Adjustment(type="charge", code="H850", amount=D("2.00"))
        record = invoice(
            invoice_line(), adjustments=(charge,), taxes=(Tax(amount=D("2.00")),), total="22.00"
        )
        assert [one.amount for one in only(record).taxes] == [2]

    def test_a_percentage_is_worked_out(self) -> None:
        off = (Adjustment(type="allowance", percent=D(5)),)
        assert self.money(invoice(invoice_line(), adjustments=off, total="19.00"))[0] == -1

    def test_what_does_not_add_up_is_read_plainly(self) -> None:
        record = invoice(invoice_line(amount=D("20.00")), total="99.00")
        result = verdicts(order(order_line()), received(goods()), record)["A1"]
        assert result.codes == ("ARITH_TOTAL",)
        assert (result.approved, result.disputed) == (20, 79)


class TestSuppliers:
    def test_what_a_document_leaves_out_is_no_mismatch(self) -> None:
        orders = order(order_line(), supplier=Party(name="Kestrel", ids={"duns": "123456789"}))
        for party in (None, Party(ids={"assigned_by_seller": "9"}), Party(name="KESTREL LLC")):
            found = verdicts(orders, received(goods()), invoice(invoice_line(), supplier=party))
            assert found["A1"].verdict == "matched"

    def test_two_names_that_differ_are_two_suppliers(self) -> None:
        orders = order(order_line(), supplier=Party(name="Kestrel"))
        found = verdicts(
            orders, received(goods()), invoice(invoice_line(), supplier=Party(name="Osprey"))
        )
        assert found["A1"].codes == ("SUPPLIER_MISMATCH",)

    def test_unless_an_identifier_agrees(self) -> None:
        ids = {"duns": "123456789"}
        orders = order(order_line(), supplier=Party(name="Kestrel", ids=ids))
        claim = invoice(invoice_line(), supplier=Party(name="Kestrel West", ids=ids))
        assert verdicts(orders, received(goods()), claim)["A1"].verdict == "matched"


class TestKeys:
    def test_orders_bind_what_names_them(self) -> None:
        orders, claim = order(order_line(), number="po-31"), invoice(orders=("PO-31",))
        receipt = received(ReceiptLine(order=OrderRef(number="Po-31"), quantity=D(1)))
        keys = [set(keys_of(record)) for record in (orders, claim, receipt)]
        assert set.intersection(*keys) == {"order:PO-31"}

    def test_receipts_of_one_number_bind(self) -> None:
        assert "goods:G1" in keys_of(received(goods()))

    @pytest.mark.parametrize("number", ["A 1", "a-1", "A-I"])
    def test_numbers_that_read_alike_are_to_be_compared(self, number: str) -> None:
        shared = set(keys_of(invoice(number="A1"))) & set(keys_of(invoice(number=number)))
        assert any(key.startswith(LIKE) for key in shared)

    @pytest.mark.parametrize("number", ["K4071", "K417", "K40177", "K4018"])
    def test_numbers_one_keystroke_apart_with_one_total(self, number: str) -> None:
        def near(claim: str, total: str) -> set[str]:
            return {key for key in keys_of(invoice(number=claim, total=total)) if LIKE in key}

        assert near("K4017", "20.00") & near(number, "20.0")
        assert not near("K4017", "20.00") & near(number, "20.01")

    def test_a_credit_is_to_be_compared_with_its_invoice(self) -> None:
        credit = invoice(number="C9", original=DocumentRef(number="A1"))
        assert set(keys_of(credit)) & {key for key in keys_of(invoice()) if LIKE in key}

    def test_lost_orders_are_found_by_their_items(self) -> None:
        assert recovery_keys_of(order(order_line())) == recovery_keys_of(invoice(invoice_line()))
        assert recovery_keys_of(received(goods())) == ()
