"""Results as JSON: dataclasses, typed dictionaries, dates, addresses and OIDs as the host takes them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from .errors import Error, Kind
from .oid import Oid
from .seam import JobSeam
from .table import _Objects


class RowWriter:
    """Hands rows of a section over, some at a time."""

    def __init__(self, job: JobSeam, section: str, batch: int) -> None:
        if batch < 1:
            raise ValueError(f"a batch has at least one row, not {batch}")
        self._job = job
        self._section = section
        self._batch = batch
        self._rows: list[Any] = []
        self._handed_over = False
        self.count = 0
        """Rows that were added."""

    def add(self, row: object) -> None:
        """Adds a row: anything that a section may hold."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= self._batch:
            self.flush()

    def flush(self) -> None:
        """Hands over what was added. A section without rows is handed over empty, once."""
        if self._rows or not self._handed_over:
            rows, self._rows = self._rows, []
            self._job.rows(self._section, encode(rows, self._section))
            self._handed_over = True


def encode(value: object, where: str) -> str:
    """The JSON of a value; raises :class:`Error` with the place where it cannot be any."""
    try:
        text = _ENCODER.encode(value)
        # A lone surrogate is no character, and the host takes no text with one.
        text.encode()
    except (TypeError, ValueError) as error:
        place, problem = _problem(value, where) or (where, str(error))
        raise Error(Kind.EXCEPTION, f"{place} is not JSON: {problem}") from error
    return text


@cache
def _fields_of(cls: type) -> tuple[tuple[str, bool], ...] | None:
    """The fields of a dataclass, and whether each is left out where it is None: where that is its default."""
    if not dataclasses.is_dataclass(cls):
        return None
    return tuple((field.name, field.default is None) for field in dataclasses.fields(cls))


def plain(value: Any) -> Any:
    """What JSON has no form of, as what it has one of."""
    kind: Any = type(value)
    fields = _fields_of(kind)
    if fields is not None:
        members = {}
        for name, is_optional in fields:
            member = getattr(value, name)
            if member is not None or not is_optional:
                members[name] = member
        return members
    if isinstance(value, Oid | IPv4Address | IPv6Address):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _Objects):
        return value.to_dict()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes | bytearray):
        raise TypeError("octets are no JSON: octets.text or octets.hexadecimal makes a text of them")
    raise TypeError(f"there is no JSON for {type(value).__name__}")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)


def _problem(value: object, where: str, depth: int = 0) -> tuple[str, str] | None:
    """Where in a value is what JSON does not take, and why: asked only when it is known that there is something."""
    if depth > 100:
        return where, "it is nested more than 100 deep, or holds itself"
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return where, "a text with a lone surrogate, which is no character"
        return None
    if value is None or isinstance(value, bool | int):
        return None
    if isinstance(value, float):
        return (where, f"{value} has no form in JSON") if value != value or value in (_INFINITY, -_INFINITY) else None
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                return where, f"the key {key!r} is no text"
            found = _problem(key, f"{where}.{key!a}", depth + 1) or _problem(member, f"{where}.{key}", depth + 1)
            if found:
                return found
        return None
    if isinstance(value, list | tuple):
        for position, item in enumerate(value):
            found = _problem(item, f"{where}[{position}]", depth + 1)
            if found:
                return found
        return None
    try:
        return _problem(plain(value), where, depth + 1)
    except TypeError as error:
        return where, str(error)


_INFINITY = float("inf")
