"""Check digits of GS1 numbers: GTIN (8, 12, 13 or 14 digits) and SSCC (18).

From the right the digits before the last weigh 3, 1, 3, 1 and so on; with the last one their sum is
a multiple of ten. GS1 General Specifications 7.9.
"""

from functools import lru_cache

GTIN_LENGTHS = frozenset({8, 12, 13, 14})
SSCC_LENGTH = 18
_CACHED = 1 << 16


@lru_cache(_CACHED)
def is_wrong_gtin(number: str) -> bool:
    """Whether a number has the length of a GTIN and not its check digit; others are not judged."""
    return len(number) in GTIN_LENGTHS and is_digits(number) and check_digit(number) != number[-1]


@lru_cache(_CACHED)
def is_wrong_sscc(number: str) -> bool:
    """Whether a number of 18 digits is no SSCC."""
    return len(number) == SSCC_LENGTH and is_digits(number) and check_digit(number) != number[-1]


def is_digits(text: str) -> bool:
    """Whether a text is of the digits 0 to 9 alone."""
    return text.isascii() and text.isdigit()


def check_digit(number: str) -> str:
    """Return the digit that belongs last, whatever stands there; `number` must be digits."""
    weighted = sum(
        int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(number[:-1]))
    )
    return str(-weighted % 10)
