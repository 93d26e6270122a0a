"""Reading the indexes of rows: what follows the column in the name of a cell.

A table declares the parts of its index in their order, and gets them as numbers and addresses::

    class Neighbour(Table, entry="1.3.6.1.2.1.4.35.1", name="ipNetToPhysicalTable"):
        if_index = index.u32()
        address = index.inet_address()

Rows whose index does not have these parts, up to its end, are left out, and the job's log counts them. A table without
parts has the whole index in ``row.index``; :class:`Reader` reads it by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any, cast

from . import octets as _octets
from .oid import Oid

InetAddress = IPv4Address | IPv6Address


class Malformed(ValueError):
    """The index is not what the MIB says."""


class Reader:
    """Reads an index part by part. Each method raises :class:`Malformed` where the index has no such part."""

    def __init__(self, arcs: Iterable[int]) -> None:
        self._arcs = tuple(arcs)
        self._next = 0

    def u32(self) -> int:
        """A number: INTEGER, Unsigned32, TimeTicks."""
        return self._take(1)[0]

    def fixed(self, count: int) -> bytes:
        """An OCTET STRING of a fixed length."""
        return self._octets(self._take(count))

    def counted(self) -> bytes:
        """An OCTET STRING with its length before it."""
        return self.fixed(self.u32())

    def implied(self) -> bytes:
        """An OCTET STRING that is IMPLIED: all that is left."""
        return self.fixed(len(self._arcs) - self._next)

    def oid(self) -> Oid:
        """An OBJECT IDENTIFIER with the number of its arcs before it."""
        return Oid.of_arcs(self._take(self.u32()))

    def implied_oid(self) -> Oid:
        """An OBJECT IDENTIFIER that is IMPLIED: all that is left."""
        return Oid.of_arcs(self._take(len(self._arcs) - self._next))

    def mac(self) -> str:
        """A MacAddress, as ``AA:BB:CC:DD:EE:FF``; zeros are kept."""
        return ":".join(f"{octet:02X}" for octet in self.fixed(6))

    def ip_address(self) -> IPv4Address:
        """An IpAddress: four arcs."""
        return IPv4Address(self.fixed(4))

    def inet_address(self) -> InetAddress:
        """An InetAddressType, and the InetAddress of ipv4(1), ipv6(2), ipv4z(3) or ipv6z(4) with its length before it.

        An IPv6 address has its zone as ``scope_id``; ``ipaddress`` has no place for that of ipv4z.
        """
        kind, address = self.u32(), self.counted()
        zone = None
        if kind in (3, 4):
            address, zone = address[:-4], int.from_bytes(address[-4:], "big")
        if kind in (1, 3) and len(address) == 4:
            return IPv4Address(address)
        if kind in (2, 4) and len(address) == 16:
            ipv6 = IPv6Address(address)
            return IPv6Address(f"{ipv6}%{zone}") if zone else ipv6
        raise Malformed(f"{len(address)} octets are no address of type {kind}")

    def text(self) -> str:
        """A SnmpAdminString with its length before it."""
        return _octets.text(self.counted())

    def end(self) -> None:
        """The index ends here."""
        if self._next != len(self._arcs):
            raise Malformed("more arcs than the index has")

    def _take(self, count: int) -> tuple[int, ...]:
        arcs = self._arcs[self._next : self._next + count]
        if len(arcs) != count:
            raise Malformed("fewer arcs than the index has")
        self._next += count
        return arcs

    @staticmethod
    def _octets(arcs: tuple[int, ...]) -> bytes:
        try:
            return bytes(arcs)
        except ValueError:
            raise Malformed("an arc is no octet") from None


@dataclass(frozen=True)
class Part:
    """A part of an index as the class of a table declares it."""

    read: Callable[[Reader], Any]


def u32() -> int:
    """A number: INTEGER, Unsigned32, TimeTicks."""
    return cast("int", Part(Reader.u32))


def fixed(count: int) -> bytes:
    """An OCTET STRING of a fixed length."""
    return cast("bytes", Part(lambda reader: reader.fixed(count)))


def counted() -> bytes:
    """An OCTET STRING with its length before it."""
    return cast("bytes", Part(Reader.counted))


def implied() -> bytes:
    """An OCTET STRING that is IMPLIED."""
    return cast("bytes", Part(Reader.implied))


def text() -> str:
    """A SnmpAdminString with its length before it."""
    return cast("str", Part(Reader.text))


def oid() -> Oid:
    """An OBJECT IDENTIFIER with the number of its arcs before it."""
    return cast("Oid", Part(Reader.oid))


def implied_oid() -> Oid:
    """An OBJECT IDENTIFIER that is IMPLIED."""
    return cast("Oid", Part(Reader.implied_oid))


def mac() -> str:
    """A MacAddress, as ``AA:BB:CC:DD:EE:FF``."""
    return cast("str", Part(Reader.mac))


def ip_address() -> IPv4Address:
    """An IpAddress."""
    return cast("IPv4Address", Part(Reader.ip_address))


def inet_address() -> InetAddress:
    """An InetAddressType and InetAddress (RFC 4001)."""
    return cast("InetAddress", Part(Reader.inet_address))
