"""All answers below an element in one walk.

Every path that is compiled registers its wish: below children of this name, this text or attribute.
Wishes form a tree; walking an element by it touches only what somebody asks for, and each element
once. Conditions of the form "its Name is one of these" are branches of the tree, looked up by the
value. A wish that comes later makes what was gathered before it outdated, which its version tells.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from parsers.xml.paths import LOCAL, Route, Step, loosened, text_of_element, values_of


class Gathered:
    """What one walk over an element's children finds.

    `children` are the elements by local name. By the key of a wish, `texts` is the first text at
    its path, `places` the element that has it, and `lists` are all elements at it. `version` counts
    the wishes it knows.
    """

    __slots__ = ("children", "lists", "places", "texts", "version")

    def __init__(self, element: Any) -> None:
        self.version = wishes_known()
        self.children: dict[str, list[Any]] = {}
        self.texts: dict[str, str] = {}
        self.places: dict[str, Any] = {}
        self.lists: dict[str, list[Any]] = {}
        _walk_children(element, self)


class _Wishes:
    """What is wished of an element: its text and attributes, by their keys, and of its children.

    `listed` is the key under which the element itself is wished. `is_more` says that attributes are
    wished or the element itself; `is_text` that nothing is but its text.
    """

    __slots__ = ("attributes", "choices", "inner", "is_more", "is_text", "listed", "text")

    def __init__(self) -> None:
        self.text: str | None = None
        self.listed: str | None = None
        self.attributes: tuple[tuple[str, str], ...] = ()
        self.inner: dict[str, _Wishes] = {}
        self.choices: dict[str, list[_Choice]] = {}
        self.is_text = self.is_more = False

    def add(self, end: str, key: str) -> None:
        """Wish for the text, or with `end` for an attribute, to be kept under `key`."""
        if end:
            self.attributes = (*self.attributes, (end[1:], key))
        else:
            self.text = key
        self.settle()

    def settle(self) -> None:
        """Note what kind of wishes these are."""
        self.is_more = bool(self.attributes) or self.listed is not None
        self.is_text = not self.is_more and not self.inner and not self.choices


class _Choice:
    """Wishes for those children of a name that have one of some names at `path`."""

    __slots__ = ("branches", "is_loose", "path", "values")

    def __init__(self, path: str, *, is_loose: bool) -> None:
        self.path = path
        self.is_loose = is_loose
        self.values = values_of(path)
        self.branches: dict[str, list[_Wishes]] = {}

    def of(self, child: Any) -> Iterator[_Wishes]:
        """Return the wishes for `child`."""
        for value in self.values(child):
            yield from self.branches.get(loosened(value) if self.is_loose else value, ())


_WISHES = _Wishes()
_KNOWN: dict[tuple[Any, ...], tuple[str, int]] = {}


def wishes_known() -> int:
    """Return how many wishes have been registered."""
    return len(_KNOWN)


def can_wish(route: Route) -> bool:
    """Whether the conditions of a route are such that its answer can be gathered."""
    return not route.end.endswith("()") and all(
        _is_free(step) or _is_choice(step) for step in route.down
    )


def _is_free(step: Step) -> bool:
    return not step.conditions


def _is_choice(step: Step) -> bool:
    """Whether a step asks for one condition: that a value is one of some names."""
    if len(step.conditions) != 1:
        return False
    condition = step.conditions[0]
    return condition.sign in {"=", "~="} and not condition.negated and ".." not in condition.path


def wish(route: Route) -> tuple[str, int]:
    """Register the wish for a route; return the key it is kept under, and the version with it."""
    shape = tuple(
        (step.name, *((one.path, one.sign, one.names) for one in step.conditions))
        for step in route.down
    )
    known = _KNOWN.get((*shape, route.end))
    if known is None:
        here = _WISHES
        for step in route.down:
            here = _chosen(here, step) if step.conditions else _free(here, step.name)
        version = wishes_known() + 1
        known = _KNOWN[(*shape, route.end)] = (str(version), version)
        here.add(route.end, known[0])
    return known


def wish_for_all(names: tuple[str, ...]) -> tuple[str, int]:
    """Register the wish for all elements that a chain of names leads to; return as `wish` does."""
    known = _KNOWN.get((names, "all"))
    if known is None:
        here = _WISHES
        for name in names:
            here = _free(here, name)
        version = wishes_known() + 1
        known = _KNOWN[(names, "all")] = (str(version), version)
        here.listed = known[0]
        here.settle()
    return known


def _free(here: _Wishes, name: str) -> _Wishes:
    """Return the wishes for all children of a name."""
    wishes = here.inner.setdefault(name, _Wishes())
    here.settle()
    return wishes


def _chosen(here: _Wishes, step: Step) -> _Wishes:
    """Return new wishes for those children that the step chooses."""
    condition = step.conditions[0]
    is_loose = condition.sign == "~="
    choices = here.choices.setdefault(step.name, [])
    fitting = [one for one in choices if (one.path, one.is_loose) == (condition.path, is_loose)]
    if not fitting:
        fitting = [_Choice(condition.path, is_loose=is_loose)]
        choices += fitting
    here.settle()
    wishes = _Wishes()
    for name in condition.names:
        fitting[0].branches.setdefault(name, []).append(wishes)
    return wishes


def _walk_children(element: Any, found: Gathered) -> None:
    """Sort the children of `element` by name, and walk those of which something is wished."""
    children = found.children
    inner, choices = _WISHES.inner, _WISHES.choices
    for child in element:
        name = LOCAL[child.tag]
        if name in children:
            children[name].append(child)
        else:
            children[name] = [child]
        if name in inner:
            _walk(child, inner[name], found)
        if name in choices:
            _walk_chosen(child, choices[name], found)


def _walk(element: Any, wishes: _Wishes, found: Gathered) -> None:
    """Note what is wished of `element`, and of what is below it."""
    key = wishes.text
    if key is not None and key not in found.texts:
        text = text_of_element(element)
        if text is not None:
            found.texts[key], found.places[key] = text, element
    if wishes.is_text:
        return
    if wishes.is_more:
        _note(element, wishes, found)
    inner, choices = wishes.inner, wishes.choices
    for child in element if inner or choices else ():
        name = LOCAL[child.tag]
        more = inner.get(name)
        if more is not None:
            _walk(child, more, found)
        if choices and name in choices:
            _walk_chosen(child, choices[name], found)


def _note(element: Any, wishes: _Wishes, found: Gathered) -> None:
    """Note the attributes that are wished of `element`, and the element itself."""
    texts = found.texts
    for name, key in wishes.attributes:
        if key not in texts:
            text = element.get(name)
            if text and not text.isspace():
                texts[key] = text.strip()
                found.places[key] = element
    if wishes.listed is not None:
        found.lists.setdefault(wishes.listed, []).append(element)


def _walk_chosen(child: Any, choices: Iterable[_Choice], found: Gathered) -> None:
    for choice in choices:
        for wishes in choice.of(child):
            _walk(child, wishes, found)
