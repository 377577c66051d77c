"""X12 interchanges, read."""


def claims(head: bytes) -> bool:
    """Whether a file that starts with `head` is an X12 interchange."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"ISA")
