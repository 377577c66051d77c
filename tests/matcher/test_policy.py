"""The policy: defaults, overrides field by field, what is wrong with one, its page (S5.4)."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.money import UNLIMITED
from matcher.policy import KEYS, PolicyError, on_line, policy_of
from matcher.policy_review import problems_of

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z_.]+)` \| (.*?) \| .* \| (\w+) \|$", PAGE, re.MULTILINE)
OVERRIDES = [
    {"match": {"category": "PACK"}, "set": {"price": {"over_pct": "1"}, "way": 2}},
    {"match": {"supplier": "77"}, "set": {"price": {"over_pct": "3", "cap_abs": "50"}}},
    {"match": {"supplier": "77", "category": "PACK"}, "set": {"price": {"over_pct": "7"}}},
]


def told(raw: dict[str, Any]) -> list[str]:
    return [f"{one.key}: {one.message}" for one in problems_of(raw)]


class TestResolution:
    def test_each_field_by_itself(self) -> None:
        policy = policy_of({"price": {"over_pct": "9"}, "overrides": OVERRIDES})
        limits = policy.limits(("77",), "PACK")
        assert limits.percent("price.over_pct") == Decimal("0.07")
        assert limits.amount("price.cap_abs") == Decimal(50)
        assert limits.days("way") == 2
        assert limits.cite("price.over_pct") == (
            "price.over_pct = 7 (supplier 77 and category PACK)"
        )
        assert policy.limits(("77",), "IT").percent("price.over_pct") == Decimal("0.03")
        assert policy.limits(("78",), "PACK").percent("price.over_pct") == Decimal("0.01")
        assert policy.limits(("78",), None).percent("price.over_pct") == Decimal("0.09")

    def test_the_order_of_overrides_does_not_matter_for_their_rank(self) -> None:
        forth, back = policy_of({"overrides": OVERRIDES}), policy_of({"overrides": OVERRIDES[::-1]})
        assert forth.limits(("77",), "PACK").values == back.limits(("77",), "PACK").values

    def test_the_order_line_comes_first(self) -> None:
        limits = policy_of({"overrides": OVERRIDES}).limits(("77",), "PACK")
        own = on_line(limits, {"price": {"over_pct": "0"}}, 4)
        assert own.percent("price.over_pct") == 0
        assert own.days("way") == 4
        assert own.cite("way") == "way = 4 (order line)"
        assert on_line(limits, {"price": "2"}, None).percent("price.over_pct") == Decimal("0.02")
        assert on_line(limits, {"qty": "2"}, None).tolerances["ordered"][0] == Decimal("0.02")

    def test_an_override_may_name_an_order_or_a_line_of_it(self, book: Any) -> None:
        book.order({"qty": "10", "price": "10.00"}, {"qty": "10", "price": "10.00"})
        book.receipt("10", "10")
        book.invoice({"qty": "10", "price": "10.50"}, {"qty": "10", "price": "10.50"})
        overrides = [
            {"match": {"order": "7700"}, "set": {"price": {"over_pct": "2"}}},
            {"match": {"order": "7700", "line": "02"}, "set": {"price": {"over_pct": "6"}}},
            {"match": {"supplier": "ACME"}, "set": {"price": {"over_pct": "9"}}},
        ]
        outcome = book.outcome(overrides=overrides)
        assert outcome.line_codes("1") == ["PRICE_OVER"]
        assert outcome.line_codes("2") == ["PRICE_TOL"]
        assert outcome.finding("PRICE_TOL").rule == "price.over_pct = 6 (order 7700 and line 02)"

    def test_the_order_lines_own_tolerance_comes_before_it(self, book: Any) -> None:
        book.order({"qty": "10", "price": "10.00", "tol": {"price": "0"}})
        book.receipt("10")
        book.invoice({"qty": "10", "price": "10.50"})
        overrides = [{"match": {"order": "7700"}, "set": {"price": {"over_pct": "6"}}}]
        assert book.outcome(overrides=overrides).line_codes() == ["PRICE_OVER"]

    def test_what_an_order_line_cannot_mean_is_left_out(self) -> None:
        limits = policy_of({}).limits()
        nonsense = {"price": {"over_pct": "-5"}, "tax": {"abs": "9"}, "zebra": 1}
        assert on_line(limits, nonsense, 7).values == limits.values

    def test_unlimited_is_a_word(self) -> None:
        limits = policy_of({"qty": {"ordered_pct": "unlimited"}}).limits()
        assert limits.percent("qty.ordered_pct") == UNLIMITED
        assert limits.cite("qty.ordered_pct") == "qty.ordered_pct = unlimited (company)"

    def test_not_given_is_not_given(self) -> None:
        limits = policy_of({"price": {"cap_abs": None}}).limits()
        assert limits.amount("price.cap_abs") is None
        assert limits.cite("price.cap_abs") == "price.cap_abs = not given (company)"

    def test_rates_work_both_ways(self) -> None:
        policy = policy_of({"fx": {"EUR/USD": "1.25"}})
        assert policy.rate("EUR", "USD") == Decimal("1.25")
        assert policy.rate("USD", "EUR") == Decimal("0.8")
        assert policy.rate("USD", "USD") == 1
        assert policy.rate("USD", "CHF") is None


class TestProblems:
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (
                {"price": {"ovr_pct": "5"}},
                "price.ovr_pct: unknown key; did you mean price.over_pct?",
            ),
            ({"zebra": 1}, "zebra: unknown key"),
            ({"price": {"over_pct": "-1"}}, "price.over_pct: must be a number, not negative"),
            ({"price": {"over_pct": "NaN"}}, "price.over_pct: must be a number, not negative"),
            ({"price": {"over_pct": "lots"}}, "price.over_pct: must be a number, not negative"),
            ({"qty": {"ordered_abs": True}}, "qty.ordered_abs: must be a number, not negative"),
            ({"way": 5}, "way: must be 2, 3 or 4"),
            ({"dates": {"stale_days": "1.5"}}, "dates.stale_days: must be a whole number of days"),
            ({"dates": {"stale_days": "unlimited"}}, "dates.stale_days: must be a number"),
            ({"recovery": {"auto": "yes"}}, "recovery.auto: must be true or false"),
            ({"recovery": {"min": "1.5"}}, "recovery.min: must be between 0 and 1"),
            ({"rejected": "keep"}, "rejected: must be dispute or await_replacement"),
            ({"fx": {"EURUSD": "1"}}, "fx.EURUSD: must read"),
            ({"fx": {"EUR/USD": "0"}}, "fx.EUR/USD: must read"),
            ({"codes": {"PRICE_OVR": {"role": "AP"}}}, "codes.PRICE_OVR: is no code"),
            ({"codes": {"PRICE_OVER": {"bucket": "approve"}}}, "codes.PRICE_OVER.bucket: must be"),
            ({"codes": {"PRICE_OVER": {"severity": "bad"}}}, "codes.PRICE_OVER.severity: must be"),
            ({"overrides": {"match": {}}}, "overrides: must be a list of tables"),
            ({"overrides": [{"set": {}}]}, "overrides[0]: needs a match and a set"),
            (
                {"overrides": [{"match": {"line": "1"}, "set": {"way": 2}}]},
                "overrides[0].match.line: needs its order beside it",
            ),
            ({"qty": {"ordered_abs": "3"}}, "qty.ordered_abs: never decides: qty.ordered_pct is 0"),
            ({"price": {"cap_abs": "3"}}, "price.cap_abs: never decides: price.over_pct is 0"),
            (
                {"price": {"under_block_pct": "100"}},
                "price.under_block_pct: never decides: nothing is cheaper",
            ),
            ({"way": 2, "two_way_below": "50"}, "two_way_below: never decides: way is 2"),
            ({"pair": {"join": "0.5"}}, "pair.join: is below pair.min"),
            ({"charge": {"over_pct": "0", "over_abs": "9"}}, "charge.over_abs: never decides"),
            (
                {"overrides": [{"match": {"order": "1"}, "set": {"price": {"cap_abs": "3"}}}]},
                "overrides[0].set.price.cap_abs: never decides: price.over_pct is 0",
            ),
            (
                {"overrides": [{"match": {"buyer": "1"}, "set": {"way": 2}}]},
                "overrides[0].match.buyer: must be supplier, category, order or line",
            ),
            (
                {"overrides": [{"match": {"supplier": "1"}, "set": {"way": 2}, "sat": 1}]},
                "overrides[0].sat: unknown key",
            ),
            (
                {"overrides": [{"match": {"supplier": "1"}, "set": 5}]},
                "overrides[0].set: must be a table",
            ),
            (
                {"overrides": [{"match": {"supplier": "1"}, "set": {"dup": {"window_days": 1}}}]},
                "overrides[0].set.dup.window_days: holds for the company only",
            ),
            (
                {"overrides": [{"match": {"category": "1"}, "set": {"tax": {"abs": 1}}}]},
                "overrides[0].set.tax.abs: cannot depend on a category or an order",
            ),
            (
                {"overrides": [{"match": {"supplier": "1"}, "set": {}}]},
                "overrides[0]: sets nothing",
            ),
            (
                {"overrides": [{"match": {}, "set": {"way": 2}}]},
                "overrides[0]: matches everything: set the value at the top instead",
            ),
            (
                {"overrides": [{"match": {"supplier": "1"}, "set": {"way": 2}}] * 2},
                "overrides[1].set.way: is set twice for the same match",
            ),
        ],
    )
    def test_each_is_named(self, raw: dict[str, Any], expected: str) -> None:
        assert any(one.startswith(expected) for one in told(raw)), told(raw)

    def test_a_policy_with_problems_is_not_used(self) -> None:
        with pytest.raises(PolicyError) as caught:
            policy_of({"zebra": 1, "way": 9})
        assert {one.key for one in caught.value.problems} == {"zebra", "way"}

    def test_the_default_has_none(self) -> None:
        assert not problems_of({})


class TestVersion:
    def test_it_is_a_digest_of_what_is_decided(self) -> None:
        plain = policy_of({}).version
        assert policy_of({"way": 3}).version == plain
        assert policy_of({"way": 2}).version != plain
        assert policy_of({"overrides": OVERRIDES}).version != plain

    def test_a_declared_version_stands_before_it(self) -> None:
        assert policy_of({"version": "2026-1"}).version == f"2026-1+{policy_of({}).version}"

    def test_every_result_is_stamped(self, book: Any) -> None:
        book.order({"qty": "1", "price": "1.00"})
        book.invoice({"qty": "1", "price": "1.00"})
        outcome = book.outcome(version="v7")
        assert outcome.result.policy_version == policy_of({"version": "v7"}).version


class TestSeverities:
    def test_a_policy_may_change_severity_and_role(self, book: Any) -> None:
        book.order({"qty": "2", "price": "5.00"})
        book.receipt("2")
        book.invoice({"qty": "2", "price": "4.00"})
        changed = {"PRICE_UNDER": {"severity": "block", "role": "category manager"}}
        outcome = book.outcome(codes=changed)
        finding = outcome.finding("PRICE_UNDER")
        assert (finding.severity, finding.role) == ("block", "category manager")
        assert outcome.verdict == "exception"
        assert outcome.money == ("8.00", "0.00", "0.00")


class TestPage:
    def test_every_key_is_described_once(self) -> None:
        described = [key for key, _, _ in ROWS]
        assert sorted(described) == sorted([*KEYS, "fx"])

    @pytest.mark.parametrize(("key", "default", "scope"), ROWS)
    def test_with_its_default_and_scope(self, key: str, default: str, scope: str) -> None:
        if key == "fx":
            return
        known = KEYS[key].default
        shown = "not given" if known is None else str(known).lower()
        assert default.strip("`") == shown
        assert scope == KEYS[key].scope

    @pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
    def test_its_examples_are_sound(self, example: str) -> None:
        raw = tomllib.loads(example)
        assert "suppliers" in raw or not problems_of(raw)
