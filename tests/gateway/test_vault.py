"""Secrets are unreadable in the database, and stay openable while keys change."""

import pytest

from gateway.vault import Vault, VaultError, keys_in, new_key
from gateway.webhooks import new_secret

SECRET = new_secret()


def test_what_is_sealed_says_nothing_and_opens_again() -> None:
    vault = Vault([new_key()])
    stored = vault.seal(SECRET)
    assert SECRET not in stored
    assert vault.open(stored) == SECRET
    assert vault.is_current(stored)
    assert stored != vault.seal(SECRET)  # the same secret twice cannot be seen either


def test_without_a_key_a_secret_is_stored_as_it_is() -> None:
    vault = Vault()
    assert not vault.has_key
    assert vault.seal(SECRET) == vault.open(SECRET) == SECRET
    assert vault.is_current(SECRET)


def test_what_was_stored_before_there_was_a_key_opens_and_is_due_to_be_sealed() -> None:
    vault = Vault([new_key()])
    assert vault.open(SECRET) == SECRET
    assert not vault.is_current(SECRET)
    assert vault.is_current("")  # files have no secret


def test_a_key_is_changed_by_putting_a_new_one_before_it() -> None:
    old, new = new_key(), new_key()
    stored = Vault([old]).seal(SECRET)
    both = Vault([new, old])
    assert both.open(stored) == SECRET
    assert not both.is_current(stored)
    again = both.seal(both.open(stored))
    assert Vault([new]).open(again) == SECRET


@pytest.mark.parametrize("keys", [(), (new_key(),)])
def test_without_the_right_key_it_stays_closed(keys: tuple[str, ...]) -> None:
    stored = Vault([new_key()]).seal(SECRET)
    with pytest.raises(VaultError, match="a stored secret"):
        Vault(keys).open(stored)
    with pytest.raises(VaultError, match="a stored secret"):
        Vault(keys).is_current(stored)


@pytest.mark.parametrize("key", ["", "short", "x" * 44, "\N{EURO SIGN}" * 44])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(VaultError, match="32 random bytes"):
        Vault([key])


def test_keys_stand_one_a_line() -> None:
    assert keys_in(" a \n\n b\n") == ("a", "b")
