"""Columns of tables and scalars, by their SYNTAX: what stands in the class of a table.

A column is named by its arc below the table's entry, or in full where it is of another table with the same index::

    class Interface(Table, entry="1.3.6.1.2.1.2.2.1", name="ifTable"):
        descr = column.text(2, "ifDescr")
        alias = column.text("1.3.6.1.2.1.31.1.1.1.18", "ifAlias")

The second argument is the object's name in its MIB, for warnings; without it that is the attribute's. In a row each is
what the function says, or None: the agent has no such cell, or sent something else, which a warning tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any, cast

from . import convert
from .convert import Bits, Converter, Named
from .oid import Oid
from .values import Value

ColumnLike = int | str
"""A column: its arc below the entry, or its OID in full."""


@dataclass(frozen=True)
class Column:
    """A column or a scalar as the class of a table declares it."""

    place: ColumnLike
    name: str
    convert: Converter[Any]

    def oid(self, entry: Oid | None) -> Oid:
        """Its name in full."""
        if isinstance(self.place, str):
            return Oid(self.place)
        if entry is None:
            raise ValueError(f"{self.name}: without an entry a column is an OID in full, as a text")
        return entry + (self.place,)


def text(column: ColumnLike, name: str = "") -> str | None:
    """A DisplayString or SnmpAdminString, read as :func:`snmp_proxy_sdk.octets.text` does."""
    return cast("str | None", Column(column, name, convert.text))


def octets(column: ColumnLike, name: str = "") -> bytes | None:
    """An OCTET STRING as it was sent."""
    return cast("bytes | None", Column(column, name, convert.octets))


def integer(column: ColumnLike, name: str = "") -> int | None:
    """An INTEGER or Integer32."""
    return cast("int | None", Column(column, name, convert.integer))


def gauge(column: ColumnLike, name: str = "") -> int | None:
    """A Gauge32 or Unsigned32, also where an agent sends more than 32 bits."""
    return cast("int | None", Column(column, name, convert.gauge))


def counter(column: ColumnLike, name: str = "") -> int | None:
    """A Counter32 or Counter64."""
    return cast("int | None", Column(column, name, convert.counter))


def ticks(column: ColumnLike, name: str = "") -> int | None:
    """A TimeTicks or TimeStamp: hundredths of a second."""
    return cast("int | None", Column(column, name, convert.ticks))


def if_index(column: ColumnLike, name: str = "") -> int | None:
    """An InterfaceIndex or InterfaceIndexOrZero, of 32 bits without a sign."""
    return cast("int | None", Column(column, name, convert.if_index))


def truth(column: ColumnLike, name: str = "") -> bool | None:
    """A TruthValue."""
    return cast("bool | None", Column(column, name, convert.truth))


def enumeration(column: ColumnLike, name: str = "", *, names: Mapping[int, str]) -> Named | None:
    """An enumeration: the number, and the name that ``names`` has for it. Its ``text`` is the name, or the number where
    there is none; its ``name`` is None there."""
    return cast("Named | None", Column(column, name, convert.named(names)))


def bits(column: ColumnLike, name: str = "", *, names: Mapping[int, str]) -> Bits | None:
    """BITS, with the names of the bits."""
    return cast("Bits | None", Column(column, name, convert.named_bits(names)))


def mac(column: ColumnLike, name: str = "") -> str | None:
    """A MacAddress, as ``AA:BB:CC:DD:EE:FF``."""
    return cast("str | None", Column(column, name, convert.mac))


def phys_address(column: ColumnLike, name: str = "") -> str | None:
    """A PhysAddress: a MAC address as ``AA:BB:CC:DD:EE:FF``, any other in hexadecimal."""
    return cast("str | None", Column(column, name, convert.phys_address))


def date_and_time(column: ColumnLike, name: str = "") -> datetime | None:
    """A DateAndTime, with a time zone where the agent sends one."""
    return cast("datetime | None", Column(column, name, convert.date_and_time))


def ip_address(column: ColumnLike, name: str = "") -> IPv4Address | None:
    """An IpAddress."""
    return cast("IPv4Address | None", Column(column, name, convert.ip_address))


def oid(column: ColumnLike, name: str = "") -> Oid | None:
    """An OBJECT IDENTIFIER."""
    return cast("Oid | None", Column(column, name, convert.oid))


def real(column: ColumnLike, name: str = "") -> float | None:
    """A float or double in an Opaque."""
    return cast("float | None", Column(column, name, convert.real))


def raw(column: ColumnLike, name: str = "") -> Value | None:
    """Any value, as it came."""
    return cast("Value | None", Column(column, name, convert.raw))
