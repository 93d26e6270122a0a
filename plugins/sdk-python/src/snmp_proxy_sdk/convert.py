"""From a value to what a plugin works with: numbers, texts, addresses, dates.

Agents send objects with the wrong SYNTAX. A number in the wrong integer class is still that number, and so is one that
is written as a text of digits; a text that spells an OID is still that OID. Anything else is None. All of these leave a
warning, and none costs the other cells of its row. Where the agent has no such object it is None without a warning.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address
from operator import attrgetter
from typing import Any, Generic, Literal, TypeVar

from . import octets as _octets
from .oid import Oid
from .values import (
    Counter32,
    Counter64,
    Gauge32,
    Integer,
    IpAddress,
    ObjectIdentifier,
    OctetString,
    Opaque,
    TimeTicks,
    UInteger32,
    Unknown,
    Value,
    is_absent,
    syntax_of,
)

T = TypeVar("T")

Warnings = list[str]
"""What is odd about a row, a line each: ``ifMtu: OCTET STRING instead of INTEGER``."""


@dataclass(frozen=True)
class Converter(Generic[T]):
    """Reads a value that is there, in two ways, since a table has a hundred thousand of them."""

    expected: Mapping[type, Callable[[Any], T | None]]
    """What reads a value of the SYNTAX that the MIB says, by its class: no warning can come of it."""
    others: Callable[[str, Value, Warnings], T | None]
    """What reads any value; the text is the object's name, for the warning."""

    def __call__(self, name: str, value: Value, warnings: Warnings) -> T | None:
        read = self.expected.get(type(value))
        return self.others(name, value, warnings) if read is None else read(value)


_VALUE = attrgetter("value")


_NUMBERS = (Integer, Counter32, Gauge32, TimeTicks, Counter64, UInteger32)
_DIGITS = re.compile(r"-?[0-9]{1,20}")
_SMI_NAMES = {
    "iso": (1,),
    "org": (1, 3),
    "dod": (1, 3, 6),
    "internet": (1, 3, 6, 1),
    "mgmt": (1, 3, 6, 1, 2),
    "mib-2": (1, 3, 6, 1, 2, 1),
    "private": (1, 3, 6, 1, 4),
    "enterprises": (1, 3, 6, 1, 4, 1),
}


@dataclass(frozen=True, slots=True)
class Named:
    """The value of an enumeration: the number for programs, the name for people."""

    number: int
    name: str | None
    """None where the MIB has no name for the number."""

    @property
    def text(self) -> str:
        """The name, or the number as a text where the MIB has no name for it: ``ok``, ``7``. So a value that is newer
        than the MIB is in the result, too."""
        return str(self.number) if self.name is None else self.name

    def __str__(self) -> str:
        """The same as :attr:`text`."""
        return self.text

    def __bool__(self) -> Literal[True]:
        """True, so that ``row.state and row.state.text`` is a text, or None where the agent has no such cell."""
        return True


@dataclass(frozen=True, slots=True)
class Bits:
    """BITS: the numbers of those that are set, and their names."""

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    """In the order of the numbers; a bit without a name is its number."""

    def __contains__(self, bit: int | str) -> bool:
        return bit in self.numbers or bit in self.names


def warn_of(name: str, value: Value, syntax: str, warnings: Warnings) -> None:
    """Warns of a value of another SYNTAX."""
    warnings.append(f"{name}: {syntax_of(value)} instead of {syntax}")


def _number(syntax: str, classes: tuple[type, ...], least: int, most: int) -> Converter[int]:
    def convert(name: str, value: Value, warnings: Warnings) -> int | None:
        if isinstance(value, _NUMBERS):
            number: int | None = value.value
        elif isinstance(value, OctetString):
            number = _number_in_text(value.value)
        else:
            number = _oversized(value)
        if number is not None and least <= number <= most:
            if not isinstance(value, classes):
                warn_of(name, value, syntax, warnings)
            return number
        warn_of(name, value, syntax, warnings)
        return None

    # All that these classes hold is within the bounds.
    return Converter(dict.fromkeys(classes, _VALUE), convert)


def _number_in_text(octets: bytes) -> int | None:
    """A text of decimal digits. It has only one reading, unlike ``1G`` or ``1e9``."""
    try:
        text = octets.decode("ascii").rstrip("\0").strip()
    except UnicodeDecodeError:
        return None
    return int(text) if _DIGITS.fullmatch(text) else None


def _oversized(value: Value) -> int | None:
    """A number with more octets than its type has (``42 05 02 54 0b e4 00`` is a Gauge32 of 10¹⁰)."""
    if not isinstance(value, Unknown) or value.value.tag not in (0x41, 0x42, 0x43, 0x47):
        return None
    digits = value.value.octets.lstrip(b"\0")
    return int.from_bytes(digits, "big") if value.value.octets and len(digits) <= 8 else None


integer = _number("INTEGER", (Integer,), -(1 << 63), (1 << 63) - 1)
gauge = _number("Gauge32", (Gauge32,), 0, (1 << 64) - 1)
counter = _number("Counter32 or Counter64", (Counter32, Counter64), 0, (1 << 64) - 1)
ticks = _number("TimeTicks", (TimeTicks,), 0, (1 << 32) - 1)


def _if_index(name: str, value: Value, warnings: Warnings) -> int | None:
    number = integer(name, value, warnings)
    if number is None or 0 <= number < 1 << 32:
        return number
    if -(1 << 31) <= number < 0:
        return number + (1 << 32)
    warnings.append(f"{name}: {number} instead of an ifIndex")
    return None


if_index = Converter({}, _if_index)
"""An InterfaceIndex has 32 bits without a sign in an index, and agents send the same bits as INTEGER."""


def _truth(name: str, value: Value, warnings: Warnings) -> bool | None:
    number = integer(name, value, warnings)
    if number in (1, 2):
        return number == 1
    if number is not None:
        warnings.append(f"{name}: {number} instead of true(1) or false(2)")
    return None


truth = Converter({}, _truth)
"""A TruthValue."""


def _octets_of(name: str, value: Value, warnings: Warnings) -> bytes | None:
    if isinstance(value, OctetString):
        return value.value
    warn_of(name, value, "OCTET STRING", warnings)
    return None


octets: Converter[bytes] = Converter({OctetString: _VALUE}, _octets_of)
"""The octets of an OCTET STRING."""


def _of_octets(convert: Callable[[bytes], T | None]) -> Converter[T]:
    def others(name: str, value: Value, warnings: Warnings) -> T | None:
        found = octets(name, value, warnings)
        return None if found is None else convert(found)

    return Converter({OctetString: lambda value: convert(value.value)}, others)


text = _of_octets(_octets.text)
mac = _of_octets(_octets.mac)
phys_address = _of_octets(_octets.phys_address)


def _date_and_time(name: str, value: Value, warnings: Warnings) -> datetime | None:
    found = octets(name, value, warnings)
    if not found or not any(found):
        return None
    date = _octets.date_and_time(found)
    if date is None:
        warnings.append(f"{name}: {found[:16].hex()} is no DateAndTime")
    return date


date_and_time = Converter({}, _date_and_time)
"""A DateAndTime. Zeros, which agents send for "never", are None without a warning."""


def _ip_address(name: str, value: Value, warnings: Warnings) -> IPv4Address | None:
    if isinstance(value, IpAddress):
        return IPv4Address(bytes(value.value))
    warn_of(name, value, "IpAddress", warnings)
    if isinstance(value, OctetString) and len(value.value) == 4:
        return IPv4Address(value.value)
    return None


ip_address = Converter({}, _ip_address)
"""An IpAddress. The four octets in an OCTET STRING are the same address."""


def _oid(name: str, value: Value, warnings: Warnings) -> Oid | None:
    if isinstance(value, ObjectIdentifier):
        return Oid.of_arcs(value.value)
    warn_of(name, value, "OBJECT IDENTIFIER", warnings)
    if not isinstance(value, OctetString):
        return None
    return _spelled(_octets.text(value.value).strip())


oid = Converter({}, _oid)
"""An OBJECT IDENTIFIER, or a text that spells one."""


def _spelled(text: str) -> Oid | None:
    """An OID in dotted form, which may begin with names of SNMPv2-SMI, as net-snmp's tools print it."""
    parts = text.removeprefix("OID: ").removeprefix("SNMPv2-SMI::").removeprefix(".").split(".")
    start: tuple[int, ...] = ()
    while len(parts) > 1 and _SMI_NAMES.get(parts[0], ())[: len(start)] == start and parts[0] in _SMI_NAMES:
        start = _SMI_NAMES[parts.pop(0)]
    try:
        return Oid(start) + ".".join(parts)
    except ValueError:
        return None


def _real(name: str, value: Value, warnings: Warnings) -> float | None:
    if isinstance(value, Opaque):
        wrapped = value.value
        if wrapped[:3] == b"\x9f\x78\x04" and len(wrapped) == 7:
            return float(struct.unpack(">f", wrapped[3:])[0])
        if wrapped[:3] == b"\x9f\x79\x08" and len(wrapped) == 11:
            return float(struct.unpack(">d", wrapped[3:])[0])
        warnings.append(f"{name}: an Opaque without a float")
        return None
    number = integer(name, value, [])
    warn_of(name, value, "Opaque", warnings)
    return None if number is None else float(number)


real = Converter({}, _real)
"""A float or a double in an Opaque, as net-snmp sends them; numbers and texts of digits are taken, too."""

raw: Converter[Value] = Converter({}, lambda _name, value, _warnings: value)
"""Any value, as it came."""


def named(names: Mapping[int, str]) -> Converter[Named]:
    """An enumeration with these names."""

    # An agent that counts in an enumeration must not fill the memory.
    @lru_cache(maxsize=256)
    def named_as(number: int) -> Named:
        return Named(number, names.get(number))

    def others(name: str, value: Value, warnings: Warnings) -> Named | None:
        number = integer(name, value, warnings)
        return None if number is None else named_as(number)

    return Converter({Integer: lambda value: named_as(value.value)}, others)


def named_bits(names: Mapping[int, str]) -> Converter[Bits]:
    """BITS with these names."""

    def convert(found: bytes) -> Bits:
        numbers = _octets.bits(found)
        return Bits(numbers, tuple(names.get(number, str(number)) for number in numbers))

    return _of_octets(convert)


def cell(convert: Converter[T], name: str, value: Value | None, warnings: Warnings) -> T | None:
    """Reads a cell that may be absent."""
    return None if value is None or is_absent(value) else convert(name, value, warnings)
