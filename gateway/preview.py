"""A change of a partner's profile, seen on documents before it holds: what would read otherwise.

Each file is read twice, by the profile as it is and as it is to be, and the records are laid side
by side: every field that differs with the place in the document where it stands, the problems that
are new and those that vanish. Nothing is stored, and no more than one document of a file is held.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, structs

from gateway.formats import Arrival, read_arrived
from gateway.naming import named
from gateway.partners import Agreed
from mappers.canonical import AnyRecord, Traced
from mappers.profile import Profile
from mappers.rules import Mapped
from parsers.form import ParseError, Problem

_ASIDE = frozenset({"source", "problems", "kind"})

NOBODY = Agreed(Profile())
"""What is agreed with a partner who has no profile."""


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field that reads otherwise; None where it has no value. `at` is where the text stands."""

    pointer: str
    before: str | None = None
    after: str | None = None
    at: str = ""
    name: str | None = None


class Compared(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document as it reads before and after: nothing is in it where both are the same."""

    file: str
    document: str
    changes: tuple[Change, ...] = ()
    new: tuple[Problem, ...] = ()
    vanished: tuple[Problem, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the document reads as before."""
        return not (self.changes or self.new or self.vanished)

    @property
    def is_worse(self) -> bool:
        """Whether an error is new."""
        return any(problem.is_error for problem in self.new)


class Tally(Struct, kw_only=True):
    """What a preview comes to: documents by what happens to them, and fields by how often."""

    files: int = 0
    documents: int = 0
    changed: int = 0
    worse: int = 0
    better: int = 0
    fields: Counter[str] = msgspec.field(default_factory=Counter)

    def count(self, one: Compared) -> None:
        """Count a document."""
        self.documents += 1
        self.changed += not one.is_same
        self.worse += one.is_worse
        self.better += any(problem.is_error for problem in one.vanished) and not one.is_worse
        self.fields.update(_field(change.pointer) for change in one.changes)


Opener = Callable[[], BinaryIO]


def compared(opened: Opener, arrival: Arrival, before: Agreed, after: Agreed) -> Iterator[Compared]:
    """Yield each document of a file as it reads by what was agreed, and by what is to be."""
    with opened() as one, opened() as other:
        old = _outcomes(one, structs.replace(arrival, agreed=before))
        new = _outcomes(other, structs.replace(arrival, agreed=after))
        for left, right in zip_longest(old, new):
            yield _compared(arrival.name, left, right)


_Outcome = Mapped | Problem


def _outcomes(source: BinaryIO, arrival: Arrival) -> Iterator[_Outcome]:
    try:
        yield from read_arrived(source, arrival)
    except ParseError as fault:
        yield fault.problem


def _compared(file: str, old: _Outcome | None, new: _Outcome | None) -> Compared:
    shown = new if isinstance(new, Mapped) else old
    before, after = _problems(old), _problems(new)
    return Compared(
        file=file,
        document=_name(shown.record) if isinstance(shown, Mapped) else "unreadable",
        changes=tuple(_changes(old, new)),
        new=tuple(one for key, one in after.items() if key not in before),
        vanished=tuple(one for key, one in before.items() if key not in after),
    )


def _name(record: AnyRecord) -> str:
    number = getattr(record, "number", None)
    return " ".join(filter(None, (record.source.type, number))) or "document"


def _problems(outcome: _Outcome | None) -> dict[tuple[str, str, str, str], Problem]:
    alone = (outcome,) if isinstance(outcome, Problem) else ()
    told = outcome.record.problems if isinstance(outcome, Mapped) else alone
    return {(one.code, one.severity, one.at, one.pointer or ""): one for one in told}


def _changes(old: _Outcome | None, new: _Outcome | None) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    differing = [
        pointer
        for pointer in dict.fromkeys((*after, *before))
        if before.get(pointer) != after.get(pointer)
    ]
    if not differing:
        return
    traces = _trace(new), _trace(old)
    for pointer in differing:
        traced = next((trace[pointer] for trace in traces if pointer in trace), None)
        yield Change(
            pointer=pointer,
            before=before.get(pointer),
            after=after.get(pointer),
            at=traced.at if traced else "",
            name=traced.name if traced else None,
        )


def _values(outcome: _Outcome | None) -> dict[str, str]:
    if not isinstance(outcome, Mapped):
        return {}
    plain = msgspec.to_builtins(outcome.record)
    kept = {name: value for name, value in plain.items() if name not in _ASIDE}
    return dict(_leaves(kept, ""))


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{pointer}/{index}")
    elif value is not None:
        yield pointer, str(value)


def _trace(outcome: _Outcome | None) -> Mapping[str, Traced]:
    if not isinstance(outcome, Mapped):
        return {}
    return named(outcome.record.source.format, outcome.trace())


def _field(pointer: str) -> str:
    """Return a pointer without the numbers of lines: the field that it is of."""
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))
