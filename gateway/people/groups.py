"""Groups: departments and legal entities in a tree under the company, and what each inherits.

A value holds for a group from the nearest level that says something: the group itself, the groups
above it in their order, the company, the policy file, the default of the product. Nothing is copied
downwards, so a change above is at once a change below, wherever nobody said otherwise.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import stamp
from gateway.events.data import GroupNews
from gateway.people.news import By, tell_group
from gateway.people.roll import PeopleError
from gateway.people.vocabulary import OWN, VOCABULARY, SettingError, checked, default_of
from gateway.store import people_groups
from gateway.store.people_groups import COMPANY, Group, Said
from matcher.policy import Policy

COMPANY_NAME: Final = "company"
DEPTH_MAX: Final = 20
_NAME = re.compile(r"[^\s\x00-\x1f/][^\x00-\x1f/]{0,62}")


class Level(Struct, frozen=True, kw_only=True):
    """A place that says something of a key; `group` is None for the file and the default."""

    name: str
    value: str | None
    group: int | None = None
    actor: str | None = None
    at: str | None = None


class Effective(Struct, frozen=True, kw_only=True):
    """What holds for a group: the first of `levels`, which are all that say something of `key`."""

    key: str
    means: str
    levels: tuple[Level, ...]
    own: bool

    @property
    def value(self) -> str | None:
        """The value that holds."""
        return self.levels[0].value

    @property
    def source(self) -> str:
        """The name of the level that it comes from."""
        return self.levels[0].name


class Tree:
    """The groups and what they say, at one moment; the company is 0 and above all."""

    def __init__(self, groups: list[Group], said: list[Said]) -> None:
        self.groups = {one.id: one for one in groups}
        self._said: dict[tuple[int, str], Said] = {(one.group, one.key): one for one in said}

    def named(self, name: str) -> int:
        """Return the number of a group; raises PeopleError where there is none such."""
        if name == COMPANY_NAME:
            return COMPANY
        for one in self.groups.values():
            if one.name == name:
                return one.id
        message = f"there is no group {name}; there are: {', '.join(self.names())}"
        raise PeopleError(message)

    def names(self) -> list[str]:
        """Return the names of the company and of all groups."""
        return [COMPANY_NAME, *sorted(one.name for one in self.groups.values())]

    def name(self, number: int) -> str:
        """Return the name of a group."""
        return self.groups[number].name if number in self.groups else COMPANY_NAME

    def way_up(self, number: int) -> Iterator[int]:
        """Yield a group, those above it in their order, and at last the company."""
        seen: set[int] = set()
        while number in self.groups and number not in seen:
            seen.add(number)
            yield number
            number = self.groups[number].parent or COMPANY
        yield COMPANY

    def below(self, number: int) -> list[int]:
        """Return the groups that hang right under this one."""
        parent = number or None
        return [one.id for one in self.groups.values() if one.parent == parent]

    def effective(self, number: int, key: str, policy: Policy) -> Effective:
        """Return what holds for a group, with every level that says something."""
        said = [self._said[one, key] for one in self.way_up(number) if (one, key) in self._said]
        levels = [
            Level(
                name=self.name(one.group),
                value=one.value,
                group=one.group,
                actor=one.actor,
                at=one.at,
            )
            for one in said
        ]
        value, source = default_of(key, policy)
        return Effective(
            key=key,
            means=OWN[key].means if key in OWN else "",
            levels=(*levels, Level(name=source, value=value)),
            own=bool(said) and said[0].group == number,
        )

    def all_effective(self, number: int, policy: Policy) -> list[Effective]:
        """Return what holds for a group, of every key in the order of the vocabulary."""
        return [self.effective(number, key, policy) for key in VOCABULARY]


def tree(connection: Connection) -> Tree:
    """Return the groups as they are now."""
    return Tree(people_groups.listed(connection), people_groups.said(connection))


def add(connection: Connection, name: str, parent: str, by: By) -> int:
    """Make a group under `parent`; raises PeopleError."""
    name, now = " ".join(name.split()), tree(connection)
    if not _NAME.fullmatch(name) or name.casefold() == COMPANY_NAME:
        message = f"a group's name has up to 63 characters and no slash, and is not {COMPANY_NAME}"
        raise PeopleError(message)
    above = now.named(parent)
    if len(list(now.way_up(above))) > DEPTH_MAX:
        message = f"groups lie {DEPTH_MAX} deep at most"
        raise PeopleError(message)
    number = people_groups.add(connection, name, above or None, by.actor, stamp(by.now))
    if number is None:
        message = f"there is a group named {name}"
        raise PeopleError(message)
    tell_group(connection, GroupNews(group=number, name=name, change="made", after=parent), by)
    return number


def move(connection: Connection, name: str, parent: str, by: By) -> None:
    """Hang a group under another one; raises PeopleError where that is below it."""
    now = tree(connection)
    number, above = now.named(name), now.named(parent)
    if number == COMPANY or number in now.way_up(above):
        message = f"{name} cannot hang under {parent}, which is below it"
        raise PeopleError(message)
    before = now.name(now.groups[number].parent or COMPANY)
    people_groups.move(connection, number, above or None)
    told = GroupNews(group=number, name=name, change="moved", before=before, after=parent)
    tell_group(connection, told, by)


def remove(connection: Connection, name: str, by: By) -> None:
    """Remove a group with nobody in it and nothing under it; raises PeopleError."""
    now = tree(connection)
    number = now.named(name)
    if number == COMPANY:
        message = "the company cannot be removed"
        raise PeopleError(message)
    if now.below(number) or people_groups.members(connection, number):
        message = f"{name} has people or groups in it; put them elsewhere first"
        raise PeopleError(message)
    people_groups.remove(connection, number)
    tell_group(connection, GroupNews(group=number, name=name, change="removed"), by)


def say(connection: Connection, group: str, key: str, value: str | None, by: By) -> None:
    """Let a group say `value` of `key`, or (None) nothing, so that it inherits.

    Raises PeopleError for a group, SettingError for a key or a value, that cannot be.
    """
    if key not in VOCABULARY:
        message = f"there is no setting {key}"
        raise SettingError(message)
    number = tree(connection).named(group)
    before = _own(people_groups.said(connection), number).get(key)
    after = None if value is None else checked(key, value)
    if before == after:
        return
    if after is None:
        people_groups.unsay(connection, number, key)
    else:
        new = Said(group=number, key=key, value=after, actor=by.actor, at=stamp(by.now))
        people_groups.say(connection, new)
    told = GroupNews(
        group=number, name=group, change="setting", setting=key, before=before, after=after
    )
    tell_group(connection, told, by)


def _own(said: list[Said], number: int) -> Mapping[str, str]:
    return {one.key: one.value for one in said if one.group == number}
