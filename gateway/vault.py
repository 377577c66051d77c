"""The vault: what must not be read where the database is read is sealed before it is stored.

Keys are those of Fernet (AES-128-CBC and HMAC-SHA256; 32 random bytes in URL-safe base64). The
first one seals, every one opens: so a key is changed by putting the new one before it, starting
once, which seals everything anew, and taking the old one away. Without any key, secrets are stored
as they are, and the health of the gateway says so.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_SEALED = "sealed:"


class VaultError(Exception):
    """A secret cannot be opened with the keys that are configured, or a key is none."""


class Vault:
    """Seals with the first of `keys` and opens with any; raises VaultError where one is no key."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        try:
            known = [Fernet(key) for key in keys]
        except ValueError as error:
            message = "a key of [secrets] is 32 random bytes in URL-safe base64"
            raise VaultError(message) from error
        self._first = known[0] if known else None
        self._all = MultiFernet(known) if known else None
        self._opened: dict[str, str] = {}

    @property
    def has_key(self) -> bool:
        """Whether what is stored from now on is sealed."""
        return self._first is not None

    def seal(self, text: str) -> str:
        """Return `text` as it is stored."""
        if self._first is None or not text:
            return text
        return _SEALED + self._first.encrypt(text.encode()).decode("ascii")

    def open(self, stored: str) -> str:
        """Return what was sealed, or was stored without a key; raises VaultError."""
        if not is_sealed(stored):
            return stored
        if stored not in self._opened:
            self._opened[stored] = self._decrypted(stored)
        return self._opened[stored]

    def is_current(self, stored: str) -> bool:
        """Whether `stored` is as it would be stored now; raises VaultError where it is closed."""
        if self._first is None or not stored:
            return not is_sealed(stored) or bool(self.open(stored))
        try:
            self._first.decrypt(stored.removeprefix(_SEALED))
        except InvalidToken:
            self.open(stored)
            return False
        return is_sealed(stored)

    def _decrypted(self, stored: str) -> str:
        if self._all is None:
            message = "a stored secret is sealed; set the key that sealed it in [secrets]"
            raise VaultError(message)
        try:
            return self._all.decrypt(stored.removeprefix(_SEALED)).decode()
        except InvalidToken as error:
            message = "a stored secret was sealed with a key that is not in [secrets]"
            raise VaultError(message) from error


def is_sealed(stored: str) -> bool:
    """Whether a secret is stored so that nobody can read it without a key."""
    return stored.startswith(_SEALED)


def new_key() -> str:
    """Return a fresh key."""
    return Fernet.generate_key().decode("ascii")


def keys_in(text: str) -> tuple[str, ...]:
    """Return the keys of a text, one a line, the newest first; empty lines do not count."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
