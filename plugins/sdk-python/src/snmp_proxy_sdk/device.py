"""The device of a job, as a plugin sees it: objects, tables and subtrees, contexts, and the job around them.

Who the device is, how it is reached and with what secret is the host's knowledge alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from .column import Column
from .convert import Warnings, cell
from .oid import Oid, OidLike
from .output import RowWriter
from .progress import Progress
from .reading import Rows, Walk
from .seam import AgentSeam, JobSeam, Level, Part, checked_u32
from .table import Scalars, Table
from .values import Value, Varbind, is_absent

T = TypeVar("T", bound=Table)
S = TypeVar("S", bound=Scalars)


class Agent:
    """Where one asks: the device, or a context of it."""

    def __init__(self, agent: AgentSeam, job: JobSeam) -> None:
        self._agent = agent
        self._job = job

    def get(self, names: Iterable[OidLike]) -> list[Varbind]:
        """Reads objects by name: one varbind for each, in their order, however many there are.

        An object that does not exist is a value that says so, not an error.
        """
        varbinds = self._agent.get([list(Oid(name)) for name in names])
        return [Varbind(Oid.of_arcs(varbind.name), varbind.value) for varbind in varbinds]

    def value(self, name: OidLike) -> Value | None:
        """Reads one object; None where the agent has it not."""
        (varbind,) = self.get([name])
        return None if is_absent(varbind.value) else varbind.value

    def scalars(self, scalars: type[S]) -> S:
        """Reads a group of scalars with one request. Warnings about them go into the job's log, too."""
        varbinds = self._agent.get([list(name) for name in scalars.names()])
        found: S = scalars._of([varbind.value for varbind in varbinds])
        for warning in found.warnings:
            self._job.log(Level.WARN, warning)
        return found

    def rows(
        self,
        table: type[T],
        *,
        below: OidLike | None = None,
        after: OidLike | None = None,
        at_most: int | None = None,
    ) -> Rows[T]:
        """Starts to read a table: iterate over it for its rows, in the order of their indexes.

        ``below``: only rows whose index begins so; nothing else is read. ``after``: only rows whose index comes after
        this one, which must begin with ``below``. ``at_most``: at most so many rows.
        """

        def make(index: list[int], cells: list[Value | None]) -> tuple[T, Warnings]:
            row: T = table._row(index, cells)
            return row, row.warnings

        reader = self._agent.open_table([list(column) for column in table.columns()], _part(below, after, at_most))
        return Rows(reader, self._job.log, table.table_name, make)

    def dicts(
        self,
        columns: Mapping[str, object],
        *,
        below: OidLike | None = None,
        after: OidLike | None = None,
        at_most: int | None = None,
    ) -> Rows[dict[str, Any]]:
        """Like :meth:`rows`, for a table without a class: columns in full by the name that they get in a row.

        ``device.dicts({"descr": column.text("1.3.6.1.2.1.2.2.1.2")})`` gives ``{"index": Oid("1"), "descr": "lo"}``.
        """
        wanted: dict[str, Column] = {}
        for name, column in columns.items():
            if not isinstance(column, Column):
                raise TypeError(f"{name}: {column!r} is no column; columns are made by the functions of `column`")
            wanted[name] = column
        oids = [column.oid(None) for column in wanted.values()]

        def make(index: list[int], cells: list[Value | None]) -> tuple[dict[str, Any], Warnings]:
            warnings: Warnings = []
            row: dict[str, Any] = {"index": Oid.of_arcs(index)}
            for (name, column), value in zip(wanted.items(), cells, strict=True):
                row[name] = cell(column.convert, column.name or name, value, warnings)
            return row, warnings

        reader = self._agent.open_table([list(oid) for oid in oids], _part(below, after, at_most))
        return Rows(reader, self._job.log, str(oids[0]) if oids else "table", make)

    def walk(self, root: OidLike) -> Walk:
        """Starts to read everything below ``root``: iterate over it for varbinds. What holds secrets is left out."""
        return Walk(self._agent.open_walk(list(Oid(root))), self._job.log)


class Device(Agent):
    """The device of this job, in the context that the request names, and what else the job has."""

    def __init__(self, job: JobSeam) -> None:
        super().__init__(job.device(), job)
        self._writers: dict[str, RowWriter] = {}

    def in_context(self, name: str) -> Agent:
        """The device in another context, by its name. Versions of SNMP before 3 have none: ``not-in-version``."""
        return Agent(self._job.in_context(name), self._job)

    def in_vlan(self, number: int) -> Agent:
        """The device as it is for one VLAN, where it is one of Cisco's that has a BRIDGE-MIB for each.

        A device that knows no such thing is silent, so ask only where the device is known.
        """
        return Agent(self._job.in_vlan(checked_u32(number, "the number of a VLAN")), self._job)

    def section(self, name: str) -> Any:
        """What another plugin of the same job has found: the section, which the plugin's ``uses`` must name.

        None where no plugin of the job has filled it.
        """
        found = self._job.section(name)
        return None if found is None else json.loads(found)

    def output(self, section: str, batch: int = 500) -> RowWriter:
        """Hands rows of a section over while they are found, ``batch`` at a time, so that a long section need not fit
        into the plugin's memory. What ``collect`` returns then lacks this section. Rows that were handed over are kept,
        also when the run fails later; the last ones are handed over when ``collect`` returns."""
        writer = self._writers.get(section)
        if writer is None:
            writer = self._writers[section] = RowWriter(self._job, section, batch)
        return writer

    def wait(self, milliseconds: int) -> None:
        """Waits, e.g. to read a counter twice. In a test it takes no time and moves the clock."""
        self._job.wait(checked_u32(milliseconds, "a time in milliseconds"))

    def elapsed(self) -> float:
        """Seconds since the run began, waiting included."""
        return self._job.elapsed() / 1e6

    def offers(self, function: str) -> bool:
        """Whether the host has a function of the contract, e.g. ``job.wait`` or ``agent.open-part``."""
        return self._job.offers(function)

    def debug(self, line: str) -> None:
        """Writes a line for the plugin's author into the job's log."""
        self._job.log(Level.DEBUG, line)

    def info(self, line: str) -> None:
        """Writes a line that is worth reading once."""
        self._job.log(Level.INFO, line)

    def warn(self, line: str) -> None:
        """Says that something is odd, and the result may lack something. Whoever asked for the poll sees it."""
        self._job.log(Level.WARN, line)

    def error(self, line: str) -> None:
        """Says that something failed. Whoever asked for the poll sees it."""
        self._job.log(Level.ERROR, line)

    def progress(self, line: str, **counters: int) -> None:
        """Says how far the job is: a line for people, and counters in lower_snake_case that keep their value until they
        are given again."""
        checked = [(name, checked_u32(count, f"the counter `{name}`")) for name, count in counters.items()]
        self._job.progress(line, checked)

    def counting(self, line: str, *, walked: str, total: str) -> Progress:
        """Tells progress by the number of entries: a line with the first, then every hundred, and at the end."""
        return Progress(self._job, line, walked, total)

    def _finish(self) -> frozenset[str]:
        """Hands over what is left. The sections that came in parts."""
        for writer in self._writers.values():
            writer.flush()
        return frozenset(self._writers)


def _part(below: OidLike | None, after: OidLike | None, at_most: int | None) -> Part | None:
    if below is None and after is None and at_most is None:
        return None
    most = None if at_most is None else checked_u32(at_most, "a number of rows")
    return Part(list(Oid(below or ())), None if after is None else list(Oid(after)), most)
