"""A device made of a recording, in memory, which can be told to fail."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from .. import values
from ..errors import Error, Kind
from ..oid import Oid, OidLike
from ..output import encode
from ..seam import Outcome, Part, RowLike, Status, VarbindLike
from ..values import Value
from .recording import Objects, parse, read_file

_BATCH = 10
"""Rows in a batch, so that a test of twenty rows sees more than one."""
_MOST_NAMES = 10_000
_MOST_COLUMNS = 64

Plain = Value | int | str | bytes | Oid | IPv4Address


class Cancelled(BaseException):
    """The job was cancelled. In the proxy nothing of a plugin runs any more then, so a plugin cannot catch it."""


@dataclass(frozen=True)
class Row:
    """A row as the host hands it over."""

    index: list[int]
    cells: list[Value | None]


@dataclass(frozen=True)
class Varbind:
    """A varbind as the host hands it over."""

    name: list[int]
    value: Value


class RecordedDevice:
    """A device that answers from a recording, at once and without a network.

    Each method that changes it gives a changed device and leaves this one as it is::

        device = RecordedDevice.from_snmprec("devices/switch.snmprec")
        broken = device.silent_below("1.3.6.1.2.1.31")
    """

    def __init__(self, objects: Objects | None = None) -> None:
        self._objects: Objects = dict(sorted((objects or {}).items()))
        self._silent: list[tuple[int, ...]] = []
        self._refused: list[tuple[tuple[int, ...], str]] = []
        self._broken: dict[tuple[int, ...], int] = {}
        self._contexts: dict[str, RecordedDevice] = {}
        self._cancelled_after: int | None = None
        self.sections: dict[str, str] = {}
        """What other plugins have found: the JSON of sections by their names."""

    @classmethod
    def from_snmprec(cls, path: str | Path) -> Self:
        """Reads a file of lines ``OID|TAG|VALUE``, or the output of ``snmpwalk -On``: its lines tell which."""
        return cls(read_file(path))

    @classmethod
    def from_snmpwalk(cls, path: str | Path) -> Self:
        """Reads a file of what ``snmpwalk -On`` printed."""
        return cls(read_file(path))

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Reads a recording in either form from a text."""
        return cls(parse(text))

    def with_(self, name: OidLike, value: Plain) -> Self:
        """With this object. A plain number is an INTEGER, a text or octets an OCTET STRING, an OID and an IPv4 address
        are what they are; any other is given as one of :mod:`snmp_proxy_sdk.values`."""
        changed = self._changed()
        changed._objects = dict(sorted({**self._objects, Oid(name).arcs: _value(value)}.items()))
        return changed

    def without(self, subtree: OidLike) -> Self:
        """Without anything at or below ``subtree``: an object is a hole in its table, a column is not there at all."""
        arcs, changed = Oid(subtree).arcs, self._changed()
        changed._objects = {name: value for name, value in self._objects.items() if name[: len(arcs)] != arcs}
        return changed

    def with_wrong_types(self, subtree: OidLike) -> Self:
        """With values of another type at and below ``subtree``: octets for numbers, and a number for all else."""
        arcs, changed = Oid(subtree).arcs, self._changed()
        for name, value in self._objects.items():
            if name[: len(arcs)] == arcs:
                is_number = isinstance(getattr(value, "value", None), int)
                changed._objects[name] = values.OctetString(b"\xff\x00wrong") if is_number else values.Integer(-1)
        return changed

    def silent_below(self, subtree: OidLike = ()) -> Self:
        """Which does not answer requests for anything at or below ``subtree``; without one for nothing at all."""
        changed = self._changed()
        changed._silent = [*self._silent, Oid(subtree).arcs]
        return changed

    def refusing_below(self, subtree: OidLike, error_status: str) -> Self:
        """Which answers a GET of anything at or below ``subtree`` with an error, e.g. ``noAccess``."""
        changed = self._changed()
        changed._refused = [*self._refused, (Oid(subtree).arcs, error_status)]
        return changed

    def breaking_off(self, root: OidLike, after: int) -> Self:
        """Whose table or subtree breaks off after so many rows. ``root`` is the entry of the first column of a table,
        or what a plugin walks."""
        changed = self._changed()
        changed._broken = {**self._broken, Oid(root).arcs: after}
        return changed

    def cancelled_after(self, calls: int) -> Self:
        """Whose job is cancelled after so many calls of the host."""
        changed = self._changed()
        changed._cancelled_after = calls
        return changed

    def with_context(self, name: str, other: RecordedDevice) -> Self:
        """Which is like ``other`` in the context of this name."""
        changed = self._changed()
        changed._contexts = {**self._contexts, name: other}
        return changed

    def with_vlan(self, number: int, other: RecordedDevice) -> Self:
        """Which is like ``other`` in this VLAN."""
        return self.with_context(f"vlan-{number}", other)

    def with_section(self, name: str, value: object) -> Self:
        """Of which another plugin has found this."""
        changed = self._changed()
        changed.sections = {**self.sections, name: encode(value, name)}
        return changed

    @property
    def names(self) -> list[Oid]:
        """The names of all objects, in their order."""
        return [Oid.of_arcs(name) for name in self._objects]

    def _changed(self) -> Self:
        changed = copy(self)
        changed._objects = dict(self._objects)
        return changed

    def _context(self, name: str) -> RecordedDevice:
        """A context that the device does not have is silent."""
        return self._contexts.get(name) or RecordedDevice().silent_below()

    def _is_silent(self, name: tuple[int, ...]) -> bool:
        return any(name[: len(subtree)] == subtree for subtree in self._silent)

    def _below(self, root: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Value]]:
        """What is below ``root``, each by what follows it in its name."""
        names = list(self._objects)
        for name in names[bisect_left(names, root) :]:
            if name[: len(root)] != root:
                return
            if len(name) > len(root):
                yield name[len(root) :], self._objects[name]

    def get(self, names: list[list[int]]) -> list[VarbindLike]:
        """Answers a GET, as the host does."""
        if len(names) > _MOST_NAMES:
            raise Error(Kind.LIMIT_EXCEEDED, f"at most {_MOST_NAMES} are possible (limit `get_names`)")
        asked = [tuple(name) for name in names]
        for name in asked:
            if self._is_silent(name):
                raise Error(Kind.TIMEOUT, "no answer", name)
            for subtree, error_status in self._refused:
                if name[: len(subtree)] == subtree:
                    raise Error(Kind.AGENT_ERROR, f"answered {error_status} for {Oid(name)}", name)
        return [Varbind(list(name), self._objects.get(name, values.NoSuchInstance())) for name in asked]

    def open_table(self, columns: list[list[int]], part: Part | None) -> Reading[RowLike]:
        """Reads columns joined by their index, as the host does."""
        if not 1 <= len(columns) <= _MOST_COLUMNS:
            raise Error(Kind.INVALID_ARGUMENT, f"a table is read by 1 to {_MOST_COLUMNS} columns, not {len(columns)}")
        asked = [tuple(column) for column in columns]
        for place, column in enumerate(asked):
            if any(column[: len(other)] == other or other[: len(column)] == column for other in asked[:place]):
                raise Error(Kind.INVALID_ARGUMENT, f"column {Oid(column)} is named twice", column)
        rows: dict[tuple[int, ...], list[Value | None]] = {}
        for place, column in enumerate(asked):
            for index, value in self._below(column):
                if part is None or _is_wanted(index, part):
                    rows.setdefault(index, [None] * len(asked))[place] = value
        most = None if part is None else part.at_most
        wanted = [Row(list(index), cells) for index, cells in sorted(rows.items())][:most]
        # A fault is set for the entry, which is what the first column is of; one column may be silent by itself.
        silent = next((column for column in asked if self._is_silent(column)), None)
        last = list(asked[-1])
        names = [last + row.index for row in wanted]
        return self._reading(asked[0][:-1], list(wanted), names, silent is not None)

    def open_walk(self, root: list[int]) -> Reading[VarbindLike]:
        """Reads everything below ``root``, as the host does."""
        found: list[VarbindLike] = [Varbind(root + list(index), value) for index, value in self._below(tuple(root))]
        return self._reading(tuple(root), found, [item.name for item in found], self._is_silent(tuple(root)))

    def _reading(
        self, root: tuple[int, ...], items: list[Any], names: list[list[int]], is_silent: bool
    ) -> Reading[Any]:
        after = 0 if is_silent else self._broken.get(root)
        if after is not None and after <= len(items):
            status = Status.PARTIAL if after else Status.FAILED
            stopped_at = names[after - 1] if after else None
            return Reading(items[:after], Outcome(status, Kind.TIMEOUT.value, after, "no answer", stopped_at))
        status = Status.COMPLETE if items else Status.UNSUPPORTED
        return Reading(items, Outcome(status, rows=len(items)))


def _is_wanted(index: tuple[int, ...], part: Part) -> bool:
    is_below = list(index[: len(part.below)]) == part.below
    return is_below and (part.after is None or list(index) > part.after)


def _value(value: Plain) -> Value:
    if isinstance(value, bool):
        raise TypeError("true and false have no form in SNMP: a TruthValue is the number 1 or 2")
    if isinstance(value, int):
        return values.Integer(value)
    if isinstance(value, str | bytes):
        return values.OctetString(value.encode() if isinstance(value, str) else value)
    if isinstance(value, Oid):
        return values.ObjectIdentifier(list(value))
    if isinstance(value, IPv4Address):
        packed = value.packed
        return values.IpAddress((packed[0], packed[1], packed[2], packed[3]))
    return value


R = TypeVar("R")


class Reading(Generic[R]):
    """A table or a subtree being read."""

    def __init__(self, items: list[R], outcome: Outcome) -> None:
        self._items = items
        self._outcome = outcome

    def next(self) -> list[R] | None:
        batch, self._items = self._items[:_BATCH], self._items[_BATCH:]
        return batch or None

    def outcome(self) -> Outcome:
        self._items = []
        return self._outcome

    def close(self) -> None:
        self._items = []


def json_rows(rows: str) -> list[Any]:
    """The rows that a plugin hands over."""
    try:
        read = json.loads(rows)
    except ValueError as error:
        raise Error(Kind.INVALID_ARGUMENT, f"the rows are not a JSON array: {error}") from error
    if not isinstance(read, list):
        raise Error(Kind.INVALID_ARGUMENT, "the rows are not a JSON array")
    return read
