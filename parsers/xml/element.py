"""XML elements as forms: asked by paths, quick without positions, exact with them.

`text_of` and `groups_of` compile a path once and touch nothing but the elements on it. `find` walks
the same way and then works out where it is: the path from the root, the line, and the bytes.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from parsers.form import Found, Position
from parsers.xml.origin import Origin
from parsers.xml.paths import LOCAL, Route, Step, routes, seek, value_at

_PATHS_KNOWN = 4096


class XmlForm:
    """An element of a document; `up` is the group it was found in, `number` its place from 1.

    `number` is 0 for an element that has no brothers of the same name.
    """

    __slots__ = ("_children", "_trail", "element", "number", "origin", "up")

    def __init__(
        self, element: Any, origin: Origin, up: "XmlForm | None" = None, number: int = 0
    ) -> None:
        self.element = element
        self.origin = origin
        self.up = up
        self.number = number
        self._children: dict[str, list[Any]] | None = None
        self._trail: str | None = None

    def find(self, path: str) -> Found | None:
        """Return the first text at `path` and its position, or None where nothing stands.

        The empty path asks where this element itself is.
        """
        if not path:
            return self.found(self.element, "")
        for route in routes(path):
            base = self.base(route.up)
            if base is None or not route.starts(base.element):
                continue
            element = _locator(route)(base.element)
            if element is not None:
                return base.found(element, route.end)
        return None

    def each(self, path: str) -> "Sequence[XmlForm]":
        """Return the groups at `path`, in document order."""
        return self.groups_of(path)(self)

    @classmethod
    def text_of(cls, path: str) -> "Callable[[XmlForm], str | None]":
        """Compile `path` to a function that returns the text alone, None where it is blank."""
        return _text_of(path)

    @classmethod
    def groups_of(cls, path: str) -> "Callable[[XmlForm], Sequence[XmlForm]]":
        """Compile `path` to a function that returns the groups at it."""
        return _groups_of(path)

    @property
    def children(self) -> dict[str, list[Any]]:
        """The child elements by local name."""
        children = self._children
        if children is None:
            children = self._children = {}
            for child in self.element:
                children.setdefault(LOCAL[child.tag], []).append(child)
        return children

    @property
    def trail(self) -> str:
        """The path of this element from the root, with numbers where there are several."""
        if self._trail is None:
            before = self.up.trail if self.up else ""
            self._trail = f"{before}/{_named(self.element, self.number)}"
        return self._trail

    def base(self, up: int) -> "XmlForm | None":
        """Return the group `up` steps above, or the root for -1; None above the root."""
        form: XmlForm | None = self
        while form is not None and up:
            if form.up is None:
                return form if up < 0 else None
            form = form.up
            up -= up > 0
        return form

    def found(self, element: Any, end: str) -> Found:
        """Return the value of `element`, which stands in this one, with its position."""
        text = value_at(end)(element) or ""
        steps = []
        at = element
        while at is not self.element:
            steps.append("/" + _named(at, _number(at)))
            at = at.getparent()
        where = self.trail + "".join(reversed(steps)) + (f"/{end}" if end[:1] == "@" else "")
        span = self.origin.span(element, end, text)
        line = span.line if span else self.origin.line_of(element)
        position = Position(
            at=f"{self.origin.prefix}{where}, line {line}",
            start=span.start if span else None,
            end=span.end if span else None,
            line=line,
        )
        return Found(text=text, position=position, quote=span.quote if span else "")


def _named(element: Any, number: int) -> str:
    name = LOCAL[element.tag]
    return f"{name}[{number}]" if number else name


def _number(element: Any) -> int:
    """Return the place among brothers of the same name from 1, or 0 for an only one."""
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = not before and next(element.itersiblings(element.tag), None) is None
    return 0 if alone else before + 1


@lru_cache(maxsize=_PATHS_KNOWN)
def _locator(route: Route) -> Callable[[Any], Any]:
    """Return the function that finds the element whose value `text_of` would give."""
    value = value_at(route.end)
    return seek(route.down, lambda element: element if value(element) is not None else None)


@lru_cache(maxsize=_PATHS_KNOWN)
def _text_of(path: str) -> Callable[[XmlForm], str | None]:
    getters = [_getter(route) for route in routes(path)]
    if len(getters) == 1:
        return getters[0]

    def text(form: XmlForm) -> str | None:
        for getter in getters:
            found = getter(form)
            if found is not None:
                return found
        return None

    return text


def _getter(route: Route) -> Callable[[XmlForm], str | None]:
    value = value_at(route.end)
    if not route.down:
        get: Callable[[XmlForm], str | None] = lambda form: value(form.element)  # noqa: E731
    else:
        name, tests, inner = route.down[0].name, route.down[0].tests, seek(route.down[1:], value)

        def get(form: XmlForm) -> str | None:
            for child in form.children.get(name, ()):
                if not tests or all(test(child) for test in tests):
                    found: str | None = inner(child)
                    if found is not None:
                        return found
            return None

    return _from_base(route, get) if route.up or route.here else get


def _from_base(
    route: Route, get: Callable[[XmlForm], str | None]
) -> Callable[[XmlForm], str | None]:
    def text(form: XmlForm) -> str | None:
        base = form.base(route.up)
        return get(base) if base is not None and route.starts(base.element) else None

    return text


@lru_cache(maxsize=_PATHS_KNOWN)
def _groups_of(path: str) -> Callable[[XmlForm], Sequence[XmlForm]]:
    ways = routes(path)

    def groups(form: XmlForm) -> Sequence[XmlForm]:
        found: list[XmlForm] = []
        for route in ways:
            base = form.base(route.up)
            here = [base] if base is not None and route.starts(base.element) else []
            for step in route.down:
                here = [child for one in here for child in _groups(one, step)]
            found += here
        return found

    return groups


def _groups(form: XmlForm, step: Step) -> list[XmlForm]:
    children = form.children.get(step.name)
    if children is None:
        return []
    several = len(children) > 1
    origin, tests = form.origin, step.tests
    return [
        XmlForm(child, origin, form, number if several else 0)
        for number, child in enumerate(children, 1)
        if not tests or all(test(child) for test in tests)
    ]
