"""The values of objects (RFC 2578 section 7.1), and the reasons why there is none (RFC 3416 section 3).

Few plugins need them: columns and scalars are read as numbers, texts and addresses. Each is told by its class::

    match varbind.value:
        case values.Integer(number): ...
        case values.OctetString(octets): ...
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .oid import Oid


@dataclass
class UnknownValue:
    """A value of a tag that SMIv2 does not define, or whose content does not fit its tag."""

    tag: int
    """The BER identifier as one number; 0 where it cannot be read."""
    octets: bytes
    """The contents as they were sent."""


@dataclass
class Integer:
    """INTEGER, Integer32, an enumeration, a TruthValue: of 64 bits."""

    value: int


@dataclass
class OctetString:
    """OCTET STRING, BITS: octets, not text."""

    value: bytes


@dataclass
class Null:
    """NULL."""


@dataclass
class ObjectIdentifier:
    """OBJECT IDENTIFIER: its arcs."""

    value: list[int]


@dataclass
class IpAddress:
    """IpAddress: four octets in network order."""

    value: tuple[int, int, int, int]


@dataclass
class Counter32:
    """Counter32."""

    value: int


@dataclass
class Gauge32:
    """Gauge32, Unsigned32."""

    value: int


@dataclass
class TimeTicks:
    """TimeTicks: hundredths of a second."""

    value: int


@dataclass
class Opaque:
    """Opaque: the wrapped octets."""

    value: bytes


@dataclass
class NsapAddress:
    """NsapAddress (RFC 1442, obsolete)."""

    value: bytes


@dataclass
class Counter64:
    """Counter64."""

    value: int


@dataclass
class UInteger32:
    """UInteger32 (RFC 1442, obsolete)."""

    value: int


@dataclass
class NoSuchObject:
    """The agent does not know this object."""


@dataclass
class NoSuchInstance:
    """The agent knows the object, but not this instance."""


@dataclass
class EndOfMibView:
    """Nothing follows this name."""


@dataclass
class Unknown:
    """Anything else, kept as it came."""

    value: UnknownValue


if not TYPE_CHECKING:
    # In a component the host's values arrive as classes that componentize-py generates, of the same shape. They are
    # taken as they are: a copy of each cell would cost more than reading it.
    try:
        from wit_world.imports import types as _types
    except ImportError:
        pass
    else:
        UnknownValue = _types.UnknownValue
        Integer = _types.Value_Integer
        OctetString = _types.Value_OctetString
        Null = _types.Value_Null
        ObjectIdentifier = _types.Value_ObjectIdentifier
        IpAddress = _types.Value_IpAddress
        Counter32 = _types.Value_Counter32
        Gauge32 = _types.Value_Gauge32
        TimeTicks = _types.Value_TimeTicks
        Opaque = _types.Value_Opaque
        NsapAddress = _types.Value_NsapAddress
        Counter64 = _types.Value_Counter64
        UInteger32 = _types.Value_Uinteger32
        NoSuchObject = _types.Value_NoSuchObject
        NoSuchInstance = _types.Value_NoSuchInstance
        EndOfMibView = _types.Value_EndOfMibView
        Unknown = _types.Value_Unknown

Value = (
    Integer
    | OctetString
    | Null
    | ObjectIdentifier
    | IpAddress
    | Counter32
    | Gauge32
    | TimeTicks
    | Opaque
    | NsapAddress
    | Counter64
    | UInteger32
    | NoSuchObject
    | NoSuchInstance
    | EndOfMibView
    | Unknown
)
"""The value of an object, or the reason why there is none."""


@dataclass
class Varbind:
    """The name of an object instance and its value (RFC 3416 section 3)."""

    name: Oid
    """The instance, e.g. 1.3.6.1.2.1.1.5.0 for sysName.0."""
    value: Value
    """Its value, or why there is none."""


_ABSENT = (NoSuchObject, NoSuchInstance, EndOfMibView)


def is_absent(value: Value | None) -> bool:
    """Whether there is no value."""
    return value is None or isinstance(value, _ABSENT)


_SYNTAXES = {
    Integer: "INTEGER",
    OctetString: "OCTET STRING",
    Null: "NULL",
    ObjectIdentifier: "OBJECT IDENTIFIER",
    IpAddress: "IpAddress",
    Counter32: "Counter32",
    Gauge32: "Gauge32",
    TimeTicks: "TimeTicks",
    Opaque: "Opaque",
    NsapAddress: "NsapAddress",
    Counter64: "Counter64",
    UInteger32: "UInteger32",
    NoSuchObject: "noSuchObject",
    NoSuchInstance: "noSuchInstance",
    EndOfMibView: "endOfMibView",
}


def syntax_of(value: Value) -> str:
    """The value's type in SMIv2's words, e.g. ``OCTET STRING``; ``tag 0x..`` where it is none of them."""
    known = _SYNTAXES.get(type(value))
    return f"tag {value.value.tag:#04x}" if known is None and isinstance(value, Unknown) else known or "nothing"
