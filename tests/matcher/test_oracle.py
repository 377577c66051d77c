"""The matcher and a second opinion, written without it, agree on random cases to the cent."""

import datetime as dt
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.assess import assess
from matcher.entries import Master, Supplier
from matcher.policy import policy_of
from matcher.result import LineResult, Reconciliation
from matcher.short import short_facts
from tests.matcher.oracle import judge
from tests.matcher.oracle_cases import case_of, facts_of

AS_OF = dt.date(2026, 1, 31)
CASES = int(os.environ.get("DOCKMATCH_LAWS", "600"))
MASTER = Master(suppliers={"S1": Supplier(bank="XX1")})


def cents(one: Reconciliation | LineResult) -> list[int]:
    return [int(amount * 100) for amount in (one.approved, one.pending, one.disputed)]


@settings(max_examples=CASES, deadline=None, print_blob=True)
@given(st.integers(0, 2**40))
def test_money_and_codes_are_the_same(seed: int) -> None:
    case = case_of(seed)
    results = assess(short_facts(facts_of(case)), policy_of(case.policy), AS_OF, MASTER)
    judge(case)
    found = {one.invoice.id: one for one in results}
    for bill in case.bills:
        result = found[bill.id]
        assert (cents(result), set(result.codes)) == (bill.money, bill.codes)
        for line, one in zip(result.lines, bill.lines, strict=True):
            assert (cents(line), set(line.codes)) == (one.money, one.codes)
