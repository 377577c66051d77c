"""Roles open what they say, and nothing that has no name."""

import pytest

from gateway.rights import RIGHTS, ROLES, rights_of


def test_every_role_is_made_of_rights_that_exist() -> None:
    assert all(rights <= RIGHTS.keys() for rights in ROLES.values())


def test_only_an_administrator_may_everything() -> None:
    assert [role for role, rights in ROLES.items() if rights == RIGHTS.keys()] == ["admin"]


def test_an_auditor_changes_nothing() -> None:
    assert all(right.endswith(":read") for right in ROLES["auditor"])


def test_roles_add_up() -> None:
    both = rights_of(frozenset({"receiver", "auditor"}))
    assert both == ROLES["receiver"] | ROLES["auditor"]


def test_a_role_that_does_not_exist_opens_nothing() -> None:
    with pytest.raises(KeyError):
        rights_of(frozenset({"root"}))
