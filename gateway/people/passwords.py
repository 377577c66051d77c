"""Passwords: what one must be, how it is kept, and how it is compared.

Kept as Argon2id in the second profile of RFC 9106 (64 MiB, three passes). Two are computed at a
time and no more, in threads of their own, so that a crowd at the door costs 128 MiB and the event
loop goes on. A name that nobody has is compared with a decoy: the answer takes as long.

What a password must be follows ASVS 5.0, 6.2: long, from any characters, unchanged, and none that
lists of stolen passwords begin with. There are no rules about digits and signs, and none expires.
"""

import asyncio
import re
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from gateway.people.stolen import STOLEN

CHARACTERS_MIN: Final = 12
CHARACTERS_MAX: Final = 256
AT_ONCE: Final = 2
_OWN_CHARACTERS = 6  # what must be left of a password when all that is well known is taken out
_DIFFERENT = 5
_OUR_WORDS = ("dockmatch", "invoice", "purchase", "supplier")
_WORD_MIN = 3
_NO_SECRET = re.compile(r"[\s!-/:-@\[-`{-~]|(19|20)\d\d")  # blanks, signs, years
_LOOK_ALIKES = str.maketrans("@4310!$57", "aaeioisst")


class Passwords:
    """Makes and compares the kept form of passwords, a few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._decoy = ""

    async def kept(self, password: str) -> str:
        """Return `password` as it is kept."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether `password` is the one that is kept; as slow where none is."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._fits, kept, password)

    def is_outdated(self, kept: str) -> bool:
        """Whether a password was kept more cheaply than it would be now."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    def _fits(self, kept: str | None, password: str) -> bool:
        if not self._decoy:
            self._decoy = self._hasher.hash(secrets.token_urlsafe())
        is_possible = bool(kept) and len(password) <= CHARACTERS_MAX
        try:
            self._hasher.verify((kept if is_possible else None) or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return is_possible


def fault_of(password: str, about: Iterable[str]) -> str | None:
    """Return why `password` is not good enough, None where it is; `about` names its owner."""
    if len(password) < CHARACTERS_MIN:
        return f"A password has {CHARACTERS_MIN} characters or more; a few words make a good one."
    if len(password) > CHARACTERS_MAX:
        return f"A password has {CHARACTERS_MAX} characters at most."
    if _is_well_known(password, about):
        return "That is easy to guess: it is made of stolen passwords, rows of keys, or names."
    return None


def _is_well_known(password: str, about: Iterable[str]) -> bool:
    """Whether too little is left when all is taken out that guessers try first."""
    parts = {part for text in about for part in re.split(r"\W+|_", text.casefold())}
    words = {*STOLEN, *_OUR_WORDS, *(part for part in parts if len(part) >= _WORD_MIN)}
    return any(
        len(left) < _OWN_CHARACTERS or len(set(left)) < _DIFFERENT
        for left in (_without(text, words) for text in _readings(password))
    )


def _readings(password: str) -> tuple[str, str]:
    """Return a password as it is, and with its look-alike signs read as letters."""
    plain = password.casefold()
    return plain, plain.translate(_LOOK_ALIKES)


def _without(text: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return _NO_SECRET.sub("", text)
