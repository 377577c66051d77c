"""Passwords are long, unusual, and kept so that a thief of the table has years of work."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from hypothesis import given
from hypothesis import strategies as st

from gateway.people.passwords import AT_ONCE, CHARACTERS_MAX, CHARACTERS_MIN, Passwords, fault_of
from gateway.people.stolen import STOLEN

ABOUT = ("mara.lindt", "mara.lindt@tamarack.example", "Mara Lindt")
GOOD = "seven quiet kettles"


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


@pytest.mark.parametrize(
    "password",
    [
        "",
        "kettles",
        "x" * (CHARACTERS_MAX + 1),
        "Password1234!",
        "P@ssw0rd2026!",
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "aaaaaaaaaaaaaa",
        "abababababababab",
        "Summer2026!!!",
        "dockmatch2026",
        "MaraLindt-2026",
        "tamarack-2026!",
        "iloveyou iloveyou",
        "correct horse battery staple",
    ],
)
def test_what_guessers_try_first_is_refused(password: str) -> None:
    assert fault_of(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "UPPER ONLY WORDS",
        "ohne ziffern und zeichen",
        "зима пришла рано в этом году",
        "🐢🐙🐝🦊🐌🦉🐳🐧🦔🐿🐊🦀",
        "x7#Kq0 vLp9_ztRw",
        "v" * 2 + "lomrkzptd" + "w" * (CHARACTERS_MAX - 11),
    ],
)
def test_any_long_and_unusual_words_will_do(password: str) -> None:
    assert fault_of(password, ABOUT) is None


@given(
    word=st.sampled_from(sorted(STOLEN)), year=st.integers(1990, 2030), sign=st.sampled_from("!.?*")
)
def test_a_stolen_word_with_a_year_and_a_sign_is_refused(word: str, year: int, sign: str) -> None:
    assert fault_of(f"{word.capitalize()}{year}{sign}", ABOUT)
    assert fault_of(f"{word}{word}{year}{sign}{year}", ABOUT)


@given(st.text(max_size=CHARACTERS_MIN - 1))
def test_a_short_one_is_refused_whatever_it_says(password: str) -> None:
    assert fault_of(password, ABOUT)


async def test_a_password_is_kept_by_the_profile_of_rfc_9106(passwords: Passwords) -> None:
    kept = await passwords.kept(GOOD)
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY
    assert GOOD not in kept
    assert kept != await passwords.kept(GOOD)


async def test_the_one_that_is_kept_fits_and_no_other(passwords: Passwords) -> None:
    kept = await passwords.kept(GOOD)
    assert await passwords.fits(kept, GOOD)
    for other in ("", GOOD + " ", GOOD.upper(), GOOD * 100):
        assert not await passwords.fits(kept, other)
    assert not await passwords.fits(None, GOOD)
    assert not await passwords.fits("no hash at all", GOOD)


async def test_what_was_kept_more_cheaply_is_known_for_it(passwords: Passwords) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(GOOD)
    assert passwords.is_outdated(cheap)
    assert await passwords.fits(cheap, GOOD)
    assert not passwords.is_outdated(await passwords.kept(GOOD))


async def test_two_are_computed_at_a_time_and_the_loop_goes_on() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal at_work, most
            with lock:
                at_work += 1
                most = max(most, at_work)
            try:
                return super().hash(password, salt=salt)
            finally:
                with lock:
                    at_work -= 1

    passwords = Passwords(Counting(time_cost=4, memory_cost=16384, parallelism=1))
    asked = asyncio.gather(*(passwords.kept(f"{GOOD} {n}") for n in range(8)))
    beats, begun = 0, time.monotonic()
    while not asked.done() and time.monotonic() - begun < 30:
        await asyncio.sleep(0)
        beats += 1
    await asked
    passwords.close()
    assert most == AT_ONCE
    assert beats > 8  # the loop turned while they were computed
