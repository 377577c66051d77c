"""Paths into XML documents: a small language by local names, compiled to plain functions.

    OrderRequestHeader/Total/Money          the first that has text, searched downwards
    ItemOut/@quantity                       an attribute
    .  ../@lineNumber  /Header/From         this group; the group above; from the document's root
    Contact[@role=remitTo|remit]            a condition: one of these
    AccountingSegment[Name~=Cost Center]    the same but for case, blanks and signs
    DocumentReference[!@payloadID*=@]       contains; `!` turns a condition round
    Tax[!TaxDetail]  Discount[Money!=0]     has no such child; has a value, but not this number
    .[!@type]/Money                         a condition on this group itself
    Discount[../Header/@inLine=yes]         a condition on what stands beside or above
    OrderIDInfo/@orderID|SupplierOrderInfo/@orderID     the first with text; of groups: all, in turn
    name()  path()  attributes()            of the element itself: its local name, its path from the
                                            root, its attributes as they would be written
    ?                                       the elements that the document's standard does not have

Namespaces are ignored: senders choose prefixes, and some put all of cXML in a namespace of its own.
An element's text is its own, without that of its children (a Description without its ShortName);
only where it has none of its own, the text of its children counts.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from msgspec import Struct

from parsers.xml.slots import GuardedSlot

_TAGS_KNOWN = 4096
_CONDITION = re.compile(r"(!?)([^=!*~]+?)\s*(?:(=|~=|\*=|!=)(.*))?")
_STEP = re.compile(r"(@?[\w.:*-]+|\.\.?|(?:name|path|attributes)\(\))((?:\[[^\]]*\])*)")


class _LocalNames(dict[str, str]):
    """Local names by tag; forgets all when a hostile document floods it."""

    def __missing__(self, tag: str) -> str:
        if len(self) > _TAGS_KNOWN:
            self.clear()
        local = self[tag] = tag.rpartition("}")[2]
        return local


LOCAL = _LocalNames()


class Condition(Struct, frozen=True):
    """What an element must fulfil: the value at `path` below it, compared with `names` by `sign`.

    `sign` is "" (it is there), "=", "~=", "*=" or "!="; `holds` is the whole as a function.
    """

    path: str
    sign: str
    names: frozenset[str]
    negated: bool
    holds: Callable[[Any], bool]


class Step(Struct, frozen=True):
    """One step down: the local name of a child, and what it must fulfil."""

    name: str
    conditions: tuple[Condition, ...] = ()

    @property
    def test(self) -> Callable[[Any], bool] | None:
        """The conditions as one function, None where there are none."""
        if len(self.conditions) == 1:
            return self.conditions[0].holds
        conditions = self.conditions
        return (
            (lambda element: all(one.holds(element) for one in conditions)) if conditions else None
        )


class Route(Struct, frozen=True):
    """A path without alternatives: so many groups `up` (-1: the root), then down, then `end`.

    `here` is what the group fulfils from which it goes down; `end` is "" for the element's text,
    "@name" for an attribute, "name()" for its name.
    """

    up: int
    down: tuple[Step, ...]
    end: str = ""
    here: tuple[Condition, ...] = ()

    def starts(self, element: Any) -> bool:
        """Whether the route may begin at `element`."""
        return all(condition.holds(element) for condition in self.here)


@lru_cache(maxsize=4096)
def routes(path: str) -> tuple[Route, ...]:
    """Return the alternatives of `path`, in order; ValueError where it is no path."""
    return tuple(map(_route, alternatives(path)))


def alternatives(path: str) -> list[str]:
    """Return the alternatives of `path` as paths."""
    return _split(path, "|")


def text_of_element(element: Any) -> str | None:
    """Return the element's own text, or that of its children where it has none; None if blank."""
    text = element.text
    if len(element):
        own = "".join((text or "", *(child.tail or "" for child in element))).strip()
        return own or " ".join("".join(element.itertext()).split()) or None
    return (text.strip() or None) if text else None


def path_of_element(element: Any) -> str:
    """Return the path from the root, with numbers where there are several of a name."""
    steps = []
    while element is not None:
        steps.append(
            f"{LOCAL[element.tag]}{f'[{number}]' if (number := number_of(element)) else ''}"
        )
        element = element.getparent()
    return "/".join(("", *reversed(steps)))


def number_of(element: Any) -> int:
    """Return the place among brothers of the same name from 1, or 0 for an only one."""
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = not before and next(element.itersiblings(element.tag), None) is None
    return 0 if alone else before + 1


def _attributes_of(element: Any) -> str | None:
    """Return the attributes as they would be written, None where there is none."""
    return " ".join(f'{LOCAL[name]}="{value}"' for name, value in element.items()) or None


_OF_ITSELF: dict[str, Callable[[Any], str | None]] = {
    "name()": lambda element: LOCAL[element.tag],
    "path()": path_of_element,
    "attributes()": _attributes_of,
}
"""What may be asked of an element besides its text and one attribute."""


def value_at(end: str) -> Callable[[Any], str | None]:
    """Return the function that takes an element's value: its text, an attribute or its name."""
    if not end:
        return text_of_element
    if end in _OF_ITSELF:
        return _OF_ITSELF[end]
    name = end[1:]

    def attribute(element: Any) -> str | None:
        text = element.get(name)
        return (text.strip() or None) if text else None

    return attribute


def seek(down: tuple[Step, ...], take: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that searches down from an element, depth first, for what `take` gives."""
    if not down:
        return take
    name, test, inner = down[0].name, down[0].test, seek(down[1:], take)

    def search(element: Any) -> Any:
        for child in element:
            if LOCAL[child.tag] == name and (test is None or test(child)):
                found = inner(child)
                if found is not None:
                    return found
        return None

    return search


def _route(part: str) -> Route:
    part = part.strip()
    up, steps, end = 0, [], ""
    here: tuple[Condition, ...] = ()
    if part.startswith("/"):
        up, part = -1, part[1:]
    for text in _split(part, "/") if part else ():
        if end or not (found := _STEP.fullmatch(text)):
            message = f"{part!r} is no path: {text!r}"
            raise ValueError(message)
        name = found[1]
        if name == "..":
            up += 1
        elif name.startswith("@") or name in _OF_ITSELF:
            end = name
        elif name == ".":
            here = _conditions(found[2])
        else:
            steps.append(Step(name, _conditions(found[2])))
    return Route(up, tuple(steps), end, here)


def _split(path: str, sign: str) -> list[str]:
    """Split at `sign`, but not within brackets."""
    return re.split(rf"\{sign}(?![^\[]*\])", path)


def _conditions(brackets: str) -> tuple[Condition, ...]:
    return tuple(_condition(inside) for inside in re.findall(r"\[([^\]]*)\]", brackets))


def _condition(inside: str) -> Condition:
    found = _CONDITION.fullmatch(inside.strip())
    if not found:
        message = f"{inside!r} is no condition"
        raise ValueError(message)
    negated, path, sign, wanted = found.groups()
    names = frozenset(name.strip() for name in (wanted or "").split("|"))
    if sign == "~=":
        names = frozenset(map(loosened, names))
    search = _any(_route(path), sign, names)
    if negated:
        return Condition(
            path, sign or "", names, negated=True, holds=lambda element: search(element) is None
        )
    return Condition(
        path, sign or "", names, negated=False, holds=lambda element: search(element) is not None
    )


def _any(route: Route, sign: str | None, names: frozenset[str]) -> Callable[[Any], Any]:
    """Return the search for a value that fits; an element has a condition if any value does."""
    value, fits = value_at(route.end) if sign else _presence(route.end), _fits(sign, names)

    def fitting(element: Any) -> str | None:
        text = value(element)
        return text if fits(text) else None

    if not sign and not route.up and not route.end and len(route.down) == 1:
        return _child(route.down[0])
    return _climbing(route.up, seek(route.down, fitting))


def _child(step: Step) -> Callable[[Any], Any]:
    """Return the search for a child of a name, which fulfils the conditions of a step."""
    name, test = step.name, step.test

    def child(element: Any) -> Any:
        for one in element:
            if LOCAL[one.tag] == name and (test is None or test(one)):
                return one
        return None

    return child


def values_of(path: str) -> Callable[[Any], list[str]]:
    """Return the function that takes all values at `path`, which only goes down."""
    route = _route(path)
    value = value_at(route.end)
    if len(route.down) == 1 and not route.down[0].conditions:
        return _values_of_children(route.down[0].name, value)

    def values(element: Any) -> list[str]:
        found: list[str] = []

        def keep(inner: Any) -> None:
            text = value(inner)
            if text is not None:
                found.append(text)

        seek(route.down, keep)(element)
        return found

    return values


def _values_of_children(
    name: str, value: Callable[[Any], str | None]
) -> Callable[[Any], list[str]]:
    """Return the function that takes the values of all children of a name."""

    def values(element: Any) -> list[str]:
        texts = [value(child) for child in element if LOCAL[child.tag] == name]
        return [text for text in texts if text is not None]

    return values


def _climbing(up: int, value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return `value`, asked of the element so many levels above."""
    if not up:
        return value

    def climb(element: Any) -> Any:
        for _ in range(up):
            element = element.getparent()
            if element is None:
                return None
        return value(element)

    return climb


def _presence(end: str) -> Callable[[Any], str | None]:
    """Return the function that says something of an element that is there, or has the attribute."""
    return (lambda element: element.get(end[1:])) if end else lambda _element: "there"


def _fits(sign: str | None, names: frozenset[str]) -> Callable[[str | None], bool]:
    if sign is None:
        return lambda text: text is not None
    if sign == "=":
        return lambda text: text is not None and text in names
    if sign == "~=":
        return lambda text: text is not None and loosened(text) in names
    if sign == "*=":
        return lambda text: text is not None and any(_has(text, name) for name in names)
    return lambda text: text is not None and all(_differs(text, name) for name in names)


@lru_cache(maxsize=4096)
def loosened(name: str) -> str:
    """Return a name in lower case without blanks and signs: "G/L Account" is "glaccount"."""
    return "".join(filter(str.isalnum, name.casefold()))


def _has(text: str, part: str) -> bool:
    """Whether a text has a part; a slot of a sample stands for texts of which the same is true."""
    if part in text:
        hash(text)
        return True
    if isinstance(text, GuardedSlot):
        text.guard(rf"(?![^<\"']*{re.escape(part)})")
    return False


def _differs(text: str, number: str) -> bool:
    """Whether a text is another number; a slot of a sample stands for texts that are, too."""
    if isinstance(text, GuardedSlot):
        if number != "0" or not _differs(str(text), number):
            hash(text)
        else:
            text.guard(r"(?!-?[0.]+[\s<\"'])")
        text = str(text)
    try:
        return Decimal(text) != Decimal(number)
    except InvalidOperation:
        return True
