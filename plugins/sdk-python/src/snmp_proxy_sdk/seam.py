"""The seam between a plugin and who runs it: the host's functions in a component, a recording in a test.

Plugins use :class:`snmp_proxy_sdk.Device`, which stands on this. OIDs are lists of arcs here, as the host takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from .values import Value


class Status(Enum):
    """How the reading of a table or a subtree ended."""

    COMPLETE = "complete"
    """Everything that was asked for and that the agent has was read."""
    UNSUPPORTED = "unsupported"
    """The agent has nothing there."""
    PARTIAL = "partial"
    """It broke off after some rows."""
    FAILED = "failed"
    """It broke off before the first row."""


class Level(Enum):
    """How important a log line is. ``WARN`` and ``ERROR`` are shown to whoever asked for the poll."""

    DEBUG = 0
    INFO = 1
    WARN = 2
    ERROR = 3


@dataclass(frozen=True)
class Outcome:
    """How the reading of a table or a subtree ended."""

    status: Status
    kind: str = ""
    """Why it broke off, for programs; empty when nothing is missing."""
    rows: int = 0
    """Rows, or varbinds of a walk, that were handed over or are waiting to be."""
    reason: str = ""
    """Why it broke off, for people; empty when nothing is missing."""
    stopped_at: list[int] | None = None
    """The last name that was read, when it broke off."""

    @property
    def is_whole(self) -> bool:
        """Whether what came is what the agent has."""
        return self.status in (Status.COMPLETE, Status.UNSUPPORTED)


@dataclass(frozen=True)
class Part:
    """Which rows of a table are wanted."""

    below: list[int]
    after: list[int] | None
    at_most: int | None


class RowLike(Protocol):
    """A row as the host hands it over."""

    @property
    def index(self) -> list[int]: ...
    @property
    def cells(self) -> list[Value | None]: ...


class VarbindLike(Protocol):
    """A varbind as the host hands it over."""

    @property
    def name(self) -> list[int]: ...
    @property
    def value(self) -> Value: ...


class TableSeam(Protocol):
    """A table being read."""

    def next(self) -> list[RowLike] | None: ...
    def outcome(self) -> Outcome: ...
    def close(self) -> None: ...


class WalkSeam(Protocol):
    """A subtree being read."""

    def next(self) -> list[VarbindLike] | None: ...
    def outcome(self) -> Outcome: ...
    def close(self) -> None: ...


class AgentSeam(Protocol):
    """Where one asks. Each method raises :class:`snmp_proxy_sdk.Error` where the host refuses."""

    def get(self, names: list[list[int]]) -> list[VarbindLike]: ...
    def open_table(self, columns: list[list[int]], part: Part | None) -> TableSeam: ...
    def open_walk(self, root: list[int]) -> WalkSeam: ...


class JobSeam(Protocol):
    """The job around the device."""

    def device(self) -> AgentSeam: ...
    def in_context(self, name: str) -> AgentSeam: ...
    def in_vlan(self, number: int) -> AgentSeam: ...
    def params(self) -> str: ...
    def section(self, name: str) -> str | None: ...
    def rows(self, section: str, rows: str) -> None: ...
    def wait(self, milliseconds: int) -> None: ...
    def elapsed(self) -> float: ...
    def offers(self, function: str) -> bool: ...
    def log(self, level: Level, line: str) -> None: ...
    def progress(self, line: str, counters: list[tuple[str, int]]) -> None: ...


def checked_u32(number: int, what: str) -> int:
    """A number that the contract has 32 bits for. Any other would end the run without words of its own."""
    if type(number) is not int or not 0 <= number < 1 << 32:
        raise ValueError(f"{what} is a whole number from 0 to 4294967295, not {number!r}")
    return number
