"""The policy: every limit that matching applies, where it holds, and where it came from (S5.4).

A policy is a nested mapping (the keys of `policy.toml`, described one by one in docs/policy.md).
`KEYS` is its whole vocabulary. Values are resolved field by field, most specific first: what the
order line says itself, overrides for that line or its order, supplier and category, supplier,
category, company. An absent limit is zero or off, never infinite:
a limit is lifted only by the word "unlimited". The version of a policy is a digest of what it says,
so two policies that decide alike have one version.
"""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from matcher.codes import CODES
from matcher.entries import OrderLine
from matcher.folding import line_key
from matcher.money import HUNDRED, UNLIMITED, is_sane

Kind = Literal["percent", "amount", "share", "days", "way", "flag", "choice", "text"]
Scope = Literal["line", "supplier", "company"]
Value = Decimal | int | bool | str | None


class Key(Struct, frozen=True):
    """One entry of the vocabulary; `scope` is the narrowest place where it can be set."""

    kind: Kind
    default: Value
    scope: Scope = "company"
    choices: tuple[str, ...] = ()


_ZERO = Decimal(0)
KEYS: dict[str, Key] = {
    "way": Key("way", 3, "line"),
    "qty.ordered_pct": Key("percent", _ZERO, "line"),
    "qty.ordered_abs": Key("amount", None, "line"),
    "qty.received_pct": Key("percent", _ZERO, "line"),
    "qty.received_abs": Key("amount", None, "line"),
    "qty.accepted_pct": Key("percent", _ZERO, "line"),
    "qty.accepted_abs": Key("amount", None, "line"),
    "price.over_pct": Key("percent", _ZERO, "line"),
    "price.cap_abs": Key("amount", None, "line"),
    "price.floor_abs": Key("amount", _ZERO, "line"),
    "price.under_block_pct": Key("percent", None, "line"),
    "rejected": Key("choice", "dispute", "line", ("dispute", "await_replacement")),
    "charge.over_pct": Key("percent", None, "supplier"),
    "charge.over_abs": Key("amount", None, "supplier"),
    "charge.unplanned_abs": Key("amount", _ZERO, "supplier"),
    "tax.abs": Key("amount", _ZERO, "supplier"),
    "total.rounding_abs": Key("amount", Decimal("0.05"), "supplier"),
    "limit.over_pct": Key("percent", _ZERO, "supplier"),
    "dates.future_days": Key("days", 0, "supplier"),
    "dates.stale_days": Key("days", 365, "supplier"),
    "dates.receipt_wait_days": Key("days", 30, "supplier"),
    "dates.before_po": Key("choice", "warn", "supplier", ("warn", "block")),
    "dup.window_days": Key("days", 90),
    "dup.suspect_days": Key("days", 7),
    "terms.baseline": Key(
        "choice", "invoice_date", "supplier", ("invoice_date", "receipt_date", "later")
    ),
    "terms.choose": Key("choice", "po", "supplier", ("po", "best")),
    "recovery.auto": Key("flag", default=True),
    "recovery.min": Key("share", Decimal("0.80")),
    "recovery.margin": Key("share", Decimal("0.15")),
    "pair.min": Key("share", Decimal("0.60")),
    "pair.join": Key("share", Decimal("0.85")),
    "pair.rival": Key("share", Decimal("0.02")),
    "pair.weights.version": Key("text", "1"),
    "pair.weights.line": Key("share", Decimal("0.90")),
    "pair.weights.gtin": Key("share", Decimal("0.95")),
    "pair.weights.part": Key("share", Decimal("0.92")),
    "pair.weights.description": Key("share", Decimal("0.75")),
    "pair.weights.price_near": Key("share", Decimal("0.30")),
    "pair.weights.price_close": Key("share", Decimal("0.15")),
    "pair.weights.contradiction": Key("share", Decimal("0.35")),
    "pair.weights.other_line": Key("share", Decimal("0.80")),
    "asn_is_receipt": Key("flag", default=False, scope="supplier"),
    "two_way_below": Key("amount", None, "supplier"),
    "fx_pct": Key("percent", _ZERO, "supplier"),
}
_TABLES = {name.rsplit(".", depth)[0] for name in KEYS for depth in range(1, name.count(".") + 1)}
_NEAR = 75
_SEVERITIES = ("critical", "block", "wait", "tolerance", "warning", "info")
_MATCHABLE = ("supplier", "category", "order", "line")


class PolicyProblem(Struct, frozen=True, omit_defaults=True):
    """What is wrong with a policy: the dotted key, what it says, and why that cannot be."""

    key: str
    message: str


class PolicyError(ValueError):
    """A policy that cannot be applied; `problems` are all of them."""

    def __init__(self, problems: tuple[PolicyProblem, ...]) -> None:
        super().__init__("; ".join(f"{one.key}: {one.message}" for one in problems))
        self.problems = problems


class Override(Struct, frozen=True, kw_only=True):
    """Values for one supplier, one category, one supplier's category, an order or a line of it."""

    supplier: str | None = None
    category: str | None = None
    order: str | None = None
    line: str | None = None
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """How specific it is: line before order before supplier before category, and their sums."""
        given = (self.line, self.order, self.supplier, self.category)
        return sum(2**place for place, one in enumerate(reversed(given)) if one is not None)

    @property
    def name(self) -> str:
        """Where its values come from, in words."""
        parts = [f"{key} {value}" for key in _MATCHABLE if (value := getattr(self, key))]
        return " and ".join(parts)

    def holds(self, suppliers: tuple[str, ...], category: str | None) -> bool:
        """Whether it applies to a line of this category from a supplier of these names."""
        return (self.supplier is None or self.supplier in suppliers) and (
            self.category is None or self.category == category
        )

    def is_of(self, order: str, line: str) -> bool:
        """Whether it names this order, and this line of it where it names one."""
        names_line = self.line is None or line_key(self.line) == line_key(line)
        return self.order is not None and self.order.upper() == order.upper() and names_line


class CodeChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A severity or role that this policy gives a code; its bucket is not for changing (S9.2)."""

    severity: str | None = None
    role: str | None = None


class Limits:
    """The values that hold at one place, and the place each came from."""

    __slots__ = ("origins", "tolerances", "values")

    def __init__(self, values: Mapping[str, Value], origins: Mapping[str, str]) -> None:
        self.values, self.origins = values, origins
        self.tolerances = {
            name: (self.percent(f"qty.{name}_pct"), self.amount(f"qty.{name}_abs"))
            for name in ("ordered", "received", "accepted")
        }

    def percent(self, key: str) -> Decimal | None:
        """Return a percentage as a fraction: infinite for "unlimited", None if not given."""
        value = self.amount(key)
        return value if value is None or value == UNLIMITED else value / HUNDRED

    def amount(self, key: str) -> Decimal | None:
        """Return an amount, infinite for "unlimited", None when it is not given."""
        value = self.values[key]
        return value if isinstance(value, Decimal) else None

    def days(self, key: str) -> int:
        """Return a number of days."""
        value = self.values[key]
        return value if isinstance(value, int) else 0

    def choice(self, key: str) -> str:
        """Return a choice as its word."""
        return str(self.values[key])

    def flag(self, key: str) -> bool:
        """Return whether a switch is on."""
        return bool(self.values[key])

    def shown(self, key: str) -> str:
        """Write a value for a person."""
        value = self.values[key]
        if value is None:
            return "not given"
        return "unlimited" if value == UNLIMITED else str(value)

    def cite(self, key: str) -> str:
        """Name the entry that decided: key, value and where it came from."""
        return f"{key} = {self.shown(key)} ({self.origins[key]})"


class Policy(Struct, frozen=True, kw_only=True):
    """A checked policy. Make one with `policy_of`; `Policy()` itself is the default."""

    values: dict[str, Value] = field(
        default_factory=lambda: {name: key.default for name, key in KEYS.items()}
    )
    overrides: tuple[Override, ...] = ()
    fx: dict[str, Decimal] = field(default_factory=dict)
    codes: dict[str, CodeChange] = field(default_factory=dict)
    version: str = ""

    def limits(self, suppliers: tuple[str, ...] = (), category: str | None = None) -> Limits:
        """Resolve every key for a supplier (by any of its names) and a category."""
        general = [one for one in self.overrides if one.order is None]
        holding = [one for one in general if one.holds(suppliers, category)]
        return _over(Limits(self.values, dict.fromkeys(self.values, "company")), holding)

    def on_order(
        self, limits: Limits, order: str, line: OrderLine, suppliers: tuple[str, ...]
    ) -> Limits:
        """Lay over `limits` what this policy says of an order line by its number (S5.4)."""
        named = [one for one in self.overrides if one.is_of(order, line.number)]
        return _over(limits, [one for one in named if one.holds(suppliers, line.category)])

    def rate(self, source: str, target: str) -> Decimal | None:
        """Return how many `target` one `source` is, where a rate is agreed (S7.5)."""
        if source == target:
            return Decimal(1)
        if f"{source}/{target}" in self.fx:
            return self.fx[f"{source}/{target}"]
        inverse = self.fx.get(f"{target}/{source}")
        return 1 / inverse if inverse else None


def _over(limits: Limits, overrides: list[Override]) -> Limits:
    if not overrides:
        return limits
    values, origins = dict(limits.values), dict(limits.origins)
    for one in sorted(overrides, key=lambda override: override.rank):
        values |= one.values
        origins |= dict.fromkeys(one.values, one.name)
    return Limits(values, origins)


def on_line(limits: Limits, tolerances: Mapping[str, object], way: int | None) -> Limits:
    """Lay an order line's own tolerances and way over the limits of its place (S5.4)."""
    if not tolerances and way is None:
        return limits
    short = {"qty": "qty.ordered_pct", "price": "price.over_pct"}
    given = dict(_flat({key: value for key, value in tolerances.items() if value is not None}))
    own: dict[str, Value] = {}
    for name, raw in given.items():
        key = short.get(name, name)
        if key in KEYS and KEYS[key].scope == "line":
            value, wrong = _read(KEYS[key], raw)
            own |= {} if wrong else {key: value}
    if way in {2, 3, 4}:
        own["way"] = way
    return Limits({**limits.values, **own}, {**limits.origins, **dict.fromkeys(own, "order line")})


def policy_of(raw: Mapping[str, Any]) -> Policy:
    """Read a policy; what is not given has its default. Raises PolicyError with every problem."""
    policy, problems = read_policy(raw)
    if problems:
        raise PolicyError(tuple(problems))
    return policy


def read_policy(raw: Mapping[str, Any]) -> tuple[Policy, list[PolicyProblem]]:
    """Read a policy as far as it can be read, and all that is wrong with it."""
    problems: list[PolicyProblem] = []
    special = {"overrides", "fx", "codes", "version"}
    own = {key: value for key, value in raw.items() if key not in special}
    values = _values(own, "", "company", problems)
    overrides = tuple(_overrides(raw.get("overrides", ()), problems))
    fx = _rates(raw.get("fx", {}), problems)
    codes = _code_changes(raw.get("codes", {}), problems)
    policy = Policy(
        values={name: key.default for name, key in KEYS.items()} | values,
        overrides=overrides,
        fx=fx,
        codes=codes,
    )
    return msgspec.structs.replace(policy, version=_version(policy, raw.get("version"))), problems


def _flat(raw: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in raw.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and (name in _TABLES or name not in KEYS):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


def _values(raw: Any, prefix: str, place: Scope, problems: list[PolicyProblem]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if not isinstance(raw, Mapping):
        problems.append(PolicyProblem(prefix.rstrip("."), "must be a table"))
        return found
    for name, given in _flat(raw):
        key = KEYS.get(name)
        if key is None:
            problems.append(PolicyProblem(f"{prefix}{name}", f"unknown key{_nearest(name)}"))
        elif place != "company" and key.scope == "company":
            problems.append(PolicyProblem(f"{prefix}{name}", "holds for the company only"))
        elif place == "line" and key.scope == "supplier":
            problems.append(
                PolicyProblem(f"{prefix}{name}", "cannot depend on a category or an order")
            )
        elif given is not None:
            value, wrong = _read(key, given)
            found[name] = value
            if wrong:
                problems.append(PolicyProblem(f"{prefix}{name}", wrong))
    return found


def _nearest(name: str) -> str:
    """Return a hint at the key that was meant, by its whole name or its last part."""
    found = extractOne(name, list(KEYS), scorer=ratio, score_cutoff=_NEAR)
    if found:
        return f"; did you mean {found[0]}?"
    lasts = {key: key.rpartition(".")[2] for key in KEYS}
    near = extractOne(name.rpartition(".")[2], lasts, scorer=ratio, score_cutoff=_NEAR)
    return f"; did you mean {near[2]}?" if near else ""


def _read(key: Key, raw: object) -> tuple[Value, str]:
    """Return a value and what is wrong with it."""
    if key.kind == "flag":
        return (raw, "") if isinstance(raw, bool) else (None, "must be true or false")
    if key.kind == "choice":
        return (
            (str(raw), "") if raw in key.choices else (None, f"must be {' or '.join(key.choices)}")
        )
    if key.kind == "text":
        return str(raw), ""
    if raw == "unlimited" and key.kind in {"percent", "amount"}:
        return UNLIMITED, ""
    number = _number(raw)
    if number is None or number < 0:
        return None, "must be a number, not negative"
    return _read_number(key, number)


def _read_number(key: Key, number: Decimal) -> tuple[Value, str]:
    if key.kind == "way":
        return (int(number), "") if number in {2, 3, 4} else (None, "must be 2, 3 or 4")
    if key.kind == "days":
        whole = number == int(number)
        return (int(number), "") if whole else (None, "must be a whole number of days")
    if key.kind == "share" and number > 1:
        return None, "must be between 0 and 1"
    return number, ""


def _number(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if is_sane(number) else None


def _overrides(raw: Any, problems: list[PolicyProblem]) -> Iterator[Override]:
    if not isinstance(raw, list | tuple):
        problems.append(PolicyProblem("overrides", "must be a list of tables"))
        return
    for index, one in enumerate(raw):
        place = f"overrides[{index}]"
        if not isinstance(one, Mapping) or not isinstance(one.get("match"), Mapping):
            problems.append(PolicyProblem(place, "needs a match and a set"))
            continue
        match = one["match"]
        problems += [
            PolicyProblem(f"{place}.{key}", "unknown key")
            for key in one
            if key not in {"match", "set"}
        ]
        problems += [
            PolicyProblem(f"{place}.match.{key}", "must be supplier, category, order or line")
            for key in match
            if key not in _MATCHABLE
        ]
        if "line" in match and "order" not in match:
            problems.append(PolicyProblem(f"{place}.match.line", "needs its order beside it"))
        scope: Scope = "line" if {"category", "order"} & match.keys() else "supplier"
        yield Override(
            supplier=_text(match.get("supplier")),
            category=_text(match.get("category")),
            order=_text(match.get("order")),
            line=_text(match.get("line")),
            values=_values(one.get("set", {}), f"{place}.set.", scope, problems),
        )


def _text(raw: object) -> str | None:
    return None if raw is None else str(raw)


def _rates(raw: Any, problems: list[PolicyProblem]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for pair, rate in raw.items() if isinstance(raw, Mapping) else ():
        number = _number(rate)
        if number is None or number <= 0 or str(pair).count("/") != 1:
            problems.append(PolicyProblem(f"fx.{pair}", 'must read "EUR/USD" = "1.10", above 0'))
        else:
            found[str(pair)] = number
    return found


def _code_changes(raw: Any, problems: list[PolicyProblem]) -> dict[str, CodeChange]:
    found: dict[str, CodeChange] = {}
    for code, change in raw.items() if isinstance(raw, Mapping) else ():
        if code not in CODES:
            problems.append(PolicyProblem(f"codes.{code}", "is no code"))
        given = change if isinstance(change, Mapping) else {"": change}
        problems += [
            PolicyProblem(f"codes.{code}.{key}", "must be severity or role")
            for key in given
            if key not in {"severity", "role"}
        ]
        severity = _text(given.get("severity"))
        if severity is not None and severity not in _SEVERITIES:
            message = f"must be one of {', '.join(_SEVERITIES)}"
            problems.append(PolicyProblem(f"codes.{code}.severity", message))
        found[str(code)] = CodeChange(severity=severity, role=_text(given.get("role")))
    return found


def _named(one: Override) -> tuple[str | None, ...]:
    """Return what an override matches; one without order as it always was, so versions stay."""
    return (one.supplier, one.category, *((one.order, one.line) if one.order else ()))


def _version(policy: Policy, declared: object) -> str:
    said = [
        sorted((name, str(value)) for name, value in policy.values.items()),
        [
            (*_named(one), sorted((n, str(v)) for n, v in one.values.items()))
            for one in policy.overrides
        ],
        sorted((pair, str(rate.normalize())) for pair, rate in policy.fx.items()),
        sorted((code, one.severity, one.role) for code, one in policy.codes.items()),
    ]
    digest = hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:12]
    return f"{declared}+{digest}" if declared is not None else digest
