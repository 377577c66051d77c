"""The calculations behind a result, written down so that they can be made again (S11).

A working records what went into a rule (numbers, the documents that they came from, the policy
entry behind each limit) and what came out. `rerun` computes the outcome from the recorded inputs
alone, by the same functions that matching uses: an auditor needs nothing but the result.
"""

from collections.abc import Iterable, Iterator
from decimal import localcontext
from functools import lru_cache

from mappers.canonical import OrderRef
from matcher.charges import rerun_charge
from matcher.credits import rerun_price, rerun_units
from matcher.duplicates import rerun_duplicate
from matcher.finishing import rerun_release
from matcher.money import EXACT, ZERO, bare, from_words, in_words
from matcher.notes import Calculation
from matcher.opening import rerun_line
from matcher.papers import Paper, Part, Sheet
from matcher.policy import KEYS, Limits
from matcher.price import Gate, Judgement, Price, judge
from matcher.quantity import Portion, Stock, cells, lay
from matcher.result import Bucket, Working
from matcher.settling import gate_of
from matcher.tax import rerun_tax
from matcher.terms import rerun_terms
from matcher.totals import rerun_total

VERSION = "1"
_CELLS, _PRICE = "S5.1", "S6.2"
_QUANTITIES = (
    "ordered",
    "received",
    "returned_credit",
    "returned_replacement",
    "accepted",
    "rejected",
)
_TOLERANCES = tuple(key for key in KEYS if key.startswith("qty."))
_PRICE_LIMITS = ("price.over_pct", "price.under_block_pct")
_CITED = ("way", *_TOLERANCES, "rejected")
_REMEMBERED = 256  # few sets of limits hold for many lines
_BUCKETS: tuple[Bucket, ...] = ("approve", "pend", "dispute")
_EVIDENCE = ("received", "announced", "returned", "inspected")


def workings_of(sheet: Sheet) -> Iterator[Working]:
    """Yield the calculations that decided a line."""
    for part in sheet.parts:
        yield _cells_working(part)
        if part.price is not None:
            yield _price_working(part)


def line_workings_of(sheet: Sheet) -> Iterator[Working]:
    """Yield the calculations on a line's own numbers: arithmetic, what a credit took, releases."""
    account = sheet.account
    if account:
        order = OrderRef(number=account.order.name, line=account.line.number)
        ordered: tuple[str, ...] = (account.order.document_of(account.line),)
    else:
        order, ordered = OrderRef(), ()
    for one in sheet.calculations:
        yield _recorded(one, sheet.number, order, _behind(sheet.paper, ordered))


def header_workings_of(paper: Paper) -> Iterator[Working]:
    """Yield the calculations on the claim as a whole: charges, tax, total, terms, duplicates."""
    order = OrderRef(number=paper.orders[0].name) if paper.orders else OrderRef()
    documents = tuple(sorted({one.order.id for one in paper.orders}))
    for one in paper.calculations:
        yield _recorded(one, "", order, _behind(paper, documents))


def _behind(paper: Paper, ordered: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {"billed": (paper.claim.id,)} | ({"ordered": ordered} if ordered else {})


def _recorded(
    one: Calculation, line: str, order: OrderRef, facts: dict[str, tuple[str, ...]]
) -> Working:
    return Working(
        rule=one.rule,
        version=VERSION,
        line=line,
        order=order,
        inputs=one.inputs,
        outcome=one.outcome,
        limits=one.limits,
        facts=facts | one.facts,
    )


def rerun(working: Working) -> dict[str, str]:
    """Compute the outcome of a recorded calculation again; raises KeyError for an unknown rule."""
    with localcontext(EXACT):
        return _RULES[working.rule](working.inputs)


def _cells_working(part: Part) -> Working:
    account, stock = part.account, part.account.stock
    inputs = {"way": str(part.way)}
    inputs |= {name: in_words(bare(getattr(stock, name))) for name in _QUANTITIES}
    inputs |= {"final": str(stock.final), "cancelled": str(stock.cancelled)}
    inputs |= _limit_inputs(account.limits, _TOLERANCES)
    inputs |= {
        "on_rejection": account.limits.choice("rejected"),
        "before": in_words(bare(part.start)),
        "billed": in_words(bare(part.laid)),
        "beyond_receipt": in_words(bare(part.beyond_receipt)),
    }
    outcome = _sums(part.portions)
    return Working(
        rule=_CELLS,
        version=VERSION,
        line=part.sheet.number,
        order=OrderRef(number=account.order.name, line=account.line.number),
        inputs=inputs,
        outcome=outcome,
        limits=_cited(account.limits, _CITED),
        facts=_facts(part),
        sentence=_sentence(part, outcome),
    )


def _rerun_cells(inputs: dict[str, str]) -> dict[str, str]:
    stock = Stock(
        final=inputs["final"] == "True",
        cancelled=inputs["cancelled"] == "True",
        **{name: from_words(inputs[name]) for name in _QUANTITIES},
    )
    axis = cells(int(inputs["way"]), stock, _limits(inputs))
    start, beyond = from_words(inputs["before"]), from_words(inputs["beyond_receipt"])
    portions = lay(axis, start, from_words(inputs["billed"]) - beyond)
    return _sums([*portions, Portion(start, beyond, "pend")])


def _sums(portions: Iterable[Portion]) -> dict[str, str]:
    units = dict.fromkeys(_BUCKETS, ZERO)
    for portion in portions:
        units[portion.bucket] += portion.quantity
    return {bucket: in_words(bare(sum_)) for bucket, sum_ in units.items()}


def _price_working(part: Part) -> Working:
    account, gate = part.account, gate_of(part.sheet, part.account)
    steps = part.price.steps if part.price else ()
    inputs = {
        "billed": in_words(part.billed),
        "quantity": in_words(bare(part.laid)),
        "before": in_words(bare(part.start)),
        "prices": " ".join(f"{in_words(start)}:{in_words(price)}" for start, price in steps),
        "unit": in_words(gate.unit),
        "extra": in_words(gate.extra),
        "spread": str(gate.is_spread),
    }
    inputs |= _limit_inputs(account.limits, _PRICE_LIMITS)
    return Working(
        rule=_PRICE,
        version=VERSION,
        line=part.sheet.number,
        order=OrderRef(number=account.order.name, line=account.line.number),
        inputs=inputs,
        outcome=_told(part.judgement),
        limits=_cited(account.limits, _PRICE_LIMITS),
        facts=_facts(part),
    )


def _rerun_price(inputs: dict[str, str]) -> dict[str, str]:
    steps = (step.split(":") for step in inputs["prices"].split())
    price = Price(tuple((from_words(start), from_words(amount)) for start, amount in steps))
    gate = Gate(
        limits=_limits(inputs),
        unit=from_words(inputs["unit"]),
        extra=from_words(inputs["extra"]),
        is_spread=inputs["spread"] == "True",
    )
    value = price.value(from_words(inputs["before"]), from_words(inputs["quantity"]))
    return _told(judge(from_words(inputs["billed"]), value, gate))


def _told(found: Judgement) -> dict[str, str]:
    return {
        "kind": found.kind,
        "expected": in_words(found.expected),
        "ceiling": in_words(found.ceiling),
        "variance": in_words(found.variance),
    }


_RULES = {
    _CELLS: _rerun_cells,
    _PRICE: _rerun_price,
    "S5.7": rerun_units,
    "S6.4": rerun_price,
    "S7.1": rerun_charge,
    "S7.2": rerun_tax,
    "S7.3 line": rerun_line,
    "S7.3 total": rerun_total,
    "S7.7": rerun_terms,
    "S8": rerun_duplicate,
    "S10.5": rerun_release,
}


def recorded_rules() -> frozenset[str]:
    """Return the rules whose calculations are recorded."""
    return frozenset(_RULES)


@lru_cache(_REMEMBERED)
def _cited(limits: Limits, keys: tuple[str, ...]) -> dict[str, str]:
    return {key: limits.cite(key) for key in keys}


@lru_cache(_REMEMBERED)
def _limit_inputs(limits: Limits, keys: tuple[str, ...]) -> dict[str, str]:
    return {key: limits.shown(key) for key in keys if limits.values[key] is not None}


def _limits(inputs: dict[str, str]) -> Limits:
    values = {name: key.default if key.kind == "text" else None for name, key in KEYS.items()}
    for key in (*_TOLERANCES, *_PRICE_LIMITS):
        if key in inputs:
            values[key] = from_words(inputs[key])
    values["rejected"] = inputs.get("on_rejection", "dispute")
    return Limits(values, {})


def _facts(part: Part) -> dict[str, tuple[str, ...]]:
    account = part.account
    found: dict[str, tuple[str, ...]] = {
        "billed": (part.sheet.paper.claim.id,),
        "ordered": (account.order.document_of(account.line),),
    }
    for kind in _EVIDENCE:
        documents = {source.document for source in account.cited(kind)}
        if documents:
            found[kind] = tuple(sorted(documents))
    return found


def _sentence(part: Part, outcome: dict[str, str]) -> str:
    """Write the calculation out in one line."""
    account, stock, order = part.account, part.account.stock, part.account.order
    revision = f" r{order.order.revision}" if order.order.revision is not None else ""
    receipts = ", ".join(sorted({source.document for source in account.cited("received")}))
    came = f" ({receipts})" if receipts else ""
    result = ", ".join(f"{name} {units}" for name, units in outcome.items() if units != "0")
    return (
        f"{_CELLS} line {account.line.number}: way {part.way}, "
        f"ordered {in_words(bare(stock.ordered))} (PO {order.name}{revision}), "
        f"received {in_words(bare(stock.received))}{came}, "
        f"before {in_words(bare(part.start))}, billed {in_words(bare(part.laid))}: "
        f"{result or 'nothing'}"
    )


def is_sound(working: Working) -> bool:
    """Whether a recorded calculation still gives its recorded outcome."""
    return working.version == VERSION and rerun(working) == working.outcome
