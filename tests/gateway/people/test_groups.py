"""A value holds from the nearest level that says something, and the page says which."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.people import groups
from gateway.people.groups import Tree
from gateway.people.news import By
from gateway.people.roll import PeopleError
from gateway.people.vocabulary import VOCABULARY, SettingError
from gateway.store import events
from gateway.store.engine import Store
from gateway.store.people_groups import COMPANY, Group, Said
from matcher.policy import Policy, policy_of

KEY = "price.over_pct"
FILE = policy_of({"price": {"over_pct": "3"}})


@st.composite
def trees(draw: st.DrawFn) -> tuple[Tree, dict[int, int | None], dict[int, str]]:
    """A tree of up to twelve groups, its parents, and who says what of KEY."""
    size = draw(st.integers(1, 12))
    parents: dict[int, int | None] = {}
    for number in range(1, size + 1):
        above = draw(st.integers(0, number - 1))
        parents[number] = above or None
    saying = draw(st.dictionaries(st.integers(0, size), st.integers(0, 99).map(str)))
    tree = Tree(
        [Group(id=n, name=f"g{n}", parent=p) for n, p in parents.items()],
        [Said(group=n, key=KEY, value=v, actor="a", at="") for n, v in saying.items()],
    )
    return tree, parents, saying


@given(trees())
def test_what_holds_is_what_the_nearest_level_says(
    drawn: tuple[Tree, dict[int, int | None], dict[int, str]],
) -> None:
    tree, parents, saying = drawn
    for number in (COMPANY, *parents):
        nearest = number
        while nearest not in saying and nearest != COMPANY:
            nearest = parents[nearest] or COMPANY
        found = tree.effective(number, KEY, FILE)
        if nearest in saying:
            assert (found.value, found.source) == (saying[nearest], tree.name(nearest))
        else:
            assert (found.value, found.source) == ("3", "policy file")
        assert found.own == (number in saying)


@given(trees(), st.integers(0, 12), st.integers(100, 199).map(str))
def test_a_change_above_is_a_change_below_where_nobody_says_otherwise(
    drawn: tuple[Tree, dict[int, int | None], dict[int, str]], place: int, value: str
) -> None:
    tree, parents, saying = drawn
    after = Tree(
        list(tree.groups.values()),
        [
            Said(group=n, key=KEY, value=v, actor="a", at="")
            for n, v in (saying | {place: value}).items()
        ],
    )
    for number in (COMPANY, *parents):
        before, now = tree.effective(number, KEY, FILE), after.effective(number, KEY, FILE)
        way = list(tree.way_up(number))
        reached = place in way and not any(one in saying for one in way[: way.index(place)])
        assert now.value == (value if reached else before.value)


def test_every_key_has_a_level_though_nobody_says_anything() -> None:
    found = Tree([], []).all_effective(COMPANY, Policy())
    assert [one.key for one in found] == list(VOCABULARY)
    assert {one.source for one in found} == {"default"}


@pytest.fixture
def by(clock: Any) -> By:
    return By("ann", clock())


def test_the_company_its_groups_and_their_groups(store: Store, by: By) -> None:
    with store.write() as connection:
        groups.add(connection, "Plants", "company", by)
        groups.add(connection, "Plant North", "Plants", by)
        groups.add(connection, "Offices", "company", by)
        groups.say(connection, "company", "approval.limit", "500", by)
        groups.say(connection, "Plants", "approval.limit", "2000.00", by)
        groups.say(connection, "Plants", KEY, "5", by)

        def holds(name: str, key: str) -> tuple[str | None, str]:
            tree = groups.tree(connection)
            one = tree.effective(tree.named(name), key, FILE)
            return one.value, one.source

        assert holds("Plant North", "approval.limit") == ("2000.00", "Plants")
        assert holds("Offices", "approval.limit") == ("500", "company")
        assert holds("Plant North", KEY) == ("5", "Plants")
        assert holds("Offices", KEY) == ("3", "policy file")
        assert holds("Offices", "approval.remind_hours") == ("72", "default")
        groups.move(connection, "Plant North", "Offices", by)
        assert holds("Plant North", "approval.limit") == ("500", "company")
        groups.say(connection, "company", "approval.limit", None, by)
        assert holds("Plant North", "approval.limit") == (None, "default")
    with store.read() as connection:
        news = events.after(connection, 0, types=["group.changed"], limit=100)
    assert len(news) == 8
    assert all(one.actor == "ann" for one in news)
    assert b'"before":"500"' in news[-1].data


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nothing.such", "1"),
        (KEY, "much"),
        (KEY, "-1"),
        (KEY, ""),
        ("way", "5"),
        ("dates.before_po", "perhaps"),
        ("recovery.min", "1.5"),
        ("approval.limit", "1,000"),
        ("approval.limit", ""),
        ("approval.remind_hours", "0"),
        ("approval.remind_hours", "1.5"),
        ("notify.mail", "nobody"),
        ("notify.mail", "a@b.example\r\nBcc: c"),
    ],
)
def test_what_no_policy_could_say_no_group_can(store: Store, by: By, key: str, value: str) -> None:
    with store.write() as connection, pytest.raises(SettingError):
        groups.say(connection, "company", key, value, by)


def test_a_tree_stays_a_tree(store: Store, by: By) -> None:
    with store.write() as connection:
        groups.add(connection, "A", "company", by)
        groups.add(connection, "B", "A", by)
        for name, parent in (("A", "B"), ("A", "A"), ("company", "A")):
            with pytest.raises(PeopleError):
                groups.move(connection, name, parent, by)
        for name, parent in (("A", "company"), ("Company", "A"), ("a/b", "A"), ("C", "nowhere")):
            with pytest.raises(PeopleError):
                groups.add(connection, name, parent, by)
        with pytest.raises(PeopleError, match="put them elsewhere"):
            groups.remove(connection, "A", by)
        groups.remove(connection, "B", by)
        groups.remove(connection, "A", by)
        assert groups.tree(connection).names() == ["company"]


def test_groups_lie_only_so_deep(store: Store, by: By) -> None:
    with store.write() as connection:
        above = "company"
        for depth in range(groups.DEPTH_MAX):
            groups.add(connection, f"g{depth}", above, by)
            above = f"g{depth}"
        with pytest.raises(PeopleError, match="deep"):
            groups.add(connection, "one more", above, by)
