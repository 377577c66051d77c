"""A record as a partner means it: its codes, item numbers and units in our terms, its gaps told.

What a profile says of fields is done to the record after it was read, whatever format it came in.
What is filled in is listed in `derived`; the document's own words stay in its trace.
"""

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from mappers.canonical import Item, Problem, Record
from mappers.profile import NumberRule, Profile, Requirement

_TIMES = ("shipped_at", "delivered_at")
_ASIDE = frozenset({"source", "problems", "derived", "incomplete"})

R = TypeVar("R", bound=Record)
_Step = tuple[str, Callable[[Any], Any]]
"""A field of a struct, and what is done to its value."""


class Adjuster:
    """Makes records what one partner means by them.

    What is to be done to a kind of record is worked out once, so that files of many documents do
    not pay for fields that nothing is said of.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._codes = {name: codes for name, codes in profile.codes.items() if "/" not in name}
        self._rewriters: dict[type[Struct], Callable[[Any], Any] | None] = {}
        self._known = senders_of(profile)

    def adjusted(self, record: R) -> R:
        """Return a record as the profile of its sender says that it is meant."""
        kind = type(record)
        if kind not in self._rewriters:
            self._rewriters[kind] = _rewriter(kind, "", self._codes, self._profile.items)
        rewrite = self._rewriters[kind]
        record = rewrite(record) if rewrite else record
        record = _with_defaults(record, self._profile)
        missing = tuple(_missing(record, self._profile.required))
        told = (*missing, *_stranger(record, self._known))
        if not told:
            return record
        incomplete = record.incomplete or any(problem.is_error for problem in missing)
        problems = (*record.problems, *told)
        return structs.replace(record, problems=problems, incomplete=incomplete)


# Codes and item numbers.


def _rewriter(
    kind: type[Struct],
    field: str,
    codes: Mapping[str, Mapping[str, str]],
    rules: Mapping[str, NumberRule],
) -> Callable[[Any], Any] | None:
    """Return what changes the texts of a kind of struct at `field`; None where nothing does."""
    steps: list[_Step] = []
    for name, hint in get_type_hints(kind).items():
        place = f"{field}.{name}" if field else name
        change = None if name in _ASIDE else _change(hint, place, codes, rules)
        if kind is Item and name in rules:
            change = partial(numbered, rule=rules[name])
        if change is not None:
            steps.append((name, change))
    return partial(_rewritten, steps=tuple(steps)) if steps else None


def _change(
    hint: Any,
    place: str,
    codes: Mapping[str, Mapping[str, str]],
    rules: Mapping[str, NumberRule],
) -> Callable[[Any], Any] | None:
    inner = [hint, *get_args(hint)]
    of_struct = next((one for one in inner if isinstance(one, type(Struct))), None)
    change: Callable[[Any], Any] | None = None
    if of_struct is not None:
        change = _rewriter(of_struct, place, codes, rules)
    elif str in inner and get_origin(hint) is not dict:
        own = [pairs for name, pairs in codes.items() if f".{place}".endswith(f".{name}")]
        meant = {theirs: ours for pairs in reversed(own) for theirs, ours in pairs.items()}
        change = partial(_translated, codes=meant) if meant else None
    if change is not None and get_origin(hint) is tuple:
        return partial(_each, change=change)
    return change


def _rewritten(value: Struct, steps: tuple[_Step, ...]) -> Struct:
    """Return a struct with its texts changed, the same object where none is."""
    found: dict[str, Any] = {}
    for name, change in steps:
        own = getattr(value, name)
        if own is not None and own != ():
            new = change(own)
            if new is not own:
                found[name] = new
    return structs.replace(value, **found) if found else value


def _each(values: tuple[Any, ...], change: Callable[[Any], Any]) -> tuple[Any, ...]:
    changed = tuple(map(change, values))
    return values if all(map(operator.is_, changed, values)) else changed


def _translated(text: str, codes: Mapping[str, str]) -> str:
    return codes.get(text, text)


def numbered(number: str, rule: NumberRule) -> str:
    """Return an item number by its rule; as it is where nothing would be left of it."""
    bare = "".join(sign for sign in number if sign not in rule.drop) if rule.drop else number
    bare = bare.removeprefix(rule.prefix).removesuffix(rule.suffix)
    if rule.leading_zeros == "drop":
        bare = bare.lstrip("0")
    return bare or number


# What the document does not say.


def _with_defaults(record: R, profile: Profile) -> R:
    found = dict(_defaults(record, profile))
    if not found:
        return record
    derived = (*record.derived, *(f"/{name}" for name in found))
    return structs.replace(record, derived=derived, **found)


def _defaults(record: Record, profile: Profile) -> Iterator[tuple[str, str]]:
    if profile.currency and getattr(record, "currency", profile.currency) is None:
        yield "currency", profile.currency
    if profile.time_zone:
        for name in _TIMES:
            told = _with_offset(getattr(record, name, None), profile.time_zone)
            if told:
                yield name, told


def _with_offset(text: str | None, zone: str) -> str | None:
    """Return a moment without an offset as one of `zone`; None for all else."""
    if not text or "T" not in text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return None if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)).isoformat()


# What the partner was to say.


def _missing(record: Record, requirements: Iterable[Requirement]) -> Iterator[Problem]:
    for requirement in requirements:
        if requirement.document in {None, record.source.type, record.__struct_config__.tag}:
            path = requirement.field.split(".")
            for pointer in _empty(record, path, ""):
                yield _told(requirement, pointer)


def _empty(value: Any, path: list[str], pointer: str) -> Iterator[str]:
    """Yield the pointers of the places at `path` where nothing stands."""
    if not path:
        if value is None or value in ((), {}, ""):
            yield pointer
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _empty(one, path, f"{pointer}/{index}")
    elif isinstance(value, dict):
        yield from _empty(value.get(path[0]), path[1:], f"{pointer}/{path[0]}")
    elif value is None:
        yield "/".join((pointer, *path))
    elif path[0] in getattr(value, "__struct_fields__", ()):
        yield from _empty(getattr(value, path[0]), path[1:], f"{pointer}/{path[0]}")


def _told(requirement: Requirement, pointer: str) -> Problem:
    words = requirement.field.rpartition(".")[2].replace("_", " ")
    return Problem(
        code="partner.missing_field",
        severity=requirement.severity,
        message=f"{words} is missing, which this partner has agreed to send",
        at=f"field {pointer}",
        expected=words,
        pointer=pointer,
        remedy="Send the document again with it; what was agreed stands in the partner's profile.",
    )


def _stranger(record: Record, senders: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Yield a warning where the document was sent by somebody whom the profile does not name."""
    known = senders.get(record.source.format)
    sender = record.source.sender
    if known and sender and sender not in known:
        yield Problem(
            code="partner.other_sender",
            severity="warning",
            message=f"the sender {sender!r} is none of the identifiers of this partner",
            at="the envelope",
            found=sender,
            expected=" or ".join(sorted(known)),
            remedy="See whether the file lies in the right partner's folder, or add the identifier "
            "to the partner's profile.",
        )


def senders_of(profile: Profile) -> dict[str, frozenset[str]]:
    """Return by format the identifiers that a partner sends documents under."""
    known = profile.identifiers
    return {
        "x12": frozenset(one.id for one in known.isa),
        "edifact": frozenset(one.id for one in known.unb),
        "cxml": frozenset(one.identity for one in known.cxml),
    }
