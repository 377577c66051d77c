"""XML elements as forms: asked by paths, quick without positions, exact with them.

All that is ever asked of elements is known, so the first question gathers the answers to all of
them in one walk (`parsers.xml.gather`); only odd conditions are searched for one by one. `find`
searches path by path and then works out where it is: the way from the root, the line, the bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice
from typing import Any

from parsers.form import Found, Position
from parsers.xml.gather import Gathered, can_wish, wish, wish_for_all
from parsers.xml.moulds import Caster, Casting, Mould, Spots
from parsers.xml.origin import Origin
from parsers.xml.paths import LOCAL, Route, Step, number_of, routes, seek, value_at
from parsers.xml.shortcuts import Shortcuts
from parsers.xml.vocabulary import strangers

_PATHS_KNOWN = 4096
_STRANGERS_KEPT = 1000


class XmlForm:
    """An element of a document; `up` is the group it was found in, `number` its place from 1.

    `number` is 0 for an element that has no brothers of the same name.
    """

    __slots__ = ("_gathered", "_trail", "element", "number", "origin", "up")

    def __init__(
        self, element: Any, origin: Origin, up: "XmlForm | None" = None, number: int = 0
    ) -> None:
        self.element = element
        self.origin = origin
        self.up = up
        self.number = number
        self._gathered: Gathered | None = None
        self._trail: str | None = None

    def find(self, path: str) -> Found | None:
        """Return the first text at `path` and its position, or None where nothing stands.

        The empty path asks where this element itself is.
        """
        if not path:
            return self.found(self.element, "")
        if _text_of(path)(self) is None:
            return None
        for route in routes(path):
            place = _looked_up(route)(self)
            if place:
                return place[0].found(place[1], place[2])
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

    @classmethod
    def writer(cls) -> Shortcuts:
        """Return a writer of source code for tables over elements."""
        return Shortcuts(cls.text_of)

    @classmethod
    def placer(cls, paths: Sequence[str]) -> "Callable[[XmlForm], list[tuple[int, Place]]]":
        """Compile paths to a function that gives the number of each that has a text, and where."""
        return placer(paths)

    @classmethod
    def told(
        cls, places: "Iterable[tuple[str, Place | Casting | Found]]"
    ) -> Iterator[tuple[str, Found | Casting]]:
        """Say in words where places are."""
        for name, place in places:
            if isinstance(place, Found | Casting):
                yield name, place
            else:
                yield name, place[0].found(place[1], place[2])

    def mentions(self, name: str) -> bool:
        """Whether the document may have an element of a name anywhere."""
        return not self.origin.data or name.encode() in self.origin.data

    @staticmethod
    def runs(forms: "Sequence[XmlForm]") -> "Iterator[list[XmlForm]]":
        """Yield groups that have the same group around them, together."""
        for _, several in groupby(forms, key=lambda form: id(form.up)):
            yield list(several)

    def casting(self, caster: Caster, found: Any, spots: Spots) -> Casting:
        """Return where all values stand of a group that a mould has recognised."""
        return Casting(caster, found, self.trail, spots)

    def caster(self) -> Caster | None:
        """Return what finds groups of this document that are written alike, None where it cannot.

        Where the source is not at hand as it was filed, there is no telling.
        """
        try:
            return Caster.of(self.origin)
        except (ValueError, LookupError):
            return None

    def cast(self, caster: Caster) -> "tuple[XmlForm, Mould] | None":
        """Return a sample that is written like this group, and the mould for others."""
        mould = caster.mould(self.element)
        if mould is None:
            return None
        return XmlForm(mould.sample, self.origin, self.up, self.number), mould

    @property
    def trail(self) -> str:
        """The path of this element from the root, with numbers where there are several."""
        if self._trail is None:
            before = self.up.trail if self.up else ""
            name = LOCAL[self.element.tag]
            self._trail = f"{before}/{name}[{self.number}]" if self.number else f"{before}/{name}"
        return self._trail

    def gathered(self, version: int = 0) -> Gathered:
        """Return the children by name, and all that is asked below them as of `version`."""
        gathered = self._gathered
        if gathered is None or gathered.version < version:
            gathered = self._gathered = Gathered(self.element)
        return gathered

    def named(self, name: str) -> Sequence[Any]:
        """Return the children of a name: from what was gathered, or else just these."""
        if self._gathered is not None:
            return self._gathered.children.get(name, ())
        return [child for child in self.element if LOCAL[child.tag] == name]

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
        where = self.trail + self.origin.steps(self.element, element)
        if end[:1] == "@":
            where = f"{where}/{end}"
        span = self.origin.span(element, end, text)
        line = span.line if span else self.origin.line_of(element)
        position = Position(
            at=f"{self.origin.prefix}{where}, line {line}",
            start=span.start if span else None,
            end=span.end if span else None,
            line=line,
        )
        return Found(text=text, position=position, quote=span.quote if span else "")


Place = tuple[XmlForm, Any, str]
"""The group asked, the element within it that has the text, and which end of that it is."""
_Look = Callable[[XmlForm], Place | None]


def placer(paths: Sequence[str]) -> Callable[[XmlForm], list[tuple[int, Place]]]:
    """Return the function that gives the number of each path that has a text, and its place."""
    plain, others, version = [], [], 0
    for number, path in enumerate(paths):
        ways = routes(path)
        if all(map(_is_gathered, ways)):
            wishes = [wish(route) for route in ways]
            version = max(version, *(wished[1] for wished in wishes))
            plain += [
                (number, wished[0], way.end) for wished, way in zip(wishes, ways, strict=True)
            ]
        else:
            others.append((number, [_looked_up(route) for route in ways]))

    def placed(form: XmlForm) -> list[tuple[int, Place]]:
        kept = form.gathered(version).places
        found: list[tuple[int, Place]] = []
        last = -1
        for number, key, end in plain:
            if number != last and key in kept:
                found.append((number, (form, kept[key], end)))
                last = number
        for number, looks in others:
            place = next((place for look in looks if (place := look(form))), None)
            if place:
                found.append((number, place))
        return found

    return placed


def _is_gathered(route: Route) -> bool:
    return bool(route.down) and not route.up and not route.here and can_wish(route)


@lru_cache(maxsize=_PATHS_KNOWN)
def _looked_up(route: Route) -> _Look:
    """Return the function that finds the place of a route which leads elsewhere, or is odd."""
    up, end, starts = route.up, route.end, route.starts
    locate = _kept(route) if route.down and can_wish(route) else _located(route)

    def look(form: XmlForm) -> Place | None:
        base = form.base(up)
        if base is None or not starts(base.element):
            return None
        element = locate(base)
        return None if element is None else (base, element, end)

    return look


def _kept(route: Route) -> Callable[[XmlForm], Any]:
    key, version = wish(route)
    return lambda form: form.gathered(version).places.get(key)


def _located(route: Route) -> Callable[[XmlForm], Any]:
    locate = _locator(route)
    return lambda form: locate(form.element)


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
    if not route.down:
        value = value_at(route.end)
        get: Callable[[XmlForm], str | None] = lambda form: value(form.element)  # noqa: E731
    else:
        get = _gathered(route) if can_wish(route) else _searched(route)
    return _from_base(route, get) if route.up or route.here else get


def _gathered(route: Route) -> Callable[[XmlForm], str | None]:
    """Return the getter of a path that can be wished: looked up in what was gathered."""
    key, version = wish(route)
    return lambda form: form.gathered(version).texts.get(key)


def _searched(route: Route) -> Callable[[XmlForm], str | None]:
    """Return the getter of a path with other conditions: searched for each time."""
    name, test = route.down[0].name, route.down[0].test
    inner = seek(route.down[1:], value_at(route.end))

    def get(form: XmlForm) -> str | None:
        for child in form.gathered().children.get(name, ()):
            if test is None or test(child):
                found: str | None = inner(child)
                if found is not None:
                    return found
        return None

    return get


def _from_base(
    route: Route, get: Callable[[XmlForm], str | None]
) -> Callable[[XmlForm], str | None]:
    up, here, starts = route.up, route.here, route.starts

    def text(form: XmlForm) -> str | None:
        base = form.base(up)
        if base is None or (here and not starts(base.element)):
            return None
        return get(base)

    return text


@lru_cache(maxsize=_PATHS_KNOWN)
def _groups_of(path: str) -> Callable[[XmlForm], Sequence[XmlForm]]:
    if path == "?":
        return _strangers
    ways = [_way(route) for route in routes(path)]
    if len(ways) == 1:
        return ways[0]

    def groups(form: XmlForm) -> Sequence[XmlForm]:
        return [group for way in ways for group in way(form)]

    return groups


def _strangers(form: XmlForm) -> Sequence[XmlForm]:
    """Return the elements of the whole document that its standard does not have."""
    whole = form.base(-1) or form
    root, known = whole.element, form.origin.strangers
    if root not in known:
        caster: Caster | None = form.origin.caster
        alike = caster.alike() if caster is not None else ()
        known[root] = list(islice(strangers(root, form.origin.data, alike), _STRANGERS_KEPT))
    return [_within(whole, element) for element in known[root]]


def _within(whole: XmlForm, element: Any) -> XmlForm:
    """Return the form of an element below that of the document."""
    way = []
    while element is not whole.element:
        way.append(element)
        element = element.getparent()
    form = whole
    for one in reversed(way):
        form = XmlForm(one, whole.origin, form, number_of(one))
    return form


def _way(route: Route) -> Callable[[XmlForm], Sequence[XmlForm]]:
    """Return the function that gives the groups at a path without alternatives."""
    steps = [_step(step) for step in route.down]
    if steps and not route.up and not route.here:
        return steps[0] if len(steps) == 1 else _stepwise(route, steps)

    def groups(form: XmlForm) -> Sequence[XmlForm]:
        base = form.base(route.up)
        if base is None or (route.here and not route.starts(base.element)):
            return ()
        here: Sequence[XmlForm] = (base,)
        for step in steps:
            here = [child for one in here for child in step(one)]
        return here

    return groups


def _stepwise(
    route: Route, steps: list[Callable[[XmlForm], Sequence[XmlForm]]]
) -> Callable[[XmlForm], Sequence[XmlForm]]:
    """Return the function that goes down several steps, where something is at their end."""
    key, version = wish_for_all(tuple(step.name for step in route.down))

    def groups(form: XmlForm) -> Sequence[XmlForm]:
        if key not in form.gathered(version).lists:
            return ()
        here: Sequence[XmlForm] = (form,)
        for step in steps:
            here = [child for one in here for child in step(one)]
        return here

    return groups


def _step(step: Step) -> Callable[[XmlForm], Sequence[XmlForm]]:
    """Return the function that gives the children that a step leads to."""
    name, test = step.name, step.test

    def groups(form: XmlForm) -> Sequence[XmlForm]:
        children = form.named(name)
        if not children:
            return ()
        origin = form.origin
        if len(children) == 1:
            child = children[0]
            return (XmlForm(child, origin, form),) if test is None or test(child) else ()
        return [
            XmlForm(child, origin, form, number)
            for number, child in enumerate(children, 1)
            if test is None or test(child)
        ]

    return groups
