"""Groups that are written alike, mapped and traced by their captures alone.

A form class may find groups that are cast in one mould (`caster`, `cast`): from the first of them a
sample is made, on which it is worked out once what the table makes of it (`mappers.symbols`), as
straight-line source. Each mould is tried against the exact way on the group that it was made from,
and given up where they differ; whatever has no mould is mapped the exact way.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mappers.rows import Table
from mappers.symbols import Asked, Refused, Symbols

MANY = 16
"""From how many groups on a mould pays."""

_MOULDS_LIMIT = 12
_MISSES_LIMIT = 200
_SLOT = re.compile(r"\bv(\d+)\b")
"""How source names the text of a slot (`mappers.symbols`)."""

Build = Callable[[Any, Any], Any]


class Moulds:
    """The moulds of the groups of one list, made as groups come that have none.

    `made` is what each mould gives: for records a function of texts and the year, and the slots
    that have these texts.
    """

    def __init__(self, forms: Sequence[Any], make: Callable[[Any, Any, Any], Any]) -> None:
        self.caster: Any = forms[0].caster() if len(forms) >= MANY else None
        self.patterns: list[re.Pattern[bytes]] = []
        self.made: list[Any] = []
        self._make = make
        self._misses = 0

    def match(self, form: Any) -> tuple[Any, Any] | None:
        """Return what the mould of a group gives, and its match; None where it has none."""
        if self.caster is None:
            return None
        try:
            number, found = self.caster.match(form.element, self.patterns)
        except ValueError:
            self.caster = None
            return None
        if number > 0:  # what came last comes next
            for known in (self.patterns, self.made):
                known.insert(0, known.pop(number))
        return None if found is None else (self.made[0], found)

    def learn(self, form: Any, told: Any) -> None:
        """Make a mould of a group that has none; `told` is what the exact way makes of it."""
        self._misses += 1
        if self.caster is None or len(self.patterns) >= _MOULDS_LIMIT:
            if self._misses > _MISSES_LIMIT:
                self.caster = None
            return
        cast = form.cast(self.caster)
        if cast is None:
            return
        try:
            pattern, made = self._make(cast, told, self.caster)
        except (Refused, ValueError, TypeError):
            return
        self.patterns.insert(0, pattern)
        self.made.insert(0, made)


def can_be_cast(forms: Sequence[Any]) -> bool:
    """Whether there are enough groups, of a class that finds those that are written alike."""
    return len(forms) >= MANY and hasattr(forms[0], "caster")


def records(table: Table, forms: Sequence[Any], reading: Any, exact: Build) -> Iterator[Any]:
    """Yield the record of each group, as `exact` gives it."""
    for run in type(forms[0]).runs(forms):
        yield from _records(table, run, reading, exact)


def _records(table: Table, forms: Sequence[Any], reading: Any, exact: Build) -> Iterator[Any]:
    def make(cast: Any, record: Any, _caster: Any) -> tuple[re.Pattern[bytes], Any]:
        return _learned(table, cast, record, reading.year)

    moulds = Moulds(forms, make)
    for form in forms:
        known = moulds.match(form)
        try:
            if known is not None:
                build, slots = known[0]
                yield build(moulds.caster.texts(known[1], slots), reading.year)
                continue
        except ValueError:
            known = (None, None)
        record = exact(form, reading)
        yield record
        if known is None:
            moulds.learn(form, record)


def traced(
    table: Table, forms: Sequence[Any], exact: Callable[[Any], dict[str, Any] | None]
) -> Iterator[dict[str, Any] | None]:
    """Yield where the values of each group stand, by what follows its own pointer.

    `exact` gives it for one group, None where that is no record; for a group in a mould all of it
    stands under "".
    """

    def make(cast: Any, places: dict[str, Any], _caster: Any) -> tuple[re.Pattern[bytes], Any]:
        sample, mould = cast
        symbol = Symbols(Asked(), None).record(table, sample)
        spots = mould.spots(places.items())
        if symbol is None or not symbol.certain or spots is None:
            raise Refused
        return mould.settle(), spots

    for run in type(forms[0]).runs(forms):
        moulds = Moulds(run, make)
        for form in run:
            known = moulds.match(form)
            if known is not None:
                yield {"": form.casting(moulds.caster, known[1], known[0])}
                continue
            places = exact(form)
            yield places
            if places:
                moulds.learn(form, places)


def _learned(table: Table, cast: Any, record: Any, year: int) -> tuple[re.Pattern[bytes], Any]:
    """Return the pattern of a mould and the function that gives the records of its groups.

    Raises `Refused` where there is none that gives the same as the exact way.
    """
    sample, mould = cast
    symbols = Symbols(Asked(), None)
    symbol = symbols.record(table, sample)
    pattern = mould.settle()
    code = symbol.code if symbol is not None else "None"
    body = [*symbols.lines, f"return {code}"]
    found = mould.values()
    named = {int(place) for line in body for place in _SLOT.findall(line)}
    slots = sorted(named.intersection(range(len(found))))
    build = _function(slots, body, symbols.names)
    if build([found[place] for place in slots], year) != record:
        raise Refused
    return pattern, (build, slots)


def _function(
    slots: Sequence[int], body: Sequence[str], names: dict[str, Any]
) -> Callable[..., Any]:
    unpacked = "".join(f"v{place}, " for place in slots)
    lines = [f"{unpacked}= values"] if slots else []
    source = "def made(values, year):\n" + "".join(f"  {line}\n" for line in (*lines, *body))
    known = names | {"nothing": (None, ())}
    exec(compile(source, "<mould>", "exec"), known)  # noqa: S102 - our own source
    made: Callable[..., Any] = known["made"]
    return made
