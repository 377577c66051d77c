"""Archives as honest people and others pack them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

LINK = 0o120777 << 16


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of `members`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def linked(name: str, target: str) -> bytes:
    """A ZIP with a symbolic link, as Unix packs it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = LINK
        archive.writestr(entry, target)
    return file.getvalue()


def encrypted(name: str) -> bytes:
    """A ZIP whose member says that it is encrypted."""
    content = bytearray(packed({name: b"secret"}, zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def overlapping(count: int, size: int) -> bytes:
    """A ZIP whose members are all the same bytes."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packing.compress(bytes(size)) + packing.flush()
    sizes = struct.pack("<LLL", zlib.crc32(bytes(size)), len(body), size)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes
    content = local + struct.pack("<HH", 1, 0) + b"a" + body
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    entry += struct.pack("<HHHHHLL", 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * count
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(content), 0)
    return content + directory + b"PK\x05\x06" + end


def lying(size: int, told: int) -> bytes:
    """A ZIP with a member of `size` zeros whose headers say that it has `told`."""
    content = packed({"a.xml": bytes(size)})
    return content.replace(struct.pack("<L", size), struct.pack("<L", told))


def directory_of(bytes_long: int) -> bytes:
    """The end of a ZIP whose directory is said to be so long."""
    end = struct.pack("<HHHHLLH", 0, 0, 1, 1, bytes_long, 0, 0)
    return b"PK\x03\x04" + bytes(200) + b"PK\x05\x06" + end
