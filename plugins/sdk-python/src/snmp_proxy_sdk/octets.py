"""Octets that a person shall read: texts, physical addresses, BITS, dates.

Agents send UTF-8, Latin-1, padding and raw octets in the same objects; one rule says what each becomes.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_LATIN1 = frozenset(b"\t\n\r") | frozenset(range(0x20, 0x7F)) | frozenset(range(0xA0, 0x100))


def text(octets: bytes) -> str:
    """Turns octets into text: UTF-8 as it is, without NULs at the end; else Latin-1 where all of it is printable there;
    else ``0x`` and lower-case hexadecimal digits, of all octets.

    Of UTF-8 that was cut inside its last character, as agents cut at the length of a column, the rest of that character
    becomes one U+FFFD.
    """
    trimmed = octets.rstrip(b"\0")
    try:
        return trimmed.decode()
    except UnicodeDecodeError as error:
        cut = _cut_utf8(trimmed, error)
    if cut is not None:
        return cut
    return trimmed.decode("latin-1") if _LATIN1.issuperset(trimmed) else "0x" + octets.hex()


def _cut_utf8(octets: bytes, error: UnicodeDecodeError) -> str | None:
    """The text of UTF-8 that ends inside a character; None where that is not sure.

    ``Café`` in Latin-1 ends with an octet that begins a character of UTF-8, too. So another character that is not ASCII
    must stand before the cut one, or an octet in it that Latin-1 does not print.
    """
    if error.reason != "unexpected end of data" or error.start == 0:
        return None
    whole, cut = octets[: error.start].decode(), octets[error.start :]
    is_readable = all(sign in "\t\r\n" or not (ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0) for sign in whole)
    is_utf8 = not whole.isascii() or not _LATIN1.issuperset(cut)
    return whole + "\ufffd" if is_readable and is_utf8 else None


def hexadecimal(octets: bytes) -> str:
    """Lower-case hexadecimal digits, nothing between them."""
    return octets.hex()


def mac(octets: bytes) -> str | None:
    """A MAC address as ``AA:BB:CC:DD:EE:FF``; None where these octets are none, or all of them zero.

    Some agents send the characters that people write for one: ``0:c:29:1:2:3``, ``000c.2901.0203``, ``000c29-010203``.
    """
    if len(octets) != 6:
        octets = _mac_of_text(octets)
    return ":".join(f"{octet:02X}" for octet in octets) if any(octets) else None


def phys_address(octets: bytes) -> str | None:
    """A PhysAddress: a MAC address as :func:`mac` shows it, any other address as hexadecimal digits. None where it is
    empty or all zero."""
    address = mac(octets)
    if address is not None or _mac_of_text(octets):
        return address
    return octets.hex() if any(octets) else None


_SIX_GROUPS = re.compile(r"[0-9A-Fa-f]{1,2}(?:([:\-. ])[0-9A-Fa-f]{1,2})(?:\1[0-9A-Fa-f]{1,2}){4}")
_EQUAL_GROUPS = re.compile(
    r"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{6}[:\-. ][0-9A-Fa-f]{6}|[0-9A-Fa-f]{4}(?:([:\-. ])[0-9A-Fa-f]{4})\1[0-9A-Fa-f]{4}"
)


def _mac_of_text(octets: bytes) -> bytes:
    if not octets.isascii():
        return b""
    written = octets.decode("ascii").rstrip("\0").strip()
    if _SIX_GROUPS.fullmatch(written):
        return bytes(int(group, 16) for group in re.split(r"[:\-. ]", written))
    return bytes.fromhex(re.sub(r"[:\-. ]", "", written)) if _EQUAL_GROUPS.fullmatch(written) else b""


def bits(octets: bytes) -> tuple[int, ...]:
    """The numbers of the bits that are set, in SMIv2's order: bit 0 is the highest of the first octet."""
    return tuple(place * 8 + bit for place, octet in enumerate(octets) for bit in range(8) if octet & (0x80 >> bit))


def date_and_time(octets: bytes) -> datetime | None:
    """A DateAndTime (RFC 2579) of eight octets, or of eleven with the difference to UTC. None where it is no date, as
    the zeros that agents send for "never".

    A leap second is shown as the second before it, since ``datetime`` has none.
    """
    if len(octets) not in (8, 11):
        return None
    year, (month, day, hour, minute, second, tenths) = int.from_bytes(octets[:2], "big"), octets[2:8]
    zone = None
    if len(octets) == 11:
        sign, hours, minutes = octets[8:]
        if sign not in b"+-" or hours > 23 or minutes > 59:
            return None
        difference = timedelta(hours=hours, minutes=minutes)
        zone = timezone(difference if sign == ord("+") else -difference)
    if second > 60 or tenths > 9:
        return None
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tenths * 100_000, tzinfo=zone)
    except ValueError:
        return None
