"""What a rule says in the margin of a working paper; `matcher.explain` makes a finding of it."""

from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from matcher.money import ZERO
from matcher.result import Source


class Calculation(Struct, frozen=True, kw_only=True):
    """A calculation as it was made, to be made again from `inputs` alone (S11).

    `facts` are the documents behind the inputs, beside the claim and its orders.
    """

    rule: str
    inputs: dict[str, str]
    outcome: dict[str, str]
    limits: dict[str, str] = field(default_factory=dict)
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Note(Struct, frozen=True, kw_only=True):
    """A code with its numbers: `money` is at stake, `values` are the words of its sentence."""

    code: str
    money: Decimal = ZERO
    values: dict[str, Any] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    rule: str | None = None
    suggestions: tuple[str, ...] = ()
