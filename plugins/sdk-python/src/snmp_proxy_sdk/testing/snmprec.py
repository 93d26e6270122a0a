"""The `.snmprec` form of recordings: lines of ``OID|TAG|VALUE``, read by the rules of the proxy's own simulator.

TAG is the decimal BER tag; the suffix ``x`` says that VALUE is hexadecimal, ``e`` that it has the escapes of a Python
byte string. All behind the second bar is the value, blanks included. The vectors in `plugins/recording/vectors.json`
hold the readers of all languages to the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import AddressValueError, IPv4Address

from .. import values
from ..oid import MOST_ARCS, dotted
from ..values import Value

MOST_TEXT = 80
"""The most octets of a bad line that a message shows."""

_BLANKS = b" \t\n\r\x0c"


class RecordingError(ValueError):
    """A recording that cannot be read, or a line of it: the test must not pass because a line is missing."""


class LineError(ValueError):
    """What is wrong with a line."""


def read(text: bytes) -> Iterator[tuple[tuple[int, ...], Value]]:
    """The objects, in the order of their lines. Raises :class:`RecordingError` for the first bad line."""
    for number, line in enumerate(text.split(b"\n"), 1):
        line = line.removesuffix(b"\r")
        start = line.lstrip(_BLANKS)
        if not start or start.startswith(b"#"):
            continue
        try:
            yield _object(line)
        except LineError as error:
            raise RecordingError(told(number, line, error)) from None


def told(number: int, line: bytes, error: LineError) -> str:
    """A bad line as a message names it."""
    start = line[:MOST_TEXT]
    try:
        text = start.decode()
    except UnicodeDecodeError as cut:
        is_cut = cut.reason == "unexpected end of data" and len(line) > MOST_TEXT
        text = start[: cut.start].decode() if is_cut else start.decode("latin-1")
    shown = "".join("\ufffd" if ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 else sign for sign in text)
    return f"line {number}: {error}: `{shown}`"


def _object(line: bytes) -> tuple[tuple[int, ...], Value]:
    fields = line.split(b"|", 2)
    if len(fields) != 3:
        raise LineError("three fields separated by `|` are needed")
    name, kind, content = oid(fields[0]), fields[1].strip(_BLANKS), fields[2]
    if b":" in kind:
        raise LineError("variation modules are not played")
    suffix = kind[-1:] if kind[-1:] in (b"x", b"e") else b""
    digits = kind.removesuffix(suffix)
    # A plus sign is taken, as the simulator's reader takes it.
    if not re.fullmatch(rb"\+?[0-9]+", digits) or int(digits) > 255:
        raise LineError("unknown type")
    return name, _value(int(digits), suffix, content)


def _value(tag: int, suffix: bytes, content: bytes) -> Value:
    if tag in _NUMBERS:
        make, least, most = _NUMBERS[tag]
        number = _number(suffix, content)
        if not least <= number <= most:
            raise LineError("the number does not fit its type")
        return make(number)
    if tag in _OCTETS:
        return _OCTETS[tag](_octets(suffix, content))
    if tag in _NOTHING:
        if content.strip(_BLANKS):
            raise LineError("this type has no value")
        return _NOTHING[tag]()
    if tag == 6:
        if suffix:
            raise LineError("invalid suffix for this tag")
        return values.ObjectIdentifier(list(oid(content)))
    if tag == 64:
        return _address(suffix, content)
    # Tags of more than one octet are not used in SNMP and cannot be written.
    if suffix == b"x" and tag & 0x1F != 0x1F:
        return values.Unknown(values.UnknownValue(tag, hexadecimal(content)))
    raise LineError("unknown type")


_NUMBERS: dict[int, tuple[Callable[[int], Value], int, int]] = {
    2: (values.Integer, -(1 << 31), (1 << 31) - 1),
    65: (values.Counter32, 0, (1 << 32) - 1),
    66: (values.Gauge32, 0, (1 << 32) - 1),
    67: (values.TimeTicks, 0, (1 << 32) - 1),
    70: (values.Counter64, 0, (1 << 64) - 1),
    71: (values.UInteger32, 0, (1 << 32) - 1),
}
_OCTETS: dict[int, Callable[[bytes], Value]] = {
    4: values.OctetString,
    68: values.Opaque,
    69: values.NsapAddress,
}
_NOTHING: dict[int, Callable[[], Value]] = {
    5: values.Null,
    128: values.NoSuchObject,
    129: values.NoSuchInstance,
    130: values.EndOfMibView,
}


def _octets(suffix: bytes, content: bytes) -> bytes:
    if suffix == b"x":
        return hexadecimal(content)
    return _unescaped(content) if suffix == b"e" else content


def _number(suffix: bytes, content: bytes) -> int:
    if suffix == b"e":
        raise LineError("invalid suffix for this tag")
    digits = content.strip(_BLANKS)
    pattern, base = (rb"[+-]?[0-9A-Fa-f]+", 16) if suffix == b"x" else (rb"[+-]?[0-9]+", 10)
    # What 128 bits do not hold is no number to the proxy's reader, either.
    if not re.fullmatch(pattern, digits) or not -(1 << 127) <= int(digits, base) < 1 << 127:
        raise LineError("not a number")
    return int(digits, base)


def _address(suffix: bytes, content: bytes) -> Value:
    try:
        octets = _octets(suffix, content) if suffix else IPv4Address(content.decode("ascii").strip()).packed
    except (AddressValueError, UnicodeDecodeError):
        octets = b""
    if len(octets) != 4:
        raise LineError("not an IPv4 address")
    return values.IpAddress((octets[0], octets[1], octets[2], octets[3]))


def hexadecimal(text: bytes) -> bytes:
    """Pairs of hexadecimal digits, blanks between any of them."""
    digits = bytes(sign for sign in text if sign not in _BLANKS)
    if len(digits) % 2 or not re.fullmatch(rb"[0-9A-Fa-f]*", digits):
        raise LineError("not pairs of hexadecimal digits")
    return bytes.fromhex(digits.decode("ascii"))


def oid(text: bytes) -> tuple[int, ...]:
    """Dotted decimal, with or without a leading dot, as an OID that BER can express."""
    dotted_form = text.strip(_BLANKS).removeprefix(b".")
    if not dotted_form:
        raise LineError("not an object identifier: it has no arcs")
    arcs = []
    for digits in dotted_form.split(b"."):
        if not re.fullmatch(rb"[0-9]+", digits) or int(digits) > 0xFFFF_FFFF:
            shown = digits.decode("utf-8", "replace")[:40]
            words = f"`{shown}` is not an arc: arcs are numbers from 0 to 4294967295"
            raise LineError(f"not an object identifier: {words}")
        arcs.append(int(digits))
    if len(arcs) > MOST_ARCS:
        raise LineError(f"not an object identifier: it has more than {MOST_ARCS} arcs")
    if len(arcs) < 2 or not (arcs[0] == 2 or (arcs[0] < 2 and arcs[1] < 40)):
        words = "it begins with 0 or 1 and an arc below 40, or with 2 and any arc"
        raise LineError(f"not an object identifier: {words}")
    return tuple(arcs)


_ESCAPE = re.compile(rb"\\(?:([\\'\"])|([abtnvf]|r)|([0-7]{1,3})|x([0-9A-Fa-f]{2})|(.?))", re.DOTALL)
_LETTERS = dict(zip(b"abtnvfr", b"\a\b\t\n\v\f\r", strict=True))


def _unescaped(text: bytes) -> bytes:
    def octet(found: re.Match[bytes]) -> bytes:
        same, letter, octal, digits, other = found.groups()
        number = int(octal, 8) if octal else int(digits, 16) if digits else 0
        if other is not None or number > 255:
            raise LineError("not an escape sequence")
        if same or letter:
            return same or bytes((_LETTERS[letter[0]],))
        return bytes((number,))

    return _ESCAPE.sub(octet, text)


def line(name: tuple[int, ...], value: Value) -> str:
    """Writes an object as a line, without its end. It reads the same."""
    start = dotted(name)
    for tag, (kind, _, _) in _NUMBERS.items():
        if type(value) is kind:
            return f"{start}|{tag}|{vars(value)['value']}"
    for tag, nothing in _NOTHING.items():
        if type(value) is nothing:
            return f"{start}|{tag}|"
    match value:
        case values.OctetString(octets) if all(0x20 <= octet <= 0x7E for octet in octets):
            return f"{start}|4|{octets.decode('ascii')}"
        case values.OctetString(octets):
            return f"{start}|4x|{octets.hex()}"
        case values.Opaque(octets):
            return f"{start}|68x|{octets.hex()}"
        case values.NsapAddress(octets):
            return f"{start}|69x|{octets.hex()}"
        case values.ObjectIdentifier(arcs):
            return f"{start}|6|{dotted(arcs)}"
        case values.IpAddress(four):
            return f"{start}|64|{dotted(four)}"
        case values.Unknown(values.UnknownValue(tag, octets)):
            return f"{start}|{tag}x|{octets.hex()}"
    raise TypeError(f"{value!r} is no value")
