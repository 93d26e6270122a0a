"""The output of ``snmpwalk -On``: lines of ``.1.3.6… = TYPE: VALUE``, read as the proxy's simulator reads them.

Only what net-snmp prints with numeric names and with the types of values; what other options make of it is refused with
its line. ``snmp-proxy simulate`` reads more of them, since it knows names of MIBs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from ipaddress import AddressValueError, IPv4Address

from .. import values
from ..values import Value
from .snmprec import LineError, RecordingError, hexadecimal, oid, told

_BLANKS = b" \t\n\r\x0c"
_ENTRY = re.compile(
    rb"(\.?[0-9][0-9.]*\.[0-9]+|\.?iso[.0-9]*|\.?ccitt[.0-9]*|\.?joint-iso-ccitt[.0-9]*)[ \t]*= ?(.*)", re.DOTALL
)
_TYPED = re.compile(
    rb"(BITS|Counter32|Counter64|Gauge32|Hex-STRING|INTEGER|Integer32|IpAddress|Network Address|NsapAddress|NULL|OID|"
    rb"OPAQUE|Opaque|STRING|Timeticks|UInteger32|Unsigned32):(?: |(?=\s*$))(.*)",
    re.DOTALL,
)
_NO_VALUE = (b"No Such Object", b"No Such Instance", b"No more variables left")
_END = (b"Variables found: ", b"Total traversal time = ")
_ROOTS = {b"iso": b"1", b"ccitt": b"0", b"joint-iso-ccitt": b"2"}
_ADVICE = "make it with `snmpwalk -On`"


def is_line(line: bytes) -> bool:
    """Whether a line is the first of an entry, or one that ends a walk."""
    return _ENTRY.match(line) is not None or _is_end(line)


def read(text: bytes) -> Iterator[tuple[tuple[int, ...], Value]]:
    """The objects, in the order of their lines. Raises :class:`RecordingError` for the first bad line."""
    lines = text.split(b"\n")
    if _ends_in_returns(lines):
        lines = [line.removesuffix(b"\r") for line in lines]
    place = 0
    while place < len(lines):
        number, line = place + 1, lines[place]
        place += 1
        if not line.strip(_BLANKS) or line.startswith(b"#") or _is_end(line):
            continue
        try:
            entry = _ENTRY.match(line)
            if entry is None:
                raise LineError("this is neither `OID = TYPE: VALUE` nor the rest of such a line")
            said, place = _whole(entry[2], lines, place)
            if not said.startswith(_NO_VALUE):
                yield _name(entry[1]), _value(said)
        except LineError as error:
            raise RecordingError(told(number, line, error)) from None


def _is_end(line: bytes) -> bool:
    line = line.strip(_BLANKS)
    return line == b"End of MIB" or line.startswith(_END)


def _ends_in_returns(lines: list[bytes]) -> bool:
    """Whether carriage returns end lines. Where they are within texts, most lines that hold no text end without."""
    ends = []
    for line in lines:
        entry = _ENTRY.match(line)
        typed = entry and _TYPED.match(entry[2])
        if typed and typed[1] != b"STRING":
            ends.append(line.endswith(b"\r"))
    return sum(ends) * 2 > len(ends) if ends else all(line.endswith(b"\r") for line in lines[:-1])


def _name(text: bytes) -> tuple[int, ...]:
    first, dot, rest = text.removeprefix(b".").partition(b".")
    return oid(_ROOTS.get(first, first) + dot + rest)


def _whole(said: bytes, lines: list[bytes], place: int) -> tuple[bytes, int]:
    """Joins the lines of an entry that goes on after its first line; and where the next entry begins."""
    typed = _TYPED.match(_without_remark(said))
    kind, content = (typed[1], typed[2]) if typed else (b"", said)
    if kind in (b"", b"STRING") and content.startswith(b'"'):
        return _quoted(said, content, lines, place)
    is_octets = kind in (b"Hex-STRING", b"BITS", b"OPAQUE", b"NsapAddress")
    if not is_octets and kind != b"STRING":
        return said, place
    while place < len(lines) and not is_line(lines[place]):
        line = lines[place]
        if is_octets:
            # Names of bits and units end the octets; a line of sixteen pairs goes on.
            if not re.match(rb"\s*[0-9A-Fa-f]{2}(\s|$)", line) or not re.fullmatch(
                rb"(\s*[0-9A-Fa-f]{2})*\s*", said.split(b": ", 1)[-1]
            ):
                break
        elif not line and place + 1 == len(lines):
            # An empty line at the very end of the file ends its last line, and no text.
            break
        said += b"\n" + line
        place += 1
    return said, place


def _quoted(said: bytes, content: bytes, lines: list[bytes], place: int) -> tuple[bytes, int]:
    """Joins a quoted text up to its closing quote. Where there is none, the lines behind it are entries of their
    own."""
    text, ahead, part = said, place, content[1:]
    is_first = True
    while True:
        end = _quote_end(part)
        if end is not None:
            behind = part[end + 1 :]
            is_units = behind.startswith(b" ") and b'"' not in behind and (is_first or not _ENTRY.match(part))
            return (text, ahead) if not behind.strip(_BLANKS) or is_units else (said, place)
        if ahead >= len(lines):
            return said, place
        part, is_first = lines[ahead], False
        text += b"\n" + part
        ahead += 1


def _quote_end(text: bytes) -> int | None:
    found = re.compile(rb'(?:[^"\\]|\\.)*"', re.DOTALL).match(text)
    return found.end() - 1 if found else None


def _without_remark(said: bytes) -> bytes:
    """What stands behind the remark that the agent's type or the MIB's hint is wrong: what the agent sent counts."""
    for start, end in ((b"Wrong Type (", b"): "), (b"(Bad hint ignored: ", b") ")):
        if said.startswith(start) and end in said:
            return said.split(end, 1)[1]
    return said


def _value(said: bytes) -> Value:
    said = _without_remark(said)
    typed = _TYPED.match(said)
    if typed:
        read = _READERS.get(typed[1].decode("ascii"))
        if read:
            return read(typed[2])
    elif said.startswith(b'"'):
        return values.OctetString(_unquoted(said))
    elif said.strip(_BLANKS) == b"NULL":
        return values.Null()
    elif not re.match(rb"[A-Z][A-Za-z0-9 -]*: ", said) and not said.startswith(b"Variable has bad type"):
        raise LineError(f"the type of the value is left out: {_ADVICE}")
    raise LineError("unknown type")


def _unquoted(said: bytes) -> bytes:
    end = _quote_end(said[1:])
    behind = b"" if end is None else said[end + 2 :]
    if end is None or b'"' in behind or (behind.strip(_BLANKS) and not behind.startswith(b" ")):
        raise LineError("a quoted text does not end where the line does")
    return re.sub(rb"\\(.)", rb"\1", said[1 : end + 1], flags=re.DOTALL)


def _string(content: bytes) -> Value:
    if content.startswith(b'"'):
        return values.OctetString(_unquoted(content))
    octets = _date(content) or _pairs(content, r"(?:0|[1-9a-f][0-9a-f]?)", 6)
    if octets is not None:
        return values.OctetString(octets)
    # What a DISPLAY-HINT made of octets may look like a text.
    is_ipv6 = re.fullmatch(rb"[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){7}", content)
    if _pairs(content, r"[0-9A-Fa-f]{1,2}", 2) or is_ipv6 or _is_ipv4(content):
        raise LineError(f"a MIB's DISPLAY-HINT hides the content: {_ADVICE} and `-m ''`")
    return values.OctetString(content)


def _pairs(content: bytes, part: str, least: int) -> bytes | None:
    parts = content.split(b":")
    if len(parts) < least or not all(re.fullmatch(part.encode(), one) for one in parts):
        return None
    return bytes(int(one, 16) for one in parts)


def _is_ipv4(content: bytes) -> bool:
    try:
        IPv4Address(content.decode("ascii"))
    except (AddressValueError, UnicodeDecodeError):
        return False
    return True


def _date(content: bytes) -> bytes | None:
    """The octets of a DateAndTime as ``2d-1d-1d,1d:1d:1d.1d,1a1d:1d`` prints them."""
    number = rb"(0|[1-9][0-9]*)"
    date = re.fullmatch(rb"%b-%b-%b,%b:%b:%b\.%b(?:,([+-])%b:%b)?" % ((number,) * 9), content)
    if not date:
        return None
    numbers = [int(digits) for digits in (*date.groups()[:7], *date.groups()[8:]) if digits is not None]
    if numbers[0] > 0xFFFF or any(one > 255 for one in numbers[1:]):
        return None
    zone = date[8] + bytes(numbers[7:]) if date[8] else b""
    return numbers[0].to_bytes(2, "big") + bytes(numbers[1:7]) + zone


def _octets(content: bytes) -> bytes:
    """Pairs, sixteen on a line, over several lines; units, or the text that ``-OT`` prints in brackets, may follow."""
    octets, behind = b"", b""
    for line in content.split(b"\n"):
        behind = line
        while (found := _PAIR.match(behind)) and (behind[:2].strip(_BLANKS) or _ALL_PAIRS.fullmatch(behind)):
            octets += bytes.fromhex(found[1].decode("ascii"))
            behind = behind[found.end() :]
    # Each pair has a blank behind it, and units have another before them; only full lines end without.
    before_units = b" " if len(octets) % 16 == 0 else b"  "
    is_units = octets and behind.startswith((before_units, b" [", b"  ["))
    if behind.strip(_BLANKS) and not is_units:
        raise LineError("not pairs of hexadecimal digits")
    return octets


_PAIR = re.compile(rb"[ \t]*([0-9A-Fa-f]{2})(?=[ \t\r]|$)")
_ALL_PAIRS = re.compile(rb"(?:[ \t\r]*[0-9A-F]{2})*[ \t\r]*")


def _bits(content: bytes) -> bytes:
    """Octets, then the bits that are set. A bit without a name is its number, which may look like one more octet: the
    octets are those whose bits the rest lists."""
    words = content.split()
    most = next((place for place, word in enumerate(words) if not re.fullmatch(rb"[0-9A-F]{2}", word)), len(words))
    for count in range(most, -1, -1):
        octets = bytes(int(word, 16) for word in words[:count])
        listed = [_bit(word) for word in words[count:]]
        set_ones = [place * 8 + bit for place, octet in enumerate(octets) for bit in range(8) if octet & (0x80 >> bit)]
        rest = listed[len(set_ones) :]
        if listed[: len(set_ones)] == set_ones and all(bit is None for bit in rest):
            return octets
    raise LineError("the octets and the names of the bits differ")


def _bit(word: bytes) -> int | None:
    found = re.fullmatch(rb"(?:.*\()?([0-9]+)\)?", word)
    return int(found[1]) if found else None


def _first_word(content: bytes) -> bytes:
    word = (content.split() or [b""])[0]
    found = re.fullmatch(rb".*\(([^()]*)\)", word)
    return found[1] if found else word


def _parsed(word: bytes) -> int:
    if not re.fullmatch(rb"[+-]?[0-9]{1,39}", word):
        raise LineError("not a number")
    return int(word)


def _hinted(content: bytes) -> int:
    """A number; with the decimals of a DISPLAY-HINT ``d-2`` its digits are the number."""
    word = _first_word(content)
    if re.fullmatch(rb"[0-9A-Fa-f]+", word) and not word.isdigit():
        raise LineError(f"a MIB's DISPLAY-HINT hides the content: {_ADVICE} and `-m ''`")
    if word.count(b".") != 1:
        return _parsed(word)
    zeros, sign, digits = word.replace(b".", b"").partition(b"-")
    if sign and zeros.strip(b"0"):
        raise LineError("not a number")
    return _parsed(sign + digits if sign else zeros)


def _ticks(content: bytes) -> int:
    content = content.strip(_BLANKS)
    word = _first_word(content)
    if content.startswith(b"(") or (word.isdigit() and b" day" not in content):
        return _parsed(word)
    found = re.match(
        rb"(?:([0-9]{1,10}) days?, |([0-9]{1,10}):)?([0-9]+):([0-9]+):([0-9]+)\.([0-9]{2})(?: |$)", content
    )
    if not found:
        raise LineError("not a number")
    days, hours, minutes, seconds = int(found[1] or found[2] or 0), int(found[3]), int(found[4]), int(found[5])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise LineError("not a number")
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 100 + int(found[6])


def _in_range(
    make: Callable[[int], Value], read: Callable[[bytes], int], least: int, most: int
) -> Callable[[bytes], Value]:
    def reader(content: bytes) -> Value:
        number = read(content)
        if not least <= number <= most:
            raise LineError("the number does not fit its type")
        return make(number)

    return reader


def _plain(content: bytes) -> int:
    return _parsed(_first_word(content))


def _address(content: bytes) -> Value:
    try:
        packed = IPv4Address(content.decode("ascii").strip()).packed
    except (AddressValueError, UnicodeDecodeError):
        raise LineError("not an IPv4 address") from None
    return values.IpAddress((packed[0], packed[1], packed[2], packed[3]))


def _network_address(content: bytes) -> Value:
    packed = hexadecimal(content.replace(b":", b" "))
    if len(packed) != 4:
        raise LineError("not an IPv4 address")
    return values.IpAddress((packed[0], packed[1], packed[2], packed[3]))


def _oid_value(content: bytes) -> Value:
    word = (content.split() or [b""])[0]
    if b":" in word:
        known = {b"SNMPv2-SMI::zeroDotZero": b"0.0"}.get(word)
        word = known or word.replace(b"SNMPv2-SMI::enterprises", b"1.3.6.1.4.1", 1)
        if b":" in word:
            raise LineError(f"unknown name `{word.decode('utf-8', 'replace')}`: {_ADVICE}")
    return values.ObjectIdentifier(list(_name(word)))


def _null(content: bytes) -> Value:
    if content.strip(_BLANKS):
        raise LineError("unknown type")
    return values.Null()


def _wrapped(content: bytes) -> Value:
    """What net-snmp wraps into an Opaque (draft-perkins-opaque-01): floats and integers of 64 bits."""
    kind, colon, rest = content.partition(b": ")
    number = (rest.split() or [b""])[0]
    if not colon or kind not in (b"Float", b"Double", b"Counter64", b"Int64", b"UInt64"):
        raise LineError("unknown type")
    if kind == b"Float":
        return values.Opaque(_float(number.decode("ascii", "replace")))
    if kind == b"Double":
        return values.Opaque(b"\x9f\x79\x08" + struct.pack(">d", _double(number.decode("ascii", "replace"))))
    whole, is_signed = _parsed(number), kind == b"Int64"
    least, most = (-(1 << 63), (1 << 63) - 1) if is_signed else (0, (1 << 64) - 1)
    if not least <= whole <= most:
        raise LineError("not a number")
    octets = whole.to_bytes((whole if whole >= 0 else ~whole).bit_length() // 8 + 1, "big", signed=True)
    tag = {b"Counter64": 0x76, b"Int64": 0x7A, b"UInt64": 0x7B}[kind]
    return values.Opaque(bytes((0x9F, tag, len(octets))) + octets)


def _float(text: str) -> bytes:
    """net-snmp calls a double a float, too, and prints both with six decimals: what no float is printed as was one."""
    double = _double(text)
    if len(text) > 100 and "." not in text:
        raise LineError("the number does not fit its type")
    try:
        packed = struct.pack(">f", double)
    except OverflowError:
        return b"\x9f\x79\x08" + struct.pack(">d", double)
    single = struct.unpack(">f", packed)[0]
    is_double = f"{single:.6f}" != text and f"{double:.6f}" == text
    return b"\x9f\x79\x08" + struct.pack(">d", double) if is_double else b"\x9f\x78\x04" + packed


def _double(text: str) -> float:
    magnitude = text.removeprefix("-")
    sign = -1.0 if magnitude != text else 1.0
    if magnitude in ("inf", "1.#INF", "1.#INF00"):
        return sign * float("inf")
    if magnitude in ("nan", "1.#QNAN", "1.#QNAN0", "1.#IND", "1.#IND00"):
        return float("nan")
    try:
        if re.fullmatch(r"[0-9.eE+-]+", magnitude):
            return sign * float(magnitude)
    except ValueError:
        pass
    raise LineError("not a number")


_READERS: dict[str, Callable[[bytes], Value]] = {
    "STRING": _string,
    "Hex-STRING": lambda content: values.OctetString(_octets(content)),
    "BITS": lambda content: values.OctetString(_bits(content)),
    "INTEGER": _in_range(values.Integer, _hinted, -(1 << 31), (1 << 31) - 1),
    "Integer32": _in_range(values.Integer, _hinted, -(1 << 31), (1 << 31) - 1),
    "Counter32": _in_range(values.Counter32, _plain, 0, (1 << 32) - 1),
    "Gauge32": _in_range(values.Gauge32, _hinted, 0, (1 << 32) - 1),
    "Unsigned32": _in_range(values.Gauge32, _hinted, 0, (1 << 32) - 1),
    "UInteger32": _in_range(values.UInteger32, _hinted, 0, (1 << 32) - 1),
    "Timeticks": _in_range(values.TimeTicks, _ticks, 0, (1 << 32) - 1),
    "Counter64": _in_range(values.Counter64, _plain, 0, (1 << 64) - 1),
    "OID": _oid_value,
    "IpAddress": _address,
    "Network Address": _network_address,
    "NsapAddress": lambda content: values.NsapAddress(_octets(content)),
    "OPAQUE": lambda content: values.Opaque(_octets(content)),
    "Opaque": _wrapped,
    "NULL": _null,
}
