"""From notes to findings: the sentence, severity, role and suggestions (S9.2, S11)."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from matcher.codes import CODES
from matcher.money import UNLIMITED
from matcher.notes import Note
from matcher.policy import Policy
from matcher.result import Finding, Severity, Verdict

_VERDICTS: tuple[Verdict, ...] = (
    "matched",
    "matched_within_tolerance",
    "waiting",
    "exception",
    "unmatched",
    "duplicate",
)
_RANKS = {"tolerance": 1, "wait": 2, "block": 3, "critical": 3}
_USUAL_DECIMALS, _MOST_DECIMALS = 2, 4
_SPACES = re.compile(r" {2,}")
_LOOSE = re.compile(r" (?=[,:.;])")


def finding_of(note: Note, line: str | None, policy: Policy) -> Finding:
    """Write a note as a finding, in the words of its code and with the numbers of its values."""
    code = CODES[note.code]
    given = {**note.values, "money": note.money}
    values = {name: written(value) for name, value in given.items() if _is_said(value)}
    words = {**dict.fromkeys(given, ""), **values, **_phrases(note.values)}
    change = policy.codes.get(note.code)
    return Finding(
        code=note.code,
        severity=severity_of(note.code, policy),
        role=change.role if change and change.role else code.role,
        line=line,
        sentence=_filled(code.sentence, words),
        values=values,
        rule=note.rule,
        money=note.money,
        suggestions=tuple(_filled(one, words) for one in code.suggestions),
        sources=note.sources,
    )


def _is_said(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value)


def severity_of(code: str, policy: Policy) -> Severity:
    """Return how severe a code is; the policy may say otherwise."""
    change = policy.codes.get(code)
    if change and change.severity:
        severity: Any = change.severity
        return severity  # type: ignore[no-any-return]
    return CODES[code].severity


def verdict_of(codes: Iterable[str], policy: Policy) -> Verdict:
    """Return the verdict of the worst code (S9.1)."""
    return _VERDICTS[max((_rank(code, policy) for code in codes), default=0)]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts."""
    return _VERDICTS[max((_VERDICTS.index(verdict) for verdict in verdicts), default=0)]


def _rank(code: str, policy: Policy) -> int:
    effect = CODES[code].effect
    if effect:
        return _VERDICTS.index("duplicate" if effect == "duplicate" else "unmatched")
    return _RANKS.get(severity_of(code, policy), 0)


def written(value: object) -> str:
    """Write a value plainly: decimals with four places at most, dates in ISO 8601."""
    if isinstance(value, Decimal):
        return _written_number(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _written_number(number: Decimal) -> str:
    if number == UNLIMITED:
        return "unlimited"
    whole, point, decimals = f"{number:f}".partition(".")
    if len(decimals) <= _USUAL_DECIMALS:
        return f"{whole}{point}{decimals}"
    if len(decimals) > _MOST_DECIMALS:
        whole, point, decimals = f"{number:.{_MOST_DECIMALS}f}".partition(".")
    return f"{whole}{point}{decimals[:2]}{decimals[2:].rstrip('0')}"


def _phrases(values: dict[str, Any]) -> dict[str, str]:
    """Return the parts of sentences that are only there when they have something to say."""
    before, receipt, expected = (values.get(name) for name in ("before", "receipt", "expected"))
    implied, candidates = values.get("implied"), values.get("candidates")
    ceiling, number, used = (values.get(name) for name in ("ceiling", "number", "used"))
    is_date = isinstance(expected, dt.date)
    has_tolerance = ceiling != values.get("ordered")
    return {
        "earlier": f" after {written(before)} on earlier claims" if before else "",
        "used_before": f", {written(used)} of it used before" if used else "",
        "by_receipt": f" by receipt {receipt}" if receipt else "",
        "announced": f"; a ship notice expects it on {written(expected)}" if is_date else "",
        "implied": f" (the prices imply {written(implied)})" if implied else "",
        "candidates": f" (nearest: {candidates})" if candidates else "",
        "allowing": f", with tolerance {written(ceiling)}" if has_tolerance else "",
        "named_order": f"Order {number}" if number else "The order, which is not named,",
    }


def _filled(sentence: str, words: dict[str, str]) -> str:
    text = sentence.format_map(words)
    return _LOOSE.sub("", _SPACES.sub(" ", text))
