"""A record as a partner means it: its codes, item numbers and units in our terms, its gaps told.

What a profile says of fields is done to the record after it was read, whatever format it came in.
What is filled in is listed in `derived`; the document's own words stay in its trace.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from mappers.canonical import Item, Problem, Record
from mappers.profile import NumberRule, Profile, Requirement

_TIMES = ("shipped_at", "delivered_at")
_ASIDE = frozenset({"source", "problems", "derived", "incomplete"})
R = TypeVar("R", bound=Record)
_Leaf = Callable[[str, str], str]


def adjusted(record: R, profile: Profile) -> R:
    """Return a record as the profile of its sender says that it is meant."""
    record = _in_our_words(record, profile)
    record = _with_defaults(record, profile)
    missing = tuple(_missing(record, profile.required))
    told = (*record.problems, *missing, *_stranger(record, profile))
    incomplete = record.incomplete or any(problem.is_error for problem in missing)
    return structs.replace(record, problems=told, incomplete=incomplete)


# Codes and item numbers.


def _in_our_words(record: R, profile: Profile) -> R:
    codes = {name: pairs for name, pairs in profile.codes.items() if "/" not in name}
    if not codes and not profile.items:
        return record

    def changed(field: str, text: str) -> str:
        for name, pairs in codes.items():
            if field == name or field.endswith(f".{name}"):
                text = pairs.get(text, text)
        return text

    own: R = _rewritten(record, "", changed, profile.items)
    return own


def _rewritten(value: Any, field: str, changed: _Leaf, rules: Mapping[str, NumberRule]) -> Any:
    """Return a value with its texts changed, the same object where none is."""
    if isinstance(value, str):
        return changed(field, value)
    if isinstance(value, tuple):
        return tuple(_rewritten(one, field, changed, rules) for one in value)
    if not isinstance(value, Struct):
        return value
    found: dict[str, Any] = {}
    for name in value.__struct_fields__:
        if name not in _ASIDE:
            own = getattr(value, name)
            new = _rewritten(own, f"{field}.{name}" if field else name, changed, rules)
            if isinstance(value, Item) and name in rules and isinstance(new, str):
                new = numbered(new, rules[name])
            if new is not own and new != own:
                found[name] = new
    return structs.replace(value, **found) if found else value


def numbered(number: str, rule: NumberRule) -> str:
    """Return an item number by its rule; as it is where nothing would be left of it."""
    bare = "".join(sign for sign in number if sign not in rule.drop)
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


def _stranger(record: Record, profile: Profile) -> Iterator[Problem]:
    """Yield a warning where the document was sent by somebody whom the profile does not name."""
    known = senders_of(profile).get(record.source.format, frozenset())
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
