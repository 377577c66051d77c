"""All answers below an element in one walk.

Every path that is compiled registers its wish: below children of this name, this text or attribute.
Wishes form a tree; walking an element by it touches only what somebody asks for, and each element
once. Conditions of the form "its Name is one of these" are branches of the tree, looked up by the
value. A wish that comes later makes what was gathered before it outdated, which its version tells.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from parsers.xml.paths import LOCAL, Route, Step, loosened, value_at, values_of


class Texts(dict[str, str]):
    """The first text at each wished path, by path; `version` counts the wishes it knows."""

    __slots__ = ("version",)

    version: int


class _Wishes:
    """What is wished of an element: its values, each under its path, and wishes for children."""

    __slots__ = ("choices", "inner", "values")

    def __init__(self) -> None:
        self.inner: dict[str, _Wishes] = {}
        self.choices: dict[str, list[_Choice]] = {}
        self.values: tuple[tuple[str, Callable[[Any], str | None]], ...] = ()


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
_VERSIONS: dict[str, int] = {}
_KNOWN: dict[tuple[str, tuple[Any, ...], str], tuple[str, int]] = {}


def can_wish(route: Route) -> bool:
    """Whether the conditions of a route are such that its answer can be gathered."""
    return all(_is_free(step) or _is_choice(step) for step in route.down)


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
    name = route.down[0].name
    shape = tuple(
        (step.name, *((one.path, one.sign, one.names) for one in step.conditions))
        for step in route.down
    )
    known = _KNOWN.get((name, shape, route.end))
    if known is None:
        here = _WISHES
        for step in route.down:
            here = (
                _chosen(here, step)
                if step.conditions
                else here.inner.setdefault(step.name, _Wishes())
            )
        version = _VERSIONS[name] = _VERSIONS.get(name, 0) + 1
        known = _KNOWN[name, shape, route.end] = (f"{version}", version)
        here.values = (*here.values, (known[0], value_at(route.end)))
    return known


def _chosen(here: _Wishes, step: Step) -> _Wishes:
    """Return new wishes for those children that the step chooses."""
    condition = step.conditions[0]
    is_loose = condition.sign == "~="
    choices = here.choices.setdefault(step.name, [])
    fitting = [one for one in choices if (one.path, one.is_loose) == (condition.path, is_loose)]
    if not fitting:
        fitting = [_Choice(condition.path, is_loose=is_loose)]
        choices += fitting
    wishes = _Wishes()
    for name in condition.names:
        fitting[0].branches.setdefault(name, []).append(wishes)
    return wishes


def gather(name: str, elements: Iterable[Any]) -> Texts:
    """Return all that is wished of and below `elements`, which are called `name`."""
    texts = Texts()
    texts.version = _VERSIONS[name]
    wishes, choices = _WISHES.inner.get(name), _WISHES.choices.get(name, ())
    for element in elements:
        if wishes is not None:
            _walk(element, wishes, texts)
        _walk_chosen(element, choices, texts)
    return texts


def _walk(element: Any, wishes: _Wishes, texts: Texts) -> None:
    for key, value in wishes.values:
        if key not in texts:
            text = value(element)
            if text is not None:
                texts[key] = text
    inner, choices = wishes.inner, wishes.choices
    if inner or choices:
        for child in element:
            name = LOCAL[child.tag]
            if name in inner:
                _walk(child, inner[name], texts)
            if name in choices:
                _walk_chosen(child, choices[name], texts)


def _walk_chosen(child: Any, choices: Iterable[_Choice], texts: Texts) -> None:
    for choice in choices:
        for wishes in choice.of(child):
            _walk(child, wishes, texts)
