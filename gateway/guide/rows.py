"""The entries of a table as rows of a guide: each at its element, in words."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from gateway.explain.values import MEANINGS
from gateway.guide.view import Row
from gateway.naming import name_of_element
from mappers.guide import Entry
from parsers.x12.dictionary import Element, facts_of
from parsers.x12.paths import Path, Step, parse_path

_EXAMPLES = {"DT": "20260105", "TM": "0930", "N0": "12", "N2": "1250", "R": "12.5"}
_USUAL = ("EA", "PCE")
"""Codes that an example takes first."""

_CODE = re.compile(r"\b[A-Z0-9]{1,4}\b")
_VERSION = 4010


class Placed(Struct, frozen=True):
    """A row of a guide and the segments on the way to it, from the outside in."""

    chain: tuple[str, ...]
    row: Row


def placed_rows(form: str, entries: Sequence[Entry], ours: Sequence[Entry]) -> Iterator[Placed]:
    """Yield the rows of entries; those that are not among `ours` are the partner's own."""
    known = {_key(entry, path) for entry in ours for path in entry.paths}
    for entry in entries:
        paths = entry.paths if entry.fixed is None else ()
        for path in paths:
            around = [step for one in entry.within for step in parse_path(one).steps]
            own = _key(entry, path) not in known
            yield from _placed(form, entry, parse_path(path), around, own=own)


def plain_rows(entries: Sequence[Entry], ours: Sequence[Entry]) -> Iterator[Row]:
    """Yield the rows of a format whose paths are said as they are (XML, forms)."""
    known = {_key(entry, *entry.paths) for entry in ours}
    for entry in entries:
        if entry.fixed is None and entry.paths:
            place = " or ".join(entry.paths)
            yield Row(
                place="/".join((*entry.within, place)),
                field=entry.field,
                conversion=_conversion(entry),
                required=entry.required,
                own=_key(entry, *entry.paths) not in known,
            )


def _key(entry: Entry, *paths: str) -> object:
    """Return what tells whether a row is that of everybody."""
    names = tuple(entry.names.items())
    parts = (entry.table, entry.field, paths, entry.within, entry.required, entry.key)
    return (*parts, names, entry.qualifiers, entry.conditions, id(entry.convert))


def _placed(
    form: str, entry: Entry, path: Path, around: list[Step], *, own: bool
) -> Iterator[Placed]:
    steps = [*around, *path.steps] if not path.climbs else list(path.steps) or around
    place, is_pair = _place(entry, path)
    if not steps or not place:
        return
    element, component = _address(form, place, path.component)
    segment = steps[-1].name
    said = name_of_element(form, segment, element, component)
    address, _, name = said.partition(" ")
    known = _element(form, segment, element)
    row = Row(
        place=address + ("+" if is_pair else ""),
        field=entry.field,
        name=name,
        type=f"{known.type} {known.shortest}-{known.longest}" if known else "",
        condition=_condition(form, entry, path, steps),
        conversion=_conversion(entry),
        required=entry.required,
        own=own,
        example=_example(form, address, name, known, entry),
    )
    yield Placed(tuple(step.name for step in steps), row)


def _place(entry: Entry, path: Path) -> tuple[int, bool]:
    """Return the element that a path means, and whether it is one of pairs that repeat."""
    group = parse_path(entry.within[-1]) if entry.within else Path()
    if path.pairs:
        return path.element + 1, True
    if group.pairs and not path.steps:
        return group.element + path.element - 1, True
    if group.apart and group.element and not path.steps:
        return 10 * group.element + path.element, True
    return path.element, False


def _address(form: str, place: int, component: int) -> tuple[int, int]:
    if form == "x12":
        return place, component
    return divmod(place, 10) if place > 9 else (place, 1)  # noqa: PLR2004 - two digits


def _element(form: str, segment: str, place: int) -> Element | None:
    facts = facts_of(segment, _VERSION) if form == "x12" else None
    use = facts.uses[place - 1] if facts and 0 < place <= len(facts.uses) else None
    return use.element if use else None


def _conversion(entry: Entry) -> str:
    expected = entry.convert.expected
    return "" if expected == "text" else expected


def _condition(form: str, entry: Entry, path: Path, steps: Sequence[Step]) -> str:
    """Say when the row counts: qualifiers of segments and pairs, and conditions of the table."""
    said = [_chosen(form, step) for step in steps if step.values]
    said += [_codes(form, "", qualifiers) for qualifiers in _qualifiers(entry, path)]
    for place, values in entry.conditions:
        codes = f" is {' or '.join(values)}" if values else " is there"
        said.append(f"where {place}{codes}")
    return "; ".join(filter(None, said))


def _qualifiers(entry: Entry, path: Path) -> Iterator[Sequence[str]]:
    if path.qualifiers:
        yield path.qualifiers
    if entry.qualifiers:
        yield entry.qualifiers


def _chosen(form: str, step: Step) -> str:
    element, component = _address(form, step.at, 0)
    address = name_of_element(form, step.name, element, component).split(" ", 1)[0]
    return f"{address} is {_codes(form, address, sorted(step.values))}"


def _codes(form: str, address: str, codes: Sequence[str]) -> str:
    name = "role" if not address else ""
    told = (
        f"{code} ({meaning})"
        if (meaning := _meaning(form, address, name, code))
        else code or "empty"
        for code in codes
    )
    return " or ".join(told)


def _meaning(form: str, address: str, _name: str, code: str) -> str:
    if not address:
        return MEANINGS[form].meaning("", "item number type", code)
    segment, *rest = address.split("/")
    places = [int(part) for part in rest if part.isdigit()]
    said = name_of_element(form, segment, *places)
    return MEANINGS[form].meaning(address, said.partition(" ")[2], code)


def _example(form: str, address: str, name: str, known: Element | None, entry: Entry) -> str:
    codes: Mapping[str, str] = MEANINGS[form].codes(address, name)
    if codes:
        usual = (*_CODE.findall(entry.convert.expected), *_USUAL, *codes)
        code = next(one for one in usual if one in codes)
        return f"{code} ({codes[code]})"
    if known is None:
        return "20260105" if name == "date" else ""
    return _EXAMPLES.get(known.type, "")
