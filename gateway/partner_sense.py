"""What a profile says that cannot be: names that nothing has, values that contradict each other.

Each check looks at one section and yields the key, what is wrong there, and the remedy.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import combinations
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct

from gateway.acknowledging.facts import CODES
from gateway.partner_tables import ELEMENTS, FORMS, check_paths, ours
from gateway.toml_lines import Key
from mappers.canonical import AnyRecord, Item
from mappers.partners import PartnerError, changed
from mappers.profile import Identifiers, Profile
from mappers.translating import element_of, touches

Found = tuple[Key, str, str]

_CURRENCY = re.compile(r"[A-Z]{3}")
_X12_VERSION = re.compile(r"00\d{4}[A-Z0-9]{0,6}")
_INTERCHANGE_VERSION = re.compile(r"00\d{3}")
_DIRECTORY = re.compile(r"[DS]\.?\d\d[AB]|\d\.\d")
_ISA_LONGEST, _GS_LONGEST, _UNB_LONGEST = 15, 15, 35
_SERVICE_LENGTH = 6
_OF_RECORDS = frozenset(
    {
        "document.misread",
        "invoice.footing",
        "item.check_digit",
        "line.schedules",
        "package.check_digit",
        "package.length",
        "package.repeated",
        "partner.missing_field",
        "partner.other_sender",
        "terms.in_words",
    }
)
"""Problems of records, whatever they were written in."""
_OF_X12_AND_EDIFACT = frozenset(code for told in CODES.values() for code in told)
_OF_OTHER_FORMATS = ("cxml.", "oci.", "ubl.", "xml.")
_ROW_KEYS = {"no table": "table", "no field": "field", "no converter": "convert"}


def senseless(profile: Profile) -> Iterator[Found]:
    """Yield all that a profile says and that cannot be."""
    for check in _CHECKS:
        yield from check(profile)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the remedy for a name that nothing has."""
    near = get_close_matches(name, list(known), 1)
    return f"Did you mean {near[0]!r}?" if near else ""


# Rows, codes and fields.


def _rows(profile: Profile) -> Iterator[Found]:
    for form in FORMS:
        for index, change in enumerate(getattr(profile, form)):
            try:
                check_paths(form, change)
                changed(ours(form), (change,))
            except PartnerError as fault:
                said = str(fault)
                key = next((key for part, key in _ROW_KEYS.items() if part in said), "path")
                yield (form, index, key), said, "docs/partner-profile.md says what may stand here."


def _codes(profile: Profile) -> Iterator[Found]:
    for name, codes in profile.codes.items():
        if not codes:
            yield ("codes", name), "it translates no code", 'Write "THEIRS" = "OURS", or leave it.'
        if "/" not in name:
            if name.rpartition(".")[2] not in text_fields():
                remedy = nearest(name, text_fields()) or "Name a field, or an element: REF/01."
                yield ("codes", name), f"there is no field {name!r} with codes", remedy
            continue
        forms = [form for form, written in ELEMENTS.items() if written.fullmatch(name)]
        element = element_of(name, codes) if forms else None
        if element is None:
            message = f"{name!r} is no element"
            yield ("codes", name), message, "Write REF/01 for X12, RFF/1/1 for EDIFACT."
        elif not touches(ours(forms[0]), element):
            remedy = "See `dockmatch partners explain` for what is read."
            yield ("codes", name), f"no table reads a code at {name}", remedy


def _items(profile: Profile) -> Iterator[Found]:
    numbers = [name for name, kind in get_type_hints(Item).items() if kind == str | None]
    for name in profile.items:
        if name not in numbers:
            yield ("items", name), f"an item has no number {name!r}", nearest(name, numbers)


def _units(profile: Profile) -> Iterator[Found]:
    if profile.units and not (profile.name or profile.identifiers.parties):
        message = "nobody can tell whose units these are"
        remedy = 'Give the profile a name, or identifiers.parties: { duns = "..." }.'
        yield ("units", 0), message, remedy
    for index, one in enumerate(profile.units):
        if one.factor <= 0:
            message = f"a {one.unit} cannot hold {one.factor} {one.of}"
            yield ("units", index, "factor"), message, "Write a number above 0."
        if one.unit.strip().upper() == one.of.strip().upper():
            message = f"{one.unit} is said to hold itself"
            yield ("units", index, "of"), message, "Name the smaller unit that it holds."


def _required(profile: Profile) -> Iterator[Found]:
    kinds = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRecord)}
    tables = {kind: table.record for form in FORMS for kind, table in ours(form).items()}
    for index, one in enumerate(profile.required):
        known = {**kinds, **tables}
        if one.document is not None and one.document not in known:
            message = f"there is no document {one.document!r}"
            yield ("required", index, "document"), message, nearest(one.document, known)
            continue
        records = [known[one.document]] if one.document else list(kinds.values())
        if not any(_has(record, one.field.split(".")) for record in records):
            message = f"there is no field {one.field!r}"
            remedy = nearest(one.field.partition(".")[0], records[0].__struct_fields__)
            yield ("required", index, "field"), message, remedy


def _has(kind: Any, path: list[str]) -> bool:
    """Whether a field of a record, or of what it holds, can be reached by `path`."""
    if not path:
        return True
    inner = [kind, *get_args(kind)]
    structs = [one for one in inner if isinstance(one, type) and issubclass(one, Struct)]
    if not structs:
        return len(path) == 1 and any(one is dict for one in (getattr(kind, "__origin__", None),))
    hints = get_type_hints(structs[0])
    return path[0] in hints and _has(_held(hints[path[0]]), path[1:])


def _held(kind: Any) -> Any:
    """Return what a tuple or an optional field holds."""
    if getattr(kind, "__origin__", None) is tuple:
        return get_args(kind)[0]
    return kind


@cache
def text_fields() -> frozenset[str]:
    """Return the names of the fields of records that hold codes or other texts."""
    found: set[str] = set()
    waiting: list[Any] = list(get_args(AnyRecord))
    seen: set[Any] = set()
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        for name, hint in get_type_hints(kind).items():
            inner = [hint, *get_args(hint)]
            found |= {name} if str in inner else set()
            waiting += [one for one in inner if isinstance(one, type) and issubclass(one, Struct)]
    return frozenset(found)


# Whole profile.


def _defaults(profile: Profile) -> Iterator[Found]:
    if profile.currency is not None and not _CURRENCY.fullmatch(profile.currency):
        message = f"{profile.currency!r} is no currency"
        yield ("currency",), message, 'Write its three letters: "USD".'
    if profile.time_zone is not None:
        try:
            ZoneInfo(profile.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            remedy = nearest(profile.time_zone, available_timezones())
            message = f"there is no time zone {profile.time_zone!r}"
            yield ("time_zone",), message, remedy or 'Write it as "America/New_York".'


def _identifiers(profile: Profile) -> Iterator[Found]:
    for section in ("identifiers", "ours"):
        known: Identifiers = getattr(profile, section)
        limits = (("isa", _ISA_LONGEST), ("unb", _UNB_LONGEST))
        for name, longest in limits:
            for index, one in enumerate(getattr(known, name)):
                yield from _too_long((section, name, index), one.id, longest)
        for index, code in enumerate(known.gs):
            yield from _too_long((section, "gs", index), code, _GS_LONGEST)


def _too_long(key: Key, text: str, longest: int) -> Iterator[Found]:
    if not 0 < len(text.strip()) <= longest:
        message = f"{text!r} is {len(text)} characters long; 1 to {longest} may stand there"
        yield key, message, "Write the identifier as it stands in the envelope."


def _x12_writing(profile: Profile) -> Iterator[Found]:
    own, key = profile.writing.x12, ("writing", "x12")
    versions: dict[Key, str] = {(*key, "version"): own.version}
    versions |= {(*key, "sets", name): version for name, version in own.sets.items()}
    for place, version in versions.items():
        if not _X12_VERSION.fullmatch(version):
            yield place, f"{version!r} is no version of X12", 'Write it as GS08 does: "004010".'
    if not _INTERCHANGE_VERSION.fullmatch(own.interchange_version):
        message = f"{own.interchange_version!r} is no version of an interchange"
        yield (*key, "interchange_version"), message, 'Write it as ISA12 does: "00401".'
    marks = {name: getattr(own, name) for name in ("element", "component", "repetition", "segment")}
    yield from _marks(key, marks)


def _edifact_writing(profile: Profile) -> Iterator[Found]:
    own, key = profile.writing.edifact, ("writing", "edifact")
    if len(own.service_string) != _SERVICE_LENGTH:
        message = (
            f"a service string has {_SERVICE_LENGTH} characters, not {len(own.service_string)}"
        )
        yield (*key, "service_string"), message, """Write it as UNA does: ":+.? '"."""
    else:
        names = ("component", "element", "decimal", "release", "", "segment")
        marks = {name: sign for name, sign in zip(names, own.service_string, strict=True) if name}
        yield from _marks(key, marks, "service_string")
    directories: dict[Key, str] = {(*key, "directory"): own.directory}
    directories |= {(*key, "messages", name): one for name, one in own.messages.items()}
    for place, directory in directories.items():
        if not _DIRECTORY.fullmatch(directory):
            yield place, f"{directory!r} is no directory", 'Write it as "D.96A".'


def _marks(key: Key, marks: dict[str, str], place: str = "") -> Iterator[Found]:
    """Yield delimiters that are not one sign, could be data, or are the same."""
    for name, sign in marks.items():
        if len(sign) != 1 or sign.isalnum() or sign == " ":
            message = f"{sign!r} cannot delimit: one sign, and neither letter, digit nor blank"
            yield (*key, place or name), message, "Choose a sign that no text has."
    for (name, sign), (other, same) in combinations(marks.items(), 2):
        if sign == same:
            message = f"{name} and {other} are both {sign!r}"
            yield (*key, place or other), message, "Give each delimiter a sign of its own."


def _agreements(profile: Profile) -> Iterator[Found]:
    own = profile.acknowledgments
    for code in sorted({*own.reject} & {*own.accept}):
        message = f"{code!r} is both to be rejected and accepted"
        yield ("acknowledgments", "accept"), message, "Strike it from one of the two."
    known = _OF_X12_AND_EDIFACT | _OF_RECORDS
    for name, codes in (("reject", own.reject), ("accept", own.accept)):
        for code in sorted({*codes} - known):
            if not code.startswith(_OF_OTHER_FORMATS):
                remedy = nearest(code, known) or "docs/problems.md has them all."
                yield ("acknowledgments", name), f"there is no problem {code!r}", remedy
    amounts: dict[Key, int] = {
        ("acknowledgments", "overdue_hours"): own.overdue_hours,
        ("acknowledgments", "application_after_hours"): own.application_after_hours,
        ("duplicates", "window_days"): profile.duplicates.window_days,
    }
    for key, number in amounts.items():
        if number < 0:
            yield key, f"{key[-1]} is {number}", "Write 0 or more."


_CHECKS: tuple[Callable[[Profile], Iterator[Found]], ...] = (
    _rows,
    _codes,
    _items,
    _units,
    _required,
    _defaults,
    _identifiers,
    _x12_writing,
    _edifact_writing,
    _agreements,
)
