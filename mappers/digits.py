"""Check digits of GS1 numbers: GTIN (8, 12, 13 or 14 digits) and SSCC (18).

From the right the digits weigh 1, 3, 1, 3 and so on, and their sum is a multiple of ten.
GS1 General Specifications 7.9.
"""

from collections.abc import Sequence

_SSCC_LENGTH = 18
_ZERO = ord("0")
_ZEROS = {
    length: _ZERO * (3 * (length // 2) + (length + 1) // 2)
    for length in (8, 12, 13, 14, _SSCC_LENGTH)
}
"""What the sum over the characters has too much, by the length of a number."""
GTIN_LENGTHS = frozenset(_ZEROS) - {_SSCC_LENGTH}
_SINGLE = bytes(max(sign - _ZERO, 0) % 10 for sign in range(256))
_TRIPLE = bytes(3 * digit % 10 for digit in _SINGLE)
_MULTIPLES = bytes(range(0, 256, 10))


def are_right(numbers: Sequence[str]) -> bool:
    """Whether numbers that are all of one length have their check digits; False says nothing.

    They are added up side by side, a byte for each pair of digits: a multiplication adds the pairs
    of each number, which come to 162 at most.
    """
    length = len(numbers[0]) if numbers else 0
    if length not in _ZEROS or len({*map(len, numbers)}) > 1:
        return False
    signs = (f"0{'0'.join(numbers)}" if length % 2 else "".join(numbers)).encode()
    if not signs.isdigit():
        return False
    ones, threes = signs[1::2].translate(_SINGLE), signs[::2].translate(_TRIPLE)
    pairs = (length + 1) // 2
    added = int.from_bytes(ones) + int.from_bytes(threes)
    added *= int.from_bytes(b"\1" * pairs)
    sums = added.to_bytes(len(ones) + pairs - 1, "little")[pairs - 1 :: pairs]
    return not sums.translate(None, _MULTIPLES)


def is_wrong_gtin(number: str) -> bool:
    """Whether a number has the length of a GTIN and not its check digit; others are not judged."""
    return len(number) in GTIN_LENGTHS and is_digits(number) and _is_wrong(number)


def is_wrong_sscc(number: str) -> bool:
    """Whether a number of 18 digits is no SSCC."""
    return len(number) == _SSCC_LENGTH and is_digits(number) and _is_wrong(number)


def _is_wrong(number: str) -> bool:
    signs = number.encode()
    return (3 * sum(signs[-2::-2]) + sum(signs[-1::-2]) - _ZEROS[len(signs)]) % 10 != 0


def is_digits(text: str) -> bool:
    """Whether a text is of the digits 0 to 9 alone."""
    return text.isascii() and text.isdigit()


def check_digit(number: str) -> str:
    """Return the digit that belongs last, whatever stands there; `number` must be digits."""
    weighted = 3 * sum(map(int, number[-2::-2])) + sum(map(int, number[-3::-2]))
    return str(-weighted % 10)
