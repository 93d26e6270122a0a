"""Recordings in either form, told apart by their lines."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from ..values import Value
from . import snmprec, snmpwalk
from .snmprec import RecordingError

Objects = dict[tuple[int, ...], Value]


def read_file(path: str | Path) -> Objects:
    """The objects of a file, which may be packed with gzip, or in UTF-16 as PowerShell's ``>`` writes it."""
    path = Path(path)
    octets = path.read_bytes()
    try:
        if octets.startswith(b"\x1f\x8b"):
            octets = gzip.decompress(octets)
        return parse(octets)
    except (RecordingError, OSError, EOFError) as error:
        raise RecordingError(f"{path}: {error}") from None


def parse(text: str | bytes) -> Objects:
    """The objects of a text, in order of their names; of two values for one name the first counts."""
    octets = text.encode() if isinstance(text, str) else _text(text)
    octets = octets.removeprefix(b"\xef\xbb\xbf")
    objects: Objects = {}
    for name, value in _objects(octets):
        objects.setdefault(name, value)
    return dict(sorted(objects.items()))


def _objects(octets: bytes) -> Iterator[tuple[tuple[int, ...], Value]]:
    """What is neither form is taken for `.snmprec`, whose lines are bad then."""
    for line in octets.split(b"\n"):
        if line.startswith(b"#"):
            continue
        if snmpwalk.is_line(line):
            return snmpwalk.read(octets)
        if b"|" in line:
            break
    return snmprec.read(octets)


def _text(octets: bytes) -> bytes:
    """UTF-16 as UTF-8. A recording begins with an ASCII sign, so without a mark a NUL beside it says the same."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace").encode()
    start = octets[:2]
    if len(start) == 2 and start[0] and not start[1] and start[0] < 0x80:
        return octets.decode("utf-16-le", "replace").encode()
    if len(start) == 2 and not start[0] and start[1] and start[1] < 0x80:
        return octets.decode("utf-16-be", "replace").encode()
    return octets
