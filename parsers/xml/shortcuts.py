"""Source code for what tables ask of an element most: the quick way to texts.

A mapper that compiles its tables to source takes expressions from here: what is asked below one
child is gathered once for a whole table, and what is not there is not asked for at all. Paths with
odd conditions call the general getter.
"""

import re
from collections.abc import Callable
from typing import Any

from parsers.xml.gather import can_wish, wish, wish_for_all
from parsers.xml.paths import (
    LOCAL,
    Condition,
    Route,
    alternatives,
    routes,
    seek,
    text_of_element,
    value_at,
)

_CHILD = re.compile(r"\w+")
_Children = dict[str, list[Any]]


class Shortcuts:
    """Expressions over `form`, an element; see `mappers.source.Writer` for what each means."""

    def __init__(self, text_of: Callable[[str], Callable[[Any], str | None]]) -> None:
        self.tidy = False
        self.lines = [
            "gathered = form.gathered(version)",
            "children, texts, lists = gathered.children, gathered.texts, gathered.lists",
        ]
        self.names: dict[str, Any] = {"local": LOCAL, "own": text_of_element, "version": 0}
        self._text_of = text_of
        self._held: dict[str, str] = {}

    def text(self, path: str) -> str:
        """Return an expression for the first text at `path`."""
        parts = [self._text(part) for part in alternatives(path)]
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def present(self, path: str) -> str:
        """Return an expression that is false only where nothing stands at `path`."""
        if path == "?":
            return "True"
        return " or ".join(dict.fromkeys(f"({_present(route)})" for route in routes(path)))

    def texts(self, path: str, value: str) -> str | None:
        """Return an expression for the texts of `value` in the elements at `path`."""
        if not _is_within(path) or not _is_below(value):
            return None
        value_of = _first(value)

        def texts(elements: list[Any]) -> list[str]:
            return [text for text in map(value_of, elements) if text is not None]

        return self._over(path, texts)

    def pairs(self, path: str, key: str, values: tuple[str, ...]) -> str | None:
        """Return an expression for the keys and values, in turn, in the elements at `path`."""
        if not _is_within(path) or not all(map(_is_below, (key, *values))):
            return None
        key_of, value_of = _first(key), _first("|".join(values))

        def pairs(elements: list[Any]) -> list[str | None]:
            return [take(one) for one in elements for take in (key_of, value_of)]

        return self._over(path, pairs)

    def _over(self, path: str, take: Callable[[list[Any]], Any]) -> str:
        """Return an expression for what `take` makes of all elements at `path`."""
        parts = [self._all(route) for route in routes(path)]
        if len(parts) == 1:
            found = f"f{len(self.names)}"
            return f"({self._named(take)}({found}) if ({found} := {parts[0]}) else None)"
        present = self.present(path)
        every = " + ".join(f"({part} or [])" for part in parts)
        return f"({self._named(take)}({every}) if {present} else None)"

    def _all(self, route: Route) -> str:
        """Return an expression for a list of the elements at a route, false where there are none.

        Only the last step of the route has conditions, or they are looked for from step to step.
        """
        if len(route.down) == 1:
            listed = f"children.get({route.down[0].name!r})"
        elif any(step.conditions for step in route.down[:-1]):
            return f"({self._named(_along(route))}(children) if {_present(route)} else None)"
        else:
            listed = f"lists.get({self._wished(wish_for_all(_names(route)))!r})"
        test = route.down[-1].test
        if test is None:
            return listed
        name = f"g{len(self.names)}"
        kept = f"[one for one in {name} if {self._named(test)}(one)]"
        return f"({kept} if ({name} := {listed}) else None)"

    def _wished(self, wished: tuple[str, int]) -> str:
        """Return the key of a wish, and see to it that it is gathered."""
        self.names["version"] = max(wished[1], self.names["version"])
        return wished[0]

    def _text(self, part: str) -> str:
        (route,) = routes(part)
        if route.here or route.up < 0 or (route.down and not can_wish(route)):
            return f"({_present(route)} and {self._named(self._text_of(part))}(form))"
        if route.down:
            return self._gathered(route)
        element = f"{self._above(route.up)}.element"
        if route.end.startswith("@"):
            return f"({element}.get({route.end[1:]!r}) or '').strip()"
        if route.end:
            return f"{self._named(value_at(route.end))}({element})"
        return f"own({element})"

    def _gathered(self, route: Route) -> str:
        """Look a text up among those that were gathered."""
        key = self._wished(wish(route))
        if not route.up:
            return f"texts.get({key!r})"
        texts = f"{self._above(route.up)}.gathered(version).texts"
        return f"{self._hold(texts)}.get({key!r})"

    def _above(self, levels: int) -> str:
        """Return the variable of the form so many levels above; the root stays the root."""
        form = "form"
        for _ in range(levels):
            form = self._hold(f"{form}.up or {form}")
        return form

    def _hold(self, expression: str) -> str:
        """Keep an expression in a variable at the head of the function."""
        if expression not in self._held:
            self._held[expression] = f"t{len(self._held)}"
            self.lines.append(f"{self._held[expression]} = {expression}")
        return self._held[expression]

    def _named(self, value: Any) -> str:
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name


def _present(route: Route) -> str:
    """Return an expression that is false only where nothing can stand at a route."""
    if route.up:
        return "True"
    tests = [test for condition in route.here if (test := _simple(condition))]
    if route.down:
        tests.append(f"{route.down[0].name!r} in children")
    return " and ".join(tests) or "True"


def _simple(condition: Condition) -> str:
    """Return the expression for the presence or absence of a child, empty for other conditions."""
    if condition.sign or not _CHILD.fullmatch(condition.path):
        return ""
    return f"{condition.path!r} {'not ' if condition.negated else ''}in children"


def _is_within(path: str) -> bool:
    """Whether a path leads to elements below this one, and nowhere else."""
    return path != "?" and all(
        route.down and not (route.up or route.here or route.end) for route in routes(path)
    )


def _is_below(path: str) -> bool:
    """Whether a path leads to a value of an element or of what is below it."""
    return not any(route.up or route.here for route in routes(path))


def _first(path: str) -> Callable[[Any], str | None]:
    """Return the function that takes the first text at `path` of an element."""
    ways = [seek(route.down, value_at(route.end)) for route in routes(path)]
    if len(ways) == 1:
        way: Callable[[Any], str | None] = ways[0]
        return way

    def first(element: Any) -> str | None:
        for way in ways:
            text: str | None = way(element)
            if text is not None:
                return text
        return None

    return first


def _names(route: Route) -> tuple[str, ...]:
    return tuple(step.name for step in route.down)


def _along(route: Route) -> Callable[[_Children], list[Any]]:
    """Return the function that lists the elements at a route, from the children by their names."""
    first, test = route.down[0].name, route.down[0].test
    rest = [(step.name, step.test) for step in route.down[1:]]

    def along(children: _Children) -> list[Any]:
        if first not in children:
            return []
        here = children[first]
        if test is not None:
            here = [child for child in here if test(child)]
        for name, fits in rest:
            inner = [child for one in here for child in one if LOCAL[child.tag] == name]
            here = inner if fits is None else [child for child in inner if fits(child)]
        return here

    return along
